using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What tags a person gets, and why.</summary>
/// <param name="Store">In which store.</param>
/// <param name="AtSalesmanago">Tags of the card, and those of the shop that are withheld.</param>
/// <param name="InShop">Tags of the card as they stand in the shop; null when the card was not read, or the shop keeps no tags.</param>
public sealed record PersonTags(Store Store, IReadOnlyList<TagLine> AtSalesmanago, IReadOnlyList<TagLine>? InShop);

/// <summary>Asks the rules what tags a known person gets, without changing anything.</summary>
public sealed class TagPreviews(IViews views, IStores stores, IPlatformCatalogue catalogue, Connections connections, IDestination destination)
{
    /// <summary>The tags by what the mirror knows.</summary>
    public static IReadOnlyList<TagLine> Of(ContactCard card, Store store) => TagPreview.Of(
        card.Contact,
        card.Orders.Where(order => order.Outcome is RecordOutcome.Queued or RecordOutcome.Sent).Select(order => order.Order),
        TagDecider.SourcesOf(new DecisionContext(store, store.Platform, default, null)),
        card.Row.Tags);

    /// <summary>The tags of a person in every store that knows them; the card is read at the destination.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="emailKey">Who.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<PersonTags>> OfAsync(long accountId, string emailKey, CancellationToken ct)
    {
        var people = new List<PersonTags>();
        foreach (var row in await views.FindByEmailAsync(accountId, emailKey, ct))
        {
            if (await views.ContactAsync(accountId, row.Id, ct) is { } card && await stores.FindAsync(row.Store, ct) is { } store)
                people.Add(new PersonTags(store, Of(card, store), await InShopAsync(card, store, emailKey, ct)));
        }

        return people;
    }

    async Task<IReadOnlyList<TagLine>?> InShopAsync(ContactCard card, Store store, string emailKey, CancellationToken ct)
    {
        if (catalogue.Find(store.Platform)?.Info.Tags is not { } support || await stores.FindDestinationAsync(store.AccountId, store.DestinationId, ct) is not { } target)
            return null;
        try
        {
            var read = await destination.ReadContactsAsync(connections.DestinationOf(target), [emailKey], ct);
            return read is [var found]
                ? CardTagsToWrite.Of(found.Tags, store.Number, TagWriting.LimitsOf(support), new Dictionary<string, int?>(), card.Contact.ShopTags).Lines
                : null;
        }
        catch (ConnectorException)
        {
            // A preview does not wait for a destination that is down.
            return null;
        }
    }
}
