using Pomost.Connectors;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Panel.Tests.Frame;

/// <summary>A platform that no file of the panel knows, with every kind of setting a declaration can have, and a connection by redirect.</summary>
sealed class FakePlatform : IPlatformConnector, IReadsOrders, IConnectsByRedirect
{
    public const string Key = "zmyslona";

    /// <summary>True: the right to read orders is missing.</summary>
    public bool LacksOrders { get; set; }

    /// <summary>What the last check was asked with.</summary>
    public SettingValues? Checked { get; private set; }

    public PlatformInfo Info { get; } = new()
    {
        Key = Key,
        Name = "Zmyślona Platforma",
        Limit = new RateLimit(1, 1, 1),
        Streams = [new StreamInfo(ShopStream.Contacts, true, 100), new StreamInfo(ShopStream.Orders, true, 100)],
        CredentialsHelp = new Text("Otwórz panel\nSkopiuj klucz", "Open the panel\nCopy the key"),
        Signs = [new("", "Set-Cookie: pomost_form=", new("ciasteczko pomost_form", "the cookie pomost_form"))],
        Missing = [new Text("Nie ma koszyków.", "It has no carts.")],
        Settings =
        [
            new() { Key = "url", Kind = SettingKind.Url, Required = true, Label = new("Adres", "Address") },
            new()
            {
                Key = "shop_code", Kind = SettingKind.Text, Required = true, Pattern = "^[A-Z]{3}$", PatternHelp = new("Trzy wielkie litery.", "Three capitals."), Placeholder = "ABC",
                Label = new("Kod sklepu", "Shop code"), Help = new("Widać go w panelu.", "See it in the panel."),
            },
            new()
            {
                Key = "way", Kind = SettingKind.Choice, Required = true, Default = "key", Label = new("Sposób", "Way"),
                Choices = [new("key", new("Klucz", "Key")), new("account", new("Konto", "Account"))],
            },
            new() { Key = "api_key", Kind = SettingKind.Secret, Required = true, OnlyIf = new("way", "key"), Label = new("Klucz API", "API key") },
            new() { Key = "login", Kind = SettingKind.Text, Required = true, OnlyIf = new("way", "account"), Label = new("Login", "Log-in") },
            new() { Key = "shops", Kind = SettingKind.MultiChoice, Label = new("Sklepy", "Shops"), Choices = [new("1", new("Pierwszy", "First")), new("2", new("Drugi", "Second"))] },
            new() { Key = "verify", Kind = SettingKind.Toggle, Default = "true", Label = new("Sprawdzaj certyfikat", "Verify the certificate") },
            new() { Key = "page_size", Kind = SettingKind.Number, Advanced = true, Default = "50", Label = new("Rozmiar strony", "Page size") },
        ],
    };

    public async Task<ConnectionCheck> CheckAsync(ShopConnection shop, IProgress<CheckLine>? progress, CancellationToken ct)
    {
        Checked = shop.Settings;
        await Task.Yield();
        var right = shop.Settings["api_key"] is null or "dobry-klucz";
        CheckLine[] lines =
        [
            new("credentials", new Text("Klucz", "Key"), right ? CheckState.Ready : CheckState.Missing) { Problem = right ? null : ConnectionProblem.CredentialsRefused, SettingKey = "api_key" },
            LacksOrders
                ? new("read-orders", new Text("Zamówienia", "Orders"), CheckState.Missing)
                {
                    Problem = ConnectionProblem.PermissionMissing, Detail = "orders:read", Fix = new Text("Panel, Klucze, zaznacz orders:read.", "Panel, Keys, tick orders:read."),
                }
                : new("read-orders", new Text("Zamówienia", "Orders"), CheckState.Ready),
        ];
        foreach (var line in lines)
            progress?.Report(line);
        return new ConnectionCheck(lines) { Facts = new ShopFacts("Zmyślony", "9.1", "PLN", "Europe/Warsaw"), Counts = new ShopCounts(12, 34) };
    }

    public Task<RedirectStart> StartAsync(ShopConnection shop, string state, Uri callback, Uri returnTo, CancellationToken ct) => Task.FromResult(new RedirectStart(
        new Uri($"{shop.Settings.Required("url")}/allow?state={state}&callback={Uri.EscapeDataString(callback.AbsoluteUri)}&back={Uri.EscapeDataString(returnTo.AbsoluteUri)}"), "sekret-prośby"));

    public string? StateOf(WebhookRequest callback) => callback.Query.GetValueOrDefault("state");

    public Task<SettingValues> CompleteAsync(ShopConnection shop, string? pending, WebhookRequest callback, CancellationToken ct)
        => callback.Query.GetValueOrDefault("code") is { } code && pending == "sekret-prośby"
            ? Task.FromResult(shop.Settings.With("api_key", code).With("shop_code", "XYZ"))
            : throw new NeedsOperatorException(ConnectionProblem.PermissionMissing, "api_key", "The owner refused.");

    public Task<ShopCounts> CountAsync(ShopConnection shop, CancellationToken ct) => Task.FromResult(new ShopCounts(12, 34));

    public Task<SyncCursor> CursorAtEndAsync(ShopConnection shop, ShopStream stream, CancellationToken ct) => Task.FromResult(new SyncCursor("end"));

    public IAsyncEnumerable<Page<ShopContact>> ReadContactsAsync(ShopConnection shop, ReadRequest request, CancellationToken ct) => AsyncEnumerable.Empty<Page<ShopContact>>();

    public IAsyncEnumerable<Page<ShopOrder>> ReadOrdersAsync(ShopConnection shop, ReadRequest request, CancellationToken ct) => AsyncEnumerable.Empty<Page<ShopOrder>>();

    /// <summary>The platforms of the program, and this one.</summary>
    public sealed class Catalogue(FakePlatform platform) : IPlatformCatalogue
    {
        public IReadOnlyList<IPlatformConnector> All { get; } = [.. new PlatformCatalogue().All, platform];

        public IPlatformConnector? Find(string platformKey) => All.FirstOrDefault(connector => connector.Info.Key == platformKey);
    }
}
