using Pomost.Hub;
using Pomost.Storage;
using Pomost.Storage.Hub;

namespace Pomost.Chaos;

/// <summary>What a destination does to its callers.</summary>
enum Weather
{
    Fine,
    Slow,
    TooManyRequests,
    Failing,
    CutAnswers,
    Down,
}

/// <summary>The hub as a destination outside the program under test, with faults before it.</summary>
sealed class HubUnderTest : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly Database _database;

    HubUnderTest(WebApplication app, Database database) => (_app, _database) = (app, database);

    public HubAccounts Accounts => _app.Services.GetRequiredService<HubAccounts>();

    public Uri Address => new(_app.Urls.First());

    public HubCredentials Account { get; private set; } = null!;

    public Weather Weather { get; set; }

    public static async Task<HubUnderTest> StartAsync(string folder)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var database = await Database.OpenAsync(DatabaseOptions.Sqlite(Path.Combine(folder, "hub.db")), TimeProvider.System);
        builder.Services.AddDataProtection();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddPomostStorage(database);
        builder.Services.AddHubStorage();
        builder.Services.AddPomostHub();
        var app = builder.Build();
        var hub = new HubUnderTest(app, database);
        app.Use(hub.ActAsync);
        app.MapPomostHub();
        await app.StartAsync();
        hub.Account = (await hub.Accounts.CreateAsync(new NewHubAccount("Chaos", "owner@chaos.example", "correct horse")))!;
        return hub;
    }

    public Task<long> CountAsync(string sql) => _database.ReadAsync(async session => (await session.Command(sql).NumberAsync())!.Value);

    public Task<List<string>> TextsAsync(string sql) => _database.ReadAsync(session => session.Command(sql).QueryAsync(row => row.Text("text")));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    async Task ActAsync(HttpContext context, Func<Task> next)
    {
        switch (Weather)
        {
            case Weather.Slow:
                await Task.Delay(TimeSpan.FromSeconds(2));
                await next();
                break;
            case Weather.TooManyRequests:
                context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                context.Response.Headers.RetryAfter = "2";
                break;
            case Weather.Failing:
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                break;
            case Weather.Down:
                context.Abort();
                break;
            case Weather.CutAnswers:
                // The work is done and its answer gets lost.
                var way = context.Response.Body;
                using (var lost = new MemoryStream())
                {
                    context.Response.Body = lost;
                    await next();
                    context.Response.Body = way;
                }

                context.Abort();
                break;
            default:
                await next();
                break;
        }
    }
}
