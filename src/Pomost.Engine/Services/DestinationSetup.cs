using System.Globalization;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Keys of what is kept encrypted of a destination. The password of a log-in is never among it.</summary>
public static class DestinationSecrets
{
    /// <summary>Secret of the account.</summary>
    public const string ApiSecret = "api_secret";

    /// <summary>Salt of a log-in.</summary>
    public const string ApiKey = "api_key";

    /// <summary>Signature the account gave for the salt.</summary>
    public const string Signature = "signature";

    /// <summary>Token that opens the vendor's panel and the account calls.</summary>
    public const string Token = "token";

    /// <summary>Until when the token is good, Unix seconds UTC.</summary>
    public const string TokenUntil = "token_until";

    /// <summary>Key of API v3.</summary>
    public const string ApiV3Key = IProductDestination.KeySetting;

    /// <summary>Number of the account's server, for the tracking snippet.</summary>
    public const string TrackingServer = "tracking_server";
}

/// <summary>An account as it was typed.</summary>
/// <param name="Endpoint">Base address.</param>
/// <param name="ClientId">Short id.</param>
/// <param name="ApiSecret">Secret.</param>
/// <param name="Owner">Who owns the contacts.</param>
/// <param name="ApiV3Key">Key of API v3, for product catalogues; null = none was typed, and one that is stored stays.</param>
public sealed record AccountKey(Uri Endpoint, string ClientId, string ApiSecret, string Owner, string? ApiV3Key = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Endpoint.Host} {ClientId}";
}

/// <summary>Connects, changes and disconnects the accounts that stores send to.</summary>
public sealed class DestinationSetup(
    IStores stores, IStoreMoves moves, IDestination destination, IDestinationAccounts accounts, IProductDestination products, Connections connections, Secrets secrets,
    OutgoingHttp http, StoreSetup setup, Synchronization sync, TimeProvider clock)
{
    /// <summary>A token is renewed when less than this is left of it.</summary>
    static readonly TimeSpan RenewedBefore = TimeSpan.FromDays(1);

    /// <summary>Logs in with e-mail and password, and stores the account. The password is used for this alone.</summary>
    /// <exception cref="NeedsOperatorException">Names <c>endpoint</c>, <c>email</c> or <c>password</c>; nothing was stored.</exception>
    public async Task<Destination> LogInAsync(long accountId, LogInForm form, CancellationToken ct)
    {
        var entered = await accounts.LogInAsync(http.Guarded("endpoint"), form, ct);
        var access = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [DestinationSecrets.ApiKey] = entered.ApiKey,
            [DestinationSecrets.Signature] = entered.Signature,
            [DestinationSecrets.Token] = entered.Token,
            [DestinationSecrets.TokenUntil] = Seconds(entered.TokenValidUntil),
        };
        if (entered.ApiV3Key is { } key)
            access[DestinationSecrets.ApiV3Key] = key;
        if (entered.TrackingServer is { } server)
            access[DestinationSecrets.TrackingServer] = server.ToString(CultureInfo.InvariantCulture);
        if (entered.Users.Count == 0)
            throw new NeedsOperatorException(ConnectionProblem.AccountInactive, "email", "The account has no users who may own contacts.");
        var owner = entered.Users.FirstOrDefault(user => user.Equals(form.Email, StringComparison.OrdinalIgnoreCase)) ?? entered.Users[0];
        return await KeepAsync(accountId, entered.Endpoint, entered.ClientId, owner, access, ct);
    }

    /// <summary>Checks an account given by its keys, then stores it.</summary>
    /// <exception cref="NeedsOperatorException">Names <c>endpoint</c>, <c>client_id</c>, <c>api_secret</c>, <c>owner</c> or <c>api_v3_key</c>; nothing was stored.</exception>
    public async Task<Destination> UseKeyAsync(long accountId, AccountKey typed, CancellationToken ct)
    {
        var access = new Dictionary<string, string>(StringComparer.Ordinal) { [DestinationSecrets.ApiSecret] = typed.ApiSecret };
        if (typed.ApiV3Key is { } productKey)
            access[DestinationSecrets.ApiV3Key] = productKey;
        var unsaved = connections.DestinationOf(setup.Unsaved(accountId, typed.Endpoint, typed.ClientId, typed.Owner, access));
        await destination.CheckAsync(unsaved, ct);
        if (typed.ApiV3Key is not null)
            await products.CheckAsync(unsaved, ct);
        return await KeepAsync(accountId, typed.Endpoint, typed.ClientId, typed.Owner, access, ct);
    }

    /// <summary>Checks a key of API v3 and stores it; the catalogues of the stores that send there are read at once.</summary>
    /// <exception cref="NeedsOperatorException">The key is not accepted, or the account was disconnected; nothing was stored.</exception>
    public async Task UseProductKeyAsync(Destination of, string key, CancellationToken ct)
    {
        await products.CheckAsync(connections.DestinationOf(of) with { ApiV3Key = key }, ct);
        await connections.SaveProductKeyAsync(of, key, ct);
        await AskForProductsAsync(of, ct);
    }

    /// <summary>The stored key of API v3, for calls and never for a page; null = none.</summary>
    public string? ProductKeyOf(Destination of) => OpenedOf(of).GetValueOrDefault(DestinationSecrets.ApiV3Key);

    /// <summary>True when a key of API v3 is stored.</summary>
    public bool HasProductKey(Destination of) => OpenedOf(of).ContainsKey(DestinationSecrets.ApiV3Key);

    /// <summary>Sends a store's data to a destination from now on.</summary>
    public async Task<MoveOutcome> MoveAsync(Store store, Destination to, CancellationToken ct)
    {
        var outcome = store.DestinationId == to.Id ? MoveOutcome.Moved : await moves.MoveAsync(store.Key, to.Id, ct);
        if (outcome == MoveOutcome.Moved && store.State == StoreState.NeedsOperator)
            await setup.ResumeAsync(store.Key, ct);
        return outcome;
    }

    /// <summary>Forgets an account's credentials. Its stores stand still until it, or another, is connected; what is owed stays in the queue.</summary>
    /// <returns>The stores that stand still now.</returns>
    public async Task<IReadOnlyList<Store>> DisconnectAsync(Destination of, CancellationToken ct)
    {
        var none = new Dictionary<string, string>(StringComparer.Ordinal);
        await stores.UpdateDestinationAsync(of with { ProtectedSecrets = secrets.Protect(of.AccountId, none) }, ct);
        var missing = Connections.Disconnected();
        var stopped = (await stores.ListAsync(of.AccountId, ct)).Where(store => store.DestinationId == of.Id && store.State != StoreState.Disconnected).ToList();
        foreach (var store in stopped.Where(store => store.State != StoreState.Paused))
            await stores.SetStateAsync(store.Key, StoreState.NeedsOperator, $"{missing.Problem}:{missing.SettingKey}", ct);
        return stopped;
    }

    /// <summary>Stores the new API secret of an account whose old one is void; what else is kept of it stays, and its stores go on.</summary>
    public async Task UseSecretAsync(Destination of, string apiSecret, CancellationToken ct)
    {
        var stored = await stores.FindDestinationAsync(of.AccountId, of.Id, ct) ?? throw new InvalidOperationException("The destination is gone.");
        var kept = OpenedOf(stored).ToDictionary(StringComparer.Ordinal);
        kept[DestinationSecrets.ApiSecret] = apiSecret;
        var changed = stored with { ProtectedSecrets = secrets.Protect(of.AccountId, kept) };
        await stores.UpdateDestinationAsync(changed, ct);
        await ResumeAsync(changed, ct);
    }

    /// <summary>Users who may own contacts.</summary>
    public Task<IReadOnlyList<string>> UsersAsync(Destination of, CancellationToken ct) => accounts.UsersAsync(connections.DestinationOf(of), ct);

    /// <summary>Web push consent forms of the account.</summary>
    public Task<IReadOnlyList<PushForm>> PushFormsAsync(Destination of, CancellationToken ct) => accounts.PushFormsAsync(connections.DestinationOf(of), ct);

    /// <summary>Lets another user of the account own the contacts.</summary>
    /// <exception cref="NeedsOperatorException">The user is not, or no longer, among the account's.</exception>
    public async Task<Destination> ChangeOwnerAsync(Destination of, string owner, CancellationToken ct)
    {
        var changed = of with { Owner = owner };
        await destination.CheckAsync(connections.DestinationOf(changed), ct);
        await stores.UpdateDestinationAsync(changed, ct);
        await ResumeAsync(changed, ct);
        return changed;
    }

    /// <summary>Address that opens the vendor's panel, logged in. It holds a token: for a redirect, never for a page or a log.</summary>
    public async Task<Uri> PanelAddressAsync(Destination of, CancellationToken ct)
        => accounts.PanelAddress(connections.DestinationOf(of), await TokenAsync(of, ct));

    /// <summary>Until when the stored token is good, UTC; null when there is none.</summary>
    public DateTimeOffset? TokenValidUntil(Destination of) => TokenIn(OpenedOf(of))?.ValidUntil;

    /// <summary>A good token of the account, renewed when the stored one is old.</summary>
    public async Task<AccountToken> TokenAsync(Destination of, CancellationToken ct)
    {
        var opened = OpenedOf(of);
        if (TokenIn(opened) is { } stored && stored.ValidUntil - clock.GetUtcNow() > RenewedBefore)
            return stored;
        var fresh = await accounts.RefreshTokenAsync(connections.DestinationOf(of), ct);
        var kept = opened.ToDictionary(StringComparer.Ordinal);
        kept[DestinationSecrets.Token] = fresh.Value;
        kept[DestinationSecrets.TokenUntil] = Seconds(fresh.ValidUntil);
        await stores.UpdateDestinationAsync(of with { ProtectedSecrets = secrets.Protect(of.AccountId, kept) }, ct);
        return fresh;
    }

    /// <summary>The same account connected again keeps its row, so that what is owed to it still is.</summary>
    async Task<Destination> KeepAsync(
        long accountId, Uri endpoint, string clientId, string owner, Dictionary<string, string> access, CancellationToken ct)
    {
        var known = (await stores.ListDestinationsAsync(accountId, ct)).FirstOrDefault(
            one => !one.IsHub && one.ClientId == clientId && one.Endpoint.Authority.Equals(endpoint.Authority, StringComparison.OrdinalIgnoreCase));
        if (known is null)
            return await setup.AddDestinationAsync(accountId, isHub: false, endpoint, clientId, owner, access, ct);
        // A key of API v3 is made once, and neither the account's keys nor every log-in bring it again.
        var kept = new Dictionary<string, string>(access, StringComparer.Ordinal);
        if (OpenedOf(known).TryGetValue(DestinationSecrets.ApiV3Key, out var productKey))
            kept.TryAdd(DestinationSecrets.ApiV3Key, productKey);
        var renewed = known with { Endpoint = endpoint, Owner = owner, ProtectedSecrets = secrets.Protect(accountId, kept) };
        await stores.UpdateDestinationAsync(renewed, ct);
        await ResumeAsync(renewed, ct);
        if (access.ContainsKey(DestinationSecrets.ApiV3Key))
            await AskForProductsAsync(renewed, ct);
        return renewed;
    }

    /// <summary>Products that stood still for want of a key need not wait for the night.</summary>
    async Task AskForProductsAsync(Destination of, CancellationToken ct)
    {
        foreach (var store in (await stores.ListAsync(of.AccountId, ct)).Where(store => store.DestinationId == of.Id && store.State == StoreState.Active))
            await sync.ProductsNowAsync(store.Key, ct);
    }

    /// <summary>Stores that stood still because of the destination may try again.</summary>
    async Task ResumeAsync(Destination of, CancellationToken ct)
    {
        foreach (var store in await stores.ListAsync(of.AccountId, ct))
        {
            if (store.DestinationId == of.Id && store.State == StoreState.NeedsOperator && IsAboutDestination(store.Problem))
                await setup.ResumeAsync(store.Key, ct);
        }
    }

    /// <summary>True when a stored problem names a setting of the destination, not of the shop.</summary>
    public static bool IsAboutDestination(string? problem)
        => problem?.Split(':') is [_, "destination" or "endpoint" or "client_id" or "api_secret" or "owner" or "email" or "password"];

    IReadOnlyDictionary<string, string> OpenedOf(Destination of) => secrets.Open(of.AccountId, of.ProtectedSecrets);

    static AccountToken? TokenIn(IReadOnlyDictionary<string, string> opened)
        => opened.TryGetValue(DestinationSecrets.Token, out var token) && opened.TryGetValue(DestinationSecrets.TokenUntil, out var until)
            ? new AccountToken(token, DateTimeOffset.FromUnixTimeSeconds(long.Parse(until, CultureInfo.InvariantCulture))) : null;

    static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
