using System.Globalization;
using System.Security.Claims;
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
            Numbers = await NumbersAsync(r.User, views, cancel),
            Waits = await paces.WaitingAsync(r.User.AccountId(), cancel),
            Alerts = (IReadOnlyList<Alert>)[.. (await alerts.OpenAsync(r.User.AccountId(), cancel)).Where(alert => r.User.MaySee(alert.Store))],
            Lost = await webhooks.LostSinceAsync(r.User.AccountId(), r.Today.AddDays(-1), cancel),
            Events = r.User.May(PanelPolicies.SeeContacts) ? await views.LatestAsync(r.User.AccountId(), r.User.Stores(), EventsShown, cancel) : [],
        };
        return r.IsPart ? Page.Of<DashboardBody>(page) : Page.Of<DashboardPage>(page);
    }

    internal static async Task<IReadOnlyList<StoreNumbers>> NumbersAsync(ClaimsPrincipal person, IViews views, CancellationToken cancel)
        => [.. (await views.NumbersAsync(person.AccountId(), cancel)).Where(numbers => person.MaySee(numbers.Store))];
}

/// <summary>"events": anything decided or delivered in the person's account.</summary>
sealed class EventsTopic(IViews views) : ILiveTopic
{
    public string Kind => "events";

    public async Task<string?> StampAsync(string key, HttpContext http, CancellationToken cancel)
    {
        var latest = await views.LatestAsync(http.User.AccountId(), http.User.Stores(), 1, cancel);
        var numbers = await DashboardEndpoints.NumbersAsync(http.User, views, cancel);
        return string.Create(CultureInfo.InvariantCulture,
            $"{(latest.Count > 0 ? latest[0].Id : 0)} {numbers.Sum(n => n.Waiting)} {numbers.Sum(n => n.DeliveredLast24Hours)} {numbers.Sum(n => n.Rejected)} {numbers.Count}");
    }
}
