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
public sealed record StoreLink(string Slug, string Name, string Platform, StoreLook Look, Store Store);

public enum StoreLook
{
    Works,
    Paused,
    Exporting,
    NeedsAttention,
}

/// <summary>The stores of the person's account that they may see; read once per request.</summary>
public sealed class StoreDirectory(IStores stores, IExportRuns runs, IPlatformCatalogue catalogue)
{
    IReadOnlyList<StoreLink>? known;

    public async Task<IReadOnlyList<StoreLink>> ListAsync(ClaimsPrincipal person, CancellationToken cancel)
    {
        if (known is not null)
            return known;
        var links = new List<StoreLink>();
        foreach (var store in (await stores.ListAsync(person.AccountId(), cancel)).Where(store => person.MaySee(store.Key)))
        {
            var exports = (await runs.OpenAsync(store.Key, cancel)).Any(run => !run.Options.DryRun);
            links.Add(new StoreLink(store.Slug, store.Name, catalogue.Find(store.Platform)?.Info.Name ?? store.Platform, LookOf(store.State, exports), store));
        }

        return known = links;
    }

    /// <summary>The store an address names, when it is one of those.</summary>
    public async Task<StoreLink?> FindAsync(ClaimsPrincipal person, string slug, CancellationToken cancel)
        => (await ListAsync(person, cancel)).FirstOrDefault(link => link.Slug == slug);

    static StoreLook LookOf(StoreState state, bool exports) => state switch
    {
        StoreState.NeedsOperator => StoreLook.NeedsAttention,
        StoreState.Paused or StoreState.Disconnected => StoreLook.Paused,
        _ => exports ? StoreLook.Exporting : StoreLook.Works,
    };
}
