using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pomost.Engine;

namespace Pomost.App.Hosting;

/// <summary><c>/metrics</c> for Prometheus. Not there at all unless <c>POMOST_METRICS_TOKEN</c> is set; then it wants that token.</summary>
static class MetricsEndpoint
{
    public const string Variable = "POMOST_METRICS_TOKEN";

    public static void Map(WebApplication app, string? token)
    {
        if (string.IsNullOrEmpty(token))
            return;
        // Listens from the start, not from the first question.
        app.Services.GetRequiredService<PrometheusText>();
        app.MapGet("/metrics", async (HttpContext http, PrometheusText text, IAccounts accounts, IDeadLetters letters, ISystemState system, HostFacts host, TimeProvider clock, CancellationToken ct) =>
        {
            if (!Fits(http.Request.Headers.Authorization.ToString(), token))
            {
                http.Response.Headers.WWWAuthenticate = "Bearer";
                return Results.StatusCode(StatusCodes.Status401Unauthorized);
            }

            var all = new StringBuilder(text.Write());
            await AddStateAsync(all, accounts, letters, system, host, clock, ct);
            return Results.Text(all.ToString(), "text/plain; version=0.0.4; charset=utf-8");
        }).AllowAnonymous().ExcludeFromDescription().WithMetadata(UnderAnyName.It);
    }

    static async Task AddStateAsync(StringBuilder text, IAccounts accounts, IDeadLetters letters, ISystemState system, HostFacts host, TimeProvider clock, CancellationToken ct)
    {
        var queues = new List<QueueNumbers>();
        foreach (var account in await accounts.ListAsync(ct))
            queues.AddRange(await letters.QueuesAsync(account.Id, ct));
        var now = clock.GetUtcNow();
        PrometheusText.Gauge(text, "pomost_queue_waiting", "Deliveries not yet sent", queues.Select(queue => (LabelsOf(queue.Store), (double)queue.Waiting)));
        PrometheusText.Gauge(text, "pomost_queue_in_doubt", "Events sent without an answer", queues.Select(queue => (LabelsOf(queue.Store), (double)queue.InDoubt)));
        PrometheusText.Gauge(text, "pomost_queue_to_shop", "Changes owed to the shop", queues.Select(queue => (LabelsOf(queue.Store), (double)queue.ToShop)));
        PrometheusText.Gauge(text, "pomost_queue_dead", "Records given up", queues.Select(queue => (LabelsOf(queue.Store), (double)queue.Dead)));
        PrometheusText.Gauge(
            text, "pomost_lag_seconds", "Age of the oldest live change that waits",
            queues.Select(queue => (LabelsOf(queue.Store), queue.OldestAt is { } oldest ? Math.Max(0, (now - oldest).TotalSeconds) : 0)));
        PrometheusText.Gauge(text, "pomost_database_bytes", "Size of the database", [("", (await system.DatabaseAsync(ct)).Bytes)]);
        PrometheusText.Gauge(text, "pomost_nodes", "Processes at work", [("", (await system.NodesAsync(ct)).Count(node => now - node.SeenAt <= NodeBeat.Silence))]);
        PrometheusText.Gauge(text, "pomost_build_info", "The program", [(PrometheusText.Labels(("version", host.Version)), 1)]);
    }

    static string LabelsOf(StoreKey store) => PrometheusText.Labels(
        ("account", store.AccountId.ToString(CultureInfo.InvariantCulture)), ("store", store.StoreId.ToString(CultureInfo.InvariantCulture)));

    static bool Fits(string header, string token)
        => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header)), SHA256.HashData(Encoding.UTF8.GetBytes("Bearer " + token)));
}
