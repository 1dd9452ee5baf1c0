using Microsoft.Extensions.Logging;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Erases at a destination who was erased here. Done before a store run delivers anything, so that nothing of the run brings the card back.</summary>
sealed partial class ErasureStep(EngineServices engine, ILogger log, StoreLease lease, DestinationConnection to, CancellationToken ct)
{
    const int TasksPerRun = 100;

    /// <summary>What another store had on its way when the card was deleted has arrived by then.</summary>
    static readonly TimeSpan SecondPassAfter = TimeSpan.FromMinutes(10);

    public async Task EraseAsync()
    {
        var (account, destination) = (lease.Store.AccountId, lease.DestinationId);
        foreach (var task in await engine.Erasures.NextAsync(account, destination, TasksPerRun, ct))
        {
            try
            {
                await engine.Destination.EraseContactAsync(to, engine.Erasure.EmailOf(account, task), ct);
                if (task.IsSecondPass)
                    await engine.Erasures.DoneAsync(account, task, CancellationToken.None);
                else
                    await engine.Erasures.PutOffAsync(account, task, isSecondPass: true, engine.Clock.GetUtcNow() + SecondPassAfter, null, CancellationToken.None);
            }
            catch (ConnectorException e)
            {
                Log.Waits(log, lease.Store.StoreId, task.Attempts + 1, e.Message);
                var wait = Backoff.After(task.Attempts + 1, (e as RetryLaterException)?.After, engine.Chance);
                await engine.Erasures.PutOffAsync(account, task, task.IsSecondPass, engine.Clock.GetUtcNow() + wait, e.Message, CancellationToken.None);
                return;
            }
        }
    }

    static partial class Log
    {
        [LoggerMessage(32, LogLevel.Warning, "Store {StoreId}: an erasure waits for the destination, try {Attempts}: {Reason}")]
        public static partial void Waits(ILogger log, long storeId, int attempts, string reason);
    }
}
