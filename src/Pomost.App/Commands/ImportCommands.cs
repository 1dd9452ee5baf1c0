using System.CommandLine;
using System.Globalization;
using Pomost.App.Output;
using Pomost.Engine;
using Pomost.Panel.Features.Import;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.App.Commands;

/// <summary><c>pomost import subscribers</c>: the one-off import of subscribers without account from before the store was connected.</summary>
static class ImportCommands
{
    public static Command Make(CommonOptions common)
    {
        var file = new Argument<string?>("file") { Description = "CSV file; leave it out with --from-shop.", Arity = ArgumentArity.ZeroOrOne };
        var fromShop = new Option<bool>("--from-shop") { Description = "Read the shop's own list instead of a file, where the platform gives one." };
        var map = new Option<string?>("--map")
        {
            Description = $"Columns by name or number: email=Adres,date=Data. Fields: {string.Join(", ", SubscriberGuess.Fields)}. Others are guessed by their names.",
        };
        var everybody = new Option<string?>("--everybody")
        {
            Description = "What the lines say of consent when no column does: granted, withdrawn or none. It is never guessed.",
        };
        var ignored = new Option<string[]>("--ignore-column")
        {
            Description = "A column, by name or number, that says nothing of consent although it looks so. Can be given several times.",
        };
        var dates = new Option<string?>("--dates") { Description = "How dates such as 3/4/2024 are meant: day-first or month-first. Asked for only when the file does not tell." };
        var store = new Option<string?>("--store") { Description = "Store, when there are several." };
        var account = new Option<long?>("--account") { Description = "Account, when there are several." };
        var tags = new Option<string?>("--tags") { Description = "Tags for everybody sent, separated by commas." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be stored and what is wrong; keep nothing." };
        var subscribers = new Command("subscribers", "Import subscribers without account from before the store was connected.")
        {
            file, fromShop, map, everybody, ignored, dates, store, account, tags, dryRun,
        };
        subscribers.SetAction(async (line, ct) =>
        {
            var parsed = TagInput.Parse(line.GetValue(tags));
            if (parsed.Problem is { } problem)
                throw new UsageException($"--tags: \"{problem.Tag}\" cannot be used: {Sentences.Of(problem)}.");
            var path = line.GetValue(file);
            if (path is null != line.GetValue(fromShop))
                throw new UsageException("Name a file, or say --from-shop.");
            var said = new Said(line.GetValue(map), line.GetValue(ignored) ?? [], EverybodyOf(line.GetValue(everybody)), DatesOf(line.GetValue(dates)));
            await using var session = await Session.WithEngineAsync(common.Choices(line), ct);
            var target = await session.StoreAsync(line.GetValue(account), line.GetValue(store), ct);
            var json = line.GetValue(common.Json);
            var import = session.Services.GetRequiredService<SubscriberImport>();
            if (path is null)
                return await FollowAsync(session, target, await import.StartFromShopAsync(target.Key, parsed.Tags, null, dryRun: false, ct), json, ct);
            var stored = await StoreAsync(import, target.Key, path, ct);
            var isKept = false;
            try
            {
                var (mapping, fields) = Mapped(await import.LookAsync(stored, ct), said);
                if (!line.GetValue(dryRun))
                {
                    var started = await import.StartAsync(stored, mapping.Columns!, parsed.Tags, null, dryRun: false, ct);
                    isKept = true;
                    return await FollowAsync(session, target, started, json, ct);
                }

                var preview = await import.PreviewAsync(stored, mapping.Columns!, StoreSetup.ZoneOf(target), ct);
                Show(preview, mapping, fields, json);
                return preview.Wrong > 0 ? ExitCodes.DoneWithRejects : ExitCodes.Done;
            }
            finally
            {
                if (!isKept)
                    await session.Services.GetRequiredService<ISubscriberFiles>().DeleteAsync(stored.Store.AccountId, stored.Id, CancellationToken.None);
            }
        });
        return new Command("import", "Bring in what the shop's interface does not give.") { subscribers };
    }

    static async Task<SubscriberFile> StoreAsync(SubscriberImport import, StoreKey store, string path, CancellationToken ct)
    {
        if (!File.Exists(path))
            throw new UsageException($"There is no file {path}.");
        try
        {
            await using var content = File.OpenRead(path);
            return await import.StoreAsync(store, path, content, null, ct);
        }
        catch (SubscriberFileException e)
        {
            var t = new PanelTexts(Language.En).Import;
            throw new UsageException($"{(e.Problem == SubscriberFileProblem.TooLarge ? "The file is larger than 100 MB. Divide it into parts." : ImportForm.Of(t, e))} Nothing was kept.");
        }
    }

    /// <summary>How the file is read, and its columns by field.</summary>
    /// <exception cref="UsageException">Something must be said first.</exception>
    static (SubscriberMapping Mapping, IReadOnlyDictionary<string, int> Fields) Mapped(SubscriberLook look, Said said)
    {
        var ignored = said.Ignored.Select(name => ColumnOf("--ignore-column", name, look)).ToHashSet();
        var named = Named(said.Map, look);
        var fields = new Dictionary<string, int>(named, StringComparer.Ordinal);
        foreach (var (field, column) in look.Guess)
        {
            if (!ignored.Contains(column) && !named.ContainsValue(column))
                fields.TryAdd(field, column);
        }

        if (named.FirstOrDefault(pair => ignored.Contains(pair.Value)) is { Key: not null } both)
            throw new UsageException($"--map and --ignore-column both name {look.Columns[both.Value].Name}.");
        if (said.Everybody is not null && fields.TryGetValue("consent", out var consent) && !named.ContainsKey("consent"))
        {
            var name = look.Columns[consent].Name;
            throw new UsageException(
                $"--everybody is said, but the column {Quoted(look.Columns[consent])} seems to tell of each person whether they agreed. Leave --everybody out to read "
                + $"it, or say --ignore-column \"{name}\" when it says nothing of consent. Nothing was kept.");
        }

        var mapping = SubscriberMapping.Of(look, new SubscriberChoice { Fields = fields, Ignored = ignored, Everybody = said.Everybody, Dates = said.Dates });
        return WhatIsMissing(mapping, look) is { } missing ? throw new UsageException($"{missing} Nothing was kept.") : (mapping, fields);
    }

    static string? WhatIsMissing(SubscriberMapping mapping, SubscriberLook look)
    {
        if (mapping.Columns is null)
            return $"No column holds addresses. Say which one: --map email=... (columns: {NamesOf(look.Columns)}).";
        var (open, unused) = (mapping.Open, mapping.Unused.Count == 0 ? "none" : NamesOf(mapping.Unused));
        if (open.Count > 0)
        {
            return $"{(open.Count == 1 ? "A column may" : "Columns may")} say who agreed and who unsubscribed, and would be left out: "
                + $"{string.Join(", ", open.Select(Quoted))}. Say --map consent=\"{open[0].Name}\" when it does"
                + $"{(mapping.Columns.Consent is null ? "" : " (instead of the column read now)")}, or --ignore-column \"{open[0].Name}\" when it does not"
                + (mapping.AsksForConsent ? ", with --everybody granted, withdrawn or none." : ".");
        }

        if (mapping.AsksForConsent)
        {
            return "The file does not say who agreed to the newsletter, and it will not be guessed. "
                + $"Columns not used: {unused}. Say --map consent=COLUMN when one of them tells, "
                + "or what all lines say: --everybody granted, --everybody withdrawn or --everybody none.";
        }

        return mapping.TwoWays is { } column
            ? $"The dates of the column {Quoted(column)} can be read in two ways. Say --dates day-first or --dates month-first." : null;
    }

    static string NamesOf(IEnumerable<SubscriberColumn> columns) => string.Join(", ", columns.Select(column => column.Name));

    static string Quoted(SubscriberColumn column)
        => $"\"{column.Name}\"{(column.Example is { } example ? $" (for example {(example.Length <= 40 ? example : example[..40])})" : "")}";

    static Dictionary<string, int> Named(string? map, SubscriberLook look)
    {
        var fields = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var pair in (map ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = pair.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts.Length < 2 || !SubscriberGuess.Fields.Contains(parts[0], StringComparer.Ordinal))
                throw new UsageException($"--map: \"{pair}\" is not understood. Fields: {string.Join(", ", SubscriberGuess.Fields)}.");
            fields[parts[0]] = ColumnOf("--map", parts[1], look);
        }

        return fields;
    }

    static int ColumnOf(string option, string name, SubscriberLook look)
    {
        var index = look.Columns.ToList().FindIndex(column => column.Name.Equals(name.Trim().Trim('"'), StringComparison.OrdinalIgnoreCase));
        if (index < 0 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= look.Columns.Count)
            index = number - 1;
        return index >= 0 ? index : throw new UsageException($"{option}: there is no column {name}. Columns: {NamesOf(look.Columns)}. Nothing was kept.");
    }

    static ConsentState? EverybodyOf(string? said) => said?.ToUpperInvariant() switch
    {
        null => null,
        "GRANTED" => ConsentState.Granted,
        "WITHDRAWN" => ConsentState.Withdrawn,
        "NONE" or "NOSTATEMENT" => ConsentState.NoStatement,
        _ => throw new UsageException($"--everybody {said}: say granted, withdrawn or none."),
    };

    static DateOrder DatesOf(string? said) => said?.ToUpperInvariant() switch
    {
        null => DateOrder.Unknown,
        "DAY-FIRST" => DateOrder.DayFirst,
        "MONTH-FIRST" => DateOrder.MonthFirst,
        _ => throw new UsageException($"--dates {said}: say day-first or month-first."),
    };

    static async Task<int> FollowAsync(Session session, Store store, (ExportRun Run, bool Created) started, bool json, CancellationToken ct)
    {
        await ExportCommands.AuditAsync(session, "import.started", store, started.Run);
        if (!started.Created && !json)
            Printer.Line($"Run {started.Run.Number} is already under way; following it.");
        var run = await ExportDisplay.FollowAsync(session.Services.GetRequiredService<IExportRuns>(), started.Run, !json, ct);
        if (json)
        {
            Printer.Json(
                ExportCommands.Shown(run), ("contradicting", run.Options.Subscribers?.Contradicting ?? 0), ("phonesLeftOut", run.Options.Subscribers?.PhonesLost ?? 0));
        }
        else
        {
            ExportCommands.Print(run);
            if (run.Options.Subscribers is { } source)
                PrintWarnings(source.Contradicting, source.PhonesLost);
        }

        return ExportCommands.ExitCodeOf(run);
    }

    static void PrintWarnings(long contradicting, long phonesLost)
    {
        if (contradicting > 0)
            Printer.Line(string.Create(CultureInfo.InvariantCulture, $"  {contradicting} people stand in the file with a yes and with a no: the no holds unless the yes is clearly newer."));
        if (phonesLost > 0)
            Printer.Line(string.Create(CultureInfo.InvariantCulture, $"  {phonesLost} telephone numbers were broken by a spreadsheet (4,86E+10) and are left out."));
    }

    static void Show(SubscriberPreview preview, SubscriberMapping mapping, IReadOnlyDictionary<string, int> fields, bool json)
    {
        string NameOf(int column) => mapping.Look.Columns[column].Name;
        if (json)
        {
            Printer.Json(new
            {
                lines = preview.Lines,
                usable = preview.Usable,
                wrong = preview.Wrong,
                repeated = preview.Repeated,
                states = preview.States,
                contradicting = preview.Contradicting,
                phonesLeftOut = preview.PhonesLost,
                columns = fields.ToDictionary(pair => pair.Key, pair => NameOf(pair.Value), StringComparer.Ordinal),
                refusals = mapping.Refusals.Select(column => column.Name),
                notUsed = mapping.Unused.Select(column => column.Name),
                first = preview.First.Select(contact => new
                {
                    contact.Email,
                    contact.FirstName,
                    contact.LastName,
                    contact.Phone,
                    contact.Company,
                    consent = contact.EmailConsent.State,
                    at = contact.EmailConsent.At,
                }),
                problems = preview.Problems,
                telephones = preview.LostPhones,
            });
            return;
        }

        var words = new PanelTexts(Language.En).Reasons;
        Printer.Line(string.Create(CultureInfo.InvariantCulture, $"{preview.Lines} lines: {preview.Usable} people ({preview.Repeated} repeated), {preview.Wrong} wrong"));
        foreach (var (state, count) in preview.States)
            Printer.Line(string.Create(CultureInfo.InvariantCulture, $"  {state,-14}{count,10}"));
        PrintWarnings(preview.Contradicting, preview.PhonesLost);
        foreach (var (field, column) in fields.OrderBy(pair => pair.Value))
            Printer.Line($"  {field,-14}{NameOf(column)}");
        foreach (var column in mapping.Refusals)
            Printer.Line($"  {"unsubscribed",-14}{column.Name}");
        if (mapping.Unused.Count > 0)
            Printer.Line($"  {"not used",-14}{NamesOf(mapping.Unused)}");
        Printer.Line("First people as they would be stored:");
        foreach (var contact in preview.First)
            Printer.Line($"  {contact.Email}  {contact.FirstName} {contact.LastName}  {contact.EmailConsent.State} {contact.EmailConsent.At:yyyy-MM-dd HH:mm}");
        foreach (var problem in preview.Problems.Concat(preview.LostPhones))
            Printer.Line(string.Create(CultureInfo.InvariantCulture, $"  line {problem.Line}, {problem.Field}: {words.Of(problem.Code)} \"{problem.Value}\""));
    }

    /// <summary>What was typed of the file's columns.</summary>
    sealed record Said(string? Map, string[] Ignored, ConsentState? Everybody, DateOrder Dates);
}
