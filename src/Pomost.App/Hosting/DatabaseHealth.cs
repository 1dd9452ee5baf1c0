using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pomost.Engine;

namespace Pomost.App.Hosting;

/// <summary>Ready means: the database answers, and the process is not about to end.</summary>
sealed class DatabaseHealth(IAccounts accounts, Readiness readiness) : IHealthCheck
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
            return HealthCheckResult.Healthy();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.");
        }
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
