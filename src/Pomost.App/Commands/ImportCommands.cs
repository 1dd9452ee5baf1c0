using System.CommandLine;
using System.Globalization;
using Pomost.App.Output;
using Pomost.Engine;
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
            Description = $"Columns by name or number: email=Adres,date=Data. Fields: {string.Join(", ", SubscriberGuess.Fields)}. Default: guessed by their names.",
        };
        var everybody = new Option<ConsentState>("--everybody")
        {
            Description = "What all lines say when the file has no column for it: Granted, Withdrawn, NoStatement.",
            DefaultValueFactory = _ => ConsentState.Granted,
        };
        var store = new Option<string?>("--store") { Description = "Store, when there are several." };
        var account = new Option<long?>("--account") { Description = "Account, when there are several." };
        var tags = new Option<string?>("--tags") { Description = "Tags for everybody sent, separated by commas." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be stored and what is wrong; keep nothing." };
        var subscribers = new Command("subscribers", "Import subscribers without account from before the store was connected.")
        {
            file, fromShop, map, everybody, store, account, tags, dryRun,
        };
        subscribers.SetAction(async (line, ct) =>
        {
            var parsed = TagInput.Parse(line.GetValue(tags));
            if (parsed.Problem is { } problem)
                throw new UsageException($"--tags: \"{problem.Tag}\" cannot be used: {Sentences.Of(problem)}.");
            var path = line.GetValue(file);
            if (path is null != line.GetValue(fromShop))
                throw new UsageException("Name a file, or say --from-shop.");
            await using var session = await Session.WithEngineAsync(common.Choices(line), ct);
            var target = await session.StoreAsync(line.GetValue(account), line.GetValue(store), ct);
            var json = line.GetValue(common.Json);
            var import = session.Services.GetRequiredService<SubscriberImport>();
            if (path is null)
                return await FollowAsync(session, target, await import.StartFromShopAsync(target.Key, parsed.Tags, null, dryRun: false, ct), json, ct);
            var stored = await StoreAsync(import, target.Key, path, ct);
            try
            {
                var fields = Mapped(line.GetValue(map), stored) ?? await import.GuessAsync(stored, ct);
                var columns = SubscriberGuess.ToColumns(fields, line.GetValue(everybody))
                    ?? throw new UsageException($"No column holds addresses. Say which: --map email=... (columns: {string.Join(", ", stored.Header)})");
                if (!line.GetValue(dryRun))
                    return await FollowAsync(session, target, await import.StartAsync(stored, columns, parsed.Tags, null, dryRun: false, ct), json, ct);
                var preview = await import.PreviewAsync(stored, columns, StoreSetup.ZoneOf(target), ct);
                Show(preview, fields, stored, json);
                await session.Services.GetRequiredService<ISubscriberFiles>().DeleteAsync(stored.Store.AccountId, stored.Id, ct);
                return preview.Wrong > 0 ? ExitCodes.DoneWithRejects : ExitCodes.Done;
            }
            catch (UsageException)
            {
                await session.Services.GetRequiredService<ISubscriberFiles>().DeleteAsync(stored.Store.AccountId, stored.Id, CancellationToken.None);
                throw;
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
            throw new UsageException($"The file cannot be imported: {e.Message}. Nothing was kept.");
        }
    }

    static Dictionary<string, int>? Mapped(string? map, SubscriberFile file)
    {
        if (map is null)
            return null;
        var fields = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var pair in map.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = pair.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts.Length < 2 || !SubscriberGuess.Fields.Contains(parts[0], StringComparer.Ordinal))
                throw new UsageException($"--map: \"{pair}\" is not understood. Fields: {string.Join(", ", SubscriberGuess.Fields)}.");
            fields[parts[0]] = ColumnOf(parts[1], file);
        }

        return fields;
    }

    static int ColumnOf(string name, SubscriberFile file)
    {
        var index = file.Header.ToList().FindIndex(column => column.Trim().Equals(name, StringComparison.OrdinalIgnoreCase));
        if (index < 0 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= file.Header.Count)
            index = number - 1;
        return index >= 0 ? index : throw new UsageException($"--map: there is no column {name}. Columns: {string.Join(", ", file.Header)}");
    }

    static async Task<int> FollowAsync(Session session, Store store, (ExportRun Run, bool Created) started, bool json, CancellationToken ct)
    {
        await ExportCommands.AuditAsync(session, "import.started", store, started.Run);
        if (!started.Created && !json)
            Printer.Line($"Run {started.Run.Number} is already under way; following it.");
        var run = await ExportDisplay.FollowAsync(session.Services.GetRequiredService<IExportRuns>(), started.Run, !json, ct);
        if (json)
            Printer.Json(ExportCommands.Shown(run));
        else
            ExportCommands.Print(run);
        return ExportCommands.ExitCodeOf(run);
    }

    static void Show(SubscriberPreview preview, Dictionary<string, int> fields, SubscriberFile file, bool json)
    {
        if (json)
        {
            Printer.Json(new
            {
                lines = preview.Lines,
                usable = preview.Usable,
                wrong = preview.Wrong,
                repeated = preview.Repeated,
                states = preview.States,
                columns = fields.ToDictionary(pair => pair.Key, pair => file.Header.ElementAtOrDefault(pair.Value), StringComparer.Ordinal),
                first = preview.First.Select(contact => new { contact.Email, contact.FirstName, contact.LastName, contact.Phone, contact.Company, consent = contact.EmailConsent.State, at = contact.EmailConsent.At }),
                problems = preview.Problems,
            });
            return;
        }

        var words = new PanelTexts(Language.En).Reasons;
        Printer.Line(string.Create(CultureInfo.InvariantCulture, $"{preview.Lines} lines: {preview.Usable} people ({preview.Repeated} repeated), {preview.Wrong} wrong"));
        foreach (var (state, count) in preview.States)
            Printer.Line(string.Create(CultureInfo.InvariantCulture, $"  {state,-14}{count,10}"));
        Printer.Line("First people as they would be stored:");
        foreach (var contact in preview.First)
            Printer.Line($"  {contact.Email}  {contact.FirstName} {contact.LastName}  {contact.EmailConsent.State} {contact.EmailConsent.At:yyyy-MM-dd HH:mm}");
        foreach (var problem in preview.Problems)
            Printer.Line(string.Create(CultureInfo.InvariantCulture, $"  line {problem.Line}, {problem.Field}: {words.Of(problem.Code)} \"{problem.Value}\""));
    }
}
