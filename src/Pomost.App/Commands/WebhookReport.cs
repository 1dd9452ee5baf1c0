using System.Globalization;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.App.Commands;

/// <summary>How well a store's webhooks work, as <c>pomost store check</c> says it.</summary>
/// <param name="Active">Null = never looked after.</param>
/// <param name="Repaired">How many had to be made again so far.</param>
/// <param name="LastSeenAt">The last webhook worked on, UTC.</param>
/// <param name="LostSinceYesterday">Changes that polling or comparing found although a webhook should have told.</param>
sealed record WebhookReport(bool? Active, long Repaired, DateTimeOffset? LastSeenAt, long LostSinceYesterday)
{
    public string Told => Active is not { } active
        ? "Webhooks: not in use; changes are found by polling."
        : string.Create(CultureInfo.InvariantCulture, $"Webhooks: {(active ? "active" : "NOT ACTIVE, polling goes on")}, {Repaired} made again, {LostSinceYesterday} lost since yesterday{(LostSinceYesterday > 0 ? ", healed" : "")}.");

    public static async Task<WebhookReport> OfAsync(Session session, Store store, CancellationToken ct)
    {
        var states = session.Services.GetRequiredService<IWebhookStates>();
        var health = await states.FindAsync(store.Key, ct);
        var zone = ShopZone.OrDefault(store.Options.TimeZone);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(session.Services.GetRequiredService<TimeProvider>().GetUtcNow(), zone).DateTime);
        var lost = await states.LostSinceAsync(store.AccountId, today.AddDays(-1), ct);
        return new WebhookReport(health?.Active, health?.Repaired ?? 0, health?.LastSeenAt, lost.GetValueOrDefault(store.Key));
    }
}
