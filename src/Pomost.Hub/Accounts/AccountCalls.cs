using System.Text.Json;

namespace Pomost.Hub;

/// <summary>Accounts as plugins create and furnish them.</summary>
internal static class AccountCalls
{
    private const int MaxPropertiesLength = 65_536;

    private const int MostItems = 50;

    // The words of the original where a module was not bought, which the libraries know.
    private static readonly (string Name, string Refusal)[] Widgets =
    [
        ("wm/createLiveChat", "Cannot create live chat. Permission denied to Live Chat Module"),
        ("wm/createBasicPopup", "Cannot create basic popup. Permission denied to Popup Module"),
        ("wm/createWebPushConsentForm", "Cannot create consent form. Permission denied to Web Push Module"),
        ("wm/itemAction", "Items retrieving failed: this server has no such item"),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapCall("account/registerAppstore", Access.Signed, RegisterAsync, secondVersion: false);
        routes.MapCall("system/registeraccount", Access.Signed, RegisterAsync, secondVersion: false);
        routes.MapCall("contact/upsertVendorToSupport", Access.Signed, UpsertMerchantAsync);
        routes.MapCall("account/integration/properties", Access.Token, ReadPropertiesAsync, secondVersion: false);
        routes.MapCall("account/integration/setProperties", Access.Token, SavePropertiesAsync, secondVersion: false);
        routes.MapCall("account/accountTypeWithContacts", Access.Token, TypeAsync, secondVersion: false);
        routes.MapCall("appstore/subscribeProducts", Access.Signed, SubscribeAsync, secondVersion: false);
        foreach (var (name, refusal) in Widgets)
            routes.MapCall(name, Access.Signed, _ => throw new HubRefusal(refusal), secondVersion: false);
        routes.MapCall("wm/consentFormCode", Access.Token, _ => throw new HubRefusal("Cannot retrieve consent form code: this server has no Web Push forms"), secondVersion: false);
        routes.MapCall("account/items", Access.Token, ListItemsAsync, secondVersion: false);
    }

    private static async Task<IResult> RegisterAsync(HubCall call)
    {
        if (!call.Account.IsPartner) throw new HubRefusal("Not authorized", reasonCode: HubRefusal.AuthenticationFailed);
        var email = EmailSyntax.Check(call.Body.Text("email"));
        var password = call.Body.Text("password");
        if (password is null || password.Length < HubAccounts.ShortestPassword)
            throw new HubRefusal($"Cannot register appstore user: the password needs {HubAccounts.ShortestPassword} characters");
        var items = JsonSerializer.Serialize(ReadItems(call.Body.TextOrJson("items")), HubJson.Default.ListAccountItem);
        var accounts = call.Http.RequestServices.GetRequiredService<HubAccounts>();
        var person = new NewHubPerson(email, password, call.Body.Text("name"), call.Body.Text("phone"), call.Body.Text("lang"));
        var wanted = new NewHubAccount(person.Name ?? email, email, password) { Items = items };
        var created = await MakeAsync(call, person, () => accounts.CreateAsync(wanted, call.Cancellation)) ?? throw new HubRefusal("Already registered");
        var token = await LogInTokens.IssueAsync(call, created.AccountId, created.OwnerEmail);
        return HubCall.Reply(new NewAccountAnswer(
            token, created.ClientId, created.ClientId, created.ApiSecret, created.OwnerEmail, created.OwnerEmail, call.Endpoint, call.Services.Options.Smapp));
    }

    private static async Task<HubCredentials?> MakeAsync(HubCall call, NewHubPerson person, Func<Task<HubCredentials?>> make)
    {
        try
        {
            return await call.Services.Options.MakeAccount(call.Http, person, make);
        }
        catch (ArgumentException weak)
        {
            throw new HubRefusal("Cannot register appstore user: " + weak.Message);
        }
    }

    /// <summary>Tells the vendor who the merchant is and what he runs. Kept beside the contacts, for the merchant is not one of his own customers.</summary>
    private static async Task<IResult> UpsertMerchantAsync(HubCall call)
    {
        var owner = call.OwnerOrNull() ?? call.Account.Owners[0];
        var card = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in call.Body.Names.Except(["clientId", "apiKey", "sha", "requestTime", "owner"], StringComparer.OrdinalIgnoreCase))
        {
            if (call.Body.TextOrJson(name) is { } value) card[name] = value;
        }
        var json = JsonSerializer.Serialize(card, HubStoredJson.Default.DictionaryStringString);
        if (json.Length > MaxPropertiesLength) throw new HubRefusal("Vendor data is too long");
        return HubCall.Reply(new ContactIdAnswer(await call.Services.Accounts.SaveMerchantAsync(call.Account.Id, owner, json, call.Now, call.Cancellation)));
    }

    private static Task<IResult> ReadPropertiesAsync(HubCall call) => Task.FromResult(HubCall.Reply(
        new PropertiesAnswer(call.Account.Properties ?? throw new HubRefusal("No integration properties found"))));

    private static async Task<IResult> SavePropertiesAsync(HubCall call)
    {
        if (call.Body.TextOrJson("properties") is not { Length: <= MaxPropertiesLength } properties || !IsJson(properties))
            throw new HubRefusal("Cannot save integration properties");
        await call.Services.Accounts.SavePropertiesAsync(call.Account.Id, properties, call.Cancellation);
        return HubCall.Done();
    }

    private static Task<IResult> ListItemsAsync(HubCall call) => Task.FromResult(HubCall.Reply(new ItemsAnswer(ItemsOf(call.Account))));

    private static async Task<IResult> TypeAsync(HubCall call)
    {
        var counts = await call.Services.Contacts.CountAsync(call.Account.Id, call.Cancellation);
        var limit = ItemsOf(call.Account).Max(item => item.ContactLimit);
        return HubCall.Reply(new AccountTypeAnswer("FULL", counts.Contacts, limit));
    }

    /// <summary>Puts modules on the account's list; what they are bought for elsewhere costs nothing here, and does nothing either.</summary>
    private static async Task<IResult> SubscribeAsync(HubCall call)
    {
        var wanted = ReadItems(call.Body.TextOrJson("items"));
        if (wanted.Count == 0) throw new HubRefusal("Cannot add appstore products");
        List<AccountItem> all =
        [
            .. ItemsOf(call.Account).Where(item => !wanted.Exists(one => string.Equals(one.Name, item.Name, StringComparison.OrdinalIgnoreCase))), .. wanted,
        ];
        if (all.Count > MostItems) throw new HubRefusal("Cannot add appstore products: too many");
        await call.Services.Accounts.SaveItemsAsync(call.Account.Id, JsonSerializer.Serialize(all, HubJson.Default.ListAccountItem), call.Cancellation);
        return HubCall.Done();
    }

    private static List<AccountItem> ItemsOf(HubAccount account) => JsonSerializer.Deserialize(account.Items, HubJson.Default.ListAccountItem) ?? [];

    private static List<AccountItem> ReadItems(string? json)
    {
        if (json is null) return [];
        try
        {
            using var document = JsonDocument.Parse(json);
            var items = document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement.EnumerateArray().Select(Fields.From) : [];
            return [.. items
                .Where(item => item.Text("name") is not null)
                .Select(item => new AccountItem(item.Text("name")!, Active: false, item.Integer("contactLimit")))];
        }
        catch (JsonException)
        {
            throw new HubRefusal("Cannot register appstore user: items is not valid JSON");
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
