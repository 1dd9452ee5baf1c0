using Microsoft.Extensions.Options;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Hub;
using Pomost.Panel.Features.Destinations;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.AccountSettings;

/// <summary>All that the section shows.</summary>
public sealed record AccountSettingsView
{
    public required StoreLink Link { get; init; }

    public required DestinationView Destination { get; init; }

    public required AccountLists Lists { get; init; }

    /// <summary>True when a key of API v3 is stored.</summary>
    public required bool HasProductKey { get; init; }

    /// <summary>What the download of consents brought in the last day.</summary>
    public required CardListFacts Download { get; init; }

    public required CallbackUrls Callbacks { get; init; }

    public required IReadOnlyList<LastCallback> LastCallbacks { get; init; }

    /// <summary>What plugins need to speak to the built-in hub; null at a SALESmanago account.</summary>
    public PluginView? Plugins { get; init; }

    /// <summary>False when nobody said where this installation is reached: the address of the present request is shown.</summary>
    public required bool ServerIsKnown { get; init; }
}

/// <summary>How plugins reach the built-in hub.</summary>
/// <param name="Endpoint">What they call the server: the bare host, with the scheme only where it is not https.</param>
/// <param name="Email">With which they log in.</param>
public sealed record PluginView(string Endpoint, string Email);

/// <summary>Reads and changes what belongs to the account at the destination.</summary>
public sealed class AccountSettingsDesk(
    PanelRequest r, DestinationDesk destinations, DestinationSetup setup, IStores stores, Callbacks callbacks, ICallbacks received, ICardHints cards, Synchronization sync, CallbackTrial trial, IBuiltInHub hub,
    HubAccounts hubAccounts, IOptions<PanelOptions> options)
{
    long Account => r.User.AccountId();

    /// <param name="link">The store.</param>
    /// <param name="withLists">True: the destination is asked for its users and forms, which may take a while.</param>
    public async Task<AccountSettingsView> ViewAsync(StoreLink link, bool withLists)
    {
        var cancel = r.Http.RequestAborted;
        var destination = await destinations.ViewAsync(link, cancel);
        return new AccountSettingsView
        {
            Link = link,
            Destination = destination,
            Lists = withLists ? await ListsAsync(destination.Destination) : AccountLists.NotAsked,
            HasProductKey = setup.HasProductKey(destination.Destination),
            Download = await cards.FactsAsync(link.Store.Key, destination.Destination.Id, r.Now.AddDays(-1), cancel),
            Callbacks = callbacks.UrlsOf(await callbacks.AddressOfAsync(Account, null, cancel), Server.Address),
            LastCallbacks = await received.LastAsync(Account, null, cancel),
            ServerIsKnown = Server.IsKnown,
            Plugins = destination.Destination.IsHub && await hubAccounts.FindAsync(destination.Destination.ClientId, cancel) is { } access
                ? new PluginView(PluginAccess.EndpointOf(Server.Address), access.OwnerEmail)
                : null,
        };
    }

    public async Task<Destination> DestinationOfAsync(StoreLink link)
        => (await stores.FindDestinationAsync(link.Store.AccountId, link.Store.DestinationId, r.Http.RequestAborted))!;

    /// <summary>Has the list of changed cards read at once. One store reads it for all that send there: the active one with the lowest number.</summary>
    public async Task DownloadNowAsync(StoreLink link)
    {
        var cancel = r.Http.RequestAborted;
        var reads = (await stores.ListAsync(Account, cancel)).Where(store => store.DestinationId == link.Store.DestinationId && store.State == StoreState.Active).MinBy(store => store.Number);
        foreach (var store in new[] { link.Store.Key, reads?.Key ?? link.Store.Key }.Distinct())
            await sync.NowAsync(store, full: false, cancel);
    }

    /// <summary>Asks the destination; what it does not answer is said in the result.</summary>
    public async Task<AccountLists> ListsAsync(Destination destination)
    {
        var cancel = r.Http.RequestAborted;
        try
        {
            var users = await setup.UsersAsync(destination, cancel);
            // Forms of the built-in hub come with its web push.
            return new AccountLists(users, destination.IsHub ? [] : await setup.PushFormsAsync(destination, cancel));
        }
        catch (NeedsOperatorException refused)
        {
            return new AccountLists(null, null, r.T.Problems.OfDestination(refused.Problem, refused.SettingKey, refused.Detail));
        }
        catch (RetryLaterException)
        {
            return new AccountLists(null, null, r.T.Problems.DestinationTimedOut);
        }
    }

    /// <summary>Replaces the callback addresses; the built-in hub is told at once.</summary>
    public async Task RotateAsync()
    {
        var cancel = r.Http.RequestAborted;
        var urls = callbacks.UrlsOf(await callbacks.RotateAsync(Account, null, cancel), IBuiltInHub.OwnHost);
        foreach (var destination in await stores.ListDestinationsAsync(Account, cancel))
        {
            if (destination.IsHub)
                await hub.SetCallbacksAsync(destination.ClientId, urls, cancel);
        }
    }

    public async Task<Trial> TryAsync(ConsentState claimed)
        => await trial.CallAsync(await callbacks.AddressOfAsync(Account, null, r.Http.RequestAborted), claimed, Server.Address, Server.IsKnown, r.Http.RequestAborted);

    /// <summary>Where this installation is reached, and whether somebody said so.</summary>
    public (Uri Address, bool IsKnown) Server => options.Value.PublicAddress() is { } named
        ? (named, true) : (new Uri($"{r.Http.Request.Scheme}://{r.Http.Request.Host}{r.Http.Request.PathBase}/"), false);
}
