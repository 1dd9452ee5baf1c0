using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Finds webhooks that never came, and compares everything when a person asks for it.</summary>
sealed partial class StoreStep
{
    const string Asked = "asked:";
    const string ComparePlace = "compare:Contacts";

    // A webhook this late is a lost one: the poll was faster by then.
    static readonly TimeSpan WebhookGrace = TimeSpan.FromMinutes(5);
    static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);
    const int MostWatched = 10_000;

    // Of the time between two polls. A slow shop is asked for its few pages and no more, a quick one is compared whole within a poll or two.
    const double CompareShare = 0.05;

    /// <summary>Compares some pages of accounts at each poll, round and round: what a lost webhook did not tell does not wait for the night.</summary>
    async Task CompareSomeAsync(IPlatformConnector connector, ShopConnection shop)
    {
        var now = engine.Clock.GetUtcNow();
        var pages = store.Options.ComparePagesPerPoll;
        if (pages <= 0 || now < pace.NextCompare || pace.ModuleAnswers || connector.Info.Streams.All(stream => stream.Stream != ShopStream.Contacts || stream.HasModificationTime))
            return;
        pace.NextCompare = now + TimeSpan.FromSeconds(store.Options.PollSeconds);
        var (started, share) = (engine.Clock.GetTimestamp(), TimeSpan.FromSeconds(store.Options.PollSeconds * CompareShare));
        var request = new ReadRequest { Purpose = ReadPurpose.Sweep, From = await engine.Runs.CursorAsync(lease.Store, ComparePlace, ct) };
        await foreach (var page in connector.ReadContactsAsync(shop, request, ct))
        {
            await ComparePageAsync(connector, page, ComparePlace);
            if (!HasTime || (--pages <= 0 && engine.Clock.GetElapsedTime(started) >= share))
                return;
        }

        await engine.Runs.ForgetCursorAsync(lease, ComparePlace, ct);
    }

    async Task NoteWebhooksAsync(WebhookState state, Uri address)
    {
        await engine.Webhooks.CheckedAsync(lease, state.Active, state.Repaired, address, ct);
        pace.WebhooksActiveSince = state.Active ? pace.WebhooksActiveSince ?? engine.Clock.GetUtcNow() : null;
    }

    async Task NoteAnnouncedAsync(IReadOnlyList<InboxEntry> entries)
    {
        var webhooks = entries.Where(entry => entry.Source == InboxSource.Webhook).ToList();
        foreach (var entry in webhooks)
            pace.Unannounced.Remove((entry.Change.Stream, entry.Change.SourceId ?? ""));
        if (webhooks.Count > 0 && webhooks.Max(entry => entry.ReceivedAt) is var seen && seen > pace.WebhookSeenAt + SeenEvery)
        {
            await engine.Webhooks.SeenAsync(lease, seen, ct);
            pace.WebhookSeenAt = seen;
        }

        if (entries.Any(entry => entry is { Source: InboxSource.Operator, Change.Stream: ShopStream.Products }))
            (pace.ProductsNotBefore, pace.ProductReadsNotBefore) = (DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        if (entries.Any(entry => entry is { Source: InboxSource.Operator, Change.Stream: ShopStream.Contacts }))
            pace.NextCardPoll = DateTimeOffset.MinValue;
        var asked = entries.Where(entry => entry is { Source: InboxSource.Operator, Change.Facts: Synchronization.Everything })
            .SelectMany(entry => entry.Change.Stream == ShopStream.Products ? [ProductSweepPlace] : new[] { SweepPlace, SubscriberSweepPlace, ProductSweepPlace });
        foreach (var place in asked.Distinct(StringComparer.Ordinal))
            await engine.Runs.CommitAsync(lease, new PageCommit { Cursor = new CursorWrite(Asked + place, Instant(engine.Clock.GetUtcNow())) }, ct);
    }

    /// <summary>True once for each time a person asked.</summary>
    async Task<bool> TakeAskedAsync(string place)
    {
        if (await engine.Runs.CursorAsync(lease.Store, Asked + place, ct) is null)
            return false;
        await engine.Runs.ForgetCursorAsync(lease, Asked + place, ct);
        return true;
    }

    /// <summary>Watches what a poll or a comparison found: if no webhook comes for it within the grace, one was lost.</summary>
    void NoteFound(CursorWrite? cursor, PageCommit commit)
    {
        var now = engine.Clock.GetUtcNow();
        if (cursor is null || pace.WebhooksActiveSince is not { } active || now - active < WebhookGrace || pace.Unannounced.Count >= MostWatched)
            return;
        var (stream, kind) = cursor.Name.EndsWith(":Orders", StringComparison.Ordinal) ? (ShopStream.Orders, DeliveryKind.Event) : (ShopStream.Contacts, DeliveryKind.Contact);
        if (stream == ShopStream.Contacts && !cursor.Name.EndsWith(":Contacts", StringComparison.Ordinal))
            return;
        foreach (var delivery in commit.Deliveries.Where(delivery => delivery.Kind == kind))
            pace.Unannounced.TryAdd((stream, delivery.SourceId), now);
    }

    async Task CountLostAsync()
    {
        var now = engine.Clock.GetUtcNow();
        var lost = pace.Unannounced.Where(found => now - found.Value >= WebhookGrace).Select(found => found.Key).ToList();
        if (lost.Count == 0)
            return;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime);
        await engine.Webhooks.LostAsync(lease, day, lost.Count, CancellationToken.None);
        foreach (var found in lost)
            pace.Unannounced.Remove(found);
        StoreRunLog.WebhooksLost(log, lease.Store.StoreId, lost.Count);
    }
}
