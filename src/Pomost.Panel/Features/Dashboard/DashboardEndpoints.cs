using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Dashboard;

static class DashboardEndpoints
{
    const int EventsShown = 8;

    public static void Map(IEndpointRouteBuilder panel) => panel.MapGet("/", Show);

    static async Task<IResult> Show(PanelRequest r, StoreDirectory directory, IViews views, IStorePaces paces, IAlerts alerts, IWebhookStates webhooks)
    {
        var cancel = r.Http.RequestAborted;
        var page = new
        {
            Stores = await directory.ListAsync(r.User, cancel),
            Numbers = await views.NumbersAsync(r.User.AccountId(), cancel),
            Waits = await paces.WaitingAsync(r.User.AccountId(), cancel),
            Alerts = await alerts.OpenAsync(r.User.AccountId(), cancel),
            Lost = await webhooks.LostSinceAsync(r.User.AccountId(), r.Today.AddDays(-1), cancel),
            Events = await views.LatestAsync(r.User.AccountId(), EventsShown, cancel),
        };
        return r.IsPart ? Page.Of<DashboardBody>(page) : Page.Of<DashboardPage>(page);
    }
}

/// <summary>"events": anything decided or delivered in the person's account.</summary>
sealed class EventsTopic(IViews views) : ILiveTopic
{
    public string Kind => "events";

    public async Task<string?> StampAsync(string key, HttpContext http, CancellationToken cancel)
    {
        var latest = await views.LatestAsync(http.User.AccountId(), 1, cancel);
        var numbers = await views.NumbersAsync(http.User.AccountId(), cancel);
        return string.Create(CultureInfo.InvariantCulture,
            $"{(latest.Count > 0 ? latest[0].Id : 0)} {numbers.Sum(n => n.Waiting)} {numbers.Sum(n => n.DeliveredLast24Hours)} {numbers.Sum(n => n.Rejected)} {numbers.Count}");
    }
}
