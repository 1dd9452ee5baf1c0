using System.Text.Json;
using System.Text.Json.Nodes;
using Pomost.Contract;

namespace Pomost.Salesmanago;

/// <summary>The account side of SALESmanago, as the engine asks for it.</summary>
/// <param name="clock">The present.</param>
public sealed class SalesmanagoAccounts(TimeProvider clock) : IDestinationAccounts
{
    /// <summary>Names the vendor gives the modules. The first are those a plugin orders by; the others are seen in names of widgets.</summary>
    static readonly Dictionary<StoreModule, string[]> Names = new()
    {
        [StoreModule.LiveChat] = ["LIVE_CHAT", "LIVECHAT"],
        [StoreModule.WebPush] = ["WEB_PUSH", "WEBPUSH"],
        [StoreModule.Popup] = ["CF_P_LP", "BASIC_POPUP", "POPUP"],
    };

    /// <inheritdoc/>
    public Task<LogInResult> LogInAsync(HttpClient http, LogInForm form, CancellationToken ct) => new SalesmanagoLogin(http, clock).LogInAsync(form, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> UsersAsync(DestinationConnection account, CancellationToken ct) => Of(account).UsersAsync(account, ct);

    /// <inheritdoc/>
    public async Task<AccountToken> RefreshTokenAsync(DestinationConnection account, CancellationToken ct)
        => new(await Of(account).RefreshTokenAsync(account, ct), clock.GetUtcNow() + SalesmanagoLogin.TokenLife);

    /// <inheritdoc/>
    public Uri PanelAddress(DestinationConnection account, AccountToken token) => SalesmanagoLogin.PanelAddress(account.Endpoint, token.Value);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PushForm>> PushFormsAsync(DestinationConnection account, CancellationToken ct) => Of(account).PushFormsAsync(account, ct);

    /// <inheritdoc/>
    public Task<Uri> UploadPictureAsync(DestinationConnection account, AccountPicture picture, CancellationToken ct)
        => Of(account).UploadPictureAsync(account, picture, ct);

    /// <inheritdoc/>
    /// <remarks>What other integrations keep there stays: only language, colours and logo are written over.</remarks>
    public async Task SetLookAsync(DestinationConnection account, AccountToken token, AccountLook look, CancellationToken ct)
    {
        var login = Of(account);
        var properties = ObjectOf(await login.GetPropertiesAsync(account.Endpoint, token.Value, account.ClientId, ct));
        if (look.Language is { } language)
            properties["lang"] = language.ToUpperInvariant();
        properties["color"] = new JsonObject
        {
            ["main"] = look.Main,
            ["mainFont"] = look.MainFont,
            ["additional"] = look.Additional,
            ["additionalFont"] = look.AdditionalFont,
        };
        if (look.Logo is { } logo)
            properties["logo"] = logo.AbsoluteUri;
        await login.SetPropertiesAsync(account.Endpoint, token.Value, account.ClientId, properties.ToJsonString(), ct);
    }

    /// <inheritdoc/>
    /// <remarks>The schema of the list is not public. A module is found by its name wherever it stands in the answer; without a member <c>active</c> its state is unknown.</remarks>
    public async Task<IReadOnlyList<AccountModule>> ModulesAsync(DestinationConnection account, AccountToken token, CancellationToken ct)
    {
        var items = await Of(account).ItemsAsync(account.Endpoint, token.Value, account.ApiKey ?? ApiSignature.NewApiKey(), ct);
        var listed = items.Where(pair => pair.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array).SelectMany(pair => ItemsIn(pair.Key, pair.Value)).ToList();
        return [.. Names.Select(pair => listed.FirstOrDefault(item => pair.Value.Contains(item.Name, StringComparer.OrdinalIgnoreCase)) is { Name.Length: > 0 } found
            ? new AccountModule(pair.Key, found.State, found.Name, found.Id)
            // An answer in which nothing at all was recognised says nothing about this module, either.
            : new AccountModule(pair.Key, listed.Count > 0 || items.Count > 0 && items.Values.All(IsEmptyList) ? ModuleState.NotInAccount : ModuleState.Unknown))];
    }

    /// <inheritdoc/>
    public Task SwitchModuleAsync(DestinationConnection account, AccountModule module, bool on, CancellationToken ct)
        => Of(account).SwitchItemAsync(account, module.Name ?? Names[module.Module][0], module.Id, on, ct);

    SalesmanagoLogin Of(DestinationConnection account) => new(account.Http, clock);

    static bool IsEmptyList(JsonElement element) => element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == 0;

    static JsonObject ObjectOf(string? json)
    {
        try
        {
            return json is null ? [] : JsonNode.Parse(json) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>Objects that name themselves, or stand under a name.</summary>
    static IEnumerable<(string Name, ModuleState State, string? Id)> ItemsIn(string key, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.Object)
                    yield return Item(key, item);
                else if (item.ValueKind == JsonValueKind.String)
                    yield return (item.GetString()!, ModuleState.Unknown, null);
            }
        }
        else
        {
            yield return Item(key, element);
            foreach (var member in element.EnumerateObject().Where(member => member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array))
            {
                foreach (var inner in ItemsIn(member.Name, member.Value))
                    yield return inner;
            }
        }
    }

    static (string Name, ModuleState State, string? Id) Item(string key, JsonElement item)
    {
        var state = Member(item, "active") switch
        {
            { ValueKind: JsonValueKind.True } => ModuleState.On,
            { ValueKind: JsonValueKind.False } => ModuleState.Off,
            _ => ModuleState.Unknown,
        };
        var name = Text(Member(item, "name")) ?? Text(Member(item, "type")) ?? key;
        return (name, state, Text(Member(item, "id")) ?? Text(Member(item, "intId")));
    }

    static JsonElement Member(JsonElement item, string name)
        => item.EnumerateObject().FirstOrDefault(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    static string? Text(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.GetRawText(),
        _ => null,
    };
}
