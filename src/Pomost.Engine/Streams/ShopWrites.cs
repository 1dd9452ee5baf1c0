using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>What is owed to the shop. Consents are written right after the live reading, and whether or not it succeeded; tags when nothing more urgent is left: an export makes as many as it sent
/// people.</summary>
sealed class ShopWrites(StoreRun run, ShopGate gate, HistoryPace history)
{
    const int TagsPerPack = 25;

    static readonly TimeSpan TagsWait = TimeSpan.FromMinutes(1);
    static readonly TimeSpan TagsRefusedWait = TimeSpan.FromHours(1);

    readonly WorkPace _consents = run.Pace.Of("write-back");

    /// <summary>Before the shop is read: opt-outs that the reading of the last run left no time for. Others wait until it is read what people said there
    /// meanwhile.</summary>
    public Task WriteLeftOptOutsAsync() => run.Pace.LeftWrites ? WriteAsync(optOutsOnly: true) : Task.CompletedTask;

    /// <summary>After the shop was read. Where its accounts could not be, somebody may have opted out there unseen: then only opt-outs are written.</summary>
    public async Task WriteConsentsAsync()
    {
        run.Pace.LeftWrites = !run.HasTime;
        await WriteAsync(optOutsOnly: run.Pace.Of(nameof(ShopStream.Contacts)).Failures > 0);
    }

    async Task WriteAsync(bool optOutsOnly)
    {
        var step = new WriteBackStep(run.Engine, run.Log, run.Lease, run.Cancel);
        try
        {
            var isDone = await gate.AskAsync(
                _consents, async () => run.HasMoreToRead |= await step.WriteAsync(run.Connector, run.Shop, optOutsOnly, () => run.HasTime));
            // What failed before was given up, or taken back: nothing is owed that could fail.
            if (isDone && !step.WroteAnything)
                _consents.NoteAnswer();
        }
        finally
        {
            run.WroteToShop |= step.WroteAnything;
        }
    }

    /// <param name="giveWay">What goes before the next pack of tags.</param>
    public async Task WriteTagsAsync(Func<Task> giveWay)
    {
        var step = new WriteBackStep(run.Engine, run.Log, run.Lease, run.Cancel);
        try
        {
            while (run.HasTime && run.Now >= Moment.Later(run.Pace.TagsNotBefore, run.Pace.ShopNotBefore) && history.MayRead()
                && await step.WriteTagsAsync(run.Connector, run.BulkShop, TagsPerPack, () => run.HasTime))
            {
                await giveWay();
            }
        }
        catch (TagsNotTakenException e)
        {
            // A shop that takes no tags (a key that may only read) still gives its contacts and orders.
            run.Pace.TagsNotBefore = run.Now + (e.InnerException is RetryLaterException ? TagsWait : TagsRefusedWait);
            StoreRunLog.TagsNotTaken(run.Log, run.Key.StoreId, e.InnerException!.Message);
        }
    }

    /// <summary>When something owed can be written.</summary>
    public async Task<DateTimeOffset> DueAtAsync()
    {
        var (none, pace) = (CancellationToken.None, run.Pace);
        var consents = await run.Engine.WriteBacks.NextDueAsync(run.Key, tags: false, none) is { } owed
            ? Moment.Later(owed, Moment.Later(_consents.NotBefore, pace.ShopNotBefore)) : DateTimeOffset.MaxValue;
        var tags = await run.Engine.WriteBacks.NextDueAsync(run.Key, tags: true, none) is { } due
            ? Moment.Later(Moment.Later(due, pace.TagsNotBefore), Moment.Later(pace.BulkNotBefore, pace.ShopNotBefore)) : DateTimeOffset.MaxValue;
        return Moment.Earlier(consents, tags);
    }
}

/// <summary>The shop did not take tags; everything else goes on.</summary>
sealed class TagsNotTakenException(ConnectorException cause) : Exception(cause.Message, cause);
