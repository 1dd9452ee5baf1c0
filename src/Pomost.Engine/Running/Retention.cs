namespace Pomost.Engine;

/// <summary>Removes by night and day, in small steps, what is older than it needs to be.</summary>
sealed class Retention(IRetention rows, IMails mails, ILoginSessions sessions, ITeams teams, EngineOptions options, TimeProvider clock) : IHousekeeping
{
    const int RowsAtOnce = 1_000;

    static readonly TimeSpan KeepMails = TimeSpan.FromDays(30);

    // Between two steps whoever waits for the database has a turn.
    static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    static readonly TimeSpan KeepFineFlow = TimeSpan.FromDays(2);
    static readonly TimeSpan KeepFlow = TimeSpan.FromDays(400);

    public string Name => "retention";

    public TimeSpan Interval => TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await RepeatAsync(() => rows.RemoveTracesAsync(now - options.KeepTraces, RowsAtOnce, ct), ct);
        await RepeatAsync(() => rows.RemoveRejectedRowsAsync(now - options.KeepRejectedRows, RowsAtOnce, ct), ct);
        await RepeatAsync(() => mails.RemoveAsync(now - KeepMails, RowsAtOnce, ct), ct);
        await RepeatAsync(() => sessions.RemoveExpiredAsync(RowsAtOnce, ct), ct);
        await RepeatAsync(() => teams.RemoveExpiredAsync(RowsAtOnce, ct), ct);
        await RepeatAsync(() => rows.RemovePreviewsAsync(now - EngineOptions.KeepPreviews, RowsAtOnce, ct), ct);
        await RepeatAsync(() => rows.RemoveJobFilesAsync(now - EngineOptions.KeepFiles, RowsAtOnce, ct), ct);
        await rows.RemoveSubscriberFilesAsync(now - EngineOptions.KeepFiles, ct);
        await rows.RemoveFlowAsync(now - KeepFineFlow, now - KeepFlow, ct);
        await RepeatAsync(() => rows.RemoveWebhookMessagesAsync(now - options.KeepWebhooks, RowsAtOnce, ct), ct);
        await RepeatAsync(() => rows.RemoveWebhookAttemptsAsync(now - options.KeepWebhooks, RowsAtOnce, ct), ct);
    }

    static async Task RepeatAsync(Func<Task<int>> remove, CancellationToken ct)
    {
        while (await remove() == RowsAtOnce)
            await Task.Delay(Breath, ct);
    }
}
