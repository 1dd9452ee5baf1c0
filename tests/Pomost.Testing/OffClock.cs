namespace Pomost.Testing;

/// <summary>A clock that is wrong by so much.</summary>
public sealed class OffClock(TimeProvider trueTime, TimeSpan ahead) : TimeProvider
{
    public TimeSpan Ahead { get; } = ahead;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => trueTime.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => trueTime.GetUtcNow() + Ahead;

    public override long GetTimestamp() => trueTime.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        => trueTime.CreateTimer(callback, state, dueTime, period);
}
