using System.CommandLine;
using System.Globalization;
using Pomost.App.Hosting;
using Pomost.App.Output;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.App.Commands;

/// <summary><c>pomost export contacts|transactions</c>: the same runs as in the panel, followed to their end.</summary>
static class ExportCommands
{
    const int MostStatuses = 100;

    static readonly Option<string?> StoreOption = new("--store") { Description = "Store, when there are several." };
    static readonly Option<long?> Account = new("--account") { Description = "Account, when there are several." };
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Read and decide everything, send nothing; prints counts and reasons." };
    static readonly Option<DateOnly?> From = Day("--from", "First day (registered or placed), in the shop's time zone.");
    static readonly Option<DateOnly?> To = Day("--to", "Last day, included.");
    static readonly Option<string?> Tags = new("--tags") { Description = "Tags for everybody sent, separated by commas." };
    static readonly Option<string?> Rejected = new("--rejected") { Description = "Write the rejected rows to this CSV file." };

    const string HeldWere = "of these; sent without the consent, the opt-out goes into the shop. See: pomost consent held";
    const string HeldWouldBe = "of these; would be sent without the consent, the opt-out would go into the shop";

    public static Command Make(CommonOptions common)
    {
        var states = new Option<ConsentState[]>("--consent")
        {
            Description = "Consent states to export: Granted, Withdrawn, NoStatement (default: Granted Withdrawn).",
            AllowMultipleArgumentsPerToken = true,
        };
        var buyers = new Option<ConsentState[]>("--consent")
        {
            Description = "Consent states of buyers that may be added with their orders (default: those of the last export of contacts).",
            AllowMultipleArgumentsPerToken = true,
        };
        var contacts = new Command("contacts", "Step 1: contacts.") { StoreOption, Account, DryRun, From, To, Tags, Rejected, states };
        contacts.SetAction((line, ct) => RunAsync(common, line, ExportKind.Contacts, line.GetValue(states), null, ct));
        var statuses = new Option<string[]>("--status")
        {
            Description = "Order statuses that count, as the shop spells them (default: confirmed and paid).",
            AllowMultipleArgumentsPerToken = true,
        };
        var transactions = new Command("transactions", "Step 2: confirmed and paid orders.") { StoreOption, Account, DryRun, From, To, Tags, Rejected, statuses, buyers };
        transactions.SetAction((line, ct) => RunAsync(common, line, ExportKind.Transactions, line.GetValue(buyers), line.GetValue(statuses), ct));
        return new Command("export", "Export a shop's history. Run it as often as you like: only what is missing is sent.")
        {
            contacts, transactions, ExportStatus.Make(common, StoreOption, Account),
            Change(common, "pause", "Pause a run after the page in hand; what was sent stays.", "export.paused", (exports, run, ct) => exports.PauseAsync(run, ct)),
            Change(common, "resume", "Let a paused or failed run go on from its last page.", "export.resumed", (exports, run, ct) => exports.ResumeAsync(run, ct)),
            Change(common, "cancel", "End a run; what was sent stays, the rest is not sent.", "export.cancelled", (exports, run, ct) => exports.CancelAsync(run, ct)),
        };
    }

    static Command Change(CommonOptions common, string verb, string description, string audited, Func<Exports, ExportRun, CancellationToken, Task<bool>> change)
    {
        var number = new Argument<int?>("run") { Description = "Number of the run (default: the newest).", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command(verb, $"{description} A running server goes on with it; without one, export again.") { number, StoreOption, Account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var store = await session.StoreAsync(line.GetValue(Account), line.GetValue(StoreOption), ct);
            var (runs, asked) = (session.Services.GetRequiredService<IExportRuns>(), line.GetValue(number));
            var run = (asked is { } named ? await runs.FindByNumberAsync(store.Key, named, ct) : await runs.ListAsync(store.Key, 1, ct) is [var newest, ..] ? newest : null)
                ?? throw new UsageException(asked is null ? $"The store {store.Slug} has no export." : $"The store {store.Slug} has no export {asked}. See: pomost export status");
            if (!await change(session.Services.GetRequiredService<Exports>(), run, ct))
            {
                Printer.Problem($"Run {run.Number} is {Sentences.Of(run.State)}; nothing was changed.");
                return ExitCodes.Stopped;
            }

            await AuditAsync(session, audited, store, run);
            var now = (await runs.FindByNumberAsync(store.Key, run.Number, ct))!;
            if (line.GetValue(common.Json))
                Printer.Json(Shown(now));
            else
                Printer.Line($"Run {now.Number} of {store.Slug} is {Sentences.Of(now.State)}.");
            return ExitCodes.Done;
        });
        return command;
    }

    static async Task<int> RunAsync(
        CommonOptions common, ParseResult line, ExportKind kind, ConsentState[]? states, string[]? statuses, CancellationToken ct)
    {
        var tags = TagInput.Parse(line.GetValue(Tags));
        if (tags.Problem is { } problem)
            throw new UsageException($"--tags: \"{problem.Tag}\" cannot be used: {Sentences.Of(problem)}.");
        var (from, to) = (line.GetValue(From), line.GetValue(To));
        if (from > to)
            throw new UsageException("--from must not be after --to.");
        if (statuses?.Length > MostStatuses)
            throw new UsageException($"--status: at most {MostStatuses}. Nothing was started.");
        foreach (var status in statuses ?? [])
            TypedInput.Line(status, "--status", TypedText.LongestName);
        await using var session = await Session.WithEngineAsync(common.Choices(line), ct);
        var store = await session.StoreAsync(line.GetValue(Account), line.GetValue(StoreOption), ct);
        if (store.State != StoreState.Active)
        {
            Printer.Problem($"The store {store.Slug} is {Sentences.Of(store)} Afterwards run: pomost store check {store.Slug}");
            return store.State == StoreState.NeedsOperator ? ExitCodes.NeedsOperator : ExitCodes.Stopped;
        }

        if (kind == ExportKind.Transactions && !session.Services.GetRequiredService<Connections>().Gives(store, Contract.ShopStream.Orders))
            throw new UsageException($"The platform of {store.Slug} has no orders; there is nothing to export.");
        var range = DayRange.ToInstants(from, to, StoreSetup.ZoneOf(store));
        var exports = session.Services.GetRequiredService<Exports>();
        var options = new ExportOptions
        {
            Choice = new ExportChoice
            {
                States = states is { Length: > 0 } ? states : kind == ExportKind.Transactions ? await exports.BuyerStatesAsync(store.Key, ct) : Exports.PresetStates,
                From = range.From,
                Until = range.Until,
            },
            Tags = tags.Tags,
            OrderStatuses = statuses is { Length: > 0 } ? statuses : null,
            DryRun = line.GetValue(DryRun),
        };
        var json = line.GetValue(common.Json);
        var runs = session.Services.GetRequiredService<IExportRuns>();
        var (started, created) = await exports.StartAsync(store.Key, kind, options, null, ct);
        await AuditAsync(session, options.DryRun ? "export.previewed" : "export.started", store, started);
        if (!created && !json)
            Printer.Line($"Run {started.Number} is already under way; following it.");
        var run = await ExportDisplay.FollowAsync(runs, started, !json, ct);
        if (line.GetValue(Rejected) is { } file)
            await WriteRejectedAsync(file, runs, run, store.Slug, ct);
        if (json)
            Printer.Json(Shown(run));
        else
            Print(run);
        return ExitCodeOf(run);
    }

    /// <summary>Writes what was done with a run into the audit log.</summary>
    public static Task AuditAsync(Session session, string action, Store store, ExportRun run) => session.AuditAsync(
        store.AccountId, action, store.Slug, new AuditChange("run", null, run.Number.ToString(CultureInfo.InvariantCulture)), new AuditChange("kind", null, run.Kind.ToString()));

    /// <summary>The exit code for how a run ended.</summary>
    public static int ExitCodeOf(ExportRun run) => run.State switch
    {
        ExportState.Done => ExitCodes.Done,
        ExportState.DoneWithRejects => ExitCodes.DoneWithRejects,
        ExportState.Failed => ExitCodes.NeedsOperator,
        _ => ExitCodes.Stopped,
    };

    static Option<DateOnly?> Day(string name, string description) => new(name)
    {
        Description = $"{description} Written 2026-03-02.",
        CustomParser = result =>
        {
            var typed = result.Tokens[0].Value;
            if (DateOnly.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                return day;
            result.AddError($"{name} {typed} is no day. Write it as 2026-03-02.");
            return null;
        },
    };

    static async Task WriteRejectedAsync(string path, IExportRuns runs, ExportRun run, string slug, CancellationToken ct)
    {
        var format = new RejectedRowsFormat(
            ',', new PanelTexts(Language.En).Reasons.Of, email => email,
            row => string.Create(CultureInfo.InvariantCulture, $"{slug}/{run.Kind}/{row.SourceId}"));
        await using var file = PrivateFiles.Create(path);
        await RejectedRows.WriteAsync(file, runs, run, format, ct);
    }

    /// <summary>The numbers of a run for programs; <c>read</c> = <c>sent</c> + <c>skipped</c> + <c>rejected</c> once it is done. <c>held</c> is part of
    /// <c>sent</c>, of a dry run part of <c>toSend</c>.</summary>
    public static object Shown(ExportRun run) => new
    {
        run = run.Number,
        kind = run.Kind,
        state = run.State,
        problem = run.Problem,
        dryRun = run.Options.DryRun,
        read = run.Read,
        sent = run.Options.DryRun ? 0 : run.Sent,
        toSend = run.ToSend,
        held = run.Held,
        shopWrites = run.ShopWrites,
        skipped = run.SkippedTotal,
        rejected = run.Rejected,
        reasons = run.Skipped.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value, StringComparer.Ordinal),
        milliseconds = new { shop = run.ShopMilliseconds, destination = run.DestinationMilliseconds, own = run.OwnMilliseconds },
    };

    /// <summary>The numbers of a run for people.</summary>
    public static void Print(ExportRun run)
    {
        static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
        Printer.Line($"Run {run.Number}: {Sentences.Of(run.State)}{(run.Problem is null ? "" : $". {Sentences.OfStored(run.Problem)}")}");
        Printer.Line($"  read      {Number(run.Read),12}");
        Printer.Line(run.Options.DryRun ? $"  to send   {Number(run.ToSend),12}" : $"  sent      {Number(run.Sent),12}");
        if (run.Held > 0)
            Printer.Line($"    {"unsubscribed at SALESmanago",-28}{Number(run.Held),12}  {(run.Options.DryRun ? HeldWouldBe : HeldWere)}");
        if (run.ShopWrites > 0)
            Printer.Line($"    {"written into the shop",-28}{Number(run.ShopWrites),12}  people, afterwards: opt-outs and tags given at SALESmanago");
        if (run.Kind == ExportKind.Transactions && run.Options.Choice.States.Count < 3)
            Printer.Line($"  buyers    added only if: {string.Join(", ", run.Options.Choice.States.Select(Sentences.Of))}. Others: --consent");
        Printer.Line($"  skipped   {Number(run.SkippedTotal),12}");
        foreach (var (reason, count) in run.Skipped.OrderByDescending(pair => pair.Value))
            Printer.Line($"  {Number(count),22}  {Sentences.Of(reason)}");
        Printer.Line($"  rejected  {Number(run.Rejected),12}");
        if (run.Kind == ExportKind.Contacts && run.Skipped.ContainsKey(ReasonCode.SharingNotConsented))
            Printer.Line("  Of those without a consent to sharing no order with one is known yet. \"export transactions\" sends everybody who gave it, with the account's data.");
    }
}
