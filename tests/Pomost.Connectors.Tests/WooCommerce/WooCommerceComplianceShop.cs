using System.Globalization;
using Pomost.Contract;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;
using Pomost.Testing;

namespace Pomost.Connectors.Tests.WooCommerce;

/// <summary>The simulated WooCommerce shop behind the compliance suite.</summary>
sealed class WooCommerceComplianceShop : IComplianceShop
{
    readonly HttpClient _http;

    readonly string? _module;

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

    public SettingValues WrongCredentials => Connection.Settings.With("consumer_secret", "cs_" + new string('0', 40));

    public SettingValues LackingPermission => Settings(Simulator.ReadOnlyKey);

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
        => Simulator.Shop.ChangeOrder(int.Parse(id, CultureInfo.InvariantCulture), order => order with { CustomerNote = order.CustomerNote + "." });

    public void DeleteContact(string id) => Simulator.Shop.DeleteCustomer(int.Parse(id, CultureInfo.InvariantCulture));

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

    static string Text(int id) => id.ToString(CultureInfo.InvariantCulture);
}
