using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pomost.Simulators.WooCommerce;

/// <summary>
/// A WooCommerce shop that answers on loopback. Written from the platform's behaviour alone; the README beside this file says
/// what it imitates and what it does not.
/// </summary>
public sealed class WooCommerceSimulator : IShopSimulator
{
    readonly WooKeys _keys;
    readonly X509Certificate2? _certificate;
    readonly ShopClock _clock;
    WebApplication? _app;

    WooCommerceSimulator(WooCommerceSimulatorOptions options, TimeProvider clock)
    {
        Options = options;
        TrueTime = clock;
        clock = Clock = _clock = new ShopClock(clock) { Ahead = options.ClockAhead };
        PageCache = new WooPageCache(TrueTime);
        Faults = new SimulatorFaults(options.Seed);
        Shop = new WooCommerceShop(clock, options.OrdersInOwnTables, options.ExtraOrderStatuses);
        Webhooks = new WooWebhooks(options, Faults, clock, () => Home);
        Module = new WooModule(Shop, options, Faults, clock);
        _keys = new WooKeys(clock);
        ReadWriteKey = _keys.Add("read_write", ownerManagesShop: true, SeededHex("ck_", "rw"), SeededHex("cs_", "rw"));
        ReadOnlyKey = _keys.Add("read", ownerManagesShop: true, SeededHex("ck_", "r"), SeededHex("cs_", "r"));
        PowerlessKey = _keys.Add("read_write", ownerManagesShop: false, SeededHex("ck_", "none"), SeededHex("cs_", "none"));
        if (options.Https)
            _certificate = SimulatorCertificate.Create(clock.GetUtcNow());
    }

    public string Platform => "WooCommerce";

    /// <summary>The shop's address: https when so set up.</summary>
    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1/");

    /// <summary>The same shop over plain http.</summary>
    public Uri HttpAddress { get; private set; } = new("http://127.0.0.1/");

    public WooCommerceSimulatorOptions Options { get; }

    /// <summary>The shop's own clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>How far the shop's clock is before the true time; may be set at any time, also back.</summary>
    public TimeSpan ClockAhead
    {
        get => _clock.Ahead;
        set => _clock.Ahead = value;
    }

    /// <summary>The page cache before the shop; off until a time is set.</summary>
    public WooPageCache PageCache { get; }

    /// <summary>How long ago the state is that every GET shows, whatever its address: a replica of the database, or an object cache.
    /// Writes and their answers, webhooks and the module see the present. Begins with the first value set; zero = the present.</summary>
    public TimeSpan ReplicaLag
    {
        get;
        set
        {
            field = value;
            if (value > TimeSpan.Zero)
                Replica ??= new WooReplica(Shop, TrueTime);
        }
    }

    public SimulatorFaults Faults { get; }

    public SimulatorCounters Requests { get; } = new();

    public WooCommerceShop Shop { get; }

    public WooWebhooks Webhooks { get; }

    /// <summary>The module a merchant may have installed.</summary>
    public WooModule Module { get; }

    /// <summary>The key pair for everything; the same for the same <see cref="WooCommerceSimulatorOptions.Seed"/>.</summary>
    public WooKey ReadWriteKey { get; }

    /// <summary>A pair that may not write.</summary>
    public WooKey ReadOnlyKey { get; }

    /// <summary>A valid pair of a user who may not see the shop's data: every answer is 403.</summary>
    public WooKey PowerlessKey { get; }

    public string ConsumerKey => ReadWriteKey.ConsumerKey;

    public string ConsumerSecret => ReadWriteKey.ConsumerSecret;

    public IReadOnlyDictionary<string, string> Connection => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["url"] = BaseAddress.AbsoluteUri,
        ["consumer_key"] = ConsumerKey,
        ["consumer_secret"] = ConsumerSecret,
    };

    /// <summary>All keys, those given out by the authorization included, in the order they were made.</summary>
    public IReadOnlyList<WooKey> Keys => _keys.All;

    /// <summary>The public part of the self-made certificate, for clients to trust; null without https.</summary>
    public X509Certificate2? Certificate => _certificate is null ? null : X509CertificateLoader.LoadCertificate(_certificate.RawData);

    internal WooReplica? Replica { get; private set; }

    internal TimeProvider TrueTime { get; }

    internal Uri Home => Options.HomeUrl ?? BaseAddress;

    public static async Task<WooCommerceSimulator> StartAsync(WooCommerceSimulatorOptions options, TimeProvider? clock = null, CancellationToken ct = default)
    {
        var simulator = new WooCommerceSimulator(options, clock ?? TimeProvider.System);
        try
        {
            await simulator.ListenAsync(ct);
            return simulator;
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes a key back, as a merchant does in the shop's settings.</summary>
    public bool RevokeKey(string consumerKey) => _keys.Remove(consumerKey);

    public void Seed(ShopSeedOptions options) => PolishShopSeed.Fill(Shop, options);

    public IAsyncDisposable StartLiving(TimeSpan every)
    {
        var living = new LivingShop(Shop, every, TrueTime);
        living.Start();
        return living;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await app.StopAsync(soon.Token);
            await app.DisposeAsync();
        }
        await Webhooks.DisposeAsync();
        Module.Dispose();
        _certificate?.Dispose();
    }

    async Task ListenAsync(CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, Options.Https ? 0 : Options.Port, endpoint => endpoint.Protocols = HttpProtocols.Http1);
            if (_certificate is { } certificate)
            {
                kestrel.Listen(IPAddress.Loopback, Options.Port, endpoint =>
                {
                    endpoint.Protocols = HttpProtocols.Http1;
                    endpoint.UseHttps(certificate);
                });
            }
        });
        _app = builder.Build();
        var front = new WooFront(this, _keys);
        _app.Use((context, next) =>
        {
            context.Response.Headers.Date = Clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
            return next(context);
        });
        _app.Run(front.HandleAsync);
        await _app.StartAsync(ct);
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        HttpAddress = new Uri(addresses.First(address => address.StartsWith("http:", StringComparison.Ordinal)));
        BaseAddress = Options.Https ? new Uri(addresses.First(address => address.StartsWith("https:", StringComparison.Ordinal))) : HttpAddress;
        Shop.Changed += Webhooks.Enqueue;
        Shop.Changed += Module.Note;
        Webhooks.Start();
    }

    // Keys of a simulator are no secrets; the same seed gives the same keys, so that scripts can hold them.
    string SeededHex(string prefix, string name) =>
        prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{prefix}{name}{Options.Seed.ToString(CultureInfo.InvariantCulture)}")))[..40];
}
