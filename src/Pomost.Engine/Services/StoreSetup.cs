using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>A field of a form that was refused.</summary>
/// <param name="Key">The field.</param>
/// <param name="Message">What to do, in both languages.</param>
public sealed record FieldProblem(string Key, Text Message);

/// <summary>Connects stores: reads the form, checks the shop, and stores it with its destination.</summary>
public sealed class StoreSetup(
    IStores stores, IPlatformCatalogue catalogue, Connections connections, Secrets secrets, IBuiltInHub hub, Callbacks callbacks, IStoreWaker waker, TimeProvider clock)
{
    static readonly Uri HubPlaceholder = new("http://hub.invalid/");
    static readonly Text RequiredText = new("Uzupełnij to pole.", "Fill in this field.");
    static readonly Text UrlText = new(
        "Podaj pełny adres, zaczynający się od https://", "Give the full address, starting with https://");

    static readonly Text ChoiceText = new("Wybierz jedną z możliwości.", "Choose one of the options.");
    static readonly Text NumberText = new("Podaj liczbę całkowitą.", "Give a whole number.");

    /// <summary>Reads a form as typed: trims, completes the address, fills defaults, and names every field that cannot be used.</summary>
    public (SettingValues Values, IReadOnlyList<FieldProblem> Problems) Read(PlatformInfo platform, IReadOnlyDictionary<string, string?> typed)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var problems = new List<FieldProblem>();
        foreach (var field in platform.Settings)
        {
            if (field.OnlyIf is { } condition && values.GetValueOrDefault(condition.Key) != condition.Value)
                continue;
            var text = typed.GetValueOrDefault(field.Key)?.Trim();
            if (string.IsNullOrEmpty(text))
                text = field.Default;
            if (string.IsNullOrEmpty(text))
            {
                if (field.Required)
                    problems.Add(new FieldProblem(field.Key, RequiredText));
                continue;
            }

            if (ProblemOf(field, ref text) is { } problem)
                problems.Add(new FieldProblem(field.Key, problem));
            else
                values[field.Key] = text;
        }

        return (new SettingValues(values), problems);
    }

    /// <summary>Checks a shop before it is stored. What is wrong is in the lines; never throws but for cancellation.</summary>
    public async Task<ConnectionCheck> CheckAsync(IPlatformConnector connector, SettingValues values, IProgress<CheckLine>? progress, CancellationToken ct)
    {
        try
        {
            return await connector.CheckAsync(connections.Unsaved(connector.Info, values), progress, ct);
        }
        catch (ConnectorException e)
        {
            var line = LineOf(e, connector.Info.AddressSetting);
            progress?.Report(line);
            return new ConnectionCheck([line]);
        }
    }

    /// <summary>Where to send the browser so that the shop brings its keys.</summary>
    /// <exception cref="NeedsOperatorException">It cannot be done; the setting says why.</exception>
    public Task<RedirectStart> StartRedirectAsync(IPlatformConnector connector, SettingValues values, string state, Uri callback, Uri returnTo, CancellationToken ct)
        => ((IConnectsByRedirect)connector).StartAsync(connections.Unsaved(connector.Info, values), state, callback, returnTo, ct);

    /// <summary>The form complete with what the shop brought.</summary>
    /// <exception cref="NeedsOperatorException">The owner refused, or the callback is not whole.</exception>
    public Task<SettingValues> CompleteRedirectAsync(IPlatformConnector connector, SettingValues values, string? pending, WebhookRequest callback, CancellationToken ct)
        => ((IConnectsByRedirect)connector).CompleteAsync(connections.Unsaved(connector.Info, values), pending, callback, ct);

    /// <summary>Checks a stored shop.</summary>
    public async Task<ConnectionCheck> CheckAsync(Store store, IProgress<CheckLine>? progress, CancellationToken ct)
        => await CheckAsync(connections.ConnectorOf(store), SettingsOf(store), progress, ct);

    /// <summary>The form of a stored shop with its secrets in the clear; never shown to anybody.</summary>
    public SettingValues SettingsOf(Store store)
        => SettingSecrets.Join(store.Settings, secrets.Open(store.AccountId, store.ProtectedSecrets));

    /// <summary>Stores a destination with its secrets encrypted.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="isHub">True for the built-in hub.</param>
    /// <param name="endpoint">Base address.</param>
    /// <param name="clientId">Short id of the destination's account.</param>
    /// <param name="owner">E-mail of the owner of contacts.</param>
    /// <param name="destinationSecrets"><c>api_secret</c>, or <c>api_key</c> with <c>signature</c>.</param>
    /// <param name="ct">Cancels.</param>
    public Task<Destination> AddDestinationAsync(
        long accountId, bool isHub, Uri endpoint, string clientId, string owner, IReadOnlyDictionary<string, string> destinationSecrets, CancellationToken ct)
        => stores.AddDestinationAsync(Unsaved(accountId, endpoint, clientId, owner, destinationSecrets) with { IsHub = isHub }, ct);

    /// <summary>A destination outside, as typed, to be checked before it is stored; its secrets are encrypted.</summary>
    public Destination Unsaved(long accountId, Uri endpoint, string clientId, string owner, IReadOnlyDictionary<string, string> destinationSecrets) => new()
    {
        AccountId = accountId,
        IsHub = false,
        Endpoint = endpoint,
        ClientId = clientId,
        Owner = owner,
        ProtectedSecrets = secrets.Protect(accountId, destinationSecrets),
    };

    /// <summary>The account's destination in the built-in hub, made on first use.</summary>
    /// <param name="account">The account.</param>
    /// <param name="ownerEmail">Who will own the contacts.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null when the address owns another account of the hub.</returns>
    public async Task<Destination?> HubDestinationAsync(Account account, string ownerEmail, CancellationToken ct)
    {
        var existing = (await stores.ListDestinationsAsync(account.Id, ct)).FirstOrDefault(destination => destination.IsHub);
        if (existing is not null)
            return existing;
        return await hub.CreateAccountAsync(account.Name, ownerEmail, ct) is { } access ? await UseHubAccountAsync(account, access, ct) : null;
    }

    /// <summary>Makes an account of the built-in hub the destination of an account that has none there.</summary>
    public async Task<Destination> UseHubAccountAsync(Account account, HubAccess access, CancellationToken ct)
    {
        await hub.SetCallbacksAsync(access.ClientId, callbacks.UrlsOf(await callbacks.AddressOfAsync(account.Id, null, ct), IBuiltInHub.OwnHost), ct);
        return await AddDestinationAsync(
            account.Id, isHub: true, HubPlaceholder, access.ClientId, access.Owner,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["api_secret"] = access.ApiSecret }, ct);
    }

    /// <summary>Writes changed settings of a stored shop, secrets encrypted; the webhook secret is kept.</summary>
    public async Task<Store> ChangeSettingsAsync(Store store, SettingValues values, CancellationToken ct)
    {
        var platform = connections.ConnectorOf(store).Info;
        var (open, secret) = SettingSecrets.Split(platform, values);
        var kept = secrets.Open(store.AccountId, store.ProtectedSecrets).ToDictionary(StringComparer.Ordinal);
        foreach (var (key, value) in secret)
            kept[key] = value;
        var changed = store with
        {
            Address = new Uri(values.Required(platform.AddressSetting)),
            Settings = open,
            ProtectedSecrets = secrets.Protect(store.AccountId, kept),
        };
        await stores.UpdateAsync(changed, ct);
        await ResumeAsync(store.Key, ct);
        return changed;
    }

    /// <summary>The time zone of a store, for its days and hours.</summary>
    /// <exception cref="NeedsOperatorException">The name that is stored is no time zone; names <see cref="StoreZone.SettingKey"/>.</exception>
    public static TimeZoneInfo ZoneOf(Store store) => StoreZone.Of(store.Options.TimeZone);

    /// <summary>Gives a store another time zone, and lets it try again.</summary>
    /// <exception cref="NeedsOperatorException">There is no such zone; names <see cref="StoreZone.SettingKey"/>, nothing was stored.</exception>
    public async Task ChangeZoneAsync(Store store, string zone, CancellationToken ct)
    {
        _ = StoreZone.Of(zone);
        await stores.UpdateAsync(store with { Options = store.Options with { TimeZone = ShopZone.NameOf(zone, null)! } }, ct);
        await ResumeAsync(store.Key, ct);
    }

    /// <summary>Stores a checked shop and starts its first run.</summary>
    /// <exception cref="NeedsOperatorException">The time zone is none; names <see cref="StoreZone.SettingKey"/>, nothing was stored.</exception>
    public async Task<Store> AddAsync(
        long accountId, long destinationId, string platformKey, string name, SettingValues values, StoreOptions options, CancellationToken ct)
    {
        var platform = (catalogue.Find(platformKey) ?? throw new ArgumentException($"No platform {platformKey}.", nameof(platformKey))).Info;
        _ = StoreZone.Of(options.TimeZone);
        var address = new Uri(values.Required(platform.AddressSetting));
        var (open, secret) = SettingSecrets.Split(platform, values);
        var kept = secret.ToDictionary(StringComparer.Ordinal);
        kept[Connections.WebhookSecretKey] = Token();
        var store = await stores.AddAsync(
            new Store
            {
                AccountId = accountId,
                DestinationId = destinationId,
                Name = name,
                Slug = SlugOf(name),
                Platform = platform.Key,
                Address = address,
                Location = LocationId.For(address),
                Settings = open,
                ProtectedSecrets = secrets.Protect(accountId, kept),
                Options = options,
                WebhookToken = Token(),
                CreatedAt = clock.GetUtcNow(),
            },
            ct);
        await waker.WakeAsync(store.Key, ct);
        return store;
    }

    /// <summary>Lets a store that stands still try again.</summary>
    public async Task ResumeAsync(StoreKey store, CancellationToken ct)
    {
        await stores.SetStateAsync(store, StoreState.Active, null, ct);
        await waker.WakeAsync(store, ct);
    }

    /// <summary>The part of the panel's addresses made from a name: lower-case letters, digits and hyphens, never empty.</summary>
    public static string SlugOf(string name)
    {
        var plain = name.Replace('ł', 'l').Replace('Ł', 'l').Normalize(NormalizationForm.FormD);
        var slug = new StringBuilder();
        foreach (var character in plain)
        {
            if (char.IsAsciiLetterOrDigit(character))
                slug.Append(char.ToLowerInvariant(character));
            else if (CharUnicodeInfo.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }

        var text = slug.ToString().Trim('-');
        // "/stores/new" is the panel's own address.
        return text is "" or "new" ? "sklep" : text[..Math.Min(text.Length, 48)].Trim('-');
    }

    static Text? ProblemOf(SettingField field, ref string text)
    {
        switch (field.Kind)
        {
            case SettingKind.Url:
                if (AddressOf(text) is not { } address)
                    return UrlText;
                text = address;
                break;
            case SettingKind.Toggle when text is not ("true" or "false"):
                return ChoiceText;
            case SettingKind.Number when !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _):
                return NumberText;
            case SettingKind.Choice when field.Choices.Count > 0:
                var chosen = text;
                if (!field.Choices.Any(choice => choice.Value == chosen))
                    return ChoiceText;
                break;
        }

        var valid = field.Pattern is null || Regex.IsMatch(text, $"^(?:{field.Pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        return valid ? null : field.PatternHelp ?? ChoiceText;
    }

    /// <summary>A typed address made whole: https when no scheme was typed, no query, no fragment, no slash at the end.</summary>
    static string? AddressOf(string typed)
    {
        var text = typed.Contains("://", StringComparison.Ordinal) ? typed : $"https://{typed}";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            return null;
        var isHost = address.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6
            || (address.HostNameType == UriHostNameType.Dns && (address.Host.Contains('.', StringComparison.Ordinal) || address.Host == "localhost"));
        return isHost ? address.GetLeftPart(UriPartial.Path).TrimEnd('/') : null;
    }

    static CheckLine LineOf(ConnectorException error, string addressSetting) => error switch
    {
        NeedsOperatorException e => new CheckLine("address", new Text("Adres sklepu", "Shop address"), CheckState.Missing)
        {
            Problem = e.Problem,
            Detail = e.Detail,
            SettingKey = e.SettingKey,
        },
        _ => new CheckLine("address", new Text("Adres sklepu", "Shop address"), CheckState.Missing)
        {
            Problem = ConnectionProblem.TimedOut,
            SettingKey = addressSetting,
        },
    };

    static string Token() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}
