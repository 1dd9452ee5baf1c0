using Pomost.Contract;
using Pomost.Rules;
using Pomost.Salesmanago.Wire;

namespace Pomost.Salesmanago;

public sealed partial class SalesmanagoClient
{
    /// <inheritdoc/>
    /// <remarks>There is no call that changes an event by the shop's id, kind and location, so the cards are read first (<c>listAll</c>) for the vendor's ids.</remarks>
    public async Task<BatchResult> ChangeEventsAsync(DestinationConnection destination, IReadOnlyList<EventChange> changes, CancellationToken ct)
    {
        var ids = await EventIdsAsync(destination, [.. changes.Select(change => change.Event.Email)], ct);
        var refused = new List<RefusedRecord>();
        foreach (var (index, change) in changes.Index())
        {
            var id = ids.GetValueOrDefault((EmailAddress.KeyOf(change.Event.Email), Identity(change.Event)));
            try
            {
                await ChangeAsync(destination, change, id, ct);
            }
            catch (SkipRecordException e)
            {
                refused.Add(new RefusedRecord(index, e.Message));
            }
        }

        return Result(refused);
    }

    async Task ChangeAsync(DestinationConnection destination, EventChange change, string? id, CancellationToken ct)
    {
        if (change.Withdraws)
        {
            if (id is not null)
                await DeleteEventAsync(destination, id, ct);
        }
        else if (id is not null)
        {
            await UpdateEventAsync(destination, id, change.Event, ct);
        }
        else
        {
            await AddEventAsync(destination, change.Event, ct);
        }
    }

    static async Task<Dictionary<(string EmailKey, EventIdentity Event), string>> EventIdsAsync(
        DestinationConnection destination, IReadOnlyList<string> emails, CancellationToken ct)
    {
        var ids = new Dictionary<(string, EventIdentity), string>();
        foreach (var pack in emails.DistinctBy(EmailAddress.KeyOf).Chunk(AddressesPerRead))
        {
            var reply = await CallAsync<EmailListBody, ContactsReply>(destination, "/api/contact/listAll", new EmailListBody { Email = pack }, ct);
            ThrowIfRefused(reply);
            foreach (var card in reply.Contacts ?? throw Incomplete("contacts"))
            {
                foreach (var onCard in card.ContactExtEvents ?? [])
                {
                    if (card.Email is not null && (onCard.EventId ?? onCard.Id) is { } id && EventMapping.TryIdentity(onCard, out var identity))
                        ids[(EmailAddress.KeyOf(card.Email), identity)] = id;
                }
            }
        }

        return ids;
    }
}
