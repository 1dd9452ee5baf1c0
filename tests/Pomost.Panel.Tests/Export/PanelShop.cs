using Microsoft.Extensions.DependencyInjection;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Tests.Frame;

namespace Pomost.Panel.Tests.Export;

/// <summary>A panel with a person of the given role and a store. No engine runs: what runs did is written as the engine writes it.</summary>
sealed class PanelShop : IAsyncDisposable
{
    PanelShop(PanelHost host, HttpClient browser, Store store) => (Host, Browser, Store) = (host, browser, store);

    public PanelHost Host { get; }

    public HttpClient Browser { get; }

    public Store Store { get; }

    public string Address => $"/stores/{Store.Slug}/export";

    public static async Task<PanelShop> StartAsync(AccountRole role = AccountRole.Owner, Action<IServiceCollection>? replace = null)
    {
        var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true, replace: replace);
        await PanelHost.RegisterAsync(host.Browser(), "marta@sklep.example");
        var account = Assert.Single(await host.Services.GetRequiredService<IAccounts>().ListAsync(default));
        var setup = host.Services.GetRequiredService<StoreSetup>();
        var destination = await setup.AddDestinationAsync(
            account.Id, isHub: true, new Uri("http://127.0.0.1:1"), "client", "marta@sklep.example", new Dictionary<string, string>(StringComparer.Ordinal), default);
        var store = await setup.AddAsync(
            account.Id, destination.Id, "woocommerce", "Lniana Łąka",
            new SettingValues(new Dictionary<string, string>(StringComparer.Ordinal) { ["url"] = "https://lniana.example" }), new StoreOptions(), default);
        return new PanelShop(host, await PersonAsync(host, account.Id, role), store);
    }

    /// <summary>Logs in one more person of the account.</summary>
    public static async Task<HttpClient> PersonAsync(PanelHost host, long account, AccountRole role)
    {
        var email = $"{role}@sklep.example".ToLowerInvariant();
        await PanelHost.RegisterAsync(host.Browser(), email);
        await host.Database.WriteAsync(session => session.Command("""
            UPDATE membership SET account_id = @account_id, role = @role WHERE user_id = (SELECT id FROM app_user WHERE email = @email)
            """).With("account_id", account).With("role", role.ToString()).With("email", email).ExecuteAsync());
        var browser = host.Browser();
        await PanelHost.SendAsync(browser, "/login", "/login", ("email", email), ("password", "zielony rower jedzie"));
        return browser;
    }

    public T Get<T>()
        where T : notnull => Host.Services.GetRequiredService<T>();

    public IExportRuns Runs => Get<IExportRuns>();

    /// <summary>A run with the numbers of a page, in a state.</summary>
    public async Task<ExportRun> RunAsync(ExportKind kind, ExportState state, ExportOptions options, Func<RunGain, RunGain>? gain = null)
    {
        var (run, created) = await Runs.CreateAsync(Store.Key, kind, options, "Ewa", default);
        Assert.True(created);
        await Runs.SetStateAsync(Store.AccountId, run.Id, ExportState.Running, [ExportState.Scheduled], null, default);
        var stored = Get<IStoreRuns>();
        var page = new RunGain { RunId = run.Id, IsDry = options.DryRun, ReadToEnd = true };
        await stored.CommitAsync((await stored.BeginAsync(Store.Key, default))!, new PageCommit { Run = gain?.Invoke(page) ?? page }, default);
        if (state != ExportState.Running)
            await Runs.SetStateAsync(Store.AccountId, run.Id, state, [ExportState.Running], null, default);
        return (await Runs.FindAsync(Store.AccountId, run.Id, default))!;
    }

    public string AddressOf(ExportRun run) => $"{Address}/runs/{run.Number}";

    /// <summary>Sends a form with the token of the export page.</summary>
    public Task<HttpResponseMessage> SendAsync(string action, params (string Name, string Value)[] fields) => PanelHost.SendAsync(Browser, "/contacts", action, fields);

    /// <summary>The page of an address, which must be there.</summary>
    public async Task<string> ReadAsync(string address) => System.Net.WebUtility.HtmlDecode(await Browser.GetStringAsync(address));

    /// <summary>What people did since the account was made and its people logged in, oldest first.</summary>
    public async Task<IReadOnlyList<string>> AuditAsync()
        => [.. (await Get<IAuditLog>().ListAsync(Store.AccountId, new AuditFilter(), null, 100, default)).Select(kept => kept.Entry.Action).Where(action => action is not ("account.created" or "session.opened")).Reverse()];

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
