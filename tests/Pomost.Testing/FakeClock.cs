namespace Pomost.Testing;

/// <summary>A clock that stands still until the test moves it. Timers, <c>Task.Delay</c> and time-outs given this clock follow it.</summary>
public sealed class FakeClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<FakeTimer> timers = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> waiting = [];
    private DateTimeOffset now = start;

    /// <summary>Starts at a fixed moment: 2026-03-02 10:00 UTC, a Monday.</summary>
    public FakeClock()
        : this(new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero))
    {
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>Moves the clock, firing on the way every timer that becomes due, in order of time.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var target = GetUtcNow() + by;
        while (NextDue(target) is { } timer) timer.Fire();
        lock (gate) now = target;
    }

    /// <summary>Sets the clock back, as a machine's may be. Timers that are set keep the moment they wait for.</summary>
    public void SetBack(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        lock (gate) now -= by;
    }

    /// <summary>Completes when at least this many timers are set, so that a test can move the clock without racing the code it tests.</summary>
    public Task WhenTimersAreSet(int count = 1)
    {
        lock (gate)
        {
            if (timers.Count >= count) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((count, reached));
            return reached.Task;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private FakeTimer? NextDue(DateTimeOffset target)
    {
        lock (gate)
        {
            var timer = timers.MinBy(candidate => candidate.Due);
            if (timer is null || timer.Due > target) return null;
            if (timer.Due > now) now = timer.Due;
            if (timer.Period > TimeSpan.Zero) timer.Due += timer.Period;
            else timers.Remove(timer);
            return timer;
        }
    }

    private void Set(FakeTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (gate)
        {
            timers.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan) return;
            timer.Due = now + dueTime;
            timer.Period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
            timers.Add(timer);
            foreach (var (_, reached) in waiting.Where(wait => timers.Count >= wait.Count)) reached.TrySetResult();
            waiting.RemoveAll(wait => timers.Count >= wait.Count);
        }
        if (dueTime == TimeSpan.Zero) Advance(TimeSpan.Zero);
    }

    private void Remove(FakeTimer timer)
    {
        lock (gate) timers.Remove(timer);
    }

    private sealed class FakeTimer(FakeClock clock, Action callback) : ITimer
    {
        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; set; }

        public void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Set(this, dueTime, period);
            return true;
        }

        public void Dispose() => clock.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
