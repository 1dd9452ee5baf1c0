using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pomost.Hub;
using Pomost.Storage;
using Pomost.Storage.Hub;
using Pomost.Testing;

namespace Pomost.Panel.Tests.Browser;

/// <summary>A server that speaks SALESmanago's protocol at an address of its own: somebody else's, as the program under test sees it.</summary>
sealed class OtherHub : IAsyncDisposable
{
    public const string Email = "iga@marketing.example";
    public const string Password = "haslo z salesmanago";

    readonly WebApplication running;
    readonly TestDatabase kept;

    OtherHub(WebApplication app, TestDatabase storage) => (running, kept) = (app, storage);

    public Uri Address => new(running.Urls.First());

    public HubCredentials Account { get; private set; } = null!;

    public static async Task<OtherHub> StartAsync()
    {
        var storage = await TestDatabase.CreateAsync(Dialect.Sqlite, TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(storage.Database);
        builder.Services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        builder.Services.AddHubStorage();
        builder.Services.AddPomostHub();
        var app = builder.Build();
        app.MapPomostHub();
        await app.StartAsync();
        var hub = new OtherHub(app, storage);
        hub.Account = (await app.Services.GetRequiredService<HubAccounts>().CreateAsync(new NewHubAccount("Marketing", Email, Password)))!;
        return hub;
    }

    public async ValueTask DisposeAsync()
    {
        await running.DisposeAsync();
        await kept.DisposeAsync();
    }
}
