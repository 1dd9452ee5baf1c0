using Pomost.Testing;

namespace Pomost.Storage.Tests;

/// <summary>The clock all suites lean on is itself held by tests.</summary>
public sealed class FakeClockTests
{
    private readonly FakeClock clock = new();

    [Fact]
    public async Task A_delay_ends_exactly_when_the_clock_reaches_it()
    {
        var delay = Task.Delay(TimeSpan.FromMinutes(15), clock);
        clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromMilliseconds(1));
        Assert.False(delay.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await delay;
    }

    [Fact]
    public void A_periodic_timer_fires_once_per_period_at_its_own_time()
    {
        var seen = new List<DateTimeOffset>();
        var start = clock.GetUtcNow();
        using var timer = clock.CreateTimer(_ => seen.Add(clock.GetUtcNow()), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal([start.AddSeconds(1), start.AddSeconds(3), start.AddSeconds(5)], seen);
    }

    [Fact]
    public async Task A_test_can_wait_until_the_code_under_test_waits()
    {
        var waited = clock.WhenTimersAreSet();
        Assert.False(waited.IsCompleted);
        var delay = Task.Delay(TimeSpan.FromHours(1), clock);
        await waited;
        clock.Advance(TimeSpan.FromHours(1));
        await delay;
    }

    [Fact]
    public void A_disposed_timer_does_not_fire()
    {
        var fired = false;
        clock.CreateTimer(_ => fired = true, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan).Dispose();
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(fired);
    }
}
