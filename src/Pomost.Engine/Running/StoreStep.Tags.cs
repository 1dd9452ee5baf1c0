using Pomost.Contract;

namespace Pomost.Engine;

/// <content>Tags owed to the shop.</content>
sealed partial class StoreStep
{
    const int TagsPerPack = 25;
    static readonly TimeSpan TagsWait = TimeSpan.FromMinutes(1);
    static readonly TimeSpan TagsRefusedWait = TimeSpan.FromHours(1);

    /// <summary>Writes tags when nothing more urgent is left: an export makes as many as it sent people, and a consent must not wait behind them.</summary>
    async Task WriteTagsAsync(IPlatformConnector connector, ShopConnection shop)
    {
        var step = new WriteBackStep(engine, log, lease, ct);
        try
        {
            while (HasTime && engine.Clock.GetUtcNow() >= pace.TagsNotBefore && MayReadHistory()
                && await step.WriteTagsAsync(connector, engine.Connections.ShopOf(store, isBulk: true), TagsPerPack, () => HasTime))
            {
                await GiveWayAsync(connector, shop);
            }
        }
        catch (TagsNotTakenException e)
        {
            // A shop that takes no tags (a key that may only read) still gives its contacts and orders.
            pace.TagsNotBefore = engine.Clock.GetUtcNow() + (e.InnerException is RetryLaterException ? TagsWait : TagsRefusedWait);
            StoreRunLog.TagsNotTaken(log, lease.Store.StoreId, e.InnerException!.Message);
        }
    }

    async Task<DateTimeOffset> TagsDueAsync()
        => await engine.WriteBacks.NextDueAsync(lease.Store, tags: true, CancellationToken.None) is { } due
            ? Later(Later(due, pace.TagsNotBefore), Later(pace.BulkNotBefore, pace.ShopNotBefore)) : DateTimeOffset.MaxValue;
}

/// <summary>The shop did not take tags; everything else goes on.</summary>
sealed class TagsNotTakenException(ConnectorException cause) : Exception(cause.Message, cause);
