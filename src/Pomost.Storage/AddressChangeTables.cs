using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage;

/// <summary>An account that got another address: what is kept under the former is the new one's from now on.</summary>
internal static class AddressChangeTables
{
    // What waits keeps its place: a change of the card's address stands behind what was owed under the former one.
    private static readonly string[] Moving = ["contact", "shop_order", "cart", "delivery", "write_back", "trace"];

    // Who has an account under an address is nobody's former self.
    private static readonly BulkStatement<string> Taken = new BulkStatement<string>("""
        DELETE FROM address_change WHERE (account_id, store_id, former_key) IN (SELECT r.account_id, r.store_id, r.email_key FROM {rows} AS r)
        """)
        .PerStore()
        .Text("email_key", key => key);

    /// <summary>These addresses belong to accounts now: orders that bear them are theirs.</summary>
    public static Task TakeAsync(DbSession session, StoreKey store, IReadOnlyList<string> emailKeys) => session.Bulk(Taken, emailKeys).For(store).ExecuteAsync();

    public static async Task WriteAsync(DbSession session, StoreKey store, AddressChangeWrite change, DateTimeOffset now)
    {
        Statement Of(string sql) => session.Command(sql).For(store).With("former", change.FormerKey).With("key", change.EmailKey);
        if (!change.Moves)
        {
            var data = (await Of("SELECT data FROM contact WHERE account_id = @account_id AND store_id = @store_id AND email_key = @former")
                .FirstOrDefaultAsync(row => row.Text("data")))!;
            await Of("""
                UPDATE contact SET source_id = NULL, has_account = false, from_account = false, data = @data
                WHERE account_id = @account_id AND store_id = @store_id AND email_key = @former
                """).With("data", StorageJson.Of(StorageJson.Read<ShopContact>(data) with { SourceId = null, HasAccount = false })).ExecuteAsync();
            return;
        }
        // A card that is owed as a whole replaces what was given up under the former address.
        await Of("DELETE FROM delivery WHERE account_id = @account_id AND store_id = @store_id AND email_key = @former AND kind = 'Contact' AND state = 'Dead'").ExecuteAsync();
        foreach (var table in Moving)
            await Of($"UPDATE {table} SET email_key = @key WHERE account_id = @account_id AND store_id = @store_id AND email_key = @former").ExecuteAsync();
        await Of("DELETE FROM card_hint WHERE account_id = @account_id AND store_id = @store_id AND email_key = @former").ExecuteAsync();
        await Of("UPDATE address_change SET email_key = @key WHERE account_id = @account_id AND store_id = @store_id AND email_key = @former").ExecuteAsync();
        await Of("""
            INSERT INTO address_change (account_id, store_id, former_key, email_key, changed_at) VALUES (@account_id, @store_id, @former, @key, @now)
            """).With("now", now).ExecuteAsync();
        await MoveLedgerAsync(session, store, change);
    }

    // The ledger's lines hold a number; the address stands beside it. A former address that other stores know keeps its lines, and the new one
    // begins with what holds.
    private static async Task MoveLedgerAsync(DbSession session, StoreKey store, AddressChangeWrite change)
    {
        Statement Of(string sql) => session.Command(sql).For(store).With("former", change.FormerKey).With("key", change.EmailKey);
        var moved = await Of("""
            UPDATE person SET email_key = @key WHERE account_id = @account_id AND email_key = @former
              AND NOT EXISTS (SELECT 1 FROM person AS p WHERE p.account_id = @account_id AND p.email_key = @key)
              AND NOT EXISTS (SELECT 1 FROM contact AS c WHERE c.account_id = @account_id AND c.email_key = @former AND c.store_id <> @store_id)
            """).ExecuteAsync();
        if (moved > 0) return;
        await Of("INSERT INTO person (account_id, email_key) VALUES (@account_id, @key) ON CONFLICT DO NOTHING").ExecuteAsync();
        await Of("""
            INSERT INTO consent_line (account_id, store_id, person_id, channel, previous, state, at, source, wording, recorded_at)
            SELECT l.account_id, l.store_id, n.id, l.channel, l.previous, l.state, l.at, l.source, l.wording, l.recorded_at
            FROM person AS p JOIN consent_line AS l ON l.account_id = p.account_id AND l.person_id = p.id AND l.store_id = @store_id
            JOIN person AS n ON n.account_id = p.account_id AND n.email_key = @key
            WHERE p.account_id = @account_id AND p.email_key = @former ORDER BY l.id
            """).ExecuteAsync();
    }
}
