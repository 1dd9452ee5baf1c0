using System.Globalization;
using System.Runtime.CompilerServices;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Where the pages of an export come from: the shop, a file that a person gave, or rows that an earlier export rejected.</summary>
sealed class ExportPages(StoreRun run, ContactPages contacts, SubscriberPages subscribers, OrderPages orders)
{
    const int LinesPerPage = 500;

    public Task CommitAsync(Page<ShopContact> page, PageSource source) => contacts.CommitAsync(page, source);

    public Task CommitAsync(Page<ShopOrder> page, PageSource source) => orders.CommitAsync(page, source);

    public Task CommitSubscribersAsync(Page<ShopContact> page, PageSource source)
        => subscribers.CommitAsync(page, source, isListing: source.Run!.Options.Subscribers is null);

    public IAsyncEnumerable<Page<ShopContact>> Contacts(ExportRun open) => open.Options.RetryOf is null
        ? run.Connector.ReadContactsAsync(run.BulkShop, RequestOf(open), run.Cancel)
        : RejectedAsync(
            open, ((IReadsById)run.Connector).IdsPerCall, ids => ((IReadsById)run.Connector).ReadContactsByIdAsync(run.BulkShop, ids, run.Cancel),
            contact => contact.SourceId, run.Cancel);

    public IAsyncEnumerable<Page<ShopOrder>> Orders(ExportRun open) => open.Options.RetryOf is null
        ? ((IReadsOrders)run.Connector).ReadOrdersAsync(run.BulkShop, RequestOf(open), run.Cancel)
        : RejectedAsync(
            open, ((IReadsOrdersById)run.Connector).OrderIdsPerCall, ids => ((IReadsOrdersById)run.Connector).ReadOrdersByIdAsync(run.BulkShop, ids, run.Cancel),
            order => order.SourceId, run.Cancel);

    /// <summary>Pages of the one-off import: lines of a stored file, or the shop's own list from its beginning.</summary>
    public IAsyncEnumerable<Page<ShopContact>> Subscribers(ExportRun open) => open.Options.Subscribers is { } source
        ? LinesOfFileAsync(source, RequestOf(open), run.Cancel)
        : ((IReadsSubscribers)run.Connector).ReadSubscribersAsync(run.BulkShop, RequestOf(open), run.Cancel);

    /// <summary>False when what the run reads from is gone, or was never there: then this run fails, and the store goes on.</summary>
    public async Task<bool> HasSourceAsync(ExportRun open) => open switch
    {
        { Options.RetryOf: not null, Kind: ExportKind.Transactions } => run.Connector is IReadsOrdersById,
        { Options.RetryOf: not null } => run.Connector is IReadsById,
        { Kind: ExportKind.Subscribers, Options.Subscribers: { } source }
            => (await run.Engine.SubscriberFiles.FindAsync(run.Key.AccountId, source.FileId, run.Cancel))?.Store == run.Key,
        { Kind: ExportKind.Subscribers } => run.Connector is IReadsSubscribers && run.Engine.Connections.Gives(run.Store, ShopStream.Subscribers),
        { Kind: ExportKind.Transactions } => run.Connector is IReadsOrders,
        _ => true,
    };

    /// <summary>How much there is to read; null = the shop does not tell.</summary>
    public async Task<long?> CountAsync(ExportRun open)
    {
        if (open.Options.RetryOf is { } retried)
            return (await run.Engine.Exports.RejectCountsAsync(run.Key.AccountId, retried, run.Cancel)).Values.Sum();
        var counts = await run.Connector.CountAsync(run.BulkShop, run.Cancel);
        return open.Kind switch
        {
            ExportKind.Contacts => counts.Contacts,
            ExportKind.Transactions => counts.Orders,
            _ => null,
        };
    }

    static ReadRequest RequestOf(ExportRun open) => new()
    {
        Purpose = ReadPurpose.Backfill,
        From = open.Cursor,
        Since = open.Options.Choice.From,
        Until = open.Options.Choice.Until,
    };

    async IAsyncEnumerable<Page<ShopContact>> LinesOfFileAsync(SubscriberSource source, ReadRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        var files = run.Engine.SubscriberFiles;
        if (await files.FindAsync(run.Key.AccountId, source.FileId, cancel) is not { } file)
            yield break;
        var after = request.From is { } place ? long.Parse(place.Value, CultureInfo.InvariantCulture) : 0;
        while (await files.LinesAsync(run.Key.AccountId, file.Id, after, LinesPerPage, cancel) is { Count: > 0 } lines)
        {
            after = lines[^1].Line;
            yield return SubscriberReading.PageOf(lines, file, source.Columns, run.Zone, run.Now);
        }
    }

    /// <summary>The rejected rows of an earlier run, read from the shop once more.</summary>
    async IAsyncEnumerable<Page<T>> RejectedAsync<T>(
        ExportRun open, int idsPerCall, Func<IReadOnlyList<string>, Task<Page<T>>> read, Func<T, string?> idOf, [EnumeratorCancellation] CancellationToken cancel)
    {
        var after = open.Cursor is { } place ? long.Parse(place.Value, CultureInfo.InvariantCulture) : 0;
        while (await run.Engine.Exports.RejectedAsync(run.Key.AccountId, open.Options.RetryOf!.Value, after, idsPerCall, cancel) is { Count: > 0 } rows)
        {
            after = rows[^1].Id;
            var ids = rows.Select(row => row.SourceId).Distinct(StringComparer.Ordinal).ToList();
            var page = await read([.. ids.Where(id => id.Length > 0)]);
            var gone = ids.Except(page.Items.Select(idOf).Concat(page.Rejected.Select(record => record.SourceId)), StringComparer.Ordinal);
            yield return page with
            {
                Next = new SyncCursor(after.ToString(CultureInfo.InvariantCulture)),
                Rejected = [.. page.Rejected, .. gone.Select(id => new RejectedRecord(id!, "id", "The shop does not have it any more.") { Code = ReasonCode.GoneInShop })],
            };
        }
    }
}
