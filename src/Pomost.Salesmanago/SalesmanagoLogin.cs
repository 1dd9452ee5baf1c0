using System.Net.Http.Headers;
using System.Text.Json;
using Pomost.Contract;
using Pomost.Salesmanago.Wire;

namespace Pomost.Salesmanago;

/// <summary>An account to be made at SALESmanago.</summary>
/// <param name="Email">Address of its first user.</param>
/// <param name="Password">Password of its first user.</param>
/// <param name="Phone">Telephone.</param>
/// <param name="Language">Two-letter language.</param>
/// <param name="Modules">Modules to order, as SALESmanago names them: <c>EMAIL_MARKETING</c>, <c>LIVE_CHAT</c>, <c>WEB_PUSH</c>, <c>CF_P_LP</c>.</param>
/// <param name="ContactLimit">Contacts ordered with e-mail marketing.</param>
public sealed record NewAccount(
    string Email, string Password, string? Phone, string? Language, IReadOnlyList<string> Modules, int? ContactLimit = null)
{
    /// <inheritdoc/>
    public override string ToString() => "(new account)";
}

/// <summary>What the making of an account gave; SALESmanago does not always tell all of it.</summary>
/// <param name="ClientId">Short id of the account.</param>
/// <param name="Endpoint">Where it lives.</param>
/// <param name="Token">Opens the vendor's panel and the account calls.</param>
public sealed record NewAccountResult(string? ClientId, Uri? Endpoint, string? Token);

/// <summary>The shop's administrator, made known to the vendor's support.</summary>
/// <param name="Name">Name.</param>
/// <param name="Phone">Telephone.</param>
/// <param name="Language">Two-letter language.</param>
/// <param name="Tags">Tags for the vendor: <c>SM-REGISTER</c>, <c>SSO_&lt;PLATFORM&gt;</c>.</param>
/// <param name="Properties"><c>website</c>, <c>platform</c>, <c>version</c>.</param>
public sealed record VendorContact(
    string? Name, string? Phone, string? Language, IReadOnlyList<string> Tags, IReadOnlyDictionary<string, string> Properties)
{
    /// <inheritdoc/>
    public override string ToString() => "(contact of the shop)";
}

/// <summary>Log-in with e-mail and password, account creation, and the calls proved by the token of a log-in.</summary>
/// <remarks>Same errors as <see cref="SalesmanagoClient"/>; a person waits for these calls, so a host that does not answer is a
/// <see cref="NeedsOperatorException"/> with the reason. Source: official libraries 2.6 and 3.8.</remarks>
/// <param name="http">The way out, guarded by the caller.</param>
/// <param name="clock">The present.</param>
public sealed class SalesmanagoLogin(HttpClient http, TimeProvider clock)
{
    /// <summary>How long the official plugin trusts a token.</summary>
    public static readonly TimeSpan TokenLife = TimeSpan.FromSeconds(2_577_600);

    /// <summary>Logs in: token, integration, users, key of API v3. A failure of the last is reported, not raised.</summary>
    /// <exception cref="NeedsOperatorException">Names <c>endpoint</c>, <c>email</c> or <c>password</c>.</exception>
    public async Task<LogInResult> LogInAsync(LogInForm form, CancellationToken ct)
    {
        var typed = SalesmanagoAddress.Parse(form.Endpoint);
        var password = new PasswordBody { Username = form.Email, Password = form.Password };
        var entered = await AskAsync<PasswordBody, LogInReply>(typed, "/api/authorization/token", password, SalesmanagoSettings.Password, ct);
        var token = entered.Token ?? throw SalesmanagoClient.Incomplete("token");
        var endpoint = SalesmanagoAddress.Moved(typed, entered.Endpoint);

        var apiKey = ApiSignature.NewApiKey();
        var joined = await AskAsync<TokenBody, LogInReply>(
            endpoint, "/api/account/integration", new TokenBody { Token = token, ApiKey = apiKey }, SalesmanagoSettings.Password, ct);
        var account = new DestinationConnection
        {
            Endpoint = endpoint,
            ClientId = joined.ShortId ?? joined.ClientId ?? throw SalesmanagoClient.Incomplete("shortId"),
            ApiKey = apiKey,
            Signature = joined.Sha1 ?? throw SalesmanagoClient.Incomplete("sha1"),
            Owner = "",
            Http = http,
            Clock = clock,
        };
        var users = await UsersAsync(account, ct);
        var (key, problem) = await TryMakeKeyAsync(endpoint, form, ct);
        return new LogInResult
        {
            Endpoint = endpoint,
            ClientId = account.ClientId,
            ApiKey = apiKey,
            Signature = account.Signature,
            Token = token,
            TokenValidUntil = clock.GetUtcNow() + TokenLife,
            TrackingServer = (int?)entered.Smapp,
            Users = users,
            ApiV3Key = key,
            ApiV3Problem = problem,
        };
    }

    /// <summary>Users of an account, whose addresses may own contacts (<c>user/listByClient</c>); needs no owner.</summary>
    public async Task<IReadOnlyList<string>> UsersAsync(DestinationConnection account, CancellationToken ct)
        => (await AskSignedAsync<SignedBody, UsersReply>(account, "/api/user/listByClient", new SignedBody(), ct)).Users;

    /// <summary>A new token for an account logged in before (<c>authorization/refreshToken</c>).</summary>
    public async Task<string> RefreshTokenAsync(DestinationConnection account, CancellationToken ct)
    {
        var reply = await AskSignedAsync<SignedBody, LogInReply>(account, "/api/authorization/refreshToken", new SignedBody(), ct);
        return reply.Token ?? throw SalesmanagoClient.Incomplete("token");
    }

    /// <summary>Address that opens the vendor's panel, logged in. It holds the token: for a redirect, never for a log.</summary>
    public static Uri PanelAddress(Uri endpoint, string token)
        => Transport.Address(endpoint, $"/api/authorization/authorize?t={Uri.EscapeDataString(token)}");

    /// <summary>Makes an account (<c>account/registerAppstore</c>).</summary>
    /// <param name="partner">The partner's account, which signs the call.</param>
    /// <param name="account">The account to be made.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="NeedsOperatorException">Names <c>email</c> when the address has an account already.</exception>
    public async Task<NewAccountResult> RegisterAsync(DestinationConnection partner, NewAccount account, CancellationToken ct)
    {
        RegisterItem[] items =
        [
            .. account.Modules.Select(module => new RegisterItem
            {
                Name = module,
                ContactLimit = module == "EMAIL_MARKETING" ? account.ContactLimit : null,
            }),
        ];
        var body = new RegisterBody
        {
            Email = account.Email,
            Password = account.Password,
            Phone = account.Phone,
            Lang = account.Language?.ToUpperInvariant(),
            Items = JsonSerializer.Serialize(items, WireJson.TypeOf<IReadOnlyList<RegisterItem>>()),
        };
        var reply = await AskSignedAsync<RegisterBody, LogInReply>(partner, "/api/account/registerAppstore", body, ct);
        var endpoint = reply.Endpoint is null ? null : SalesmanagoAddress.Moved(partner.Endpoint, reply.Endpoint);
        return new NewAccountResult(reply.ClientId ?? reply.ShortId, endpoint, reply.Token);
    }

    /// <summary>Makes the shop known to the vendor's support (<c>contact/upsertVendorToSupport</c>).</summary>
    public async Task UpsertVendorToSupportAsync(DestinationConnection account, VendorContact vendor, CancellationToken ct)
    {
        var body = new VendorBody
        {
            Name = vendor.Name,
            Phone = vendor.Phone,
            Lang = vendor.Language?.ToUpperInvariant(),
            Tags = vendor.Tags,
            Properties = vendor.Properties,
        };
        await AskSignedAsync<VendorBody, ContactIdReply>(account, "/api/contact/upsertVendorToSupport", body, ct);
    }

    /// <summary>Reads what integrations keep in the account (<c>integration/properties</c>): a JSON text of the integration's own making.</summary>
    /// <returns>The text; null when none was saved yet.</returns>
    public async Task<string?> GetPropertiesAsync(Uri endpoint, string token, string clientId, CancellationToken ct)
    {
        var reply = await TryAskAsync<TokenBody, LogInReply>(
            endpoint, "/api/account/integration/properties", new TokenBody { Token = token, ClientId = clientId }, SalesmanagoSettings.ApiSecret, ct);
        if (reply.Success != true && reply.Message.Any(text => text.Contains("No integration properties found", StringComparison.OrdinalIgnoreCase)))
            return null;
        SalesmanagoClient.ThrowIfRefused(reply);
        return string.IsNullOrEmpty(reply.Properties) ? null : reply.Properties;
    }

    /// <summary>Saves what the integration keeps in the account (<c>integration/setProperties</c>).</summary>
    /// <param name="endpoint">Where the account lives.</param>
    /// <param name="token">Token of a log-in.</param>
    /// <param name="clientId">Short id of the account.</param>
    /// <param name="properties">A JSON text.</param>
    /// <param name="ct">Cancels.</param>
    public async Task SetPropertiesAsync(Uri endpoint, string token, string clientId, string properties, CancellationToken ct)
    {
        var body = new TokenBody { Token = token, ClientId = clientId, Properties = properties };
        await AskAsync<TokenBody, Reply>(endpoint, "/api/account/integration/setProperties", body, SalesmanagoSettings.ApiSecret, ct);
    }

    /// <summary>Modules of the account (<c>account/items</c>). Their schema is not public: the members come as SALESmanago names them.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement>> ItemsAsync(Uri endpoint, string token, string apiKey, CancellationToken ct)
    {
        var body = new TokenBody { Token = token, ApiKey = apiKey };
        return (await AskAsync<TokenBody, ItemsReply>(endpoint, "/api/account/items", body, SalesmanagoSettings.ApiSecret, ct)).Rest;
    }

    async Task<(string? Key, string? Problem)> TryMakeKeyAsync(Uri endpoint, LogInForm form, CancellationToken ct)
    {
        var catalogue = new SalesmanagoCatalogue(http, clock);
        var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"POMOST_{clock.GetUtcNow().ToUnixTimeSeconds()}");
        try
        {
            return (await catalogue.CreateKeyAsync(endpoint, form.Email, form.Password, name, webhook: null, ct), null);
        }
        catch (ConnectorException failure)
        {
            return (null, failure.Message);
        }
    }

    /// <summary>The account's web push consent forms (<c>consent/form/data</c>).</summary>
    public async Task<IReadOnlyList<PushForm>> PushFormsAsync(DestinationConnection account, CancellationToken ct)
    {
        var reply = await AskSignedAsync<SignedBody, PushFormsReply>(account, "/api/consent/form/data", new SignedBody(), ct);
        return [.. (reply.ConsentFormList ?? []).Where(form => form.IntId is not null).Select(form => new PushForm(form.IntId!, form.Name ?? form.IntId!))];
    }

    /// <summary>Switches a module (<c>wm/itemAction</c>). The fields of the item are as the vendor's panel is seen to pass them.</summary>
    public async Task SwitchItemAsync(DestinationConnection account, string name, string? id, bool on, CancellationToken ct)
        => await AskSignedAsync<ItemBody, Reply>(account, "/api/wm/itemAction", new ItemBody { Name = name, Id = id, Active = on }, ct);

    /// <summary>Keeps a picture at the account (<c>wm/uploadImage.json</c>).</summary>
    /// <returns>Its address. The member that holds it is not documented, so the first address of the answer is taken.</returns>
    public async Task<Uri> UploadPictureAsync(DestinationConnection account, AccountPicture picture, CancellationToken ct)
    {
        const string Path = "/api/wm/uploadImage.json";
        var proof = new SignedBody().Signed(account);
        using var form = new MultipartFormDataContent();
        var file = new ReadOnlyMemoryContent(picture.Content);
        file.Headers.ContentType = new MediaTypeHeaderValue(picture.MediaType);
        form.Add(file, "attachment", picture.FileName);
        form.Add(new StringContent(proof.ClientId!), "clientId");
        form.Add(new StringContent(proof.ApiKey!), "apiKey");
        form.Add(new StringContent(proof.Sha!), "sha");
        form.Add(new StringContent(account.Owner), "email");
        using var request = Transport.RequestOf(HttpMethod.Post, Transport.Address(account.Endpoint, Path), form);
        var reply = await AskAsync<ItemsReply>(() => Transport.CallAsync<ItemsReply>(http, clock, request, Path, ct), SalesmanagoSettings.ApiSecret);
        SalesmanagoClient.ThrowIfRefused(reply);
        return reply.Rest.Values.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString())
            .Select(text => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null)
            .FirstOrDefault(address => address is not null) ?? throw SalesmanagoClient.Incomplete("the picture's address");
    }

    Task<TReply> AskSignedAsync<TBody, TReply>(DestinationConnection account, string path, TBody body, CancellationToken ct)
        where TBody : SignedBody
        where TReply : Reply, new()
        => AskAsync<TBody, TReply>(account.Endpoint, path, body.Signed(account), SalesmanagoSettings.ApiSecret, ct);

    async Task<TReply> AskAsync<TBody, TReply>(Uri endpoint, string path, TBody body, string provedBy, CancellationToken ct)
        where TReply : Reply, new()
    {
        var reply = await TryAskAsync<TBody, TReply>(endpoint, path, body, provedBy, ct);
        SalesmanagoClient.ThrowIfRefused(reply);
        return reply;
    }

    Task<TReply> TryAskAsync<TBody, TReply>(Uri endpoint, string path, TBody body, string provedBy, CancellationToken ct)
        where TReply : Reply, new()
        => AskAsync(() => Transport.CallAsync<TBody, TReply>(http, clock, endpoint, path, body, ct), provedBy);

    static async Task<TReply> AskAsync<TReply>(Func<Task<TReply>> call, string provedBy)
    {
        try
        {
            return await call();
        }
        catch (RetryLaterException failure)
        {
            Transport.ThrowIfForOperator(failure);
            throw;
        }
        catch (NeedsOperatorException failure) when (
            failure.SettingKey is SalesmanagoSettings.ApiSecret or SalesmanagoSettings.Password
            && failure.SettingKey != provedBy && failure.Problem == ConnectionProblem.CredentialsRefused)
        {
            // The message is the same; which field proves the caller depends on the call.
            throw new NeedsOperatorException(failure.Problem, provedBy, failure.Message, failure.Detail, failure);
        }
    }
}
