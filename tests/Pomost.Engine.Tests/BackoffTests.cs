namespace Pomost.Engine.Tests;

/// <summary>Goal: waits double up to five minutes, with jitter, and never fall below what was asked for.</summary>
public sealed class BackoffTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(5, 32)]
    [InlineData(8, 256)]
    [InlineData(9, 300)]
    [InlineData(1_000_000, 300)]
    public void A_wait_lies_between_half_of_its_ceiling_and_the_ceiling(int attempts, int ceiling)
    {
        var chance = new Random(7);
        var waits = Enumerable.Range(0, 200).Select(_ => Backoff.After(attempts, null, chance).TotalSeconds).ToList();
        Assert.All(waits, wait => Assert.InRange(wait, ceiling / 2.0, ceiling));
        Assert.True(waits.Max() - waits.Min() > ceiling * 0.4, "The waits hardly differ.");
    }

    [Theory]
    [InlineData(1, 600, 600)]
    [InlineData(1, 0, 2)]
    [InlineData(20, 5, 300)]
    public void What_the_other_side_asks_for_is_the_least(int attempts, int asked, int longest)
    {
        var wait = Backoff.After(attempts, TimeSpan.FromSeconds(asked), new Random(7));
        Assert.InRange(wait.TotalSeconds, asked, longest);
    }
}
