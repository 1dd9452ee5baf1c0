using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>How every stream is read: by its cursor, and whole when a comparison is due.</summary>
abstract class StreamReader<T>(StoreRun run, ShopStream stream) : IShopStream
{
    static readonly TimeSpan SeenWrittenEvery = TimeSpan.FromMinutes(2);

    readonly Comparison _comparison = new(run, stream);

    public ShopStream Stream => stream;

    public WorkPace Pace { get; } = run.Pace.Of(stream.ToString());

    protected StoreRun Run => run;

    string Place => $"live:{stream}";

    public abstract Task ReadAnnouncedAsync(IReadOnlyList<InboxEntry> entries);

    public async Task PollAsync()
    {
        if (!run.Gives(stream))
            return;
        if (await run.CursorAsync(Place) is not { } from)
        {
            // What was there before the store was connected is sent by an export, never by itself.
            await run.SaveCursorAsync(Place, await run.Connector.CursorAtEndAsync(run.Shop, stream, run.Cancel));
            return;
        }

        var began = run.Now;
        await foreach (var page in Read(run.Shop, new ReadRequest { Purpose = ReadPurpose.Increment, From = from }))
        {
            await CommitAsync(page, PageSource.At(Place, page.Next));
            if (!GoesOn(page))
                return;
        }

        await NoteSeenAsync(began);
    }

    public async Task CompareAsync()
    {
        if (!run.Gives(stream) || await _comparison.BeginAsync(IsComparedByItself, LongestBetweenComparisons) is not { } began)
            return;
        await foreach (var page in Read(run.Shop, new ReadRequest { Purpose = ReadPurpose.Sweep, From = await run.CursorAsync(_comparison.Place) }))
        {
            await ComparePageAsync(page, PageSource.At(_comparison.Place, page.Next));
            if (!GoesOn(page))
                return;
        }

        await EndComparisonAsync(began);
        await _comparison.EndAsync();
    }

    /// <summary>True when comparing is the only way to find some changes; else it is done when a person asks.</summary>
    protected virtual bool IsComparedByItself => run.Connector.Info.Streams.Any(info => info.Stream == stream && !info.HasModificationTime);

    protected virtual TimeSpan LongestBetweenComparisons => Comparison.Nightly;

    protected abstract IAsyncEnumerable<Page<T>> Read(ShopConnection shop, ReadRequest request);

    protected abstract Task CommitAsync(Page<T> page, PageSource source);

    /// <summary>Commits what a comparison found. Who was never sent is not sent by it.</summary>
    protected abstract Task ComparePageAsync(Page<T> page, PageSource source);

    /// <summary>Every page of a comparison was read.</summary>
    protected virtual Task EndComparisonAsync(DateTimeOffset began) => Task.CompletedTask;

    /// <summary>Whether the next page is asked for now.</summary>
    protected bool GoesOn(Page<T> page)
    {
        if (page.NextAt is { } prepared && prepared > run.Now)
        {
            Pace.NotBefore = prepared;
            run.IsDueAt(prepared);
            return false;
        }

        run.HasMoreToRead |= !run.HasTime;
        return run.HasTime;
    }

    // Written down now and then: an older moment is true, too, and the shops are asked each minute.
    async Task NoteSeenAsync(DateTimeOffset began)
    {
        run.Pace.SeenUntil[stream] = began;
        if (run.Pace.SeenWritten.GetValueOrDefault(stream) is { } written && began - written < SeenWrittenEvery)
            return;
        await run.SaveMomentAsync($"seen:{stream}", began);
        run.Pace.SeenWritten[stream] = began;
    }
}
