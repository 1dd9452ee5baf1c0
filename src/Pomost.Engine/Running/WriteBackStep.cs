using Microsoft.Extensions.Logging;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Writes into a shop what is owed to it, oldest first, each settled on its own: writing twice is harmless.</summary>
sealed partial class WriteBackStep(EngineServices engine, ILogger log, StoreLease lease, CancellationToken ct)
{
    const int RowsPerLook = 100;

    /// <summary>True once something may have been written.</summary>
    public bool WroteAnything { get; private set; }

    /// <summary>Writes consents until nothing is left or time is over. Gives true when something is left that could be written now.</summary>
    /// <exception cref="RetryLaterException">The shop cannot take it now; the row waits.</exception>
    /// <exception cref="NeedsOperatorException"/>
    public async Task<bool> WriteAsync(IPlatformConnector connector, ShopConnection shop, Func<bool> hasTime)
    {
        while (await engine.WriteBacks.NextAsync(lease.Store, tags: false, RowsPerLook, ct) is { Count: > 0 } rows)
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
            var outcome = (await CallAsync(connector, shop, row)).Outcome;
            var code = outcome switch
            {
                WriteOutcome.NotFound => ReasonCode.ShopLacksPerson,
                WriteOutcome.NotOffered => ReasonCode.ShopHasNoPlace,
                _ => ReasonCode.WrittenToShop,
            };
            await engine.WriteBacks.SettleAsync(
                lease, new WriteBackSettlement { Done = [row], Traces = outcome == WriteOutcome.Unchanged ? [] : [Trace(row, code, null)] }, ct);
        }
        catch (SkipRecordException e)
        {
            await BuryAsync(row, e.Message);
        }
        catch (RetryLaterException e)
        {
            var now = engine.Clock.GetUtcNow();
            if (row.Attempts > 0 && row.CreatedAt <= now - Backoff.GiveUpAfter)
                await BuryAsync(row, e.Message);
            else
                await engine.WriteBacks.SettleAsync(
                    lease, new WriteBackSettlement { PutOff = [row], NotBefore = now + Backoff.After(row.Attempts + 1, e.After, engine.Chance), PutOffReason = e.Message }, ct);
            throw;
        }
    }

    async Task BuryAsync(WriteBack row, string reason)
    {
        Log.GivenUp(log, lease.Store.StoreId, row.Kind, reason);
        await engine.WriteBacks.SettleAsync(
            lease, new WriteBackSettlement { Dead = [(row, reason)], Traces = [Trace(row, ReasonCode.ShopRefused, reason)] }, ct);
    }

    async Task<ConsentWriteResult> CallAsync(IPlatformConnector connector, ShopConnection shop, WriteBack row) => row.Kind switch
    {
        WriteBackKind.Tags => new(connector is IWritesTags tags
            ? await tags.WriteTagsAsync(shop, WriteBackPayload.Tags(row.Payload), ct) : WriteOutcome.NotOffered),
        _ => connector is IWritesConsent consents
            ? await consents.WriteConsentAsync(shop, WriteBackPayload.Consent(row.Payload), ct) : new(WriteOutcome.NotOffered),
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
    }
}
