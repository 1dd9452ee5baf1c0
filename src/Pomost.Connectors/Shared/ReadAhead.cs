using System.Runtime.CompilerServices;

namespace Pomost.Connectors.Shared;

/// <summary>Asks for the next page while the last one is being processed: never more than one request is under way.</summary>
static class ReadAhead
{
    public static async IAsyncEnumerable<T> OnePageAsync<T>(Func<CancellationToken, IAsyncEnumerable<T>> source, [EnumeratorCancellation] CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var pages = source(stop.Token).GetAsyncEnumerator(stop.Token);
        var next = pages.MoveNextAsync().AsTask();
        try
        {
            while (await next)
            {
                var page = pages.Current;
                next = pages.MoveNextAsync().AsTask();
                yield return page;
            }
        }
        finally
        {
            // The reader may leave early: the page under way is given up, and what became of it is nobody's concern.
            await stop.CancelAsync();
            await next.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            _ = next.Exception;
        }
    }
}
