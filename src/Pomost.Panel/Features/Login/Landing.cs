using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Login;

/// <summary>Where a log-in leads: to the page that was asked for, else to "Integracje" (Guide, section 2).</summary>
sealed class Landing(IAccounts accounts, IStores stores, StoreLooks looks)
{
    const string Dashboard = "/";

    /// <summary>The address to go on to. Of several stores the first whose look was never applied is opened; the dashboard when there is none, or no store.</summary>
    /// <param name="back">What was asked for before the log-in; may be anything.</param>
    /// <param name="userId">Who has logged in.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<string> AddressAsync(string? back, Guid userId, CancellationToken cancel)
    {
        if (Page.Local(back) is var asked && asked != Dashboard)
            return asked;
        // A new log-in looks at the oldest account.
        if (await accounts.MembershipsAsync(userId, cancel) is not [var place, ..]
            || !PanelPolicies.RolesOf(PanelPolicies.SeeStores).Contains(place.Role))
        {
            return Dashboard;
        }

        var seen = (await stores.ListAsync(place.AccountId, cancel))
            .Where(store => store.State != StoreState.Disconnected && (place.Stores?.Contains(store.Id) ?? true)).ToList();
        return seen.Count == 1 ? Of(seen[0]) : await FirstOfAsync(seen, cancel) is { } first ? Of(first) : Dashboard;
    }

    async Task<Store?> FirstOfAsync(List<Store> seen, CancellationToken cancel)
    {
        foreach (var store in seen)
        {
            if ((await looks.OfAsync(store, cancel)).ChangedAt is null)
                return store;
        }

        return null;
    }

    static string Of(Store store) => $"/stores/{store.Slug}/integrations";
}
