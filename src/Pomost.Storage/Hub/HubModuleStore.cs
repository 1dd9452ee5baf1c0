using Pomost.Hub;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage.Hub;

/// <summary>The hub's modules in the database.</summary>
internal sealed class HubModuleStore(Database database) : IHubModuleStore
{
    public async Task<IReadOnlyList<HubModule>> ListAsync(long accountId, string location, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("SELECT module, is_active, name, changed_at FROM hub_module WHERE account_id = @account AND location = @location")
            .With("account", accountId).With("location", location)
            .QueryAsync(row => new HubModule(row.Name<HubModuleKind>("module"), row.Flag("is_active"), row.Text("name"), row.Time("changed_at"))),
        ct);

    public Task SaveAsync(long accountId, string location, HubModule module, CancellationToken ct) => database.WriteAsync(
        session => session.Command("""
            INSERT INTO hub_module (account_id, location, module, is_active, name, changed_at) VALUES (@account, @location, @module, @is_active, @name, @changed_at)
            ON CONFLICT (account_id, location, module) DO UPDATE SET is_active = excluded.is_active, name = excluded.name, changed_at = excluded.changed_at
            """)
            .With("account", accountId).With("location", location).With("module", NameOf(module.Kind)).With("is_active", module.IsActive)
            .With("name", module.Name).With("changed_at", module.ChangedAt).ExecuteAsync(),
        ct);
}
