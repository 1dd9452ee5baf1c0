using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Looks again at stores that stand still because the shop or SALESmanago refused them: after 15 minutes, an hour, then every six hours. What is
/// accepted again goes on by itself, with the exports that stopped for the same reason.</summary>
public sealed partial class StandstillWatch(
    IAccounts accounts, IStores stores, IAlerts alerts, IExportRuns runs, Exports exports, Connections connections, IDestination destination, StoreSetup setup,
    TimeProvider clock, ILogger<StandstillWatch> log)
{
    const int RunsLookedAt = 20;

    static readonly TimeSpan First = TimeSpan.FromMinutes(15);
    static readonly TimeSpan Second = TimeSpan.FromHours(1);
    static readonly TimeSpan Then = TimeSpan.FromHours(6);

    // Lost at a restart, which only means one look more or less.
    readonly ConcurrentDictionary<StoreKey, DateTimeOffset> _looked = new();

    /// <summary>Looks at every store whose turn it is.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        foreach (var account in await accounts.ListAsync(ct))
        {
            foreach (var alert in (await alerts.OpenAsync(account.Id, ct)).Where(alert => alert.Kind == AlertKind.StandsStill))
            {
                if (await stores.FindAsync(alert.Store, ct) is not { State: StoreState.NeedsOperator } store || !MayMendItself(store.Problem))
                    continue;
                var now = clock.GetUtcNow();
                var before = _looked.GetOrAdd(store.Key, now);
                if (LastTurn(alert.OpenedAt, now) is not { } turn || (before != now && before >= turn))
                    continue;
                _looked[store.Key] = now;
                await LookAsync(store, ct);
            }
        }
    }

    /// <summary>The last moment, up to now, at which the store was to be looked at; null = none yet.</summary>
    internal static DateTimeOffset? LastTurn(DateTimeOffset since, DateTimeOffset now)
    {
        var stood = now - since;
        return stood < First ? null
            : stood < Second ? since + First
            : since + Second + (Then * Math.Floor((stood - Second) / Then));
    }

    async Task LookAsync(Store store, CancellationToken ct)
    {
        try
        {
            if (DestinationSetup.IsAboutDestination(store.Problem))
            {
                if (await stores.FindDestinationAsync(store.AccountId, store.DestinationId, ct) is not { } target || !connections.IsConnected(target))
                    return;
                await destination.CheckAsync(connections.DestinationOf(target), ct);
            }
            else if (!(await setup.CheckAsync(store, null, ct)).IsReady)
                return;
        }
        catch (ConnectorException)
        {
            return;
        }

        // A person may have changed it meanwhile.
        if (await stores.FindAsync(store.Key, ct) is not { State: StoreState.NeedsOperator } still || still.Problem != store.Problem)
            return;
        Log.GoesOn(log, store.Id, store.Problem);
        await setup.ResumeAsync(store.Key, ct);
        foreach (var run in (await runs.ListAsync(store.Key, RunsLookedAt, ct)).Where(run => run.State == ExportState.Failed && run.Problem == store.Problem))
            await exports.ResumeAsync(run, ct);
    }

    // The rest is a setting of ours, which only a person changes.
    static bool MayMendItself(string? problem) => Enum.TryParse<ConnectionProblem>(problem?.Split(':')[0], out var what) && what is not
        (ConnectionProblem.InvalidSetting or ConnectionProblem.NotConnected or ConnectionProblem.PrivateAddress or ConnectionProblem.NotEncrypted);

    static partial class Log
    {
        [LoggerMessage(45, LogLevel.Information, "Store {StoreId} is accepted again and goes on; it stood still: {Problem}")]
        public static partial void GoesOn(ILogger log, long storeId, string? problem);
    }
}
