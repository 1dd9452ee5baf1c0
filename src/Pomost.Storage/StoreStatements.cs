using Pomost.Engine;

namespace Pomost.Storage;

/// <summary>Names the store in a statement: <c>@account_id</c> and <c>@store_id</c>, or <c>r.account_id</c> and <c>r.store_id</c>.</summary>
internal static class StoreStatements
{
    public static Statement For(this Statement statement, StoreKey store) =>
        statement.With("account_id", store.AccountId).With("store_id", store.StoreId);

    /// <summary>Makes the store part of the rows, for statements that meet a table by its key.</summary>
    public static BulkStatement<T> PerStore<T>(this BulkStatement<T> statement) => statement.Same("account_id").Same("store_id");

    public static BulkCommand<T> For<T>(this BulkCommand<T> command, StoreKey store) =>
        command.With("account_id", store.AccountId).With("store_id", store.StoreId);
}

/// <summary>The flag that a store has something to do at once.</summary>
internal static class StoreWake
{
    public static Task SetAsync(DbSession session, StoreKey store) => session
        .Command("INSERT INTO store_wake (account_id, store_id) VALUES (@account_id, @store_id) ON CONFLICT DO NOTHING").For(store).ExecuteAsync();

    public static Task ClearAsync(DbSession session, StoreKey store) => session
        .Command("DELETE FROM store_wake WHERE account_id = @account_id AND store_id = @store_id").For(store).ExecuteAsync();
}

/// <summary>The check every commit of a run begins with.</summary>
internal static class StoreFence
{
    /// <summary>Locks the store's row until the transaction ends, so that the epoch cannot be raised while the commit goes on.</summary>
    /// <exception cref="StaleLeaseException">Another run began; nothing may be written.</exception>
    public static async Task HoldAsync(DbSession session, StoreLease lease)
    {
        var epoch = await session.Command(session.ByDialect(
            "SELECT epoch FROM store_run WHERE account_id = @account_id AND store_id = @store_id",
            "SELECT epoch FROM store_run WHERE account_id = @account_id AND store_id = @store_id FOR UPDATE")).For(lease.Store).NumberAsync();
        if (epoch != lease.Epoch) throw new StaleLeaseException(lease);
    }
}
