using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>When a stream is read whole once more and compared: when a person asks, and regularly where changes cannot be learned otherwise. What was begun is
/// ended, through restarts.</summary>
sealed class Comparison(StoreRun run, ShopStream stream)
{
    /// <summary>Least time between two; the next night comes after it.</summary>
    public static readonly TimeSpan Nightly = TimeSpan.FromHours(20);

    // A machine that is off at night compares when it is on.
    static readonly TimeSpan NightMissed = TimeSpan.FromHours(8);

    /// <summary>How far the reading has come.</summary>
    public string Place => $"sweep:{stream}";

    string Began => $"sweep-began:{stream}";

    string Done => $"sweep-done:{stream}";

    static string AskedOf(ShopStream stream) => $"asked:sweep:{stream}";

    /// <summary>Asks for a comparison; kept until it begins.</summary>
    public static Task AskForAsync(StoreRun run, ShopStream stream) => run.SaveMomentAsync(AskedOf(stream), run.Now);

    /// <summary>When the comparison under way began, which may be now; null when none is due.</summary>
    /// <param name="byItself">Compare regularly.</param>
    /// <param name="age">Least time between two.</param>
    public async Task<DateTimeOffset?> BeginAsync(bool byItself, TimeSpan age)
    {
        if (await run.MomentAsync(Began) is { } begun)
            return begun;
        var now = run.Now;
        var isAsked = await run.CursorAsync(AskedOf(stream)) is not null;
        // One that an earlier version began kept its place only.
        if (!isAsked && await run.CursorAsync(Place) is null && !(byItself && await IsDueAsync(now, age)))
            return null;
        await run.SaveMomentAsync(Began, now);
        if (isAsked)
            await run.ForgetCursorAsync(AskedOf(stream));
        return now;
    }

    public async Task EndAsync()
    {
        await run.SaveMomentAsync(Done, run.Now);
        await run.ForgetCursorAsync(Place);
        await run.ForgetCursorAsync(Began);
    }

    async Task<bool> IsDueAsync(DateTimeOffset now, TimeSpan age)
    {
        if (await run.MomentAsync(Done) is not { } last)
        {
            await run.SaveMomentAsync(Done, now);
            return false;
        }

        var isNight = TimeZoneInfo.ConvertTime(now, run.Zone).Hour is >= 1 and < 6;
        return now - last > (isNight ? age : age + NightMissed);
    }
}
