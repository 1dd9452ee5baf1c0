using Pomost.Contract;
using Pomost.Engine;
using Pomost.Hub;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Modules;

/// <summary>A module as its card shows it.</summary>
public sealed record ModuleView
{
    public required StoreModule Module { get; init; }

    /// <summary>As it was switched here; what was never switched here is as the account says.</summary>
    public bool IsOn { get; init; }

    /// <summary>When it was switched here; null = never.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>As the account says; null = not asked yet.</summary>
    public ModuleState? There { get; init; }

    public DateTimeOffset? ThereAt { get; init; }

    /// <summary>Why the account could not be told or asked, in words.</summary>
    public string? Problem { get; init; }

    /// <summary>Name in the hub; null where the account keeps its own.</summary>
    public string? Name { get; init; }
}

/// <summary>The three modules of a store.</summary>
public sealed record ModulesView(StoreLink Link, bool AtHub, bool IsConnected, IReadOnlyList<ModuleView> Modules, string? Problem = null)
{
    public ModuleView Of(StoreModule module) => Modules.First(one => one.Module == module);
}

/// <summary>Reads and switches the modules of a store, in the hub or at the account.</summary>
public sealed class ModulesDesk(PanelRequest r, IStores stores, Connections connections, HubAccounts hubAccounts, HubModules hub, ModuleSwitches switches, TimeProvider clock)
{
    CancellationToken Cancel => r.Http.RequestAborted;

    /// <param name="link">The store.</param>
    /// <param name="asks">True: the account is asked, which may take a while.</param>
    public async Task<ModulesView> ViewAsync(StoreLink link, bool asks)
    {
        var destination = await DestinationOfAsync(link);
        if (destination.IsHub)
            return new ModulesView(link, true, connections.IsConnected(destination), await OfHubAsync(link, destination));
        IReadOnlyList<AccountModule>? there = null;
        string? problem = null;
        try
        {
            if (asks)
                there = await switches.AskAsync(link.Store, destination, Cancel);
        }
        catch (NeedsOperatorException refused)
        {
            problem = r.T.Problems.OfDestination(refused.Problem, refused.SettingKey, refused.Detail);
        }
        catch (RetryLaterException)
        {
            problem = r.T.Problems.DestinationTimedOut;
        }

        var known = await switches.KnownAsync(link.Store, Cancel);
        return new ModulesView(link, false, connections.IsConnected(destination), [.. Enum.GetValues<StoreModule>().Select(module => OfAccount(module, known, there))], problem);
    }

    /// <summary>Switches a module. False when the account does not have it.</summary>
    public async Task<bool> SwitchAsync(StoreLink link, StoreModule module, bool on)
    {
        var destination = await DestinationOfAsync(link);
        if (!destination.IsHub)
            return await switches.SwitchAsync(link.Store, destination, module, on, Cancel);
        if (await hubAccounts.FindIdAsync(destination.ClientId, Cancel) is not { } account)
            return false;
        await hub.ChangeAsync(account, link.Store.Location, KindOf(module), on, name: null, Cancel);
        return true;
    }

    /// <summary>Saves the hub's own settings of a module; null when the store does not send to the hub. Gives the module as it was.</summary>
    public async Task<ModuleView?> SaveAsync(StoreLink link, StoreModule module, bool on, string name)
    {
        var destination = await DestinationOfAsync(link);
        if (!destination.IsHub || await hubAccounts.FindIdAsync(destination.ClientId, Cancel) is not { } account)
            return null;
        var before = (await OfHubAsync(link, destination)).First(one => one.Module == module);
        await hub.ChangeAsync(account, link.Store.Location, KindOf(module), on, name, Cancel);
        return before;
    }

    public async Task<Destination> DestinationOfAsync(StoreLink link) => (await stores.FindDestinationAsync(link.Store.AccountId, link.Store.DestinationId, Cancel))!;

    async Task<IReadOnlyList<ModuleView>> OfHubAsync(StoreLink link, Destination destination)
    {
        var account = await hubAccounts.FindIdAsync(destination.ClientId, Cancel);
        IReadOnlyList<HubModule> modules = account is { } id ? await hub.ListAsync(id, link.Store.Location, Cancel) : [];
        return
        [
            .. modules.Select(module => new ModuleView
            {
                Module = ModuleOf(module.Kind),
                IsOn = module.IsActive,
                ChangedAt = module.ChangedAt,
                There = module.IsActive ? ModuleState.On : ModuleState.Off,
                Name = module.Name,
            }),
        ];
    }

    ModuleView OfAccount(StoreModule module, IReadOnlyList<SwitchedModule> known, IReadOnlyList<AccountModule>? asked)
    {
        var here = known.FirstOrDefault(one => one.Module == module);
        var now = asked?.FirstOrDefault(one => one.Module == module);
        var there = now?.State ?? here?.There;
        return new ModuleView
        {
            Module = module,
            IsOn = here?.IsOn ?? there == ModuleState.On,
            ChangedAt = here?.ChangedAt,
            There = there,
            ThereAt = now is null ? here?.ThereAt : clock.GetUtcNow(),
            Problem = here?.Problem is { } problem && now is null ? r.T.Problems.OfStored(problem) : null,
        };
    }

    static HubModuleKind KindOf(StoreModule module) => Enum.Parse<HubModuleKind>(module.ToString());

    static StoreModule ModuleOf(HubModuleKind kind) => Enum.Parse<StoreModule>(kind.ToString());
}
