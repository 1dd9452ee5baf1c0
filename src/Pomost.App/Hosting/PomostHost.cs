using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Pomost.Connectors;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Hub;
using Pomost.Panel;
using Pomost.Salesmanago;
using Pomost.Storage;
using Pomost.Storage.Hub;

namespace Pomost.App.Hosting;

/// <summary>Wires the parts into one process.</summary>
static partial class PomostHost
{
    static readonly string[] ProxyVariables = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];

    /// <summary>Opens the database (migrating it) and builds the application; nothing listens yet.</summary>
    public static async Task<WebApplication> BuildAsync(HostChoices choices, CancellationToken ct)
    {
        PrivateFiles.Close(choices.Data, hasDatabase: choices.Database is null);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        // Settings come from the command line alone; stray files and variables of other programs change nothing.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        ConfigureLogs(builder.Logging, choices.Quiet);
        var certificate = CertificateOf(choices);
        ConfigureServer(builder.WebHost, choices, certificate);
        var database = await Database.OpenAsync(
            choices.Database is null ? DatabaseOptions.Sqlite(Path.Combine(choices.Data, "pomost.db")) : DatabaseOptions.PostgreSql(choices.Database),
            TimeProvider.System, ct);
        var services = builder.Services;
        services.AddPomostStorage(database);
        services.AddHubStorage();
        services.AddPomostHub(hub => hub.MakeAccount = PartnerAccounts.MakeAsync);
        services.AddSingleton<IHubWayOut, HubWayOut>();
        // Without a mail server, mails wait until there is one.
        if (MailOptions.FromEnvironment().IsSet)
            services.AddSingleton<IHubMailer, HubMailer>();
        services.AddHostedService(provider => provider.GetRequiredService<HubOutgoingSender>());
        var keys = services.AddDataProtection().SetApplicationName("Pomost");
        // Keys lie beside a SQLite file, not in it, so that a copied database alone opens no secret; nodes on PostgreSQL share theirs.
        if (choices.Database is null)
            keys.PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(choices.Data, "keys")));
        else
            keys.PersistKeysToPomost();
        services.AddPomostServices(new OutgoingOptions
        {
            AllowPrivateNetworks = choices.AllowPrivateNetworks,
            Proxy = ProxyOfEnvironment(),
            OwnCertificate = certificate,
        });
        services.AddSingleton(provider => FactsOf(choices, certificate, provider));
        Telemetry.AddTo(builder, choices);
        services.AddSingleton<IBuiltInHub, HubBridge>();
        services.AddSingleton<IPlatformCatalogue, PlatformCatalogue>();
        services.AddSingleton<IDestination, SalesmanagoClient>();
        services.AddSingleton<IProductDestination, SalesmanagoProducts>();
        services.AddSingleton<IDestinationAccounts, SalesmanagoAccounts>();
        services.AddPomostEngine(FormOf(choices, database), provider => new EngineOptions
        {
            IsAlone = choices.Database is null,
            PublicAddress = () => choices.PublicAddress ?? (choices.PublicAddressIsOwn ? OwnAddress.Of(provider.GetRequiredService<IServer>()) : null),
        });
        services.AddPomostPanel(panel => panel.Version = ProgramVersion.Text).AddPomostUsers();
        services.AddSingleton<FirstCode>();
        services.AddOptions<PanelOptions>().Configure<EngineOptions, FirstCode>(
            (panel, engine, first) => (panel.PublicAddress, panel.FirstCode) = (engine.PublicAddress, first.FindAsync));
        FrontDoor.AddTo(services, choices);
        ApiKeyHandler.Add(services);
        services.AddSingleton<Readiness>();
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
        if (choices.DescribesItself)
            services.AddOpenApi();
        services.AddProblemDetails();
        // Pages alone. A form's token reads differently in each of them, so that their lengths give nothing away.
        services.AddResponseCompression(compression => (compression.EnableForHttps, compression.MimeTypes) = (true, ["text/html"]));
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));

        var app = builder.Build();
        // The first key is made by one node alone: another that made its own at the same moment would not know this one for hours.
        if (choices.Database is not null)
            await database.WhileAloneAsync(() => Task.FromResult(app.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("start").Protect([1])), ct);
        if (PrivateFiles.OpenTo(choices.Data) is { Count: > 0 } open)
            Log.DataIsOpen(app.Logger, Path.GetFullPath(choices.Data), open.Count);
        new FrontDoor(choices).Use(app);
        app.UseResponseCompression();
        app.Use(FullDisk.AnswerAsync);
        if (choices.BasePath.Length > 0)
            app.Use(new BasePathPages(choices.BasePath).RunAsync);
        if (choices.Roles.Panel)
        {
            app.UseAuthentication();
            ApiEndpoints.Use(app);
            app.UseAuthorization();
            app.UseRateLimiter();
        }

        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).WithMetadata(UnderAnyName.It);
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = HealthText.WriteAsync }).WithMetadata(UnderAnyName.It);
        Telemetry.Map(app, choices.MetricsToken);
        app.MapPomostHub();
        if (choices.Roles.Intake)
        {
            IntakeEndpoints.Map(app);
            CallbackEndpoints.Map(app);
        }

        if (choices.Roles.Panel)
        {
            ApiEndpoints.Map(app);
            ApiDescription.Map(app, choices.DescribesItself);
            app.MapGroup("").WithMetadata(PeoplesPage.It).MapPomostPanel();
        }

        return app;
    }

    static EngineForm FormOf(HostChoices choices, Database database) => choices.Database is { } connection
        ? EngineForm.Clustered(ClusterDatabase.StoreOf(database, connection) with { DeadAfter = choices.NodeDeadAfter }) with { WorksHere = choices.Roles.Engine }
        : EngineForm.Alone;

    static X509Certificate2? CertificateOf(HostChoices choices)
        => !choices.Urls.Any(url => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase)) ? null
            : choices.Certificate is { } path ? ServerCertificate.Given(path) : ServerCertificate.SelfMade(choices.Data, TimeProvider.System);

    static HostFacts FactsOf(HostChoices choices, X509Certificate2? certificate, IServiceProvider services) => new()
    {
        Version = ProgramVersion.Text,
        Roles = choices.Roles.ToString(),
        DataFolder = choices.Data,
        OpenFiles = () => OperatingSystem.IsWindows() ? null : PrivateFiles.OpenTo(choices.Data).Count,
        CertificateUntil = certificate is null ? null : new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero),
        CertificateIsOwn = choices.Certificate is null,
        EncryptionKeyUntil = () => services.GetRequiredService<IKeyManager>().GetAllKeys().Where(key => !key.IsRevoked).Select(key => (DateTimeOffset?)key.ExpirationDate).Max(),
    };

    /// <summary>The proxy of <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c> or <c>ALL_PROXY</c>, which leaves out what <c>NO_PROXY</c> names; null when none is set.</summary>
    static IWebProxy? ProxyOfEnvironment()
        => ProxyVariables.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }) ? HttpClient.DefaultProxy : null;

    static void ConfigureLogs(ILoggingBuilder logs, bool quiet)
    {
        logs.ClearProviders();
        logs.AddJsonConsole(console => console.UseUtcTimestamp = true);
        logs.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Quartz", LogLevel.Warning).AddFilter("System", LogLevel.Warning)
            .AddFilter(typeof(ApiKeyHandler).FullName, LogLevel.Warning);
        // Standard output belongs to the command's own result.
        logs.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logs.SetMinimumLevel(quiet ? LogLevel.Error : LogLevel.Information);
    }

    static void ConfigureServer(ConfigureWebHostBuilder web, HostChoices choices, X509Certificate2? certificate)
    {
        web.UseKestrelCore();
        web.UseKestrelHttpsConfiguration();
        web.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 21 * 1024 * 1024;
            // What strangers can hold: connections, what waits unread in each, and for how long.
            kestrel.Limits.MaxConcurrentConnections = 2_000;
            kestrel.Limits.MaxRequestBufferSize = 128 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
            if (certificate is not null)
                kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate);
        });
        web.UseUrls([.. choices.Urls]);
    }

    static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Other users of this machine can read {Count} of Pomost's files in {Folder}, and the file system or their owner does not let Pomost close them. pomost doctor names them.")]
        public static partial void DataIsOpen(ILogger log, string folder, int count);
    }
}
