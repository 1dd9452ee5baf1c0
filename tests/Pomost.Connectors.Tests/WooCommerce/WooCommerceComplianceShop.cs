using System.Globalization;
using Pomost.Connectors.Tests.Compliance;
using Pomost.Connectors.WooCommerce;
using Pomost.Contract;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;
using Pomost.Testing;
using WooAddress = Pomost.Simulators.WooCommerce.WooAddress;
using WooCustomer = Pomost.Simulators.WooCommerce.WooCustomer;
using WooOrder = Pomost.Simulators.WooCommerce.WooOrder;
using WooProduct = Pomost.Simulators.WooCommerce.WooProduct;

namespace Pomost.Connectors.Tests.WooCommerce;

/// <summary>The simulated WooCommerce shop behind the compliance suite.</summary>
sealed class WooCommerceComplianceShop
    : IComplianceShop, IComplianceOrders, IComplianceSubscribers, IComplianceCarts, IComplianceProducts, IComplianceConsents, IComplianceTags, IComplianceWebhooks,
        IComplianceModule
{
    const string ModuleSecret = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const string TagField = "pomost_tags";

    /// <summary>A well-kept shop.</summary>
    public static readonly CompliancePlatform Https = new(new WooCommerceConnector(), async clock => await StartAsync(clock));

    /// <summary>The same over plain http, where every request is signed.</summary>
    public static readonly CompliancePlatform Http = new(new WooCommerceConnector(), async clock => await StartAsync(clock, new()));

    /// <summary>A well-kept shop with the module.</summary>
    public static readonly CompliancePlatform WithModule = new(new WooCommerceConnector(), async clock =>
    {
        var shop = await StartAsync(clock, module: ModuleSecret);
        shop.Simulator.Module.Install(ModuleSecret, null);
        return shop;
    });

    readonly HttpClient _http;

    readonly string? _module;
    int _carts;
    int _put;

    WooCommerceComplianceShop(WooCommerceSimulator simulator, FakeClock clock, string? module)
    {
        _module = module;
        Simulator = simulator;
        Clock = clock;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _)
            => certificate is not null && certificate.GetRawCertData().AsSpan().SequenceEqual(simulator.Certificate!.RawData);
        _http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30) };
    }

    public WooCommerceSimulator Simulator { get; }

    public FakeClock Clock { get; }

    public ShopConnection Connection => new() { Settings = Settings(Simulator.ReadWriteKey), Http = _http, Clock = Clock };

    public SettingValues WrongCredentials => Connection.Settings.With("consumer_secret", "cs_" + new string('0', 40))
        .With("module_secret", _module is null ? null : new string('0', 64));

    public SettingValues LackingPermission => Settings(Simulator.ReadOnlyKey);

    public IReadOnlyList<ConsentChannel> ConsentChannels => [ConsentChannel.Email, ConsentChannel.Sms];

    public SettingValues LackingWrite => Settings(Simulator.ReadOnlyKey);

    public string? SignatureHeader => "X-WC-Webhook-Signature";

    public SettingValues OtherSettings => Connection.Settings;

    public TimeSpan AskedWait => Simulator.Faults.RetryAfter;

    public static async Task<WooCommerceComplianceShop> StartAsync(FakeClock? clock = null, WooCommerceSimulatorOptions? options = null, string? module = null)
    {
        var time = clock ?? new FakeClock();
        var simulator = await WooCommerceSimulator.StartAsync((options ?? new() { Https = true }) with { WebhooksRunByThemselves = false }, time);
        return new WooCommerceComplianceShop(simulator, time, module);
    }

    public SettingValues Settings(WooKey key) => new(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["url"] = Simulator.BaseAddress.AbsoluteUri,
        ["consumer_key"] = key.ConsumerKey,
        ["consumer_secret"] = key.ConsumerSecret,
        ["module_secret"] = _module ?? "",
    });

    public void Seed(int contacts, int orders)
        => Simulator.Seed(new ShopSeedOptions { Customers = contacts, Guests = orders / 4, Orders = orders, Products = 60 });

    public string Register(string email) => Text(Simulator.Shop.Register(new WooCustomer { Email = email, FirstName = "Ala" }).Id);

    public string Order(string? email) => Text(Simulator.Shop.PlaceOrder(new WooOrder
    {
        Status = "processing",
        PaymentMethod = "bacs",
        Billing = new WooAddress { Email = email ?? "", FirstName = "Ala", Country = "PL" },
        Lines = [new WooOrderLine { Name = "Miód", ParentName = "Miód", Sku = "M1", Quantity = 1, Total = 10m, Tax = 2.3m }],
    }).Id);

    public void TouchOrder(string id)
        => Simulator.Shop.ChangeOrder(Number(id), order => order with { CustomerNote = order.CustomerNote + "." });

    public void Rename(string id, string firstName) => Simulator.Shop.ChangeCustomer(Number(id), customer => customer with { FirstName = firstName });

    public void SeedSubscribers(int count)
    {
        for (var number = 0; number < count; number++)
            Subscribe($"osoba{number}@poczta.example", agrees: true);
        // Until it has settled, what was written this minute may be told again.
        Clock.Advance(TimeSpan.FromMinutes(1));
    }

    public void Subscribe(string email, bool agrees) => Simulator.Module.Subscribe(email, agrees ? "granted" : "withdrawn");

    public string PutCart(string email, string? id = null)
    {
        id ??= $"k{Text(++_carts)}";
        Simulator.Module.PutCart(id, email, new WooCartLine(7, 0, "M1", "Miód", ++_put, 10m));
        return id;
    }

    public void SeedProducts(int count)
    {
        for (var number = 0; number < count; number++)
            AddProduct($"Miód {Text(number)}");
        Clock.Advance(TimeSpan.FromMinutes(1));
    }

    public string AddProduct(string name) => Text(Simulator.Shop.AddProduct(new WooProduct { Name = name, RegularPrice = 10m }).Id);

    public void RenameProduct(string id, string name) => Simulator.Shop.ChangeProduct(Number(id), product => product with { Name = name });

    public void GiveTag(string id, string tag) => Simulator.Shop.SetCustomerMeta(Number(id), TagField, tag);

    public int? PointsOf(string id, string tag)
    {
        var field = Simulator.Shop.Customer(Number(id))!.Meta.Where(entry => entry.Key == TagField).Select(entry => entry.Value).FirstOrDefault() ?? "";
        var written = field.Split(", ").FirstOrDefault(each => each.StartsWith(tag + ":", StringComparison.Ordinal));
        return written is null ? null : Number(written[(tag.Length + 1)..]);
    }

    public Task DeliverWebhooksAsync() => Simulator.Webhooks.DeliverDueAsync();

    public void CutLog() => Simulator.Module.Prune();

    public void DeleteContact(string id) => Simulator.Shop.DeleteCustomer(Number(id));

    public void Misbehave(ComplianceFault fault, int requests) => Simulator.Faults.Next(
        fault switch
        {
            ComplianceFault.Throttled => Fault.TooManyRequests,
            ComplianceFault.ThrottledWithWait => Fault.TooManyRequestsWithRetryAfter,
            ComplianceFault.Unavailable => Fault.ServiceUnavailable,
            ComplianceFault.InternalError => Fault.InternalError,
            ComplianceFault.CutConnection => Fault.CutConnection,
            ComplianceFault.HtmlPage => Fault.HtmlPage,
            ComplianceFault.RedirectElsewhere => Fault.RedirectToOtherHost,
            ComplianceFault.UnknownFields => Fault.UnknownFields,
            ComplianceFault.NotUtf8 => Fault.InvalidUtf8,
            ComplianceFault.DuplicateRows => Fault.DuplicateRows,
            ComplianceFault.ShuffledRows => Fault.ShuffledRows,
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
        },
        requests);

    public void BehaveAgain() => Simulator.Faults.Clear();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Simulator.DisposeAsync();
    }

    static int Number(string id) => int.Parse(id, CultureInfo.InvariantCulture);

    static string Text(int id) => id.ToString(CultureInfo.InvariantCulture);
}
