using System.Security.Claims;
using Pomost.Contract;
using Pomost.Engine;

namespace Pomost.Panel.Web;

/// <summary>A store as the menu and the lists show it.</summary>
/// <param name="Slug">Its part of the address.</param>
/// <param name="Name">Its name.</param>
/// <param name="Platform">Its platform, as that spells itself.</param>
/// <param name="Look">What the mark beside the name says.</param>
/// <param name="Store">The store itself.</param>
public sealed record StoreLink(string Slug, string Name, string Platform, StoreLook Look, Store Store)
{
    /// <summary>Since when the shop has not answered; null = it does.</summary>
    public DateTimeOffset? SilentSince { get; init; }

    /// <summary>True when its data go into the built-in hub.</summary>
    public bool IsHub { get; init; }
}

public enum StoreLook
{
    Works,
    Paused,
    Exporting,
    NeedsAttention,
    Silent,
}

/// <summary>The stores of the person's account that they may see; read once per request.</summary>
public sealed class StoreDirectory(IStores stores, IExportRuns runs, IStorePaces paces, IPlatformCatalogue catalogue, TimeProvider clock)
{
    IReadOnlyList<StoreLink>? known;
    IReadOnlyList<Destination>? destinations;

    /// <summary>Where the account's stores send to.</summary>
    public async Task<IReadOnlyList<Destination>> DestinationsAsync(ClaimsPrincipal person, CancellationToken cancel)
        => destinations ??= await stores.ListDestinationsAsync(person.AccountId(), cancel);

    public async Task<IReadOnlyList<StoreLink>> ListAsync(ClaimsPrincipal person, CancellationToken cancel)
    {
        if (known is not null)
            return known;
        var links = new List<StoreLink>();
        var account = person.AccountId();
        var now = clock.GetUtcNow();
        var silent = (await paces.SilentSinceAsync(account, cancel)).Where(one => now - one.Value >= ShopSilence.ShownAfter).ToDictionary();
        var hubs = (await DestinationsAsync(person, cancel)).Where(target => target.IsHub).Select(target => target.Id).ToHashSet();
        foreach (var store in (await stores.ListAsync(account, cancel)).Where(store => person.MaySee(store.Key)))
        {
            var exports = (await runs.OpenAsync(store.Key, cancel)).Any(run => !run.Options.DryRun);
            var isSilent = silent.TryGetValue(store.Key, out var since);
            links.Add(new StoreLink(store.Slug, store.Name, catalogue.Find(store.Platform)?.Info.Name ?? store.Platform, LookOf(store.State, exports, isSilent), store)
            {
                SilentSince = isSilent ? since : null,
                IsHub = hubs.Contains(store.DestinationId),
            });
        }

        return known = links;
    }

    /// <summary>The store an address names, when it is one of those.</summary>
    public async Task<StoreLink?> FindAsync(ClaimsPrincipal person, string slug, CancellationToken cancel)
        => (await ListAsync(person, cancel)).FirstOrDefault(link => link.Slug == slug);

    static StoreLook LookOf(StoreState state, bool exports, bool isSilent) => state switch
    {
        StoreState.NeedsOperator => StoreLook.NeedsAttention,
        StoreState.Paused or StoreState.Disconnected => StoreLook.Paused,
        _ => isSilent ? StoreLook.Silent : exports ? StoreLook.Exporting : StoreLook.Works,
    };
}
