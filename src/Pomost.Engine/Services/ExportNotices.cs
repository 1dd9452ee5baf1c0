using System.Globalization;
using Microsoft.Extensions.Logging;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Tells whoever asked for it that a long run has ended, by e-mail.</summary>
public sealed partial class ExportNotices(
    IExportNotices notices, IStores stores, IAlertMail mail, EngineOptions options, TimeProvider clock, ILogger<ExportNotices> log) : IHousekeeping
{
    /// <summary>A shorter run is watched by the one who started it, and needs no message.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    const int AtOnce = 100;
    static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(24);

    public string Name => "export-notices";

    public TimeSpan Interval => TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken ct)
    {
        foreach (var notice in await notices.DueAsync(AtOnce, ct))
        {
            if (!await TellAsync(notice, ct))
                continue;
            await notices.RemoveAsync(notice, ct);
        }
    }

    /// <summary>True when nothing remains to be told.</summary>
    async Task<bool> TellAsync(ExportNotice notice, CancellationToken ct)
    {
        var (run, ended) = (notice.Run, notice.Run.FinishedAt ?? clock.GetUtcNow());
        // Whoever cancelled knows it.
        if (run.State == ExportState.Cancelled || ended - (run.StartedAt ?? ended) < Long || !mail.IsSet || await stores.FindAsync(run.Store, ct) is not { } store)
            return true;
        var address = options.PublicAddress() is { } ourselves
            ? new Uri(ourselves, string.Create(CultureInfo.InvariantCulture, $"/stores/{store.Slug}/export/runs/{run.Number}")) : null;
        var (subject, body) = Words(run, store.Name, address, notice.Language);
        try
        {
            await mail.SendAsync(notice.Email, subject, body, ct);
            return true;
        }
        catch (RetryLaterException e)
        {
            Log.NotTold(log, run.Store.StoreId, run.Number, e.Message);
            return clock.GetUtcNow() - ended > GiveUpAfter;
        }
    }

    static (string Subject, string Body) Words(ExportRun run, string store, Uri? address, string language)
    {
        var stopped = run.State == ExportState.Failed;
        if (language == "pl")
        {
            var what = run.Kind switch { ExportKind.Contacts => "kontaktów", ExportKind.Transactions => "transakcji", _ => "subskrybentów" };
            var end = stopped ? "stanął: trzeba poprawić ustawienie. Nic nie przepadło" : "jest gotowy";
            return (
                $"[Pomost] {store}: eksport {what} {(stopped ? "stanął" : "gotowy")}",
                $"Eksport {what} ze sklepu {store} {end}.\n\nPrzeczytane: {run.Read}\nDostarczone: {run.Sent}\nPominięte: {run.SkippedTotal}\nOdrzucone: {run.Rejected}\n{After(address)}");
        }

        var kind = run.Kind switch { ExportKind.Contacts => "contacts", ExportKind.Transactions => "transactions", _ => "subscribers" };
        var ending = stopped ? "has stopped: a setting must be mended. Nothing is lost" : "is done";
        return (
            $"[Pomost] {store}: export of {kind} {(stopped ? "stopped" : "done")}",
            $"The export of {kind} from the shop {store} {ending}.\n\nRead: {run.Read}\nDelivered: {run.Sent}\nSkipped: {run.SkippedTotal}\nRejected: {run.Rejected}\n{After(address)}");
    }

    static string After(Uri? address) => address is null ? "" : $"\n{address}\n";

    static partial class Log
    {
        [LoggerMessage(60, LogLevel.Warning, "Store {StoreId}: the end of export {Number} could not be told: {Reason}")]
        public static partial void NotTold(ILogger log, long storeId, int number, string reason);
    }
}
