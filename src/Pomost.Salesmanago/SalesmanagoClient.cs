using System.Globalization;
using Pomost.Contract;
using Pomost.Rules;
using Pomost.Salesmanago.Wire;

namespace Pomost.Salesmanago;

/// <summary>Client of the SALESmanago API, v2: the vendor's servers and the built-in hub speak it alike.</summary>
/// <remarks>Keeps no state and never tries a call twice; every call ends within 30 seconds. Every method raises
/// <see cref="RetryLaterException"/> (server busy, cut, silent, answering a web page) and
/// <see cref="NeedsOperatorException"/> (account, owner, credentials, address). Calls about a single record raise
/// <see cref="SkipRecordException"/> when that record is refused. Messages name no person.
/// Source: API v2 as documented by the vendor and as used by the official libraries 2.6 and 3.8.</remarks>
public sealed partial class SalesmanagoClient : IDestination
{
    /// <summary>Most addresses in one call that lists contacts (vendor's limit).</summary>
    public const int AddressesPerRead = 50;

    /// <summary>Changed cards asked for at once.</summary>
    const int ChangedPerPage = 1_000;

    /// <inheritdoc/>
    /// <remarks>400: what the official plugin sends; the vendor publishes no limit.</remarks>
    public int ContactsPerCall => 400;

    /// <inheritdoc/>
    /// <remarks>1000: the vendor's limit.</remarks>
    public int EventsPerCall => 1000;

    /// <inheritdoc/>
    public IReadOnlyList<DestinationField> Describe(OutgoingContact contact) => Description.Of(contact);

    /// <inheritdoc/>
    public IReadOnlyList<DestinationField> Describe(OutgoingEvent happened) => Description.Of(happened);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> CheckAsync(DestinationConnection destination, CancellationToken ct)
    {
        try
        {
            var reply = await CallAsync<SignedBody, UsersReply>(destination, "/api/user/listByClient", new SignedBody(), ct);
            ThrowIfRefused(reply);
            if (reply.Users.Contains(destination.Owner, StringComparer.OrdinalIgnoreCase))
                return reply.Users;
        }
        catch (RetryLaterException failure)
        {
            Transport.ThrowIfForOperator(failure);
            throw;
        }

        throw new NeedsOperatorException(
            ConnectionProblem.AccountInactive, SalesmanagoSettings.Owner, "The owner is not among the users of the account.");
    }

    /// <inheritdoc/>
    /// <remarks>One synchronous <c>batchupsert</c>: its answer names every contact taken, so whoever is missing was refused.
    /// A batch refused as a whole is halved until the spoiling contacts are found.
    /// A null or empty field keeps what the destination has.</remarks>
    public async Task<BatchResult> UpsertContactsAsync(
        DestinationConnection destination, IReadOnlyList<OutgoingContact> contacts, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(contacts.Count, ContactsPerCall, nameof(contacts));
        if (contacts.Count == 0)
            return BatchResult.AllTaken;
        return Result(await Batches.SendAsync(contacts, part => UpsertPartAsync(destination, part, ct), ContactMapping.Personal));
    }

    /// <inheritdoc/>
    /// <remarks>Events whose id or location cannot be sent whole are refused without a call; texts are cut to the vendor's limits.
    /// Where the answer counts failures without saying which, the cards are read to find out.</remarks>
    public async Task<BatchResult> AddEventsAsync(
        DestinationConnection destination, IReadOnlyList<OutgoingEvent> events, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(events.Count, EventsPerCall, nameof(events));
        var refused = new List<RefusedRecord>();
        var indexes = new List<int>(events.Count);
        for (var index = 0; index < events.Count; index++)
        {
            if (EventMapping.Problem(events[index]) is { } problem)
                refused.Add(new RefusedRecord(index, problem));
            else
                indexes.Add(index);
        }

        if (indexes.Count > 0)
        {
            OutgoingEvent[] fit = [.. indexes.Select(index => events[index])];
            var refusedThere = await Batches.SendAsync(fit, part => AddPartAsync(destination, part, ct), EventMapping.Personal);
            refused.AddRange(refusedThere.Select(one => one with { Index = indexes[one.Index] }));
        }

        refused.Sort((one, other) => one.Index.CompareTo(other.Index));
        return Result(refused);
    }

    /// <inheritdoc/>
    /// <remarks>Asks <c>listAll</c> in packs of <see cref="AddressesPerRead"/>, whoever owns the contacts.
    /// Events of other kinds and events without an external id are left out.</remarks>
    public async Task<IReadOnlyList<DestinationContact>> ReadContactsAsync(
        DestinationConnection destination, IReadOnlyList<string> emails, CancellationToken ct)
    {
        var found = new List<DestinationContact>(emails.Count);
        foreach (var pack in emails.DistinctBy(EmailAddress.KeyOf).Chunk(AddressesPerRead))
        {
            var reply = await CallAsync<EmailListBody, ContactsReply>(destination, "/api/contact/listAll", new EmailListBody { Email = pack }, ct);
            ThrowIfRefused(reply);
            foreach (var card in reply.Contacts ?? throw Incomplete("contacts"))
            {
                if (card.Email is not null)
                    found.Add(Contact(destination, card));
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public async Task<ChangedContacts> ReadChangedAsync(
        DestinationConnection destination, DateTimeOffset from, DateTimeOffset until, int page, CancellationToken ct)
    {
        var changed = await ModifiedContactsPageAsync(
            destination, ServerClocks.Theirs(destination.Endpoint, from), ServerClocks.Theirs(destination.Endpoint, until), page, ChangedPerPage, ct);
        return new ChangedContacts([.. changed.Contacts.Select(contact => contact.Email)], changed.HasMore);
    }

    async Task<(Reply Reply, IReadOnlyList<RefusedRecord> Refused)> UpsertPartAsync(
        DestinationConnection destination, IReadOnlyList<OutgoingContact> contacts, CancellationToken ct)
    {
        var reply = await CallAsync<BatchUpsertBody, ContactIdsReply>(
            destination, "/api/contact/batchupsert", BatchUpsert(contacts, fireEvents: null), ct);
        if (reply.Success != true)
            return (reply, []);
        var taken = (reply.ContactIds ?? throw Incomplete("contactIds")).Keys.Select(EmailAddress.KeyOf).ToHashSet(StringComparer.Ordinal);
        if (taken.Count >= contacts.Count && contacts.All(contact => taken.Contains(EmailAddress.KeyOf(contact.Email))))
            return (reply, []);
        return (reply,
        [
            .. contacts.Index()
                .Where(contact => !taken.Contains(EmailAddress.KeyOf(contact.Item.Email)))
                .Select(contact => new RefusedRecord(contact.Index, ReasonOf(contact.Index, contact.Item, reply.Message))),
        ]);
    }

    /// <summary>The hub says per row why: <c>upsertDetails[3]: … (address)</c>. The vendor's answer is not known to.</summary>
    static string ReasonOf(int index, OutgoingContact contact, IReadOnlyList<string> messages)
    {
        var row = string.Create(CultureInfo.InvariantCulture, $"upsertDetails[{index}]: ");
        return messages.FirstOrDefault(message => message.StartsWith(row, StringComparison.Ordinal)) is { } message
            ? RefusalText.Of([WithoutAddress(message[row.Length..], contact.Email)], ContactMapping.Personal(contact))
            : "SALESmanago did not take this contact and gave no reason.";
    }

    static string WithoutAddress(string reason, string email)
        => reason.EndsWith($" ({email})", StringComparison.Ordinal) ? reason[..^(email.Length + 3)] : reason;

    static BatchUpsertBody BatchUpsert(IReadOnlyList<OutgoingContact> contacts, bool? fireEvents) => new()
    {
        UpsertDetails = [.. contacts.Select(ContactMapping.Detail)],
        Lang = ContactMapping.CommonLanguage(contacts),
        FireEvents = fireEvents,
    };

    async Task<(Reply Reply, IReadOnlyList<RefusedRecord> Refused)> AddPartAsync(
        DestinationConnection destination, IReadOnlyList<OutgoingEvent> events, CancellationToken ct)
    {
        var reply = await CallAsync<BatchEventsBody, BatchEventsReply>(
            destination,
            "/api/v2/contact/addBatchContactExtEvent",
            new BatchEventsBody { Events = [.. events.Select(one => new BatchEvent { Email = one.Email, ContactEvent = EventMapping.Body(one) })] },
            ct);
        var partlyTaken = reply.CreatedAmount > 0;
        if (reply.Success != true && !partlyTaken)
            return (reply, []);
        reply.Success = true;
        if (reply.FailedAmount == 0 && reply.FailedContacts.Count == 0)
            return (reply, []);
        return (reply, await FailedAsync(destination, events, reply, ct));
    }

    /// <summary>Finds the failed events: by the contacts named, or, when those have more events than failed, by reading the cards.</summary>
    async Task<IReadOnlyList<RefusedRecord>> FailedAsync(
        DestinationConnection destination, IReadOnlyList<OutgoingEvent> events, BatchEventsReply reply, CancellationToken ct)
    {
        const string Message = "SALESmanago did not take this event and gave no reason.";
        var named = reply.FailedContacts.Select(EmailAddress.KeyOf).ToHashSet(StringComparer.Ordinal);
        (int Index, OutgoingEvent Event)[] suspects = [.. events.Index().Where(one => named.Contains(EmailAddress.KeyOf(one.Item.Email)))];
        if (suspects.Length == Math.Max(reply.FailedAmount, named.Count))
            return [.. suspects.Select(one => new RefusedRecord(one.Index, Message))];
        if (suspects.Length < reply.FailedAmount)
            suspects = [.. events.Index()];
        var cards = await ReadContactsAsync(destination, [.. suspects.Select(one => one.Event.Email)], ct);
        var there = cards.SelectMany(card => card.Events.Select(one => (EmailAddress.KeyOf(card.Email), one))).ToHashSet();
        return
        [
            .. suspects
                .Where(one => !there.Contains((EmailAddress.KeyOf(one.Event.Email), Identity(one.Event))))
                .Select(one => new RefusedRecord(one.Index, Message)),
        ];
    }

    static EventIdentity Identity(OutgoingEvent happened) => new(happened.Kind, happened.ExternalId, happened.Location);

    static DestinationContact Contact(DestinationConnection destination, ContactCard card)
    {
        var tags = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var tag in card.ContactTags ?? [])
        {
            if ((tag.Tag ?? tag.TagName) is { } name)
                tags[name] = (int)Math.Clamp(tag.Score, int.MinValue, int.MaxValue);
        }

        var events = new List<EventIdentity>();
        foreach (var onCard in card.ContactExtEvents ?? [])
        {
            if (EventMapping.TryIdentity(onCard, out var identity))
                events.Add(identity);
        }

        return new DestinationContact(card.Email ?? "", card.Id ?? card.ContactId ?? "", card.OptedOut, card.OptedOutPhone, tags, events)
        {
            ModifiedAt = card.ModifiedOn > 0 ? ServerClocks.Ours(destination.Endpoint, DateTimeOffset.FromUnixTimeMilliseconds(card.ModifiedOn)) : null,
            Owner = card.MainContactOwner,
        };
    }

    static BatchResult Result(List<RefusedRecord> refused) => refused.Count == 0 ? BatchResult.AllTaken : new BatchResult(refused);

    static Task<TReply> CallAsync<TBody, TReply>(
        DestinationConnection destination, string path, TBody body, CancellationToken ct, bool withOwner = true)
        where TBody : SignedBody
        where TReply : Reply, new()
        => Transport.CallAsync<TBody, TReply>(
            destination.Http, destination.Clock, destination.Endpoint, path, body.Signed(destination, withOwner), ct);

    /// <summary>A call about the account was refused for a reason nobody documented.</summary>
    internal static void ThrowIfRefused(Reply reply)
    {
        if (reply.Success != true)
        {
            throw new NeedsOperatorException(
                ConnectionProblem.Other, SalesmanagoSettings.ClientId, $"SALESmanago: {RefusalText.Of(reply.Message)}");
        }
    }

    internal static RetryLaterException Incomplete(string member) => new($"SALESmanago's answer lacks {member}.");
}
