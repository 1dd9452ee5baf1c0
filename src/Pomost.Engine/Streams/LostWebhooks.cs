using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Finds webhooks that never came: a poll or a comparison was faster.</summary>
sealed class LostWebhooks(StoreRun run)
{
    // A webhook this late is a lost one.
    static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);
    static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);
    const int MostWatched = 10_000;

    public async Task NoteCheckedAsync(WebhookState state, Uri address)
    {
        await run.Engine.Webhooks.CheckedAsync(run.Lease, state.Active, state.Repaired, address, run.Cancel);
        run.Pace.WebhooksActiveSince = state.Active ? run.Pace.WebhooksActiveSince ?? run.Now : null;
    }

    public async Task NoteAnnouncedAsync(IEnumerable<InboxEntry> entries)
    {
        var webhooks = entries.Where(entry => entry.Source == InboxSource.Webhook).ToList();
        foreach (var entry in webhooks)
            run.Pace.Unannounced.Remove((entry.Change.Stream, entry.Change.SourceId ?? ""));
        if (webhooks.Count == 0 || webhooks.Max(entry => entry.ReceivedAt) is var seen && seen <= run.Pace.WebhookSeenAt + SeenEvery)
            return;
        await run.Engine.Webhooks.SeenAsync(run.Lease, seen, run.Cancel);
        run.Pace.WebhookSeenAt = seen;
    }

    /// <summary>Watches what a poll or a comparison found: if no webhook comes for it within the grace, one was lost.</summary>
    public void NoteFound(CursorWrite? cursor, PageCommit commit)
    {
        var (now, pace) = (run.Now, run.Pace);
        if (cursor is null || pace.WebhooksActiveSince is not { } active || now - active < Grace || pace.Unannounced.Count >= MostWatched)
            return;
        var (stream, kind) = cursor.Name.EndsWith(":Orders", StringComparison.Ordinal) ? (ShopStream.Orders, DeliveryKind.Event) : (ShopStream.Contacts, DeliveryKind.Contact);
        if (stream == ShopStream.Contacts && !cursor.Name.EndsWith(":Contacts", StringComparison.Ordinal))
            return;
        foreach (var delivery in commit.Deliveries.Where(delivery => delivery.Kind == kind))
            pace.Unannounced.TryAdd((stream, delivery.SourceId), now);
    }

    public async Task CountAsync()
    {
        var now = run.Now;
        var lost = run.Pace.Unannounced.Where(found => now - found.Value >= Grace).Select(found => found.Key).ToList();
        if (lost.Count == 0)
            return;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, run.Zone).DateTime);
        await run.Engine.Webhooks.LostAsync(run.Lease, day, lost.Count, CancellationToken.None);
        foreach (var found in lost)
            run.Pace.Unannounced.Remove(found);
        StoreRunLog.WebhooksLost(run.Log, run.Key.StoreId, lost.Count);
    }
}
