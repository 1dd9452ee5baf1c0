using Pomost.Contract;
using Pomost.Engine;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal sealed class SqlStoreModules(Database database) : IStoreModules
{
    public async Task<IReadOnlyList<SwitchedModule>> ListAsync(StoreKey store, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("""
            SELECT module, is_on, changed_at, there, there_at, problem FROM store_module WHERE account_id = @account_id AND store_id = @store_id ORDER BY module
            """).For(store).QueryAsync(row => new SwitchedModule(
                row.Name<StoreModule>("module"), row.Flag("is_on"), row.Time("changed_at"), row.NameOrNull<ModuleState>("there"), row.TimeOrNull("there_at"),
                row.TextOrNull("problem"))),
        ct);

    public Task SwitchAsync(StoreKey store, StoreModule module, bool on, CancellationToken ct) => database.WriteAsync(
        session => session.Command("""
            INSERT INTO store_module (account_id, store_id, module, is_on, changed_at) VALUES (@account_id, @store_id, @module, @on, @now)
            ON CONFLICT (account_id, store_id, module)
            DO UPDATE SET is_on = excluded.is_on, changed_at = excluded.changed_at, there = NULL, there_at = NULL, problem = NULL
            """).For(store).With("module", NameOf(module)).With("on", on).With("now", database.Clock.GetUtcNow()).ExecuteAsync(),
        ct);

    public Task NoteAsync(StoreKey store, StoreModule module, ModuleState? there, string? problem, CancellationToken ct) => database.WriteAsync(
        session => session.Command("""
            UPDATE store_module SET there = COALESCE(@there, there), there_at = CASE WHEN @there IS NULL THEN there_at ELSE @now END, problem = @problem
            WHERE account_id = @account_id AND store_id = @store_id AND module = @module
            """)
            .For(store).With("module", NameOf(module)).With("there", there is { } state ? NameOf(state) : null).With("problem", problem)
            .With("now", database.Clock.GetUtcNow()).ExecuteAsync(),
        ct);
}
