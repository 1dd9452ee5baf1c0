using Microsoft.Extensions.Time.Testing;

namespace Pomost.Testing;

/// <summary>A clock that stands still until the test moves it. Timers, <c>Task.Delay</c> and time-outs given this clock follow it.</summary>
/// <param name="start">Where it begins.</param>
public sealed class FakeClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly TaskCompletionSource timerSet = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts at a fixed moment: 2026-03-02 10:00 UTC, a Monday.</summary>
    public FakeClock()
        : this(new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Completes when the first timer is set, so that a test can move the clock without racing the code it tests.</summary>
    public Task WhenATimerIsSet => timerSet.Task;

    /// <summary>Sets the clock back, as a machine's may be. Timers that are set wait as long as before.</summary>
    public void SetBack(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        AdjustTime(GetUtcNow() - by);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        timerSet.TrySetResult();
        return timer;
    }
}
