using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pomost.Engine;

/// <summary>Says every few seconds that this process lives, what its clock shows, and what it asked of shops and destinations.</summary>
public sealed partial class NodeBeat(ISystemState state, HostFacts host, EngineForm form, ApiUseCounter uses, TimeProvider clock, ILogger<NodeBeat> log) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    readonly DateTimeOffset _startedAt = clock.GetUtcNow();

    /// <summary>After so long without a word a process is not thought to live.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    /// <summary>Says it once.</summary>
    public async Task BeatAsync(CancellationToken ct)
    {
        var before = clock.GetUtcNow();
        var theirs = await state.ClockAsync(ct);
        var after = clock.GetUtcNow();
        var taken = uses.Take();
        try
        {
            // The answer was made somewhere between asking and hearing.
            await state.SeeAsync(new NodeFacts(host.Node, host.Version, host.Roles, _startedAt, after, before + ((after - before) / 2) - theirs), taken, form.Cluster is null, ct);
        }
        catch
        {
            uses.Return(taken);
            throw;
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Farewell);
        try
        {
            await state.LeaveAsync(host.Node, patience.Token);
        }
        catch (Exception e)
        {
            // Others forget it by themselves.
            Log.Unsaid(log, e);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await BeatAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Unsaid(log, e);
            }

            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    static partial class Log
    {
        [LoggerMessage(70, LogLevel.Warning, "This process could not write down that it lives; it is tried again")]
        public static partial void Unsaid(ILogger log, Exception e);
    }
}
