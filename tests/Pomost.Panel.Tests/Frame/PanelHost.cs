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
using Pomost.Hub;
using Pomost.Storage;
using Pomost.Storage.Hub;
using Pomost.Testing;

namespace Pomost.Panel.Tests.Frame;

/// <summary>The panel on a real database and a loopback address, without the engine's loop.</summary>
sealed partial class PanelHost : IAsyncDisposable
{
    readonly WebApplication running;
    readonly TestDatabase kept;
    bool isRestarted;

    PanelHost(WebApplication app, TestDatabase database) => (running, kept) = (app, database);

    public IServiceProvider Services => running.Services;

    public Database Database => kept.Database;

    /// <summary>Everything the panel answers to.</summary>
    public IEnumerable<RouteEndpoint> Endpoints => ((IEndpointRouteBuilder)running).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    public Uri Address => new(running.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The next letter that was written, once it is there.</summary>
    public async Task<Letter> NextLetterAsync() => Services.GetRequiredService<MailRoom>().Open(await ((WatchedMails)Services.GetRequiredService<IMails>()).NextAsync());

    /// <summary>Ends the process and starts another on the same database.</summary>
    public async Task<PanelHost> RestartAsync(Action<PanelOptions>? configure = null, TimeProvider? clock = null)
    {
        isRestarted = true;
        await DisposeAsync();
        return await StartAsync(kept, configure, clock, null, null);
    }

    /// <param name="configure">Settings of the panel.</param>
    /// <param name="clock">The time; null = the machine's.</param>
    /// <param name="mail">The mail server; null = none.</param>
    /// <param name="replace">Puts other services in the place of the usual ones.</param>
    public static async Task<PanelHost> StartAsync(
        Action<PanelOptions>? configure = null, TimeProvider? clock = null, MailServer? mail = null, Action<IServiceCollection>? replace = null)
        => await StartAsync(await TestDatabase.CreateAsync(Dialect.Sqlite, clock ?? TimeProvider.System), configure, clock, mail, replace);

    static async Task<PanelHost> StartAsync(
        TestDatabase database, Action<PanelOptions>? configure, TimeProvider? clock, MailServer? mail, Action<IServiceCollection>? replace)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddPomostStorage(database.Database);
        builder.Services.AddHubStorage();
        builder.Services.AddPomostHub();
        builder.Services.AddPomostServices(new OutgoingOptions { AllowPrivateNetworks = true });
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.Services.AddSingleton(new MailOptions(mail is null ? null : "127.0.0.1", mail?.Port ?? 25, "pomost@sklep.example", null, null, Encrypts: false));
        var mails = builder.Services.Single(service => service.ServiceType == typeof(IMails)).ImplementationType!;
        builder.Services.AddSingleton<IMails>(services => new WatchedMails((IMails)ActivatorUtilities.CreateInstance(services, mails)));
        var account = new FakeAccount();
        builder.Services.AddSingleton(account).AddSingleton<IDestination>(account).AddSingleton<IDestinationAccounts>(account).AddSingleton<IProductDestination>(account);
        builder.Services.AddSingleton<IBuiltInHub, HubInThere>();
        builder.Services.AddSingleton<IPlatformCatalogue, PlatformCatalogue>();
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

    /// <summary>Makes somebody a member of another's account, and of no other; they must log in anew.</summary>
    public Task MoveAsync(string email, string toAccountOf, AccountRole role) => kept.Database.WriteAsync(session => session
        .Command("""
            UPDATE membership SET role = @role, account_id = (
              SELECT m.account_id FROM membership AS m JOIN app_user AS u ON u.id = m.user_id WHERE u.normalized_email = @to)
            WHERE user_id = (SELECT id FROM app_user WHERE normalized_email = @email)
            """)
        .With("role", role.ToString()).With("to", toAccountOf.ToUpperInvariant()).With("email", email.ToUpperInvariant()).ExecuteAsync());

    public async ValueTask DisposeAsync()
    {
        await running.DisposeAsync();
        if (!isRestarted)
            await kept.DisposeAsync();
    }

    [GeneratedRegex("__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    public static partial Regex Token();

    /// <summary>The hub of the same process, without its protocol.</summary>
    sealed class HubInThere(HubAccounts accounts, HubOperator people) : IBuiltInHub
    {
        public Uri Endpoint => new("http://127.0.0.1:1");

        public async Task<HubAccess?> CreateAccountAsync(string name, string ownerEmail, CancellationToken ct)
        {
            var made = await accounts.CreateAsync(new NewHubAccount(name, ownerEmail, "correct horse"), ct);
            return made is null ? null : new HubAccess(made.ClientId, made.ApiSecret, made.OwnerEmail);
        }

        public Task<string?> CreateKeyAsync(string clientId, string name, CancellationToken ct) => accounts.CreateKeyAsync(clientId, name, ct);

        public async Task SetCallbacksAsync(string clientId, CallbackUrls urls, CancellationToken ct)
            => await people.SetCallbacksAsync((await accounts.FindIdAsync(clientId, ct))!.Value, new HubCallbacks(urls.OptIn, urls.OptOut), ct);
    }
}
