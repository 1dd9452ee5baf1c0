using System.Diagnostics;
using Pomost.Simulators;

namespace Pomost.Chaos;

static class Runs
{
    // A lost webhook about an account is found by comparing accounts, in a slow shop a few hundred a minute.
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(12);

    /// <summary>From a change in the shop, announced by webhook, to the card.</summary>
    public static async Task<bool> LatencyAsync(Stage stage, int changes, CancellationToken ct)
    {
        var milliseconds = new List<double>(changes);
        for (var change = 0; change < changes; change++)
        {
            var start = Stopwatch.GetTimestamp();
            var email = stage.Register();
            while (await stage.Hub.Accounts.ReadContactAsync(stage.Hub.Account.AccountId, email, ct) is null)
                await Task.Delay(2, ct);
            milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await Task.Delay(50, ct);
        }

        milliseconds.Sort();
        Console.Out.WriteLine(FormattableString.Invariant(
            $"{changes} changes, webhook to card: p50 {milliseconds[changes / 2]:0} ms, p90 {milliseconds[changes * 9 / 10]:0} ms, p99 {milliseconds[changes * 99 / 100]:0} ms, longest {milliseconds[^1]:0} ms"));
        return true;
    }

    /// <summary>Webhooks dropped, doubled and out of order.</summary>
    public static async Task<bool> LossyAsync(Stage stage, int changes, CancellationToken ct)
    {
        stage.Shop.Faults.WithProbability(Fault.DropWebhook, 0.05);
        stage.Shop.Faults.WithProbability(Fault.DuplicateWebhook, 0.05);
        stage.Shop.Faults.WithProbability(Fault.ShuffledRows, 0.05);
        var watch = Stopwatch.StartNew();
        for (var change = 0; change < changes; change++)
        {
            switch (change % 4)
            {
                case 0:
                    stage.Register();
                    break;
                case 1:
                    stage.Rename();
                    break;
                case 2:
                    stage.Buy();
                    break;
                default:
                    await stage.DecideAsync();
                    break;
            }

            if (change % 20 == 0)
                await Task.Delay(100, ct);
        }

        Console.Out.WriteLine(FormattableString.Invariant($"{stage.Changes} changes in {watch.Elapsed.TotalSeconds:0} s, 5 % of webhooks dropped, 5 % doubled, 5 % of lists shuffled"));
        return await EndAsync(stage);
    }

    /// <summary>Shop and destination in every bad weather, the program killed every minute.</summary>
    public static async Task<bool> ChaosAsync(Stage stage, int minutes, CancellationToken ct)
    {
        Fault?[] shop = [Fault.Slow, null, Fault.TooManyRequestsWithRetryAfter, null, Fault.InternalError, null, Fault.CutConnection, null];
        Weather[] hub = [Weather.Fine, Weather.Slow, Weather.Fine, Weather.TooManyRequests, Weather.Fine, Weather.Failing, Weather.Fine, Weather.CutAnswers];
        stage.Shop.Faults.SlowBy = TimeSpan.FromSeconds(2);
        for (var minute = 0; minute < minutes; minute++)
        {
            stage.Shop.Faults.Clear();
            stage.Shop.Faults.WithProbability(Fault.DropWebhook, 0.05);
            var shopIsDown = minute % 20 is >= 5 and < 10;
            var hubIsDown = minute % 20 is >= 14 and < 19;
            if (shopIsDown)
                stage.Shop.Faults.WithProbability(Fault.ServiceUnavailable, 1);
            else if (shop[minute % shop.Length] is { } fault)
                stage.Shop.Faults.WithProbability(fault, 0.5);
            stage.Hub.Weather = hubIsDown ? Weather.Down : hub[minute % hub.Length];
            Console.Out.WriteLine($"minute {minute}: shop {(shopIsDown ? "down" : shop[minute % shop.Length]?.ToString() ?? "fine")}, destination {stage.Hub.Weather}, {stage.Changes} changes so far");
            for (var second = 0; second < 60; second++)
            {
                stage.Register();
                stage.Rename();
                stage.Buy();
                await stage.DecideAsync();
                await stage.DecideAsync();
                await Task.Delay(TimeSpan.FromSeconds(1), ct);
            }

            await stage.Pomost.KillAsync();
            await stage.Pomost.ServeAsync();
        }

        stage.Shop.Faults.Clear();
        stage.Hub.Weather = Weather.Fine;
        Console.Out.WriteLine($"{stage.Changes} changes in {minutes} minutes, the program killed {minutes} times");
        return await EndAsync(stage);
    }

    static async Task<bool> EndAsync(Stage stage)
    {
        var end = await stage.SettleAsync(Patience);
        Console.Out.WriteLine(end.IsEqual
            ? FormattableString.Invariant($"Equal after {end.After.TotalSeconds:0} s: nothing lost, nothing doubled, consents as chosen last.")
            : FormattableString.Invariant($"NOT equal after {end.After.TotalSeconds:0} s, {end.Differences.Count} differences:"));
        foreach (var difference in end.Differences.Take(20))
            Console.Out.WriteLine($"  {difference}");
        if (!end.IsEqual)
            Console.Out.WriteLine($"Its data is kept in {stage.Keep()}");
        return end.IsEqual;
    }
}
