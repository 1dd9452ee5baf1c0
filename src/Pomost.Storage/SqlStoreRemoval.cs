using Pomost.Engine;

namespace Pomost.Storage;

internal sealed class SqlStoreRemoval(Database database) : IStoreRemoval
{
    private const string Erasing = "Erasing";

    // Large tables with an id, then those that hang on another. Kept on purpose: consent_line (evidence), event_ledger (nothing is sent twice,
    // should the shop be connected again), and the store's own row (its number is not given again).
    private static readonly string[] Large = ["inbox", "contact_edit", "card_hint", "write_back", "delivery", "trace", "cart", "product", "shop_order", "contact"];

    private static readonly string[] Small =
    [
        "subscriber_file", "subscriber_seen", "consent_removal", "export_run", "stream_cursor", "flow", "store_pace", "webhook_state", "webhook_lost", "store_wake",
        "product_route", "store_look", "store_logo", "store_module", "module_nonce",
    ];

    private static readonly string[] OfCallbacks = ["callback_address", "callback_address_before", "callback_last"];

    private static readonly (string Table, string Key, string Parent)[] Hanging =
    [
        ("subscriber_line", "file_id", "subscriber_file"), ("export_reject", "run_id", "export_run"), ("export_run_skip", "run_id", "export_run"),
        ("export_pace", "run_id", "export_run"), ("export_sum", "run_id", "export_run"), ("export_state", "run_id", "export_run"), ("export_preview_row", "run_id", "export_run"),
        ("export_notice", "run_id", "export_run"),
    ];

    public Task DisconnectAsync(StoreKey store, string emptySecrets, string newToken, bool erases, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await session.Command("UPDATE store_run SET epoch = epoch + 1 WHERE account_id = @account_id AND store_id = @store_id").For(store).ExecuteAsync();
            await session.Command("""
                UPDATE store SET state = 'Disconnected', problem = @problem, settings = '{}', protected_secrets = @secrets, webhook_token = @token
                WHERE account_id = @account_id AND id = @store_id
                """).For(store).With("problem", erases ? Erasing : null).With("secrets", emptySecrets).With("token", newToken).ExecuteAsync();
            await session.Command("""
                UPDATE export_run SET state = 'Cancelled', finished_at = @now, state_at = @now
                WHERE account_id = @account_id AND store_id = @store_id AND state IN ('Scheduled', 'Running', 'Paused', 'Failed')
                """).For(store).With("now", database.Clock.GetUtcNow()).ExecuteAsync();
            foreach (var table in OfCallbacks)
                await session.Command($"DELETE FROM {table} WHERE account_id = @account_id AND store_id = @store_id").For(store).ExecuteAsync();
            await StoreWake.ClearAsync(session, store);
        },
        ct);

    public Task<bool> EraseAsync(StoreKey store, int rows, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            if (await session.Command("SELECT count(*) FROM store WHERE account_id = @account_id AND id = @store_id AND state = 'Disconnected'").For(store).NumberAsync() == 0)
                return false;
            foreach (var table in Large)
            {
                var erased = await session.Command($"""
                    DELETE FROM {table} WHERE account_id = @account_id AND store_id = @store_id
                      AND id IN (SELECT id FROM {table} WHERE account_id = @account_id AND store_id = @store_id LIMIT @max)
                    """).For(store).With("max", rows).ExecuteAsync();
                if (erased > 0) return true;
            }
            foreach (var (table, key, parent) in Hanging)
                await session.Command($"""
                    DELETE FROM {table} WHERE account_id = @account_id AND {key} IN (SELECT id FROM {parent} WHERE account_id = @account_id AND store_id = @store_id)
                    """).For(store).ExecuteAsync();
            foreach (var table in Small)
                await session.Command($"DELETE FROM {table} WHERE account_id = @account_id AND store_id = @store_id").For(store).ExecuteAsync();
            await session.Command("UPDATE store SET problem = NULL WHERE account_id = @account_id AND id = @store_id").For(store).ExecuteAsync();
            return false;
        },
        ct);

    public async Task<IReadOnlyList<StoreKey>> ToEraseAsync(CancellationToken ct) => await database.ReadAsync(
        session => session.Command("SELECT account_id, id FROM store WHERE state = 'Disconnected' AND problem = @problem").With("problem", Erasing)
            .QueryAsync(row => new StoreKey(row.Number("account_id"), row.Number("id"))),
        ct);
}
