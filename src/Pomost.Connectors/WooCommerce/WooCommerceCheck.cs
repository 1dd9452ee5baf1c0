using System.Globalization;
using System.Net;
using System.Text.Json;
using Pomost.Connectors.Shared;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.WooCommerce;

/// <summary>One check of a shop: address, platform, keys, then each right. Changes nothing in the shop.</summary>
sealed class WooCommerceCheck(ShopConnection shop, IProgress<CheckLine>? progress)
{
    // No shop has this account: a change of it can only be refused, and how it is refused tells what the key may do.
    const string NobodysAccount = "wc/v3/customers/2147483647";

    static readonly Version Oldest = new(6, 0);

    static readonly (string Key, Text Title, bool Required)[] Steps =
    [
        ("address", new("Adres sklepu", "Shop address"), true),
        ("platform", new("WooCommerce w tym sklepie", "WooCommerce in this shop"), true),
        ("credentials", new("Klucze", "Keys"), true),
        ("read-customers", new("Odczyt klientów", "Reading customers"), true),
        ("read-orders", new("Odczyt zamówień", "Reading orders"), true),
        ("read-products", new("Odczyt produktów", "Reading products"), false),
        ("write", new("Zapis zgód", "Writing consents"), false),
        ("webhooks", new("Powiadomienia o zmianach (webhooki)", "Announcements of changes (webhooks)"), false),
        ("version", new("Wersja", "Version"), true),
        ("module", new("Moduł Pomostu w sklepie", "Pomost's module in the shop"), false),
    ];

    static readonly Text KeyFix = new(
        "Utwórz nowy klucz: WooCommerce → Ustawienia → Zaawansowane → REST API, uprawnienia „Odczyt/Zapis”, użytkownik: administrator lub kierownik sklepu.",
        "Make a new key: WooCommerce → Settings → Advanced → REST API, permissions Read/Write, user: an administrator or shop manager.");

    static readonly Text HiddenEncryptionFix = new(
        "Skopiuj oba klucze jeszcze raz. Jeśli są dobre, serwer przed sklepem ukrywa https przed WordPressem: poproś administratora hostingu o ustawienie HTTPS dla PHP.",
        "Copy both keys again. If they are right, a server before the shop hides https from WordPress: ask the host to set HTTPS for PHP.");

    static readonly Text SignatureFix = new(
        "Skopiuj oba klucze jeszcze raz. Przy adresie http sklep sprawdza podpis: adres musi być taki jak w Ustawienia → Ogólne → Adres witryny, a zegar serwera może się różnić najwyżej o 15 minut.",
        "Copy both keys again. With an http address the shop checks a signature: the address must be that of Settings → General → Site Address, and the clocks may differ by 15 minutes at most.");

    static readonly Text NoModule = new(
        "Bez modułu nie ma koszyków, zapisów do newslettera bez konta ani dziennika zmian. Pobierzesz go w panelu, w sekcji Logowanie/rejestracja sklepu.",
        "Without the module there are no carts, no newsletter subscribers without an account and no log of changes. Download it in the panel, in the shop's login section.");

    static readonly Text ModuleAbsentFix = new(
        "Zainstaluj moduł: pobierz go w panelu, potem w WordPressie Wtyczki → Dodaj wtyczkę → Wyślij wtyczkę na serwer → Włącz. Do tego czasu sklep działa bez niego.",
        "Install the module: download it in the panel, then in WordPress Plugins → Add New → Upload Plugin → Activate. Until then the shop works without it.");

    static readonly Text ModuleSecretFix = new(
        "Moduł w sklepie ma inny sekret. Pobierz go jeszcze raz i zastąp nim zainstalowany.",
        "The module in the shop has another secret. Download it again and replace the installed one.");

    static readonly Text ModuleClockFix = new(
        "Zegary sklepu i Pomostu różnią się o więcej niż 5 minut. Ustaw zegar serwera.",
        "The clocks of the shop and of Pomost differ by more than 5 minutes. Set the server's clock.");

    static readonly Text ModuleAgeFix = new(
        "Moduł w sklepie jest za stary. Pobierz go jeszcze raz i zastąp nim zainstalowany.",
        "The module in the shop is too old. Download it again and replace the installed one.");

    readonly List<CheckLine> _lines = [];

    public async Task<ConnectionCheck> RunAsync(CancellationToken ct)
    {
        try
        {
            return await RunStepsAsync(ct);
        }
        catch (ConnectorException failure)
        {
            Tell(Failed(Steps[_lines.Count], failure));
            return Stopped();
        }
    }

    ConnectionCheck Stopped()
    {
        foreach (var step in Steps[_lines.Count..])
            Tell(Line(step, CheckState.Skipped));
        return new ConnectionCheck(_lines);
    }

    async Task<ConnectionCheck> RunStepsAsync(CancellationToken ct)
    {
        var settings = WooCommerceSettings.Of(shop.Settings);
        var api = new WooCommerceApi(shop, settings, Asking.Check);
        if (await IndexAsync(api, settings, ct) is not { } index || await CredentialsAsync(api, settings, ct) is not { } canRead)
            return Stopped();
        var contacts = await ReadAsync(3, api, "wc/v3/customers", new WooQuery().With("role", "all"), ct);
        var orders = await ReadAsync(4, api, "wc/v3/orders", new WooQuery().With("status", "any"), ct);
        await ReadAsync(5, api, "wc/v3/products", [], ct);
        var canWrite = await WriteAsync(api, ct);
        await WebhooksAsync(api, canWrite, ct);
        var status = canRead ? await VersionAsync(api, ct) : Skip(8);
        await ModuleAsync(settings, ct);
        var consents = contacts > 0 ? await ConsentsAsync(api, settings, ct) : null;
        TellZone(index);
        return new ConnectionCheck(_lines)
        {
            Facts = new ShopFacts(
                LenientValue.Text(WebUtility.HtmlDecode(index.Name)), LenientValue.Text(status?.Environment?.Version),
                LenientValue.Text(status?.Settings?.Currency), ZoneOf(index)),
            Counts = new ShopCounts(contacts, orders),
            Consents = consents,
            OrderStatuses = canRead ? await StatusesAsync(api, ct) : [],
            Choices = canRead ? await RolesAsync(api, ct) : new Dictionary<string, IReadOnlyList<SettingChoice>>(StringComparer.Ordinal),
        };
    }

    static string? ZoneOf(WooIndex index) => ShopZone.NameOf(index.TimezoneString, (double?)LenientValue.Money(index.GmtOffset));

    /// <summary>Days of exports and the hours of the night follow the shop's zone: one that nobody knows is mended before anything is stored.</summary>
    void TellZone(WooIndex index)
    {
        if (ZoneOf(index) is { } name && !ShopZone.TryFind(name, out _))
        {
            Tell(new CheckLine("time-zone", new("Strefa czasowa", "Time zone"), CheckState.Missing)
            {
                Problem = ConnectionProblem.InvalidSetting,
                SettingKey = StoreZone.SettingKey,
                Detail = name,
                Fix = new(
                    $"Sklep podaje strefę czasową „{name}”, której nie znamy. Wybierz inną w WordPressie: Ustawienia → Ogólne → Strefa czasowa, np. Warszawa.",
                    $"The shop gives the time zone \"{name}\", which is not known. Choose another in WordPress: Settings → General → Timezone, for example Warsaw."),
            });
        }
    }

    async Task<WooIndex?> IndexAsync(WooCommerceApi api, WooCommerceSettings settings, CancellationToken ct)
    {
        WooIndex? index;
        using (var answer = await api.AskAsync(HttpMethod.Get, "", new WooQuery().With("_fields", "name,home,timezone_string,gmt_offset,namespaces"), ct))
        {
            if (!answer.IsSuccess)
                throw new NeedsOperatorException(ConnectionProblem.NotAnApi, WooCommerceSettings.UrlField, "No WordPress answers there.", $"HTTP {(int)answer.Status}");
            index = answer.Json.Span[0] == (byte)'{' ? WooCommerceApi.ObjectOf(answer, WooCommerceJson.Default.WooIndex) : null;
        }
        Tell(Line(Steps[0], CheckState.Ready) with
        {
            Detail = settings.Shop.AbsoluteUri,
            Problem = settings.IsEncrypted ? null : ConnectionProblem.NotEncrypted,
            Fix = settings.IsEncrypted ? null : new(
                "Działa, ale dane klientów idą nieszyfrowane. Jeśli sklep ma https, wpisz ten adres.",
                "Works, but customers' data travel unencrypted. If the shop has https, enter that address."),
        });
        var hasWooCommerce = index is { Namespaces.ValueKind: JsonValueKind.Array }
            && index.Namespaces.EnumerateArray().Any(name => name.ValueKind == JsonValueKind.String && name.ValueEquals("wc/v3"));
        if (!hasWooCommerce)
        {
            Tell(Line(Steps[1], CheckState.Missing) with
            {
                Problem = ConnectionProblem.NotAnApi,
                SettingKey = WooCommerceSettings.UrlField,
                Fix = new("Włącz wtyczkę: Wtyczki → WooCommerce → Włącz.", "Switch the plugin on: Plugins → WooCommerce → Activate."),
            });
            return null;
        }
        Tell(Line(Steps[1], CheckState.Ready) with { Detail = "wc/v3" });
        return index;
    }

    async Task<bool?> CredentialsAsync(WooCommerceApi api, WooCommerceSettings settings, CancellationToken ct)
    {
        using var answer = await api.AskAsync(HttpMethod.Get, "wc/v3/customers", new WooQuery().With("per_page", 1).With("_fields", "id"), ct);
        if (answer.Status != HttpStatusCode.Unauthorized)
        {
            Tell(Line(Steps[2], CheckState.Ready) with
            {
                Fix = !api.HeaderIsDropped ? null : new(
                    "Serwer gubi nagłówek Authorization. Włącz „Klucze w adresie zapytania” w ustawieniach zaawansowanych: każdy odczyt będzie o jedno zapytanie krótszy.",
                    "The server drops the Authorization header. Switch on Keys in the address in the advanced settings: it saves one request per read."),
                SettingKey = api.HeaderIsDropped ? WooCommerceSettings.KeysInQueryField : null,
            });
            return true;
        }
        var code = WooCommerceApi.CodeOf(answer);
        // A key with the right to write only is refused like a wrong secret; a harmless change tells them apart.
        if (code == "woocommerce_rest_authentication_error" && await MayWriteAsync(api, ct) == CheckState.Ready)
        {
            Tell(Line(Steps[2], CheckState.Ready));
            return false;
        }
        Tell(Failed(Steps[2], WooCommerceApi.Refusal(answer.Status, code, "wc/v3/customers")) with { Fix = settings.IsEncrypted ? HiddenEncryptionFix : SignatureFix });
        return null;
    }

    async Task<long?> ReadAsync(int step, WooCommerceApi api, string path, WooQuery query, CancellationToken ct)
    {
        try
        {
            var count = await api.CountAsync(path, query, ct);
            Tell(Line(Steps[step], CheckState.Ready) with { Detail = count?.ToString(CultureInfo.InvariantCulture) });
            return count;
        }
        catch (NeedsOperatorException refused)
        {
            Tell(Failed(Steps[step], refused) with
            {
                Problem = ConnectionProblem.PermissionMissing,
                Detail = "read",
                SettingKey = WooCommerceSettings.KeyField,
                Fix = KeyFix,
            });
            return null;
        }
    }

    async Task<bool> WriteAsync(WooCommerceApi api, CancellationToken ct)
    {
        var state = await MayWriteAsync(api, ct);
        var line = Line(Steps[6], state);
        Tell(state == CheckState.Ready ? line : line with
        {
            Problem = ConnectionProblem.PermissionMissing,
            Detail = "write",
            SettingKey = WooCommerceSettings.KeyField,
            Fix = new(
                "Klucz pozwala tylko czytać: zgody zmienione w SALESmanago nie wrócą do sklepu, a webhooki nie powstaną. Zmień uprawnienia klucza na „Odczyt/Zapis”.",
                "The key may only read: consents changed in SALESmanago will not come back to the shop, and no webhooks can be made. Set the key's permissions to Read/Write."),
        });
        return state == CheckState.Ready;
    }

    static async Task<CheckState> MayWriteAsync(WooCommerceApi api, CancellationToken ct)
    {
        using var answer = await api.AskAsync(HttpMethod.Put, NobodysAccount, [], ct, "{}"u8.ToArray());
        return answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? CheckState.Missing : CheckState.Ready;
    }

    async Task WebhooksAsync(WooCommerceApi api, bool canWrite, CancellationToken ct)
    {
        using var answer = await api.AskAsync(HttpMethod.Get, "wc/v3/webhooks", new WooQuery().With("per_page", 1).With("_fields", "id"), ct);
        var ready = canWrite && answer.IsSuccess;
        var line = Line(Steps[7], ready ? CheckState.Ready : CheckState.Missing);
        Tell(ready ? line : line with
        {
            Problem = ConnectionProblem.PermissionMissing,
            SettingKey = WooCommerceSettings.KeyField,
            Fix = new("Bez webhooków zmiany klientów przychodzą raz na dobę. " + KeyFix.Polish, "Without webhooks changes of customers come once a day. " + KeyFix.English),
        });
    }

    async Task<ConsentSample?> ConsentsAsync(WooCommerceApi api, WooCommerceSettings settings, CancellationToken ct)
    {
        try
        {
            var sample = await WooCommerceConsentSample.ReadAsync(api, settings, ct);
            if (WooCommerceConsentSample.LineOf(sample) is { } line)
                Tell(line);
            return sample;
        }
        catch (ConnectorException)
        {
            // The rights to read were checked above; this look is only a hint.
            return null;
        }
    }

    async Task<WooSystemStatus?> VersionAsync(WooCommerceApi api, CancellationToken ct)
    {
        using var answer = await api.AskAsync(HttpMethod.Get, "wc/v3/system_status", new WooQuery().With("_fields", "environment,settings"), ct);
        var status = answer.IsSuccess && answer.Json.Span[0] == (byte)'{' ? WooCommerceApi.ObjectOf(answer, WooCommerceJson.Default.WooSystemStatus) : null;
        var text = status?.Environment?.Version;
        var known = Version.TryParse(text?.Split('-')[0], out var version);
        var line = Line(Steps[8], !known ? CheckState.Unknown : version >= Oldest ? CheckState.Ready : CheckState.Missing) with { Detail = text };
        Tell(line.State != CheckState.Missing ? line : line with
        {
            Problem = ConnectionProblem.VersionTooOld,
            Fix = new($"Zaktualizuj WooCommerce do wersji {Oldest} lub nowszej.", $"Update WooCommerce to version {Oldest} or newer."),
        });
        return status;
    }

    async Task ModuleAsync(WooCommerceSettings settings, CancellationToken ct)
    {
        if (WooCommerceModule.Of(shop, settings, Asking.Check) is not { } module)
        {
            Tell(Line(Steps[9], CheckState.NotOffered) with { Fix = NoModule });
            return;
        }
        try
        {
            var info = await module.InfoAsync(ct);
            var push = info.Push is { Problem: { } problem } ? $"; push: {problem}" : "";
            Tell(Line(Steps[9], CheckState.Ready) with { Detail = $"{info.Module}{push}" });
        }
        catch (ConnectorException failure)
        {
            var line = Failed(Steps[9], failure);
            Tell(line with
            {
                SettingKey = WooCommerceSettings.ModuleSecretField,
                Fix = line switch
                {
                    { Problem: ConnectionProblem.CredentialsRefused, Detail: not null } => ModuleClockFix,
                    { Problem: ConnectionProblem.CredentialsRefused } => ModuleSecretFix,
                    { Problem: ConnectionProblem.VersionTooOld } => ModuleAgeFix,
                    _ => ModuleAbsentFix,
                },
            });
        }
    }

    static async Task<IReadOnlyList<OrderStatus>> StatusesAsync(WooCommerceApi api, CancellationToken ct)
    {
        var values = await ValuesAsync(api, "wc/v3/orders", schema => Property(schema, "schema", "properties", "status", "enum"), ct);
        return values.Count == 0 ? [] : [.. values.Where(value => value is not ("auto-draft" or "trash")).Select(value =>
            WooCommerceMapping.Statuses.FirstOrDefault(known => known.Value == value) ?? new OrderStatus(value, new(value, value), OrderStage.Open))];
    }

    static async Task<IReadOnlyDictionary<string, IReadOnlyList<SettingChoice>>> RolesAsync(WooCommerceApi api, CancellationToken ct)
    {
        var values = await ValuesAsync(api, "wc/v3/customers", RolesIn, ct);
        SettingChoice[] roles = [.. values.Where(value => value != "all").Select(value => new SettingChoice(value, new(value, value)))];
        return roles.Length == 0 ? new Dictionary<string, IReadOnlyList<SettingChoice>>(StringComparer.Ordinal)
            : new Dictionary<string, IReadOnlyList<SettingChoice>>(StringComparer.Ordinal)
            {
                [WooCommerceSettings.CustomerRolesField] = roles,
                [WooCommerceSettings.WholesalerRolesField] = roles,
            };
    }

    // The description of a resource names the values this very shop knows, those of its plug-ins included.
    static async Task<List<string>> ValuesAsync(WooCommerceApi api, string path, Func<JsonElement, JsonElement?> find, CancellationToken ct)
    {
        try
        {
            using var answer = await api.AskAsync(HttpMethod.Options, path, [], ct);
            if (!answer.IsSuccess)
                return [];
            using var schema = JsonDocument.Parse(answer.Json);
            return find(schema.RootElement) is { ValueKind: JsonValueKind.Array } list
                ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
                : [];
        }
        catch (Exception e) when (e is JsonException or ConnectorException)
        {
            // Only choices of the form: the check itself is through.
            return [];
        }
    }

    static JsonElement? RolesIn(JsonElement schema)
    {
        if (Property(schema, "endpoints") is not { ValueKind: JsonValueKind.Array } endpoints)
            return null;
        return endpoints.EnumerateArray().Select(endpoint => Property(endpoint, "args", "role", "enum")).FirstOrDefault(found => found is not null);
    }

    static JsonElement? Property(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        }
        return element;
    }

    WooSystemStatus? Skip(int step)
    {
        Tell(Line(Steps[step], CheckState.Skipped) with { Required = false });
        return null;
    }

    static CheckLine Line((string Key, Text Title, bool Required) step, CheckState state) => new(step.Key, step.Title, state) { Required = step.Required };

    static CheckLine Failed((string Key, Text Title, bool Required) step, ConnectorException failure)
    {
        var line = Line(step, CheckState.Missing);
        return failure is NeedsOperatorException operators
            ? line with { Problem = operators.Problem, Detail = operators.Detail, SettingKey = operators.SettingKey }
            : line with
            {
                Problem = ConnectionProblem.Other,
                Detail = failure.Message,
                Fix = new("Sklep chwilowo nie odpowiada. Spróbuj za kilka minut.", "The shop does not answer at the moment. Try again in a few minutes."),
            };
    }

    void Tell(CheckLine line)
    {
        _lines.Add(line);
        progress?.Report(line);
    }
}
