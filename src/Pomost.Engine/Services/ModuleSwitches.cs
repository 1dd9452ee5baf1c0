using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Switches modules at a SALESmanago account and says what came of it. The built-in hub keeps its own.</summary>
public sealed class ModuleSwitches(IStoreModules modules, IDestinationAccounts accounts, DestinationSetup destinations, Connections connections)
{
    /// <summary>What was switched here, as it is known.</summary>
    public Task<IReadOnlyList<SwitchedModule>> KnownAsync(Store store, CancellationToken ct) => modules.ListAsync(store.Key, ct);

    /// <summary>Asks the account, and keeps what it says.</summary>
    /// <exception cref="NeedsOperatorException">It refused.</exception>
    /// <exception cref="RetryLaterException">It did not answer.</exception>
    public async Task<IReadOnlyList<AccountModule>> AskAsync(Store store, Destination destination, CancellationToken ct)
    {
        var there = await accounts.ModulesAsync(connections.DestinationOf(destination), await destinations.TokenAsync(destination, ct), ct);
        foreach (var module in there)
            await modules.NoteAsync(store.Key, module.Module, module.State, null, ct);
        return there;
    }

    /// <summary>Switches a module: the wish is kept first, then the account is told and asked what it is now. What failed is kept beside the wish.</summary>
    /// <returns>False when the account does not have the module; nothing was kept then.</returns>
    public async Task<bool> SwitchAsync(Store store, Destination destination, StoreModule module, bool on, CancellationToken ct)
    {
        try
        {
            var listed = (await AskAsync(store, destination, ct)).First(one => one.Module == module);
            if (listed.State == ModuleState.NotInAccount)
                return false;
            await modules.SwitchAsync(store.Key, module, on, ct);
            await accounts.SwitchModuleAsync(connections.DestinationOf(destination), listed, on, ct);
            await AskAsync(store, destination, ct);
        }
        catch (ConnectorException failure)
        {
            await modules.SwitchAsync(store.Key, module, on, CancellationToken.None);
            var problem = failure is NeedsOperatorException refused ? $"{refused.Problem}:{refused.SettingKey}" : $"{ConnectionProblem.TimedOut}:endpoint";
            await modules.NoteAsync(store.Key, module, null, problem, CancellationToken.None);
        }

        return true;
    }
}
