using Pomost.App.Hosting;
using Pomost.Engine;
using Pomost.Storage;

namespace Pomost.App.Commands;

/// <summary>A command's access to the installation: services always, its own engine when no server works on the data folder.</summary>
sealed class Session : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly EngineLock? _lock;

    Session(WebApplication app, EngineLock? engineLock) => (_app, _lock) = (app, engineLock);

    public IServiceProvider Services => _app.Services;

    public IAccounts Accounts => Services.GetRequiredService<IAccounts>();

    public IStores Stores => Services.GetRequiredService<IStores>();

    /// <summary>Opens the installation to read and change it; no engine works here.</summary>
    public static async Task<Session> OpenAsync(HostChoices choices, CancellationToken ct)
        => new(await PomostHost.BuildAsync(choices with { Roles = NodeRoles.EngineAlone }, ct), null);

    /// <summary>Opens the installation; works the engine itself unless a running server does; on PostgreSQL it is one more node while the command runs.</summary>
    public static async Task<Session> WithEngineAsync(HostChoices choices, CancellationToken ct)
    {
        var engineLock = EngineLock.TryTake(choices);
        var app = await PomostHost.BuildAsync(choices with { Roles = NodeRoles.EngineAlone, Urls = ["http://127.0.0.1:0"] }, ct);
        if (engineLock is not null)
            await app.StartAsync(ct);
        return new Session(app, engineLock);
    }

    /// <summary>The account named by id, or the only one.</summary>
    /// <exception cref="UsageException">There is none, or several and none was named.</exception>
    public async Task<Account> AccountAsync(long? id, CancellationToken ct)
    {
        if (id is { } named)
            return await Accounts.FindAsync(named, ct) ?? throw new UsageException($"There is no account {named}.");
        var all = await Accounts.ListAsync(ct);
        return all.Count switch
        {
            1 => all[0],
            0 => throw new UsageException("There is no account yet. Register in the panel (pomost serve), or run: pomost account add --email you@example.com"),
            _ => throw new UsageException($"There are several accounts, name one with --account: {string.Join(", ", all.Select(account => $"{account.Id} ({account.Name})"))}"),
        };
    }

    /// <summary>The store named by slug, or the only one.</summary>
    /// <exception cref="UsageException">There is none, or several and none was named.</exception>
    public async Task<Store> StoreAsync(long? accountId, string? slug, CancellationToken ct)
    {
        var account = await AccountAsync(accountId, ct);
        if (slug is not null)
            return await Stores.FindBySlugAsync(account.Id, slug, ct) ?? throw new UsageException($"There is no store {slug}. See: pomost store list");
        var all = await Stores.ListAsync(account.Id, ct);
        return all.Count switch
        {
            1 => all[0],
            0 => throw new UsageException("There is no store yet. Connect one: pomost store add --help"),
            _ => throw new UsageException($"There are several stores, name one with --store: {string.Join(", ", all.Select(store => store.Slug))}"),
        };
    }

    /// <summary>Writes what a command changed, or whose data it gave out, into the audit log of the account.</summary>
    public Task AuditAsync(long accountId, string action, string subject = "", params IReadOnlyList<AuditChange> changes)
        // What was done stays written, even when the command is stopped right after.
        => Services.GetRequiredService<IAuditLog>().AddAsync(EntryOf(accountId, action, subject, changes), CancellationToken.None);

    /// <summary>The entry for what a command does, to be written together with the act itself.</summary>
    public AuditEntry EntryOf(long accountId, string action, string subject = "", params IReadOnlyList<AuditChange> changes) => new()
    {
        AccountId = accountId,
        Actor = "command line",
        Action = action,
        Subject = subject,
        Changes = [.. changes.Where(change => change.Old != change.New)],
        Origin = $"{Environment.UserName}@{Environment.MachineName}",
    };

    public async ValueTask DisposeAsync()
    {
        if (_lock is not null)
            await _app.StopAsync();
        var database = Services.GetRequiredService<Database>();
        await _app.DisposeAsync();
        await database.DisposeAsync();
        _lock?.Dispose();
    }
}
