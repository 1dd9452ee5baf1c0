using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Why deliveries of a run stopped.</summary>
/// <param name="NotBefore">When to try again; null = nothing waits.</param>
/// <param name="Problem">A setting to mend first; null otherwise.</param>
sealed record PumpEnd(DateTimeOffset? NotBefore, NeedsOperatorException? Problem);

/// <summary>Delivers a store's outbox: contacts before their events, each batch settled in one transaction.</summary>
sealed partial class DeliveryPump(EngineServices engine, StorePace pace, ILogger<DeliveryPump> log)
{
    const int RowsPerLook = 4_000;
    const int ChangesPerCall = 50;

    // What waited a day for a person was not tried for a day.
    const int LeastTries = 20;

    // A pause takes effect after the package in hand, not after all that was looked up.
    static readonly TimeSpan LookForStopsEvery = TimeSpan.FromSeconds(1);

    static readonly TimeSpan FrozenAfter = TimeSpan.FromSeconds(1);

    // People whose contact was put off: nothing of theirs goes before it.
    readonly HashSet<string> _waiting = new(StringComparer.Ordinal);

    // Events marked as sent together with what was settled before them.
    readonly HashSet<long> _marked = [];

    HashSet<long>? _goingOn;
    long _lookedForStops;
    DateTimeOffset? _again;

    /// <summary>What a failed call means for sending its rows again.</summary>
    enum Repeating
    {
        /// <summary>A contact sent twice is the same contact, unless it carries a consent.</summary>
        IsHarmless,

        /// <summary>The answer may be lost though the rows were taken; a refusal of the whole call is an answer.</summary>
        AsksFirstUnlessRefused,

        /// <summary>The question itself failed: what was in doubt still is.</summary>
        AsksFirst,
    }

    /// <summary>Delivers until nothing is left and <paramref name="producerDone"/> is complete, or until a batch must wait.</summary>
    /// <param name="lease">The store.</param>
    /// <param name="to">Where.</param>
    /// <param name="whenIdle">Asked for other work while no contact and no event waits; false = there is none.</param>
    /// <param name="moreQueued">Awaited when the outbox is empty: completes when rows were committed or the producer ended.</param>
    /// <param name="producerDone">True once nothing will be queued any more.</param>
    /// <param name="ct">Stops after the batch in hand.</param>
    public async Task<PumpEnd> RunAsync(
        StoreLease lease, DestinationConnection to, Func<CancellationToken, Task<bool>> whenIdle, Func<CancellationToken, Task> moreQueued,
        Func<bool> producerDone, CancellationToken ct)
    {
        if (engine.Clock.GetUtcNow() < pace.DestinationNotBefore)
            return new PumpEnd(pace.DestinationNotBefore, null);
        while (!ct.IsCancellationRequested)
        {
            var done = producerDone();
            var batch = await engine.Runs.NextDeliveriesAsync(lease, RowsPerLook, ct);
            (_goingOn, _lookedForStops) = (null, engine.Clock.GetTimestamp());
            _waiting.Clear();
            _marked.Clear();
            if (batch.Count == 0)
            {
                if (await whenIdle(ct))
                    continue;
                if (done)
                    return new PumpEnd(_again, null);
                await moreQueued(ct);
                continue;
            }

            if (await DeliverAsync(lease, to, batch, ct) is { } end)
                return end;
        }

        return new PumpEnd(engine.Clock.GetUtcNow(), null);
    }

    async Task<PumpEnd?> DeliverAsync(StoreLease lease, DestinationConnection to, IReadOnlyList<Delivery> batch, CancellationToken ct)
    {
        var contacts = batch.Where(row => row.Kind == DeliveryKind.Contact).ToList();
        // Several changes of one person go as one: the newest data with the tags of all.
        var merged = contacts.GroupBy(row => row.EmailKey, StringComparer.Ordinal).Select(group => group.ToList()).ToList();
        var events = batch.Where(row => row.Kind == DeliveryKind.Event).ToList();
        var inDoubt = events.Where(row => row.State == DeliveryState.Sent).ToList();
        var packs = merged.Chunk(engine.Destination.ContactsPerCall).ToList();
        foreach (var pack in packs)
        {
            await LookForStopsAsync(lease, ct);
            var people = await ReadAsync(lease, pack.Where(rows => rows.Exists(IsWanted)));
            if (people.Count == 0)
                continue;
            var repeating = people.Exists(person => MayOptIn(person.Contact) || StatesAnything(person.Contact)) ? Repeating.AsksFirstUnlessRefused : Repeating.IsHarmless;
            var sentAt = engine.Clock.GetUtcNow();
            if (repeating != Repeating.IsHarmless)
                await MarkSentAsync(lease, [.. people.SelectMany(person => person.Rows).Select(row => row.Id)], ct);
            var end = await SendAsync(
                lease, people, person => person.Rows, repeating,
                (some, isAgain) => SendContactsAsync(lease, to, isAgain && repeating != Repeating.IsHarmless ? InDoubt(some, sentAt) : some, ct),
                pack == packs[^1] && inDoubt.Count == 0 ? [.. events.Take(engine.Destination.EventsPerCall)] : []);
            if (end is not null)
                return end;
        }

        var missing = new List<Delivery>();
        if (inDoubt.Count > 0)
        {
            var end = await SendAsync(lease, inDoubt, row => [row], Repeating.AsksFirst, async (some, _) =>
            {
                var there = await ThereAsync(to, some, ct);
                missing.AddRange(some.Except(there));
                return new Settlement { Taken = there };
            });
            if (end is not null)
                return end;
        }

        if (await SendNewAsync(lease, to, missing, events, ct) is { } stop)
            return stop;
        foreach (var chunk in batch.Where(row => row.Kind is DeliveryKind.EventUpdate or DeliveryKind.EventWithdrawal).Chunk(ChangesPerCall))
        {
            // Of several changes of one event the newest says all.
            var newest = chunk.Where(IsWanted).GroupBy(row => row.Event).Select(group => group.ToList()).ToList();
            if (newest.Count > 0 && await SendAsync(lease, newest, rows => rows, Repeating.IsHarmless, (some, _) => SendChangesAsync(to, some, ct)) is { } end)
                return end;
        }

        return null;
    }

    async Task<PumpEnd?> SendNewAsync(
        StoreLease lease, DestinationConnection to, List<Delivery> missing, List<Delivery> events, CancellationToken ct)
    {
        var packs = missing.Concat(events.Where(row => row.State == DeliveryState.Pending)).Chunk(engine.Destination.EventsPerCall).ToList();
        for (var index = 0; index < packs.Count; index++)
        {
            await LookForStopsAsync(lease, ct);
            var chunk = packs[index].Where(IsWanted).ToArray();
            if (chunk.Length == 0)
                continue;
            if (!chunk.All(row => _marked.Contains(row.Id)))
                await MarkSentAsync(lease, [.. chunk.Select(row => row.Id)], ct);
            var end = await SendAsync(
                lease, chunk, row => [row], Repeating.AsksFirstUnlessRefused, (some, isAgain) => isAgain ? SendMissingAsync(to, some, ct) : SendEventsAsync(to, some, ct),
                index + 1 < packs.Count ? packs[index + 1] : []);
            if (end is not null)
                return end;
        }

        return null;
    }

    /// <summary>False for what belongs to a run that a person has stopped since it was looked up, or to a person whose contact waits: it stays in the queue
    /// as it is.</summary>
    bool IsWanted(Delivery row) => !_waiting.Contains(row.EmailKey) && (_goingOn is null || row.ExportRunId is not { } run || _goingOn.Contains(run));

    async Task LookForStopsAsync(StoreLease lease, CancellationToken ct)
    {
        if (engine.Clock.GetElapsedTime(_lookedForStops) < LookForStopsEvery)
            return;
        _goingOn = [.. (await engine.Exports.OpenAsync(lease.Store, ct)).Select(run => run.Id)];
        _lookedForStops = engine.Clock.GetTimestamp();
    }

    /// <summary>Marks events as sent under the lease. A process that was frozen right after it may have lost its lease meanwhile, so it asks again.</summary>
    async Task MarkSentAsync(StoreLease lease, IReadOnlyList<long> ids, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        await engine.Runs.MarkSentAsync(lease, ids, ct);
        if (Stopwatch.GetElapsedTime(began) > FrozenAfter)
            await engine.Runs.MarkSentAsync(lease, ids, ct);
    }

    /// <summary>Sends some records and settles their rows, whatever came of it. One that makes the call fail for a reason nobody foresaw is set aside.</summary>
    /// <param name="lease">The store.</param>
    /// <param name="records">At most as many as a call takes.</param>
    /// <param name="rowsOf">The rows of a record.</param>
    /// <param name="repeating">What a failure means for sending again.</param>
    /// <param name="call">Sends some of the records; true = a call that held them failed before, and may have been heard.</param>
    /// <param name="next">Events that are sent next: marked in the same transaction.</param>
    async Task<PumpEnd?> SendAsync<T>(
        StoreLease lease, IReadOnlyList<T> records, Func<T, IReadOnlyList<Delivery>> rowsOf, Repeating repeating, Func<IReadOnlyList<T>, bool, Task<Settlement>> call,
        IReadOnlyList<Delivery>? next = null)
    {
        try
        {
            return await CallAsync(lease, [.. records.SelectMany(rowsOf)], repeating, () => call(records, false), next);
        }
        catch (Exception e) when (Poison.Is(e))
        {
            PumpEnd? end = null;
            var found = await Poison.SearchAsync(records, e, async some =>
            {
                end = await CallAsync(lease, [.. some.SelectMany(rowsOf)], repeating, () => call(some, true));
                return end is null;
            });
            Log.Unforeseen(log, lease.Store.StoreId, records.Count, found.Suspects.Count, Poison.TraceOf(e));
            if (found.IsEverything)
            {
                // No record's fault: all wait, as for a destination that is away.
                var away = new RetryLaterException($"Pomost failed on every record it tried to send ({e.GetType().Name}).");
                return await WaitAsync(lease, [.. records.SelectMany(rowsOf)], repeating, away, milliseconds: 0);
            }

            await SetAsideAsync(lease, [.. found.Suspects.Select(suspect => (rowsOf(suspect.Record), suspect.Error))], found.OthersPassed, repeating);
            return end;
        }
    }

    /// <summary>Makes one call and settles its rows.</summary>
    async Task<PumpEnd?> CallAsync(
        StoreLease lease, IReadOnlyList<Delivery> rows, Repeating repeating, Func<Task<Settlement>> call, IReadOnlyList<Delivery>? next = null)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            var settlement = await call();
            long[] marked = [.. (next ?? []).Where(IsWanted).Select(row => row.Id)];
            var began = Stopwatch.GetTimestamp();
            await engine.Runs.SettleAsync(
                lease, settlement with { DestinationMilliseconds = watch.ElapsedMilliseconds, SentNext = marked }, CancellationToken.None);
            if (Stopwatch.GetElapsedTime(began) < FrozenAfter)
                _marked.UnionWith(marked);
            Count(settlement);
            pace.DestinationFailures = 0;
            return null;
        }
        catch (RetryLaterException e)
        {
            return await WaitAsync(lease, rows, repeating, e, watch.ElapsedMilliseconds);
        }
        catch (NeedsOperatorException e)
        {
            Log.NeedsOperator(log, lease.Store.StoreId, e.Problem, e.Message);
            await PutOffAsync(
                lease, rows, repeating == Repeating.AsksFirst, engine.Clock.GetUtcNow(), e.Message, watch.ElapsedMilliseconds, waitsForPerson: true);
            return new PumpEnd(null, e);
        }
    }

    async Task<PumpEnd> WaitAsync(StoreLease lease, IReadOnlyList<Delivery> rows, Repeating repeating, RetryLaterException e, long milliseconds)
    {
        var notBefore = engine.Clock.GetUtcNow() + Backoff.After(++pace.DestinationFailures, e.After, engine.Chance);
        pace.DestinationNotBefore = notBefore;
        pace.DestinationReason = e.After is null ? WaitReason.DestinationFails : WaitReason.DestinationAsked;
        if (e.After is not null)
            engine.Connections.Hold(lease, notBefore);
        Log.PutOff(log, lease.Store.StoreId, rows.Count, pace.DestinationFailures, e.Message);
        await PutOffAsync(lease, rows, repeating != Repeating.IsHarmless, notBefore, e.Message, milliseconds);
        return new PumpEnd(notBefore, null);
    }

    /// <summary>Gives up what fails alone while others are taken. One with nothing to be compared with is tried a few times more.</summary>
    async Task SetAsideAsync(
        StoreLease lease, IReadOnlyList<(IReadOnlyList<Delivery> Rows, Exception Error)> suspects, bool othersPassed, Repeating repeating)
    {
        foreach (var (rows, error) in suspects)
        {
            var attempts = rows.Max(row => row.Attempts) + 1;
            var (reason, isGivenUp) = (Poison.ReasonOf(error), othersPassed || attempts >= Poison.MostTries);
            var notBefore = engine.Clock.GetUtcNow() + Backoff.After(attempts, null, engine.Chance);
            var settlement = new Settlement
            {
                Refused = isGivenUp ? [.. rows.Select(row => (row, reason))] : [],
                PutOff = isGivenUp ? [] : rows,
                PutOffInDoubt = repeating != Repeating.IsHarmless,
                NotBefore = notBefore,
                PutOffReason = reason,
            };
            await engine.Runs.SettleAsync(lease, settlement, CancellationToken.None);
            Count(settlement);
            if (isGivenUp)
                continue;
            _waiting.Add(rows[0].EmailKey);
            _again = _again is { } sooner && sooner < notBefore ? sooner : notBefore;
        }
    }

    /// <summary>People with all their rows in one contact. A row that cannot be read is given up.</summary>
    async Task<List<(IReadOnlyList<Delivery> Rows, OutgoingContact Contact)>> ReadAsync(StoreLease lease, IEnumerable<List<Delivery>> groups)
    {
        var people = new List<(IReadOnlyList<Delivery> Rows, OutgoingContact Contact)>();
        foreach (var rows in groups)
        {
            try
            {
                people.Add((rows, Merged(rows)));
            }
            catch (Exception e) when (Poison.Is(e))
            {
                Log.Unforeseen(log, lease.Store.StoreId, 1, 1, Poison.TraceOf(e));
                await SetAsideAsync(lease, [(rows, e)], othersPassed: true, Repeating.IsHarmless);
            }
        }

        return people;
    }

    void Count(Settlement settlement)
    {
        var now = engine.Clock.GetUtcNow();
        foreach (var kind in settlement.Taken.GroupBy(row => row.Kind))
            EngineMeters.Deliveries.Add(kind.Count(), new("kind", kind.Key.ToString()), new("outcome", "taken"));
        foreach (var kind in settlement.Refused.GroupBy(row => row.Delivery.Kind))
            EngineMeters.Deliveries.Add(kind.Count(), new("kind", kind.Key.ToString()), new("outcome", "refused"));
        if (!EngineMeters.Latency.Enabled)
            return;
        foreach (var row in settlement.Taken.Where(row => row.ExportRunId is null))
            EngineMeters.Latency.Record((now - row.CreatedAt).TotalSeconds);
    }

    /// <summary>What failed for 24 hours is given up, the rest waits; what a person has to mend waits as long as it takes. Not cancellable: the answer must not
    /// be forgotten at shutdown.</summary>
    Task PutOffAsync(
        StoreLease lease, IReadOnlyList<Delivery> rows, bool inDoubt, DateTimeOffset notBefore, string reason, long milliseconds, bool waitsForPerson = false)
    {
        var now = engine.Clock.GetUtcNow();
        var given = waitsForPerson ? [] : rows.Where(row => row.Attempts >= LeastTries && Backoff.IsSpent(row.CreatedAt, now)).ToList();
        EngineMeters.Deliveries.Add(rows.Count - given.Count, new("kind", "any"), new("outcome", "put_off"));
        return engine.Runs.SettleAsync(lease, new Settlement
        {
            Refused = [.. given.Select(row => (row, reason))],
            PutOff = [.. rows.Except(given)],
            PutOffInDoubt = inDoubt,
            NotBefore = notBefore,
            PutOffReason = reason,
            DestinationMilliseconds = milliseconds,
        }, CancellationToken.None);
    }

    async Task<Settlement> SendContactsAsync(
        StoreLease lease, DestinationConnection to, IReadOnlyList<(IReadOnlyList<Delivery> Rows, OutgoingContact Contact)> people, CancellationToken ct)
    {
        var known = await engine.Runs.ContactsAsync(lease.Store, [.. people.Select(person => person.Rows[0].EmailKey)], ct);
        var owed = people.Select(person => new OwedContact(person.Rows, person.Contact, known.GetValueOrDefault(person.Rows[0].EmailKey))).ToList();
        // A card that cannot move stays as it is, and the person gets one under the new address.
        var moving = owed.Where(one => one.Contact.Former is not null).ToList();
        await AfterCardsAsync(lease, to, moving, one => one.Contact.Former!.EmailKey, ct);
        foreach (var one in moving)
            one.IsMoved = await engine.Destination.ChangeAddressAsync(to, one.Contact, ct);
        foreach (var one in moving.Where(one => !one.IsMoved))
            one.LeaveFormer();
        var rest = owed.Where(one => !one.IsMoved).ToList();
        await AfterCardsAsync(lease, to, rest, one => one.EmailKey, ct);
        var result = rest.Count == 0 ? BatchResult.AllTaken : await engine.Destination.UpsertContactsAsync(to, [.. rest.Select(one => one.Contact)], ct);
        // What is not said, because the card says otherwise, has to be weighed.
        await SpreadAsync(lease, owed.Where(one => one.IsHeld), CardHintSource.Held);
        await SpreadAsync(lease, owed.Where(one => one.IsTakenBack && !one.IsHeld), CardHintSource.ChangedList);
        var refused = new BatchResult([.. result.Refused.Select(record => record with { Index = owed.IndexOf(rest[record.Index]) })]);
        var taken = owed.Where((_, index) => refused.Refused.All(record => record.Index != index)).ToList();
        return Settle(refused, index => owed[index].Rows, owed.Count) with
        {
            Cards = [.. taken.Select(one => one.KnownCard()).OfType<KnownCardWrite>()],
            Held = [.. taken.Where(one => one.IsHeld).SelectMany(one => one.Rows)],
        };
    }

    /// <summary>Looks at the cards of people who would be opted in, whose first sending is in doubt, or who were never looked at; takes from the contacts
    /// what may not be sent.</summary>
    async Task AfterCardsAsync(
        StoreLease lease, DestinationConnection to, IReadOnlyList<OwedContact> contacts, Func<OwedContact, string> keyOf, CancellationToken ct)
    {
        var asked = contacts.Where(one => one.MustAsk).ToList();
        var cards = await CardLook.AtAsync(engine, lease, to, [.. asked.Select(keyOf)], ct);
        foreach (var one in asked)
            one.After(cards.Of(keyOf(one)), cards.MadeOf(keyOf(one)));
    }

    async Task SpreadAsync(StoreLease lease, IEnumerable<OwedContact> contacts, CardHintSource source)
    {
        string[] keys = [.. contacts.Select(one => one.EmailKey)];
        if (keys.Length > 0)
            await engine.Hints.SpreadAsync(lease.Store.AccountId, lease.DestinationId, keys, source, CancellationToken.None);
    }

    static List<(IReadOnlyList<Delivery> Rows, OutgoingContact Contact)> InDoubt(
        IReadOnlyList<(IReadOnlyList<Delivery> Rows, OutgoingContact Contact)> people, DateTimeOffset sentAt)
        => [.. people.Select(person => ((IReadOnlyList<Delivery>)[.. person.Rows.Select(row => row with { State = DeliveryState.Sent, SentAt = row.SentAt ?? sentAt })], person.Contact))];

    static bool StatesAnything(OutgoingContact contact) => contact.EmailConsent != ConsentState.NoStatement || contact.SmsConsent != ConsentState.NoStatement;

    static bool MayOptIn(OutgoingContact contact)
        => contact.Former is { } former && (former.EmailConsent == ConsentState.Granted || former.SmsConsent == ConsentState.Granted);

    async Task<Settlement> SendEventsAsync(DestinationConnection to, IReadOnlyList<Delivery> rows, CancellationToken ct)
    {
        var result = await engine.Destination.AddEventsAsync(to, [.. rows.Select(EventOf)], ct);
        return Settle(result, index => [rows[index]], rows.Count);
    }

    /// <summary>Sends those that a failed call did not bring there.</summary>
    async Task<Settlement> SendMissingAsync(DestinationConnection to, IReadOnlyList<Delivery> rows, CancellationToken ct)
    {
        var there = await ThereAsync(to, rows, ct);
        if (there.Count == rows.Count)
            return new Settlement { Taken = there };
        var sent = await SendEventsAsync(to, [.. rows.Except(there)], ct);
        return sent with { Taken = [.. there, .. sent.Taken] };
    }

    async Task<Settlement> SendChangesAsync(DestinationConnection to, IReadOnlyList<List<Delivery>> newest, CancellationToken ct)
    {
        var result = await engine.Destination.ChangeEventsAsync(
            to, [.. newest.Select(group => new EventChange(EventOf(group[^1]), group[^1].Kind == DeliveryKind.EventWithdrawal))], ct);
        return Settle(result, index => newest[index], newest.Count);
    }

    static Settlement Settle(BatchResult result, Func<int, IReadOnlyList<Delivery>> rowsOf, int count)
    {
        var refused = result.Refused.ToDictionary(record => record.Index, record => record.Message);
        return new Settlement
        {
            Taken = [.. Enumerable.Range(0, count).Where(index => !refused.ContainsKey(index)).SelectMany(rowsOf)],
            Refused = [.. refused.SelectMany(record => rowsOf(record.Key).Select(row => (row, record.Value)))],
        };
    }

    static OutgoingContact Merged(List<Delivery> rows)
    {
        var contact = DeliveryPayload.Contact(rows[0].Payload);
        foreach (var row in rows.Skip(1))
        {
            var newer = DeliveryPayload.Contact(row.Payload);
            contact = newer with
            {
                Former = contact.Former ?? newer.Former,
                Name = newer.Name ?? contact.Name,
                Company = newer.Company ?? contact.Company,
                Phone = newer.Phone ?? contact.Phone,
                ExternalId = newer.ExternalId ?? contact.ExternalId,
                Address = newer.Address ?? contact.Address,
                BirthDate = newer.BirthDate ?? contact.BirthDate,
                Gender = newer.Gender == Gender.Unknown ? contact.Gender : newer.Gender,
                Language = newer.Language ?? contact.Language,
                EmailConsent = newer.EmailConsent == ConsentState.NoStatement ? contact.EmailConsent : newer.EmailConsent,
                SmsConsent = newer.SmsConsent == ConsentState.NoStatement ? contact.SmsConsent : newer.SmsConsent,
                EmailIsLater = newer.EmailConsent == ConsentState.NoStatement ? contact.EmailIsLater : newer.EmailIsLater,
                SmsIsLater = newer.SmsConsent == ConsentState.NoStatement ? contact.SmsIsLater : newer.SmsIsLater,
                EmailMadeAfter = newer.EmailConsent == ConsentState.NoStatement ? contact.EmailMadeAfter : newer.EmailMadeAfter,
                SmsMadeAfter = newer.SmsConsent == ConsentState.NoStatement ? contact.SmsMadeAfter : newer.SmsMadeAfter,
                Tags = [.. contact.Tags.Except(newer.RemoveTags).Union(newer.Tags)],
                RemoveTags = [.. contact.RemoveTags.Except(newer.Tags).Union(newer.RemoveTags)],
            };
        }

        // Back at the first address before the destination heard of another: nothing moves.
        return contact.Former?.EmailKey == rows[0].EmailKey ? contact with { Former = null } : contact;
    }

    /// <summary>The event in a row, for the address that its person has by now.</summary>
    static OutgoingEvent EventOf(Delivery row)
    {
        var happened = DeliveryPayload.Event(row.Payload);
        return EmailAddress.KeyOf(happened.Email) == row.EmailKey ? happened : happened with { Email = row.EmailKey };
    }

    /// <summary>Those whose event is on a card.</summary>
    async Task<List<Delivery>> ThereAsync(DestinationConnection to, IReadOnlyList<Delivery> rows, CancellationToken ct)
    {
        var emails = rows.Select(row => EventOf(row).Email).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var cards = await engine.Destination.ReadContactsAsync(to, emails, ct);
        var found = cards.SelectMany(card => card.Events).ToHashSet();
        return [.. rows.Where(row => found.Contains(row.Event!))];
    }

    static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Store {StoreId}: {Rows} deliveries put off, failure {Failures} in a row: {Reason}")]
        public static partial void PutOff(ILogger log, long storeId, int rows, int failures, string reason);

        [LoggerMessage(2, LogLevel.Error, "Store {StoreId}: deliveries stand still, {Problem}: {Reason}")]
        public static partial void NeedsOperator(ILogger log, long storeId, ConnectionProblem problem, string reason);

        [LoggerMessage(37, LogLevel.Error, "Store {StoreId}: a package of {Records} failed for a reason nobody foresaw; failed alone: {Suspects}. {Error}")]
        public static partial void Unforeseen(ILogger log, long storeId, int records, int suspects, string error);
    }
}
