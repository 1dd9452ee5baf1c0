using System.Collections.Concurrent;
using Pomost.Engine;

namespace Pomost.Storage;

/// <summary>How many rows there are. Counting a million takes a tenth of a second, so a large number is counted once a minute.</summary>
internal sealed class RowCounts(TimeProvider clock, long large)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Table, StoreKey Store), (long Count, DateTimeOffset At)> known = new();

    /// <summary>Contacts of a store.</summary>
    public Task<(long Count, CountKind Kind)> ContactsAsync(DbSession session, StoreKey store) => CountAsync(session, "contact", store);

    /// <summary>Contacts of some stores of the account; null = of all.</summary>
    public async Task<(long Count, CountKind Kind)> ContactsAsync(DbSession session, long accountId, IReadOnlyList<long>? stores)
    {
        var all = (Count: 0L, Kind: CountKind.Exact);
        foreach (var store in stores
            ?? await session.Command("SELECT id FROM store WHERE account_id = @account_id").With("account_id", accountId).QueryAsync(row => row.Number("id")))
        {
            var (count, kind) = await CountAsync(session, "contact", new(accountId, store));
            all = (all.Count + count, kind == CountKind.About ? kind : all.Kind);
        }
        return all;
    }

    /// <summary>Orders of a store.</summary>
    public Task<(long Count, CountKind Kind)> OrdersAsync(DbSession session, StoreKey store) => CountAsync(session, "shop_order", store);

    private async Task<(long Count, CountKind Kind)> CountAsync(DbSession session, string table, StoreKey store)
    {
        var now = clock.GetUtcNow();
        if (!known.TryGetValue((table, store), out var last) || last.Count < large || now - last.At >= KeptFor)
        {
            last = ((await session.Command($"SELECT count(*) FROM {table} WHERE account_id = @account_id AND store_id = @store_id").For(store).NumberAsync())!.Value, now);
            known[(table, store)] = last;
        }
        return (last.Count, last.Count < large ? CountKind.Exact : CountKind.About);
    }
}
