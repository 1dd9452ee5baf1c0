using Microsoft.Extensions.Logging;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Writes into a shop what is owed to it, oldest first, each settled on its own: writing twice is harmless.</summary>
sealed partial class WriteBackStep(EngineServices engine, ILogger log, StoreLease lease, CancellationToken ct)
{
    const int RowsPerLook = 100;
    const int RowsPerLookForSome = 1_000;
    const int TriesAgainstPlugin = 3;

    /// <summary>True once something may have been written.</summary>
    public bool WroteAnything { get; private set; }

    /// <summary>Writes consents until nothing is left or time is over. Gives true when something is left that could be written now.</summary>
    /// <param name="connector">Writes.</param>
    /// <param name="shop">Where.</param>
    /// <param name="optOutsOnly">Leave everything else for later.</param>
    /// <param name="hasTime">Asked before each write.</param>
    /// <exception cref="RetryLaterException">The shop cannot take it now; the row waits.</exception>
    /// <exception cref="NeedsOperatorException"/>
    public async Task<bool> WriteAsync(IPlatformConnector connector, ShopConnection shop, bool optOutsOnly, Func<bool> hasTime)
    {
        while (await NextAsync(optOutsOnly) is { Count: > 0 } rows)
        {
            await engine.WriteBacks.MarkBegunAsync(lease, rows, ct);
            WroteAnything = true;
            foreach (var row in rows)
            {
                if (!hasTime())
                    return true;
                await WriteAsync(connector, shop, row);
            }
        }

        return false;
    }

    async Task<IReadOnlyList<WriteBack>> NextAsync(bool optOutsOnly) => optOutsOnly
        ? [.. (await engine.WriteBacks.NextAsync(lease.Store, tags: false, RowsPerLookForSome, ct))
            .Where(row => WriteBackPayload.Consent(row.Payload).Consent.State == ConsentState.Withdrawn)]
        : await engine.WriteBacks.NextAsync(lease.Store, tags: false, RowsPerLook, ct);

    /// <summary>Writes the tags of some people. Gives true when there may be more.</summary>
    /// <exception cref="TagsNotTakenException">The shop does not take tags now; the rows wait.</exception>
    public async Task<bool> WriteTagsAsync(IPlatformConnector connector, ShopConnection shop, int max, Func<bool> hasTime)
    {
        var rows = await engine.WriteBacks.NextAsync(lease.Store, tags: true, max, ct);
        try
        {
            foreach (var row in rows)
            {
                if (!hasTime())
                    return true;
                await WriteAsync(connector, shop, row);
            }
        }
        catch (ConnectorException e)
        {
            throw new TagsNotTakenException(e);
        }

        return rows.Count == max;
    }

    async Task WriteAsync(IPlatformConnector connector, ShopConnection shop, WriteBack row)
    {
        try
        {
            var consent = row.Kind == WriteBackKind.Tags ? null : WriteBackPayload.Consent(row.Payload);
            var memory = consent is null ? null : await MemoryAsync(row, consent.Channel);
            var change = consent is null ? null : InDoubt(row, consent, memory);
            var result = await CallAsync(connector, shop, row, change);
            var memories = Memories(row, change, memory, result);
            await (result.Outcome switch
            {
                WriteOutcome.NotKept => PutBackAsync(row, result, memories),
                WriteOutcome.NotSeenYet => LookLaterAsync(row, memories),
                _ => SettleAsync(row, result.Outcome, memories),
            });
        }
        catch (SkipRecordException e)
        {
            await BuryAsync(row, e.Message);
        }
        catch (RetryLaterException e)
        {
            var now = engine.Clock.GetUtcNow();
            if (row.Attempts > 0 && Backoff.IsSpent(row.CreatedAt, now))
                await BuryAsync(row, e.Message);
            else
                await PutOffAsync(row, now + Backoff.After(row.Attempts + 1, e.After, engine.Chance), e.Message, []);
            throw;
        }
        catch (Exception e) when (Poison.Is(e))
        {
            // One row at a time is written: whose fault it is shows only by trying again, while other people's rows go on.
            Log.Unforeseen(log, lease.Store.StoreId, row.Kind, Poison.TraceOf(e));
            if (row.Attempts + 1 >= Poison.MostTries)
                await BuryAsync(row, Poison.ReasonOf(e));
            else
                await PutOffAsync(row, engine.Clock.GetUtcNow() + Backoff.After(row.Attempts + 1, null, engine.Chance), Poison.ReasonOf(e), []);
        }
    }

    Task SettleAsync(WriteBack row, WriteOutcome outcome, IReadOnlyList<ShopMemoryWrite> memories)
    {
        var code = outcome switch
        {
            WriteOutcome.NotFound => ReasonCode.ShopLacksPerson,
            WriteOutcome.NotOffered => ReasonCode.ShopHasNoPlace,
            _ => ReasonCode.WrittenToShop,
        };
        return engine.WriteBacks.SettleAsync(
            lease, new WriteBackSettlement { Done = [row], Memories = memories, Traces = outcome == WriteOutcome.Unchanged ? [] : [Trace(row, code, null)] }, ct);
    }

    Task PutOffAsync(WriteBack row, DateTimeOffset notBefore, string reason, IReadOnlyList<ShopMemoryWrite> memories) => engine.WriteBacks.SettleAsync(
        lease, new WriteBackSettlement { PutOff = [row], NotBefore = notBefore, PutOffReason = reason, Memories = memories }, ct);

    /// <summary>The shop's answers lag behind its writes: this row waits in doubt, other people's rows go on.</summary>
    Task LookLaterAsync(WriteBack row, IReadOnlyList<ShopMemoryWrite> memories)
    {
        const string Reason = "The shop still shows the record as it was before the write.";
        var now = engine.Clock.GetUtcNow();
        return row.Attempts > 0 && Backoff.IsSpent(row.CreatedAt, now)
            ? BuryAsync(row, Reason) : PutOffAsync(row, now + Backoff.After(row.Attempts + 1, null, engine.Chance), Reason, memories);
    }

    /// <summary>The shop shows another value than it took. A few tries, then a person has to look after the shop; other people's rows go on.</summary>
    async Task PutBackAsync(WriteBack row, ConsentWriteResult result, IReadOnlyList<ShopMemoryWrite> memories)
    {
        var reason = PutBackReason.Of(result.Field ?? row.Kind.ToString());
        if (row.Attempts + 1 >= TriesAgainstPlugin)
        {
            Log.GivenUp(log, lease.Store.StoreId, row.Kind, reason);
            await engine.WriteBacks.SettleAsync(
                lease, new WriteBackSettlement
                {
                    Dead = [(row, reason)],
                    PutBackField = result.Field ?? row.Kind.ToString(),
                    Memories = memories,
                    Traces = [Trace(row, ReasonCode.ShopPutsBack, result.Field)],
                }, ct);
        }
        else
        {
            await PutOffAsync(row, engine.Clock.GetUtcNow() + Backoff.After(row.Attempts + 1, null, engine.Chance), reason, memories);
        }
    }

    /// <summary>Our own writing is remembered with what stood there before: when that comes back it is no statement.</summary>
    IReadOnlyList<ShopMemoryWrite> Memories(WriteBack row, ConsentChange? change, ShopMemory? memory, ConsentWriteResult result)
    {
        if (change is null || memory is null || result.Outcome is WriteOutcome.NotFound or WriteOutcome.NotOffered)
            return [];
        var isSeen = result.Outcome is WriteOutcome.Written or WriteOutcome.Unchanged;
        var written = new OwnWriting(change.Consent.State, engine.Clock.GetUtcNow(), IsKept: isSeen)
        {
            DatedRecord = result.RecordModifiedAt > memory.SeenModifiedAt,
            WrittenAs = result.Outcome == WriteOutcome.NotSeenYet ? result.WrittenAs : null,
        };
        var remembered = ShopRecordChange.RememberOwn(
            memory, written, Recorded(result.Before), Recorded(result.Kept), result.RecordModifiedAt, change.IsInDoubt);
        return [new ShopMemoryWrite(row.EmailKey, change.Channel, remembered)];
    }

    /// <summary>What to write, with what is known of earlier writes of which nobody knows whether they stand in the shop.</summary>
    static ConsentChange InDoubt(WriteBack row, ConsentChange change, ShopMemory? memory) => change with
    {
        // Begun before its first attempt: it took the place of another one, or the process ended in the middle.
        IsInDoubt = row is { BegunAt: not null, Attempts: 0 },
        WrittenAs = memory?.Own is { IsKept: false } own && own.State == change.Consent.State ? own.WrittenAs : null,
    };

    async Task<ShopMemory?> MemoryAsync(WriteBack row, ConsentChannel channel)
    {
        var people = await engine.Runs.ContactsAsync(lease.Store, [row.EmailKey], ct);
        return people.TryGetValue(row.EmailKey, out var person) ? (channel == ConsentChannel.Email ? person.ShopEmail : person.ShopSms) : null;
    }

    static RecordedState? Recorded(Consent? consent) => consent is null ? null : new RecordedState(consent.State, consent.At);

    async Task BuryAsync(WriteBack row, string reason)
    {
        Log.GivenUp(log, lease.Store.StoreId, row.Kind, reason);
        await engine.WriteBacks.SettleAsync(
            lease, new WriteBackSettlement { Dead = [(row, reason)], Traces = [Trace(row, ReasonCode.ShopRefused, reason)] }, ct);
    }

    async Task<ConsentWriteResult> CallAsync(IPlatformConnector connector, ShopConnection shop, WriteBack row, ConsentChange? change) => change switch
    {
        null => new(connector is IWritesTags tags ? await tags.WriteTagsAsync(shop, WriteBackPayload.Tags(row.Payload), ct) : WriteOutcome.NotOffered),
        _ => connector is IWritesConsent consents ? await consents.WriteConsentAsync(shop, change, ct) : new(WriteOutcome.NotOffered),
    };

    static TraceWrite Trace(WriteBack row, ReasonCode code, string? detail)
    {
        var sourceId = row.Kind == WriteBackKind.Tags ? WriteBackPayload.Tags(row.Payload).SourceId : WriteBackPayload.Consent(row.Payload).SourceId;
        var outcome = code == ReasonCode.WrittenToShop ? RecordOutcome.Sent : RecordOutcome.Rejected;
        return new TraceWrite(
            ShopStream.Contacts, sourceId ?? row.EmailKey, row.EmailKey, outcome, code,
            [new RuleAnswer("write-back", code, outcome == RecordOutcome.Sent, row.Kind.ToString())], null, detail);
    }

    static partial class Log
    {
        [LoggerMessage(31, LogLevel.Warning, "Store {StoreId}: {Kind} not written into the shop and given up: {Reason}")]
        public static partial void GivenUp(ILogger log, long storeId, WriteBackKind kind, string reason);

        [LoggerMessage(39, LogLevel.Error, "Store {StoreId}: {Kind} not written into the shop for a reason nobody foresaw. {Error}")]
        public static partial void Unforeseen(ILogger log, long storeId, WriteBackKind kind, string error);
    }
}
