namespace Pomost.Simulators;

/// <summary>A shop's own clock: wrong by <see cref="Ahead"/>, and as fast as the true one. Timers follow the true time.</summary>
sealed class ShopClock(TimeProvider trueTime) : TimeProvider
{
    long _aheadTicks;

    /// <summary>How far it is before the true time; negative when it is behind. May be set back at any time.</summary>
    public TimeSpan Ahead
    {
        get => new(Interlocked.Read(ref _aheadTicks));
        set => Interlocked.Exchange(ref _aheadTicks, value.Ticks);
    }

    public override TimeZoneInfo LocalTimeZone => trueTime.LocalTimeZone;

    public override long TimestampFrequency => trueTime.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => trueTime.GetUtcNow() + Ahead;

    public override long GetTimestamp() => trueTime.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        => trueTime.CreateTimer(callback, state, dueTime, period);
}
