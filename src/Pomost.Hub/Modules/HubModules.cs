namespace Pomost.Hub;

/// <summary>What a shop's visitors may see of the hub.</summary>
public enum HubModuleKind
{
    /// <summary>Conversation with a consultant.</summary>
    LiveChat,

    /// <summary>Short messages in the browser.</summary>
    WebPush,

    /// <summary>Sign-up form over the page.</summary>
    Popup,
}

/// <summary>A module of one shop.</summary>
/// <param name="Kind">Which.</param>
/// <param name="IsActive">Switched on.</param>
/// <param name="Name">Name for people.</param>
/// <param name="ChangedAt">When it was last changed; null = never.</param>
public sealed record HubModule(HubModuleKind Kind, bool IsActive, string Name, DateTimeOffset? ChangedAt);

/// <summary>Keeps modules by account and shop.</summary>
public interface IHubModuleStore
{
    /// <summary>Modules ever changed.</summary>
    Task<IReadOnlyList<HubModule>> ListAsync(long accountId, string location, CancellationToken ct);

    Task SaveAsync(long accountId, string location, HubModule module, CancellationToken ct);
}

/// <summary>The modules of the hub's accounts, each shop by itself. No signature is asked for, so the caller answers for who asks.</summary>
public sealed class HubModules(IHubModuleStore modules, TimeProvider clock)
{
    /// <summary>Longest name.</summary>
    public const int LongestName = 80;

    /// <summary>All modules of a shop; what was never changed is off.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="location">Location id of the shop, as in its events.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<HubModule>> ListAsync(long accountId, string location, CancellationToken ct = default)
    {
        var known = await modules.ListAsync(accountId, location, ct);
        return [.. Enum.GetValues<HubModuleKind>().Select(kind => known.FirstOrDefault(module => module.Kind == kind) ?? new HubModule(kind, false, NameOf(kind), null))];
    }

    /// <summary>Switches or renames a module; null keeps what it is.</summary>
    public async Task<HubModule> ChangeAsync(long accountId, string location, HubModuleKind kind, bool? active, string? name, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name?.Length ?? 0, LongestName, nameof(name));
        var before = (await ListAsync(accountId, location, ct)).First(module => module.Kind == kind);
        var changed = before with { IsActive = active ?? before.IsActive, Name = string.IsNullOrWhiteSpace(name) ? before.Name : name.Trim(), ChangedAt = clock.GetUtcNow() };
        await modules.SaveAsync(accountId, location, changed, ct);
        return changed;
    }

    private static string NameOf(HubModuleKind kind) => kind switch
    {
        HubModuleKind.LiveChat => "Live Chat",
        HubModuleKind.WebPush => "Web Push",
        HubModuleKind.Popup => "Pop-up",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A module without a name."),
    };
}
