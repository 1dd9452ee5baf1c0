using System.Globalization;

namespace Pomost.Engine;

/// <summary>Tells whoever asked for it that a long run has ended, by e-mail.</summary>
public sealed class ExportNotices(IExportNotices notices, IStores stores, MailRoom mail, EngineOptions options) : IHousekeeping
{
    /// <summary>A shorter run is watched by the one who started it, and needs no message.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    const int AtOnce = 100;

    public string Name => "export-notices";

    public TimeSpan Interval => TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken ct)
    {
        foreach (var notice in await notices.DueAsync(AtOnce, ct))
        {
            var run = notice.Run;
            // Whoever cancelled knows it.
            if (run.State != ExportState.Cancelled && run.FinishedAt - run.StartedAt >= Long && await stores.FindAsync(run.Store, ct) is { } store)
            {
                var target = await stores.FindDestinationAsync(store.AccountId, store.DestinationId, ct);
                await mail.PostAsync(MailKind.ExportEnded, Write(notice, store, target?.IsHub == true), ct);
            }

            await notices.RemoveAsync(notice, ct);
        }
    }

    Letter Write(ExportNotice notice, Store store, bool isHub)
    {
        var (run, inPolish, stopped) = (notice.Run, notice.Language == "pl", notice.Run.State == ExportState.Failed);
        var there = DestinationWords.For(inPolish, isHub);
        var what = (run.Kind, inPolish) switch
        {
            (ExportKind.Contacts, true) => "kontaktów",
            (ExportKind.Transactions, true) => "transakcji",
            (_, true) => "subskrybentów",
            (ExportKind.Contacts, false) => "contacts",
            (ExportKind.Transactions, false) => "transactions",
            (_, false) => "subscribers",
        };
        var title = inPolish
            ? $"{TypedText.InMail(store.Name)}: eksport {what} {(stopped ? "stanął" : "jest gotowy")}"
            : $"{TypedText.InMail(store.Name)}: the export of {what} {(stopped ? "has stopped" : "is done")}";
        var figures = inPolish
            ? $"Przeczytane: {Figure(run.Read)}. Dostarczone: {Figure(run.Sent)}. Pominięte: {Figure(run.SkippedTotal)}. Odrzucone: {Figure(run.Rejected)}."
            : $"Read: {Figure(run.Read)}. Delivered: {Figure(run.Sent)}. Skipped: {Figure(run.SkippedTotal)}. Rejected: {Figure(run.Rejected)}.";
        List<string> paragraphs = [figures];
        if (run.Held > 0)
        {
            paragraphs.Add(inPolish
                ? $"W tym wypisani {there.In}: {Figure(run.Held)}. Wysłaliśmy ich bez zgody, a wypis zapisujemy w sklepie."
                : $"Of these unsubscribed {there.In}: {Figure(run.Held)}. They were sent without the consent, and the opt-out goes into the shop.");
        }

        if (stopped)
            paragraphs.Insert(0, inPolish ? "Trzeba poprawić ustawienie. Nic nie przepadło: eksport ruszy od ostatniej zapisanej strony." : "A setting must be mended. Nothing is lost: the export goes on from the last saved page.");
        var link = options.PublicAddress() is { } ourselves
            ? new LetterLink(inPolish ? "Zobacz eksport" : "See the export", ourselves.Under(string.Create(CultureInfo.InvariantCulture, $"/stores/{store.Slug}/export/runs/{run.Number}"))) : null;
        return new Letter(notice.Email, $"[Pomost] {title}", [new LetterPart(notice.Language, title, paragraphs, link)]);
    }

    static string Figure(long number) => number.ToString(CultureInfo.InvariantCulture);
}
