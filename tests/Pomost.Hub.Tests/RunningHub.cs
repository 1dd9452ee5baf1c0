using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pomost.Storage;
using Pomost.Storage.Hub;
using Pomost.Testing;

namespace Pomost.Hub.Tests;

/// <summary>A hub on Kestrel and the loopback address, with a database of its own and one account.</summary>
internal sealed class RunningHub : IAsyncDisposable
{
    public const string Password = "correct horse";

    private readonly WebApplication server;
    private readonly TestDatabase storage;
    private int accounts;

    private RunningHub(WebApplication server, TestDatabase storage, FakeClock clock)
    {
        this.server = server;
        this.storage = storage;
        Clock = clock;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(server.Urls.First()) };
    }

    public FakeClock Clock { get; }

    public Database Database => storage.Database;

    /// <summary>The account made last.</summary>
    public HubCredentials Account { get; private set; } = null!;

    public HttpClient Http { get; }

    public HubAccounts Accounts => server.Services.GetRequiredService<HubAccounts>();

    public HubProducts Products => server.Services.GetRequiredService<HubProducts>();

    public HubOperator Operator => server.Services.GetRequiredService<HubOperator>();

    public HubOutgoingSender Sender => server.Services.GetRequiredService<HubOutgoingSender>();

    public RecordedWayOut WayOut => server.Services.GetRequiredService<RecordedWayOut>();

    public static async Task<RunningHub> StartAsync(Dialect dialect, int logInsPerMinute = 100_000)
    {
        var clock = new FakeClock();
        var database = await TestDatabase.CreateAsync(dialect, clock);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton(database.Database);
        builder.Services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        builder.Services.AddHubStorage();
        builder.Services.AddPomostHub(options => (options.Smapp, options.LogInsPerMinute) = (3, logInsPerMinute));
        builder.Services.AddSingleton<RecordedWayOut>();
        builder.Services.AddSingleton<IHubWayOut>(provider => provider.GetRequiredService<RecordedWayOut>());
        builder.Services.AddSingleton<IHubMailer>(provider => provider.GetRequiredService<RecordedWayOut>());
        var app = builder.Build();
        app.MapPomostHub();
        await app.StartAsync();
        return new RunningHub(app, database, clock);
    }

    /// <summary>A hub with one account.</summary>
    public static async Task<RunningHub> StartWithAccountAsync(Dialect dialect)
    {
        var hub = await StartAsync(dialect);
        await hub.AddAccountAsync();
        return hub;
    }

    /// <summary>A partner account of its own, whose owner's address nobody else has.</summary>
    public async Task<HubCredentials> AddAccountAsync() =>
        Account = (await Accounts.CreateAsync(new("Test shop", string.Create(CultureInfo.InvariantCulture, $"owner{++accounts}@example.test"), Password) { IsPartner = true }))!;

    /// <summary>Calls the hub with credentials of an account (by default the first) added to the body.</summary>
    public async Task<JsonNode> CallAsync(string path, JsonObject body, HubCredentials? account = null)
    {
        using var response = await PostAsync(path, body, account);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    public Task<HttpResponseMessage> PostAsync(string path, JsonObject body, HubCredentials? account = null)
    {
        account ??= Account;
        body["clientId"] ??= account.ClientId;
        body["apiKey"] ??= "k1";
        body["sha"] ??= Sign("k1", account);
        body["owner"] ??= account.OwnerEmail;
        return Http.PostAsJsonAsync(path, body);
    }

    public static string Sign(string apiKey, HubCredentials account) =>
        Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(apiKey + account.ClientId + account.ApiSecret)));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await server.DisposeAsync();
        await storage.DisposeAsync();
    }
}
