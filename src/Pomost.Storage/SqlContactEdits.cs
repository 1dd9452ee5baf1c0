using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage;

internal sealed class SqlContactEdits(Database database) : IContactEdits
{
    private const string Columns = "e.id, e.store_id, e.email_key, e.edit, e.actor, e.made_at, c.data";
    private const string WithContact = """
        contact_edit AS e LEFT JOIN contact AS c ON c.account_id = e.account_id AND c.email_key = e.email_key AND c.store_id = e.store_id
        """;

    private static readonly BulkStatement<long> Delete = new BulkStatement<long>("""
        DELETE FROM contact_edit WHERE (account_id, store_id, id) IN (SELECT r.account_id, r.store_id, r.id FROM {rows} AS r)
        """)
        .PerStore()
        .Number("id", id => id);

    public Task<IReadOnlyList<StoreKey>> AddAsync(long accountId, long? storeId, string emailKey, ContactEdit edit, string actor, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            var stores = await session.Command("""
                INSERT INTO contact_edit (account_id, store_id, email_key, edit, actor, made_at)
                SELECT c.account_id, c.store_id, c.email_key, @edit, @actor, @now FROM contact AS c
                JOIN store AS s ON s.account_id = c.account_id AND s.id = c.store_id
                WHERE c.account_id = @account_id AND c.email_key = @email_key AND s.state <> 'Disconnected' AND (@store_id IS NULL OR c.store_id = @store_id)
                RETURNING store_id
                """)
                .With("account_id", accountId).With("store_id", storeId).With("email_key", emailKey).With("edit", StorageJson.Of(edit)).With("actor", actor)
                .With("now", database.Clock.GetUtcNow()).QueryAsync(row => new StoreKey(accountId, row.Number("store_id")));
            foreach (var store in stores) await StoreWake.SetAsync(session, store);
            return (IReadOnlyList<StoreKey>)[.. stores.OrderBy(store => store.StoreId)];
        },
        ct);

    public async Task<IReadOnlyList<PendingEdit>> NextAsync(StoreKey store, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT {Columns} FROM {WithContact} WHERE e.account_id = @account_id AND e.store_id = @store_id ORDER BY e.id LIMIT @max")
            .For(store).With("max", max).QueryAsync(row => Map(row, store.AccountId)),
        ct);

    public async Task<IReadOnlyList<PendingEdit>> PendingAsync(long accountId, string emailKey, CancellationToken ct) => await database.ReadAsync(
        session => PendingAsync(session, accountId, emailKey), ct);

    public static Task<List<PendingEdit>> PendingAsync(DbSession session, long accountId, string emailKey) => session
        .Command($"SELECT {Columns} FROM {WithContact} WHERE e.account_id = @account_id AND e.email_key = @email_key ORDER BY e.id")
        .With("account_id", accountId).With("email_key", emailKey).QueryAsync(row => Map(row, accountId));

    /// <summary>Removes what a page carried out, in its transaction.</summary>
    public static Task<int> DoneAsync(DbSession session, StoreKey store, IReadOnlyList<long> ids) => session.Bulk(Delete, ids).For(store).ExecuteAsync();

    private static PendingEdit Map(Row row, long accountId) => new(
        row.Number("id"), new(accountId, row.Number("store_id")), row.Text("email_key"), StorageJson.Read<ContactEdit>(row.Text("edit")), row.Text("actor"),
        row.Time("made_at"), row.TextOrNull("data") is { } data ? StorageJson.Read<ShopContact>(data) : null);
}
