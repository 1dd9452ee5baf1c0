using System.CommandLine;
using System.Globalization;
using Pomost.App.Output;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.App.Commands;

/// <summary><c>pomost limits</c>: how fast a store's exports and its destination are gone at.</summary>
static class LimitCommands
{
    const int DayFrom = 6;
    const int DayUntil = 22;

    /// <summary>How a budget is written.</summary>
    public const string BudgetHelp =
        "Records an export reads in ten minutes: off, reference (200 from 06:00 to 22:00, 1000 by night), day/night such as 300/2000, "
        + "or 24 numbers for the hours from midnight, separated by commas; 0 = rest.";

    public static Command Make(CommonOptions common)
    {
        var slug = new Argument<string?>("store") { Description = "The store; may be left out when there is one.", Arity = ArgumentArity.ZeroOrOne };
        var account = new Option<long?>("--account") { Description = "Account, when there are several." };
        var budget = new Option<string?>("--export-budget")
        {
            Description = BudgetHelp,
        };
        var shop = new Option<string?>("--shop-per-second") { Description = "Requests a second the shop is asked, or off for the platform's own limit." };
        var destination = new Option<string?>("--destination-per-minute") { Description = "Calls a minute the destination is sent, all its stores together, or off." };
        var command = new Command("limits", "Show or change how fast a store is worked on. Live traffic has no budget.") { slug, account, budget, shop, destination };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var store = await session.StoreAsync(line.GetValue(account), line.GetValue(slug), ct);
            var before = store.Options;
            var target = (await session.Stores.FindDestinationAsync(store.AccountId, store.DestinationId, ct))!;
            if (line.GetValue(budget) is { } typedBudget)
                store = store with { Options = store.Options with { ExportBudget = BudgetOf(typedBudget) } };
            if (line.GetValue(shop) is { } typedShop)
                store = store with { Options = store.Options with { RequestsPerSecond = NumberOf(typedShop, "--shop-per-second") } };
            var targetBefore = target.RequestsPerMinute;
            if (line.GetValue(destination) is { } typedDestination)
            {
                target = target with { RequestsPerMinute = (int?)NumberOf(typedDestination, "--destination-per-minute") };
                await session.Stores.UpdateDestinationAsync(target, ct);
            }

            await session.Stores.UpdateAsync(store, ct);
            await session.Services.GetRequiredService<IStoreWaker>().WakeAsync(store.Key, ct);
            AuditChange[] changes =
            [
                new("export_budget", BudgetText(before.ExportBudget), BudgetText(store.Options.ExportBudget)),
                new("shop_per_second", NumberText(before.RequestsPerSecond), NumberText(store.Options.RequestsPerSecond)),
                new("destination_per_minute", NumberText(targetBefore), NumberText(target.RequestsPerMinute)),
            ];
            if (changes.Any(change => change.Old != change.New))
                await session.AuditAsync(store.AccountId, "store.limited", store.Slug, changes);
            if (line.GetValue(common.Json))
                Printer.Json(new { store = store.Slug, exportBudget = store.Options.ExportBudget?.PerTenMinutes, shopPerSecond = store.Options.RequestsPerSecond, destinationPerMinute = target.RequestsPerMinute });
            else
            {
                Printer.Line($"Export budget (records in ten minutes, by hour): {(store.Options.ExportBudget is { } set ? string.Join(' ', set.PerTenMinutes) : "off")}");
                Printer.Line($"Shop, requests a second: {store.Options.RequestsPerSecond?.ToString(CultureInfo.InvariantCulture) ?? "the platform's own limit"}");
                Printer.Line($"Destination, calls a minute: {target.RequestsPerMinute?.ToString(CultureInfo.InvariantCulture) ?? "as many as it takes"}");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    static string BudgetText(HourlyBudget? budget) => budget is null ? "off" : string.Join(' ', budget.PerTenMinutes);

    static string NumberText(double? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "off";

    /// <summary>A store's budget in words: "200 from 06:00 to 22:00, 1000 by night (Europe/Warsaw)".</summary>
    public static string BudgetWords(StoreOptions options)
    {
        if (options.ExportBudget is not { IsUsable: true } budget)
            return "no limit";
        var hours = budget.PerTenMinutes;
        var words = hours.SequenceEqual(HourlyBudget.DayAndNight(hours[DayFrom], hours[0], DayFrom, DayUntil).PerTenMinutes)
            ? string.Create(CultureInfo.InvariantCulture, $"{hours[DayFrom]} from {DayFrom:00}:00 to {DayUntil:00}:00, {hours[0]} by night")
            : string.Join(' ', hours) + " by the hour";
        return $"{words} ({options.TimeZone})";
    }

    /// <summary>Reads a budget as typed; null = off.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static HourlyBudget? BudgetOf(string typed)
    {
        if (typed == "off")
            return null;
        if (typed == "reference")
            return HourlyBudget.Reference;
        var numbers = typed.Split('/', ',').Select(part => int.TryParse(part, out var number) ? number : -1).ToList();
        var budget = numbers.Count == 2 && typed.Contains('/', StringComparison.Ordinal) ? HourlyBudget.DayAndNight(numbers[0], numbers[1], DayFrom, DayUntil) : new HourlyBudget(numbers);
        return budget.IsUsable
            ? budget
            : throw new UsageException($"--export-budget {typed}: write off, reference, 300/2000 or 24 numbers, at least one above 0.");
    }

    static double? NumberOf(string typed, string option)
    {
        if (typed == "off")
            return null;
        return double.TryParse(typed, System.Globalization.CultureInfo.InvariantCulture, out var number) && number is >= 0.1 and < 100_000
            ? number
            : throw new UsageException($"{option} {typed}: write a number from 0.1 on, or off.");
    }
}
