using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pomost.Connectors;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Storage;
using Pomost.Testing;

namespace Pomost.Panel.Tests.Frame;

/// <summary>The panel on a real database and a loopback address, without the engine's loop.</summary>
sealed partial class PanelHost : IAsyncDisposable
{
    readonly WebApplication running;
    readonly TestDatabase kept;

    PanelHost(WebApplication app, TestDatabase database) => (running, kept) = (app, database);

    public IServiceProvider Services => running.Services;

    public Database Database => kept.Database;

    /// <summary>Everything the panel answers to.</summary>
    public IEnumerable<RouteEndpoint> Endpoints => ((IEndpointRouteBuilder)running).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    public Uri Address => new(running.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The next letter that was written, once it is there.</summary>
    public async Task<Letter> NextLetterAsync() => Services.GetRequiredService<MailRoom>().Open(await ((WatchedMails)Services.GetRequiredService<IMails>()).NextAsync());

    /// <param name="configure">Settings of the panel.</param>
    /// <param name="clock">The time; null = the machine's.</param>
    /// <param name="mail">The mail server; null = none.</param>
    /// <param name="replace">Puts other services in the place of the real ones; null = none.</param>
    public static async Task<PanelHost> StartAsync(
        Action<PanelOptions>? configure = null, TimeProvider? clock = null, MailServer? mail = null, Action<IServiceCollection>? replace = null)
    {
        var database = await TestDatabase.CreateAsync(Dialect.Sqlite, clock ?? TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddPomostStorage(database.Database);
        builder.Services.AddPomostServices(new OutgoingOptions());
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.Services.AddSingleton(new MailOptions(mail is null ? null : "127.0.0.1", mail?.Port ?? 25, "pomost@sklep.example", null, null, Encrypts: false));
        var mails = builder.Services.Single(service => service.ServiceType == typeof(IMails)).ImplementationType!;
        builder.Services.AddSingleton<IMails>(services => new WatchedMails((IMails)ActivatorUtilities.CreateInstance(services, mails)));
        builder.Services.AddSingleton<IBuiltInHub, NoHub>();
        builder.Services.AddSingleton<IPlatformCatalogue, PlatformCatalogue>();
        builder.Services.AddSingleton<IDestination, Salesmanago.SalesmanagoClient>();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddPomostPanel(configure).AddPomostUsers();
        replace?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapPomostPanel();
        await app.StartAsync();
        return new PanelHost(app, database);
    }

    /// <summary>A browser of one person: keeps cookies, follows nothing.</summary>
    public HttpClient Browser()
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address };
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("pl");
        return client;
    }

    /// <summary>Opens a page, fills its form and sends it.</summary>
    public static async Task<HttpResponseMessage> SendAsync(HttpClient browser, string page, string action, params (string Name, string Value)[] fields)
    {
        var token = Token().Match(await browser.GetStringAsync(page)).Groups["token"].Value;
        return await browser.PostAsync(action, new FormUrlEncodedContent(
            fields.Append(("__RequestVerificationToken", token)).Select(field => KeyValuePair.Create(field.Item1, field.Item2))));
    }

    public static Task<HttpResponseMessage> RegisterAsync(HttpClient browser, string email) => SendAsync(
        browser, "/register", "/register", ("name", "Marta Zielińska"), ("email", email), ("password", "zielony rower jedzie"), ("language", "pl"), ("agree", "1"));

    public async ValueTask DisposeAsync()
    {
        await running.DisposeAsync();
        await kept.DisposeAsync();
    }

    [GeneratedRegex("__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    public static partial Regex Token();

    /// <summary>An installation that runs no hub.</summary>
    sealed class NoHub : IBuiltInHub
    {
        public Uri Endpoint => new("http://127.0.0.1:1");

        public Task<HubAccess?> CreateAccountAsync(string name, string ownerEmail, CancellationToken ct) => Task.FromResult<HubAccess?>(null);

        public Task<string?> CreateKeyAsync(string clientId, string name, CancellationToken ct) => Task.FromResult<string?>(null);

        public Task SetCallbacksAsync(long hubAccountId, CallbackUrls urls, CancellationToken ct) => Task.CompletedTask;
    }
}
