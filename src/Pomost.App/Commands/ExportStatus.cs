using System.CommandLine;
using System.Globalization;
using Pomost.App.Output;
using Pomost.Engine;
using Pomost.Panel.Texts;

namespace Pomost.App.Commands;

/// <summary><c>pomost export status</c>: the store's newest runs, and what it waits for.</summary>
static class ExportStatus
{
    const int RunsShown = 10;

    public static Command Make(CommonOptions common, Option<string?> storeOption, Option<long?> account)
    {
        var command = new Command("status", "Show the newest runs of a store, and what it waits for.") { storeOption, account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var store = await session.StoreAsync(line.GetValue(account), line.GetValue(storeOption), ct);
            var runs = await session.Services.GetRequiredService<IExportRuns>().ListAsync(store.Key, RunsShown, ct);
            var waits = await session.Services.GetRequiredService<IStorePaces>().WaitingAsync(store.AccountId, ct);
            var waiting = waits.GetValueOrDefault(store.Key);
            if (line.GetValue(common.Json))
                Printer.Json(new { store = store.Slug, state = store.State, problem = store.Problem, waitingFor = waiting, runs = runs.Select(ExportCommands.Shown) });
            else
            {
                Printer.Line($"{store.Slug}: {Sentences.Of(store)}");
                if (waiting is not null)
                    Printer.Line("  " + Told(waiting));
                foreach (var run in runs)
                {
                    var held = run.Held > 0 ? string.Create(CultureInfo.InvariantCulture, $", unsubscribed at SALESmanago {run.Held:N0}") : "";
                    Printer.Line(string.Create(CultureInfo.InvariantCulture, $"  {run.Number,3}  {run.Kind,-13} {Sentences.Of(run.State),-20} read {run.Read:N0}, sent {run.Sent:N0}, skipped {run.SkippedTotal:N0}, rejected {run.Rejected:N0}{held}"));
                }
            }

            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>A wait in words, its time in UTC.</summary>
    public static string Told(Waiting waiting)
        => new PanelTexts(Language.En).Waits.Of(waiting.Reason, waiting.Until.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture));
}
