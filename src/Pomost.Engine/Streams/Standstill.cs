using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Nothing goes on until a person mends a setting; open exports say why and can be resumed.</summary>
sealed class Standstill(StoreRun run, Destination target)
{
    public async Task BeginAsync(NeedsOperatorException problem)
    {
        var (engine, reason) = (run.Engine, $"{problem.Problem}:{problem.SettingKey}");
        StoreRunLog.NeedsOperator(run.Log, run.Key.StoreId, problem.Problem, problem.SettingKey, problem.Message);
        foreach (var open in await engine.Exports.OpenAsync(run.Key, CancellationToken.None))
        {
            await engine.Exports.SetStateAsync(
                run.Key.AccountId, open.Id, ExportState.Failed, [ExportState.Scheduled, ExportState.Running], reason, CancellationToken.None);
        }

        await engine.Stores.SetStateAsync(run.Key, StoreState.NeedsOperator, reason, CancellationToken.None);
    }

    /// <summary>The same for a setting of the destination. One that was renewed while this run worked with the former one needs nobody.</summary>
    public async Task BeginForDestinationAsync(NeedsOperatorException problem)
    {
        var isRenewed = problem.Problem == ConnectionProblem.CredentialsRefused
            && await run.Engine.Stores.FindDestinationAsync(run.Key.AccountId, target.Id, CancellationToken.None) is { } now
            && now.ProtectedSecrets != target.ProtectedSecrets && SignsWith(now) != SignsWith(target);
        if (!isRenewed)
            await BeginAsync(problem);
    }

    // Other secrets of the same account, such as a key for products that was just made, refuse nobody.
    (string?, string?) SignsWith(Destination destination)
    {
        var connection = run.Engine.Connections.DestinationOf(destination);
        return (connection.ApiSecret, connection.Signature);
    }
}
