using System.Net;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>What one shop's answers said about its limits. Shared by everything this process asks of the shop; safe for concurrent use.</summary>
public sealed class ShopSignals(TimeProvider clock)
{
    static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(5);
    static readonly TimeSpan BulkRest = TimeSpan.FromMinutes(1);

    static readonly string[] Sizes = ["per_page=", "limit=", "page_size=", "pageSize=", "results_limit="];

    readonly Lock _lock = new();
    readonly Dictionary<string, BulkGovernor> _governors = new(StringComparer.Ordinal);
    long _run;
    TimeSpan _pause;
    TimeSpan _heldBack;
    DateTimeOffset _notBefore;
    DateTimeOffset _bulkNotBefore;
    double? _remaining;
    long _answers;

    /// <summary>Answers so far that were no failure of the shop.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    /// <summary>Bulk reads rest until then, UTC; in the past when they may go on.</summary>
    public DateTimeOffset BulkNotBefore
    {
        get
        {
            lock (_lock)
                return _bulkNotBefore;
        }
    }

    /// <summary>An export run begins or goes on: each is compared with its own best answers.</summary>
    public void BeginBulk(long runId)
    {
        lock (_lock)
        {
            if (_run == runId)
                return;
            _run = runId;
            _governors.Clear();
            _pause = TimeSpan.Zero;
            _heldBack = TimeSpan.Zero;
        }
    }

    /// <summary>Milliseconds that bulk reads were held back to keep within the limit of requests, since this was last asked.</summary>
    public long TakeHeldBack()
    {
        lock (_lock)
        {
            var held = _heldBack;
            _heldBack = TimeSpan.Zero;
            return (long)held.TotalMilliseconds;
        }
    }

    /// <summary>The room the shop needs before the next page; asked once for each page.</summary>
    public TimeSpan TakePause()
    {
        lock (_lock)
        {
            var pause = _pause;
            _pause = TimeSpan.Zero;
            return pause;
        }
    }

    /// <summary>Lets a short wait pass that the shop asked for.</summary>
    /// <exception cref="RetryLaterException">The wait is longer.</exception>
    internal async Task WaitAsync(CancellationToken ct)
    {
        TimeSpan wait;
        lock (_lock)
            wait = _notBefore - clock.GetUtcNow();
        if (wait <= TimeSpan.Zero)
            return;
        if (wait > ShortWait)
            throw new RetryLaterException("The shop asked to be left alone.", wait);
        await Task.Delay(wait, clock, ct);
    }

    internal void HoldBack(long since)
    {
        lock (_lock)
            _heldBack += clock.GetElapsedTime(since);
    }

    internal long Start() => clock.GetTimestamp();

    /// <summary>Takes what a connector read of the shop's limits, wherever the answer told it.</summary>
    public void Report(LimitSignal signal)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            _remaining = signal.Remaining;
            if (signal.PauseBulk)
                _bulkNotBefore = now + (signal.Wait ?? BulkRest);
            else if (signal.Wait is { } wait)
                _notBefore = now + wait;
        }
    }

    internal void Hear(HttpResponseMessage answer, long started, bool isBulk)
    {
        if ((int)answer.StatusCode < 500 && answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout))
            Interlocked.Increment(ref _answers);
        if (!isBulk)
            return;
        var took = clock.GetElapsedTime(started);
        var call = CallOf(answer.RequestMessage?.RequestUri);
        lock (_lock)
        {
            if (!_governors.TryGetValue(call, out var governor))
                _governors[call] = governor = new BulkGovernor();
            // A quick question between two pages does not take back the room that the page asked for.
            var pause = governor.Observe(took, _remaining);
            _pause = pause > _pause ? pause : _pause;
        }
    }

    /// <summary>What is compared with one another: calls of the same path that ask for as many records.</summary>
    static string CallOf(Uri? address)
    {
        if (address is null)
            return "";
        var sizes = address.Query.TrimStart('?').Split('&').Where(pair => Array.Exists(Sizes, name => pair.StartsWith(name, StringComparison.OrdinalIgnoreCase)));
        return $"{string.Concat(address.AbsolutePath.Where(sign => !char.IsAsciiDigit(sign)))}?{string.Join('&', sizes)}";
    }
}
