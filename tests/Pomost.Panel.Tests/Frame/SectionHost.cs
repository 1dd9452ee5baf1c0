using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Contract;
using Pomost.Engine;

namespace Pomost.Panel.Tests.Frame;

/// <summary>The panel with one connected store and people of every role.</summary>
sealed class SectionHost : IAsyncDisposable
{
    const string Password = "zielony rower jedzie";

    SectionHost(PanelHost panel, HttpClient owner, Store store) => (Panel, Owner, Store) = (panel, owner, store);

    public PanelHost Panel { get; }

    /// <summary>Browser of the account's owner.</summary>
    public HttpClient Owner { get; }

    /// <summary>The store as it was made; <see cref="StoreNowAsync"/> gives it as it is.</summary>
    public Store Store { get; }

    public FakeAccount Account => Get<FakeAccount>();

    public string Address(string section) => $"/stores/{Store.Slug}/{section}";

    public T Get<T>()
        where T : notnull => Panel.Services.GetRequiredService<T>();

    /// <param name="atHub">True: the store sends to the built-in hub; false: to a SALESmanago account connected by its keys.</param>
    /// <param name="replace">Puts other services in the place of the usual ones.</param>
    public static async Task<SectionHost> StartAsync(bool atHub = false, Action<IServiceCollection>? replace = null)
    {
        var panel = await PanelHost.StartAsync(options => options.OpenRegistration = true, replace: replace);
        var owner = panel.Browser();
        await PanelHost.RegisterAsync(owner, "marta@sklep.example");
        var account = Assert.Single(await panel.Services.GetRequiredService<IAccounts>().ListAsync(default)).Id;
        return new SectionHost(panel, owner, await AddStoreAsync(panel, account, "Lniana Łąka", atHub));
    }

    public Task<Store> AddStoreAsync(string name) => AddStoreAsync(Panel, Store.AccountId, name, atHub: false, Store.DestinationId);

    public async Task<Store> StoreNowAsync() => (await Get<IStores>().FindAsync(Store.Key, default))!;

    public async Task<Destination> DestinationNowAsync()
        => (await Get<IStores>().FindDestinationAsync(Store.AccountId, (await StoreNowAsync()).DestinationId, default))!;

    /// <summary>What people did since the account was made and its people logged in.</summary>
    public async Task<IReadOnlyList<string>> AuditAsync()
        => [.. (await Get<IAuditLog>().ListAsync(Store.AccountId, new AuditFilter(), null, 50, default)).Select(kept => kept.Entry.Action).Where(action => action is not ("account.created" or "session.opened" or "access.refused"))];

    public async Task<AuditEntry> LastAuditAsync() => (await Get<IAuditLog>().ListAsync(Store.AccountId, new AuditFilter(), null, 1, default))[0].Entry;

    public Task<HttpResponseMessage> SendAsync(string section, string action, params (string Name, string Value)[] fields)
        => PanelHost.SendAsync(Owner, Address(section), Address(section) + action, fields);

    /// <summary>A browser of a colleague in the same account.</summary>
    public async Task<HttpClient> ColleagueAsync(AccountRole role)
    {
        var email = $"{role}@sklep.example".ToLowerInvariant();
        await using (var scope = Panel.Services.CreateAsyncScope())
        {
            var user = new PomostUser { Id = Guid.NewGuid(), UserName = email, Email = email, FullName = role.ToString() };
            Assert.True((await scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>().CreateAsync(user, Password)).Succeeded);
            await Panel.Database.WriteAsync(session => session
                .Command("INSERT INTO membership (account_id, user_id, role, created_at) VALUES (@account_id, @user_id, @role, @now)")
                .With("account_id", Store.AccountId).With("user_id", user.Id.ToString()).With("role", role.ToString()).With("now", TimeProvider.System.GetUtcNow()).ExecuteAsync());
        }

        var browser = Panel.Browser();
        var answer = await PanelHost.SendAsync(browser, "/login", "/login", ("email", email), ("password", Password));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    /// <summary>A browser of somebody with an account of their own.</summary>
    public async Task<HttpClient> StrangerAsync()
    {
        var browser = Panel.Browser();
        await PanelHost.RegisterAsync(browser, "obcy@inny.example");
        return browser;
    }

    public ValueTask DisposeAsync() => Panel.DisposeAsync();

    static async Task<Store> AddStoreAsync(PanelHost panel, long account, string name, bool atHub, long? destination = null)
    {
        var setup = panel.Services.GetRequiredService<StoreSetup>();
        destination ??= atHub
            ? (await setup.HubDestinationAsync((await panel.Services.GetRequiredService<IAccounts>().FindAsync(account, default))!, "marta@sklep.example", default))!.Id
            : (await setup.AddDestinationAsync(
                account, isHub: false, new Uri("https://app3.salesmanago.example"), FakeAccount.ClientId, FakeAccount.Email,
                new Dictionary<string, string>(StringComparer.Ordinal) { [DestinationSecrets.ApiSecret] = FakeAccount.Secret }, default)).Id;
        return await setup.AddAsync(
            account, destination.Value, "woocommerce", name,
            new SettingValues(new Dictionary<string, string>(StringComparer.Ordinal) { ["url"] = "https://lniana.example" }), new Pomost.Engine.StoreOptions(), default);
    }
}
