using System.Globalization;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What of a person is sent, field by field.</summary>
public enum ContactField
{
    Name,
    Company,
    Phone,
    Street,
    PostCode,
    City,
    Country,
    Region,
    BirthDate,
    Gender,
    Language,
}

/// <summary>A field that reads differently in the shop now.</summary>
public sealed record FieldDifference(ContactField Field, string? InShop, string? Sent);

/// <summary>What sending a person again would change.</summary>
public sealed record ResendPreview
{
    /// <summary>True when the person was sent, or is about to be.</summary>
    public required bool WasSent { get; init; }

    /// <summary>True when the shop was asked and gave the person.</summary>
    public required bool ShopAnswers { get; init; }

    /// <summary>Fields that the shop gives otherwise than they were sent.</summary>
    public required IReadOnlyList<FieldDifference> Changed { get; init; }

    /// <summary>True when every destination answered.</summary>
    public required bool DestinationAnswers { get; init; }

    /// <summary>True when a destination has no card of the person.</summary>
    public required bool CardMissing { get; init; }

    /// <summary>Tags that were sent and are not on the card.</summary>
    public required IReadOnlyList<string> TagsMissing { get; init; }

    /// <summary>True when both sides answered and nothing differs: sending again changes nothing.</summary>
    public bool NothingToSend => WasSent && ShopAnswers && DestinationAnswers && Changed.Count == 0 && !CardMissing && TagsMissing.Count == 0;
}

/// <summary>Compares a person in the shop, as sent, and at the destination, before anything is sent again.</summary>
public sealed class ResendPreviews(IStores stores, Connections connections, DestinationCards cards)
{
    public async Task<ResendPreview> OfAsync(ContactCard contact, CancellationToken ct)
    {
        var fresh = await FromShopAsync(contact, ct);
        var found = (await cards.OfAsync(contact, ct)).Where(card => card.Stores.Contains(contact.Row.Store)).ToList();
        var wasSent = contact.Row.Outcome is RecordOutcome.Sent or RecordOutcome.Queued;
        return new ResendPreview
        {
            WasSent = wasSent,
            ShopAnswers = fresh is not null,
            Changed = fresh is null ? [] : Differences(Outgoing(contact, fresh), Outgoing(contact, contact.Contact)),
            DestinationAnswers = found.TrueForAll(card => card.Answers),
            CardMissing = found.Exists(card => card is { Answers: true, Card: null }),
            TagsMissing = wasSent
                ? [.. found.Where(card => card.Card is not null).SelectMany(card => contact.Row.Tags.Except(card.Card!.Tags.Keys, TagComparer.Instance)).Distinct(StringComparer.Ordinal)]
                : [],
        };
    }

    async Task<ShopContact?> FromShopAsync(ContactCard contact, CancellationToken ct)
    {
        if (contact.Contact.SourceId is not { } id || await stores.FindAsync(contact.Row.Store, ct) is not { State: StoreState.Active } store)
            return null;
        try
        {
            return connections.ConnectorOf(store) is IReadsById reader
                ? (await reader.ReadContactsByIdAsync(connections.ShopOf(store), [id], ct)).Items.FirstOrDefault(one => one.SourceId == id)
                : null;
        }
        catch (ConnectorException)
        {
            // A preview does not wait for a shop that is down.
            return null;
        }
    }

    static OutgoingContact Outgoing(ContactCard contact, ShopContact data)
        => EmailAddress.TryParse(contact.Row.Email, out var address, out _)
            ? ContactToSend.Of(data, address, ConsentState.NoStatement, ConsentState.NoStatement, [])
            : throw new InvalidOperationException("A contact of the mirror without a usable address.");

    static List<FieldDifference> Differences(OutgoingContact now, OutgoingContact sent)
        => [.. Enum.GetValues<ContactField>().Select(field => new FieldDifference(field, Value(now, field), Value(sent, field))).Where(one => one.InShop != one.Sent)];

    static string? Value(OutgoingContact contact, ContactField field)
    {
        var text = field switch
        {
            ContactField.Name => contact.Name,
            ContactField.Company => contact.Company,
            ContactField.Phone => contact.Phone,
            ContactField.Street => contact.Address?.Street,
            ContactField.PostCode => contact.Address?.PostCode,
            ContactField.City => contact.Address?.City,
            ContactField.Country => contact.Address?.Country,
            ContactField.Region => contact.Address?.Region,
            ContactField.BirthDate => contact.BirthDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ContactField.Gender => contact.Gender == Gender.Unknown ? null : contact.Gender.ToString(),
            ContactField.Language => contact.Language,
            _ => throw new ArgumentOutOfRangeException(nameof(field), field, "A field without a value."),
        };
        return string.IsNullOrEmpty(text) ? null : text;
    }
}
