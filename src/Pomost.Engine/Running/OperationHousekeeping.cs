namespace Pomost.Engine;

/// <summary>Opens, resolves and tells alerts.</summary>
sealed class AlertHousekeeping(AlertWatch alerts) : IHousekeeping
{
    public string Name => "alerts";

    public TimeSpan Interval => TimeSpan.FromMinutes(1);

    public Task RunAsync(CancellationToken ct) => alerts.LookAsync(ct);
}

/// <summary>Looks again at stores that stand still.</summary>
sealed class StandstillHousekeeping(StandstillWatch standstills) : IHousekeeping
{
    public string Name => "standstills";

    public TimeSpan Interval => TimeSpan.FromMinutes(1);

    public Task RunAsync(CancellationToken ct) => standstills.LookAsync(ct);
}

/// <summary>Goes on with erasing disconnected stores.</summary>
sealed class ErasureOfStores(StoreDisconnection disconnection) : IHousekeeping
{
    public string Name => "store-erasure";

    public TimeSpan Interval => TimeSpan.FromMinutes(1);

    public Task RunAsync(CancellationToken ct) => disconnection.EraseMarkedAsync(ct);
}
