using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Health;

static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder panel) => panel.MapGet("/system", Show).RequireAuthorization(PanelPolicies.SeeSystem);

    static async Task<IResult> Show(PanelRequest r, SystemHealth health)
    {
        var page = new { Lines = await health.LookAsync(r.User.AccountId(), r.Http.RequestAborted, store => r.User.MaySee(store.Key)) };
        return r.IsPart ? Page.Of<HealthBody>(page) : Page.Of<HealthPage>(page);
    }
}

/// <summary>"system": moves every ten seconds. Most of its figures change by themselves, so there is nothing to compare.</summary>
sealed class SystemTopic(TimeProvider clock) : ILiveTopic
{
    const long Every = 10;

    public string Kind => "system";

    public Task<string?> StampAsync(string key, HttpContext http, CancellationToken cancel)
        => Task.FromResult(http.User.May(PanelPolicies.SeeSystem) ? (clock.GetUtcNow().ToUnixTimeSeconds() / Every).ToString(CultureInfo.InvariantCulture) : null);
}
