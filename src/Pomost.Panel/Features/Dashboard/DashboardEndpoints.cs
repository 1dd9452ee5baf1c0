using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Dashboard;

static class DashboardEndpoints
{
    const int EventsShown = 8;
    const int AlertsLookedAt = 50;

    // Whoever has left the question alone for so long does not want it.
    static readonly TimeSpan OfferedFor = TimeSpan.FromDays(30);

    public static void Map(IEndpointRouteBuilder panel) => panel.MapGet("/", Show);

    static async Task<IResult> Show(
        string? period, PanelRequest r, StoreDirectory directory, IViews views, IFlow flow, ICarts carts, IDeadLetters letters, IStorePaces paces, IAlerts alerts,
        IWebhookStates webhooks, AccountSending sending)
    {
        var cancel = r.Http.RequestAborted;
        var account = r.User.AccountId();
        var chosen = DashboardPeriod.Read(period);
        var among = r.User.Stores();
        var since = r.Now - chosen.Flow.Length;
        var stores = await directory.ListAsync(r.User, cancel);
        var told = (await alerts.ListAsync(account, AlertsLookedAt, cancel)).Where(alert => r.User.MaySee(alert.Store)).ToList();
        var numbers = new DashboardNumbers
        {
            Period = chosen,
            Stores = [.. (await views.NumbersAsync(account, cancel)).Where(numbers => r.User.MaySee(numbers.Store))],
            Flow = await flow.NumbersAsync(account, among, chosen.Flow, cancel),
            Consents = await flow.ConsentsAsync(account, among, since, cancel),
            WonBack = await carts.WonBackAsync(account, among, since, cancel),
            Abandoned = await flow.AbandonedCartsAsync(account, among, since, cancel),
            Queues = [.. (await letters.QueuesAsync(account, cancel)).Where(queue => r.User.MaySee(queue.Store))],
            Waits = (await paces.WaitingAsync(account, cancel)).Where(wait => r.User.MaySee(wait.Key)).ToDictionary(),
            Alerts = [.. told.Where(alert => alert.State == AlertState.Open)],
            LastResolved = told.Where(alert => alert is { State: AlertState.Resolved, Kind: not AlertKind.Test }).Max(alert => alert.ResolvedAt),
            Lost = await webhooks.LostSinceAsync(account, r.Today.AddDays(-1), cancel),
            Undecided = r.User.MayAdminister() ? await UndecidedAsync(stores, r, sending) : [],
            Events = r.User.May(PanelPolicies.SeeContacts) ? await views.LatestAsync(account, among, EventsShown, cancel) : [],
        };
        return r.IsPart ? Page.Of<DashboardBody>(new { Stores = stores, Numbers = numbers }) : Page.Of<DashboardPage>(new { Stores = stores, Numbers = numbers });
    }

    static async Task<IReadOnlyList<StoreLink>> UndecidedAsync(IReadOnlyList<StoreLink> stores, PanelRequest r, AccountSending sending)
    {
        var undecided = new List<StoreLink>();
        foreach (var link in stores.Where(link => link.Store.State == StoreState.Active && r.Now - link.Store.CreatedAt < OfferedFor))
        {
            if (await sending.LastAsync(link.Store.Key, r.Http.RequestAborted) is null)
                undecided.Add(link);
        }

        return undecided;
    }
}

/// <summary>A period of the dashboard, as its address names it.</summary>
public sealed record DashboardPeriod(string Name, FlowPeriod Flow, TimeSpan Bar)
{
    public static IReadOnlyList<DashboardPeriod> All { get; } =
    [
        new("1h", FlowPeriod.Hour, TimeSpan.FromMinutes(5)), new("24h", FlowPeriod.Day, TimeSpan.FromMinutes(15)), new("7d", FlowPeriod.Week, TimeSpan.FromHours(2)),
        new("30d", FlowPeriod.Month, TimeSpan.FromDays(1)),
    ];

    public static DashboardPeriod Read(string? name) => All.FirstOrDefault(period => period.Name == name) ?? All[1];

    /// <summary>The day is the address without a choice.</summary>
    public string Address => this == All[1] ? "/" : "/?period=" + Name;
}

/// <summary>Everything the dashboard shows.</summary>
public sealed record DashboardNumbers
{
    public required DashboardPeriod Period { get; init; }

    public required IReadOnlyList<StoreNumbers> Stores { get; init; }

    public required FlowNumbers Flow { get; init; }

    public required IReadOnlyList<ConsentFlow> Consents { get; init; }

    public required IReadOnlyList<(string Currency, long Count, decimal Value)> WonBack { get; init; }

    public required long Abandoned { get; init; }

    public required IReadOnlyList<QueueNumbers> Queues { get; init; }

    public required IReadOnlyDictionary<StoreKey, Waiting> Waits { get; init; }

    public required IReadOnlyList<Alert> Alerts { get; init; }

    /// <summary>When the last trouble ended; null = there was none.</summary>
    public DateTimeOffset? LastResolved { get; init; }

    public required IReadOnlyDictionary<StoreKey, long> Lost { get; init; }

    /// <summary>New stores whose accounts were never sent.</summary>
    public IReadOnlyList<StoreLink> Undecided { get; init; } = [];

    public required IReadOnlyList<TraceEntry> Events { get; init; }
}

/// <summary>"events": anything decided or delivered in the stores the person may see.</summary>
sealed class EventsTopic(IFlow flow) : ILiveTopic
{
    public string Kind => "events";

    public async Task<string?> StampAsync(string key, HttpContext http, CancellationToken cancel) => await flow.StampAsync(http.User.AccountId(), http.User.Stores(), cancel);
}
