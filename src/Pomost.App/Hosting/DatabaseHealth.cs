using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pomost.Engine;

namespace Pomost.App.Hosting;

/// <summary>Ready means: the database answers.</summary>
sealed class DatabaseHealth(IAccounts accounts) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await accounts.ListAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
