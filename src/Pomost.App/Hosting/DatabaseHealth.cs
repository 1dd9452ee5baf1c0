using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pomost.Engine;
using Pomost.Storage;

namespace Pomost.App.Hosting;

/// <summary>Ready means: the database answers and has room, and the process is not about to end.</summary>
sealed class DatabaseHealth(IAccounts accounts, Database database, Readiness readiness) : IHealthCheck
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (readiness.IsLeaving)
            return HealthCheckResult.Unhealthy("This process is about to end.");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await accounts.ListAsync(patience.Token);
            return database.IsFull
                ? HealthCheckResult.Unhealthy("The disk of the database is full: nothing new can be kept. Free some room; work goes on by itself.")
                : HealthCheckResult.Healthy();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.");
        }
    }
}

/// <summary>Answers a health check with its state and, where something is wrong, with what it is.</summary>
static class HealthText
{
    public static Task WriteAsync(HttpContext http, HealthReport report)
    {
        http.Response.ContentType = "text/plain";
        var wrong = report.Entries.Values.Select(entry => entry.Description).OfType<string>();
        return http.Response.WriteAsync(string.Join(" ", [$"{report.Status}", .. wrong]), http.RequestAborted);
    }
}

/// <summary>Says that a process is about to end, while it still answers.</summary>
sealed class Readiness
{
    volatile bool _isLeaving;

    public bool IsLeaving
    {
        get => _isLeaving;
        set => _isLeaving = value;
    }
}
