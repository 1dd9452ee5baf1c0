using System.CommandLine;
using Pomost.App.Output;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.App.Commands;

/// <summary><c>pomost store add|list|check</c>. The options of <c>add</c> are drawn from each platform's declaration.</summary>
static class StoreCommands
{
    const int LongestName = 80;

    static readonly Option<long?> Account = new("--account") { Description = "Account, when there are several." };

    public static Command Make(CommonOptions common, IPlatformCatalogue catalogue)
    {
        var add = new Command("add", "Connect a shop: check it, then store it.");
        foreach (var connector in catalogue.All)
            add.Subcommands.Add(Add(common, connector.Info));
        return new Command("store", "Connect, list, check and change shops.")
        {
            add, List(common), Check(common), Change(common), StoreLifeCommands.Pause(common, Account), StoreLifeCommands.Resume(common, Account),
            StoreLifeCommands.Disconnect(common, Account),
        };
    }

    static Command Add(CommonOptions common, PlatformInfo platform)
    {
        var name = new Option<string?>("--name") { Description = "Name shown in the panel (default: the shop's domain)." };
        var owner = new Option<string?>("--owner") { Description = "E-mail of the owner of contacts in the built-in hub (default: made from the account)." };
        var destinationId = new Option<long?>("--destination") { Description = "Destination (see: pomost destination list); without it the built-in hub." };
        var zone = new Option<string?>("--time-zone") { Description = "Time zone, such as Europe/Warsaw or UTC+05:30 (default: the shop's own)." };
        var unchecked_ = new Option<bool>("--even-if-incomplete") { Description = "Store the shop although the check found something missing." };
        var accounts = new Option<string>("--send-accounts")
        {
            Description = "yes: send the customer accounts the shop already has, as an export of contacts that begins now; no: only what happens from now on. "
                + "Past orders are sent by no answer.",
            DefaultValueFactory = _ => "no",
        }.AcceptOnlyFromAmong("yes", "no");
        var budget = new Option<string?>("--export-budget")
        {
            Description = LimitCommands.BudgetHelp + " Without it a store that sends its accounts gets the reference.",
        };
        var command = new Command(platform.Key, $"Connect a {platform.Name} shop.")
        {
            name, owner, destinationId, zone, unchecked_, accounts, budget, Account,
        };
        var fields = platform.Settings.ToDictionary(
            field => field.Key,
            field => new Option<string?>(OptionName(field.Key))
            {
                Description = $"{field.Label.English}{(field.Required ? "" : " (optional)")}. {field.Help?.English}{(field.Kind == SettingKind.Secret ? " " + SecretInput.Help : "")}",
            },
            StringComparer.Ordinal);
        foreach (var option in fields.Values)
            command.Options.Add(option);
        command.SetAction(async (line, ct) =>
        {
            var chosenName = line.GetValue(name) is { } typedName ? TypedInput.Name(typedName, "--name", LongestName) : null;
            var chosenOwner = line.GetValue(owner) is { } typedOwner ? TypedInput.Email(typedOwner, "--owner") : null;
            var pace = line.GetValue(budget) is { } typed ? LimitCommands.BudgetOf(typed) : null;
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var setup = session.Services.GetRequiredService<StoreSetup>();
            var account = await session.AccountAsync(line.GetValue(Account), ct);
            var secrets = platform.Settings.Where(field => field.Kind == SettingKind.Secret).Select(field => field.Key).ToHashSet(StringComparer.Ordinal);
            var (values, problems) = setup.Read(platform, fields.ToDictionary(
                pair => pair.Key, pair => Typed(secrets.Contains(pair.Key), line.GetValue(pair.Value), OptionName(pair.Key)), StringComparer.Ordinal));
            if (problems.Count > 0)
            {
                foreach (var problem in problems)
                    Printer.Problem($"{OptionName(problem.Key)}: {problem.Message.English}");
                return ExitCodes.Usage;
            }

            if (!IsZone(line.GetValue(zone)))
                return ExitCodes.Usage;
            var connector = session.Services.GetRequiredService<IPlatformCatalogue>().Find(platform.Key)!;
            var json = line.GetValue(common.Json);
            var check = await setup.CheckAsync(connector, values, json ? null : new Lines(), ct);
            check = WithZone(check, line.GetValue(zone));
            if (!check.IsReady && !line.GetValue(unchecked_))
            {
                if (json)
                    Printer.Json(new { stored = false, check = Shown(check) });
                else
                    Printer.Problem("Nothing was stored. Mend what is missing and run the command again.");
                return ExitCodes.NeedsOperator;
            }

            var ownerEmail = chosenOwner ?? $"owner-{account.Id}@pomost.invalid";
            var destination = line.GetValue(destinationId) is { } named
                ? await session.Stores.FindDestinationAsync(account.Id, named, ct) ?? throw new UsageException($"There is no destination {named}. See: pomost destination list")
                : await setup.HubDestinationAsync(account, ownerEmail, ct)
                    ?? throw new UsageException("That owner already has an account in the hub; give another --owner.");
            var store = await setup.AddAsync(
                account.Id, destination.Id, platform.Key, chosenName ?? TypedText.Cut(new Uri(values.Required("url")).Host, LongestName), values,
                new StoreOptions { TimeZone = check.Facts.TimeZone ?? ShopZone.Default, ExportBudget = pace }, ct);
            await session.AuditAsync(account.Id, "store.added", store.Slug, new AuditChange("platform", null, store.Platform), new AuditChange("address", null, store.Address.Host));
            // An answer counts once the connection has succeeded.
            var sends = line.GetValue(accounts) == "yes" && check.IsReady;
            var run = sends ? await SendAccountsAsync(session, store, line.GetValue(budget) is null ? HourlyBudget.Reference : null, ct) : null;
            if (run is not null)
                store = (await session.Stores.FindAsync(store.Key, ct))!;
            if (json)
            {
                Printer.Json(new
                {
                    stored = true,
                    store = store.Slug,
                    account = account.Id,
                    timeZone = store.Options.TimeZone,
                    accounts = new { sends, run = run?.Number, exportBudget = store.Options.ExportBudget?.PerTenMinutes },
                    check = Shown(check),
                });
            }
            else
                Print(store, run, line.GetValue(accounts) == "yes", check.Facts.TimeZone is not null);
            return ExitCodes.Done;
        });
        return command;
    }

    static async Task<ExportRun> SendAccountsAsync(Session session, Store store, HourlyBudget? preset, CancellationToken ct)
    {
        var (run, _, _) = await session.Services.GetRequiredService<AccountSending>().BeginAsync(store.Key, preset, null, ct);
        await ExportCommands.AuditAsync(session, "export.started", store, run);
        return run;
    }

    static void Print(Store store, ExportRun? run, bool asked, bool isZoneOfShop)
    {
        Printer.Line(isZoneOfShop
            ? $"Time zone: {store.Options.TimeZone}"
            : $"The shop does not say its time zone; {store.Options.TimeZone} is used. Another: pomost store change {store.Slug} --time-zone ZONE");
        Printer.Line($"Connected as {store.Slug}.");
        if (run is not null)
        {
            Printer.Line($"Run {run.Number} sends the accounts it already has; records in ten minutes: {LimitCommands.BudgetWords(store.Options)}.");
            Printer.Line($"A running server works on it (pomost serve). See: pomost export status --store {store.Slug}");
            return;
        }

        Printer.Line(asked
            ? "The accounts it already has are not sent: the check found something missing. Mend it first."
            : "The accounts it already has are not sent; only what happens from now on is.");
        Printer.Line($"To send them: pomost export contacts --store {store.Slug} --dry-run, then without --dry-run.");
    }

    static Command List(CommonOptions common)
    {
        var command = new Command("list", "List the connected shops.") { Account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var account = await session.AccountAsync(line.GetValue(Account), ct);
            var stores = await session.Stores.ListAsync(account.Id, ct);
            if (line.GetValue(common.Json))
                Printer.Json(stores.Select(store => new { store = store.Slug, number = store.Number, platform = store.Platform, address = store.Address, state = store.State, problem = store.Problem }));
            else if (stores.Count == 0)
                Printer.Line("No store is connected yet. See: pomost store add --help");
            else
                foreach (var store in stores)
                    Printer.Line($"{store.Number,3}  {store.Slug,-28} {store.Platform,-14} {Sentences.Of(store.State),-14} {store.Address} {Sentences.OfStored(store.Problem)}".TrimEnd());
            return ExitCodes.Done;
        });
        return command;
    }

    static Command Check(CommonOptions common)
    {
        var slug = new Argument<string?>("store") { Description = "The store; may be left out when there is one.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("check", "Check a connected shop: address, credentials, each permission.") { slug, Account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var store = await session.StoreAsync(line.GetValue(Account), line.GetValue(slug), ct);
            var json = line.GetValue(common.Json);
            if (store.State == StoreState.Disconnected)
                throw new UsageException($"{store.Slug} is disconnected; its credentials are forgotten. Connect the shop again: pomost store add --help");
            var check = await session.Services.GetRequiredService<StoreSetup>().CheckAsync(store, json ? null : new Lines(), ct);
            var webhooks = await WebhookReport.OfAsync(session, store, ct);
            if (json)
                Printer.Json(Shown(check, webhooks));
            else
                Printer.Line("  " + webhooks.Told);
            if (check.IsReady && store.State == StoreState.NeedsOperator)
            {
                await session.Services.GetRequiredService<StoreSetup>().ResumeAsync(store.Key, ct);
                await session.AuditAsync(store.AccountId, "store.resumed", store.Slug);
            }

            return check.IsReady ? ExitCodes.Done : ExitCodes.NeedsOperator;
        });
        return command;
    }

    static Command Change(CommonOptions common)
    {
        var slug = new Argument<string>("store") { Description = "The store." };
        var set = new Option<string[]>("--set")
        {
            Description = "A setting and its new value, for example --set consumer_secret=@new-secret; may be given several times. Of a secret " + SecretInput.Help,
        };
        var zone = new Option<string?>("--time-zone") { Description = "Another time zone, such as Europe/Warsaw or UTC+05:30." };
        var command = new Command("change", "Change settings of a connected shop: checked first, stored only when the check passes.") { slug, set, zone, Account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var setup = session.Services.GetRequiredService<StoreSetup>();
            var store = await session.StoreAsync(line.GetValue(Account), line.GetValue(slug), ct);
            var connector = session.Services.GetRequiredService<Connections>().ConnectorOf(store);
            var typed = setup.SettingsOf(store).All.ToDictionary(pair => pair.Key, string? (pair) => pair.Value, StringComparer.Ordinal);
            if (line.GetValue(set) is not { Length: > 0 } && line.GetValue(zone) is null)
                throw new UsageException("Say what to change: --set key=value or --time-zone ZONE.");
            if (!IsZone(line.GetValue(zone)))
                return ExitCodes.Usage;
            if (line.GetValue(zone) is { } wanted)
            {
                await setup.ChangeZoneAsync(store, wanted, ct);
                await session.AuditAsync(store.AccountId, "store.changed", store.Slug, new AuditChange(StoreZone.SettingKey, store.Options.TimeZone, wanted));
                store = await session.StoreAsync(line.GetValue(Account), line.GetValue(slug), ct);
                if (line.GetValue(set) is not { Length: > 0 })
                {
                    if (line.GetValue(common.Json))
                        Printer.Json(new { stored = true, store = store.Slug, timeZone = store.Options.TimeZone });
                    else
                        Printer.Line($"Time zone: {store.Options.TimeZone}");
                    return ExitCodes.Done;
                }
            }

            foreach (var pair in line.GetValue(set)!)
            {
                var (key, value) = pair.Split('=', 2) is [var name, var text] ? (name, text) : throw new UsageException($"--set {pair}: write key=value.");
                if (!connector.Info.Settings.Any(field => field.Key == key))
                    throw new UsageException($"{connector.Info.Name} has no setting {key}. It has: {string.Join(", ", connector.Info.Settings.Select(field => field.Key))}");
                typed[key] = Typed(connector.Info.Settings.Any(field => field.Key == key && field.Kind == SettingKind.Secret), value, $"--set {key}");
            }

            var (values, problems) = setup.Read(connector.Info, typed);
            foreach (var problem in problems)
                Printer.Problem($"{problem.Key}: {problem.Message.English}");
            if (problems.Count > 0)
                return ExitCodes.Usage;
            var json = line.GetValue(common.Json);
            var check = await setup.CheckAsync(connector, values, json ? null : new Lines(), ct);
            if (check.IsReady)
            {
                var before = setup.SettingsOf(store).All;
                await setup.ChangeSettingsAsync(store, values, ct);
                await session.AuditAsync(store.AccountId, "store.changed", store.Slug, [.. ChangesOf(connector.Info, before, values.All)]);
            }
            else if (!json)
                Printer.Problem("Nothing was changed. Mend what is missing and run the command again.");
            if (json)
                Printer.Json(new { stored = check.IsReady, store = store.Slug, check = Shown(check) });
            return check.IsReady ? ExitCodes.Done : ExitCodes.NeedsOperator;
        });
        return command;
    }

    /// <summary>What differs, without the secrets.</summary>
    static IEnumerable<AuditChange> ChangesOf(PlatformInfo platform, IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after)
        => platform.Settings.Where(field => before.GetValueOrDefault(field.Key) != after.GetValueOrDefault(field.Key)).Select(field => field.Kind == SettingKind.Secret
            ? AuditChange.OfSecret(field.Key) : new AuditChange(field.Key, before.GetValueOrDefault(field.Key), after.GetValueOrDefault(field.Key)));

    /// <summary>True for a zone that is known, or none typed; otherwise says so.</summary>
    static bool IsZone(string? typed)
    {
        if (typed is null || ShopZone.TryFind(typed, out _))
            return true;
        Printer.Problem($"--time-zone: there is no time zone \"{typed}\". Give a name such as Europe/Warsaw, or an offset such as UTC+05:30.");
        return false;
    }

    /// <summary>The check with the zone that was typed in place of the shop's own.</summary>
    static ConnectionCheck WithZone(ConnectionCheck check, string? typed) => typed is null ? check : check with
    {
        Lines = [.. check.Lines.Where(line => line.SettingKey != StoreZone.SettingKey)],
        Facts = check.Facts with { TimeZone = ShopZone.NameOf(typed, null) },
    };

    static string? Typed(bool isSecret, string? value, string option) => TypedInput.Text(isSecret ? SecretInput.Read(value, option) : value, option);

    internal static string OptionName(string key) => "--" + key.Replace('_', '-');

    static object Shown(ConnectionCheck check, WebhookReport? webhooks = null) => new
    {
        ready = check.IsReady,
        facts = check.Facts,
        counts = check.Counts,
        webhooks,
        lines = check.Lines.Select(line => new { line.Key, title = line.Title.English, line.State, line.Problem, line.Detail, fix = line.Fix?.English, line.SettingKey, line.Required }),
    };

    /// <summary>Prints each line of a check as soon as it is known.</summary>
    sealed class Lines : IProgress<CheckLine>
    {
        public void Report(CheckLine value)
        {
            var mark = value.State switch
            {
                CheckState.Ready => "ok     ",
                CheckState.Missing => "MISSING",
                CheckState.Skipped => "skipped",
                CheckState.NotOffered => "n/a    ",
                CheckState.Unknown => "unknown",
                _ => throw new ArgumentOutOfRangeException(nameof(value), value.State, "Unknown check state."),
            };
            Printer.Line($"  {mark}  {value.Title.English}{(value.Detail is null ? "" : $": {value.Detail}")}");
            if (value.State == CheckState.Missing)
                Printer.Line($"           {value.Fix?.English ?? (value.Problem is { } problem ? Sentences.Of(problem, value.Detail) : "")}");
        }
    }
}
