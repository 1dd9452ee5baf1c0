using System.Net;
using System.Threading.RateLimiting;

namespace Pomost.Hub;

/// <summary>What the hub allows before it knows who calls.</summary>
internal sealed class HubDoor(BodyBudget budget, HubOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> logIns = PartitionedRateLimiter.Create<IPAddress, IPAddress>(network =>
        RateLimitPartition.GetFixedWindowLimiter(network, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = options.LogInsPerMinute,
            Window = TimeSpan.FromMinutes(1),
            QueueLimit = 0,
        }));

    /// <summary>Counts a log-in with a password, each of which costs a slow hash.</summary>
    /// <exception cref="HubRefusal">This network address has used up its log-ins of the minute.</exception>
    public void CountLogIn(HttpContext http)
    {
        using var lease = logIns.AttemptAcquire(BodyBudget.NetworkOf(http.Connection.RemoteIpAddress));
        if (!lease.IsAcquired)
            throw new HubRefusal("Too many attempts, try again in a minute", StatusCodes.Status429TooManyRequests, HubRefusal.AuthenticationFailed);
    }

    /// <exception cref="HubRefusal">Too many bodies are under way from this network address.</exception>
    public BodyLease BeginBody(HttpContext http) => budget.TryBegin(http.Connection.RemoteIpAddress) ?? throw HubRefusal.Busy();

    public BodyLease BeginKnownBody() => budget.BeginKnown();

    public void Dispose() => logIns.Dispose();
}
