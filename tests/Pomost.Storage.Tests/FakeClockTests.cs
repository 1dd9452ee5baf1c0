using Pomost.Testing;

namespace Pomost.Storage.Tests;

/// <summary>What our clock for tests adds to the library's.</summary>
public sealed class FakeClockTests
{
    private readonly FakeClock clock = new();

    [Fact]
    public async Task A_test_can_wait_until_the_code_under_test_waits()
    {
        Assert.False(clock.WhenATimerIsSet.IsCompleted);
        var delay = Task.Delay(TimeSpan.FromHours(1), clock);
        await clock.WhenATimerIsSet;
        clock.Advance(TimeSpan.FromHours(1));
        await delay;
    }

    [Fact]
    public async Task Set_back_it_shows_an_earlier_time_and_who_waits_waits_no_longer()
    {
        var delay = Task.Delay(TimeSpan.FromHours(1), clock);
        var before = clock.GetUtcNow();
        clock.SetBack(TimeSpan.FromMinutes(30));
        Assert.Equal(before.AddMinutes(-30), clock.GetUtcNow());
        clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        Assert.False(delay.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await delay;
    }
}
