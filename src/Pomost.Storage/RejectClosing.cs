using Pomost.Engine;

namespace Pomost.Storage;

/// <summary>Closes what was rejected, in the one transaction of the session: a line in the story, the mirror no longer says that something is wrong.</summary>
internal sealed class RejectClosing(DbSession session, long accountId, string reason, DateTimeOffset now)
{
    private const string Line = "INSERT INTO trace (account_id, store_id, stream, source_id, email_key, outcome, code, answers, detail, at)";
    private const string Closed = "outcome = 'Withheld', code = 'OperatorClosed'";

    private static readonly BulkStatement<long> TellDeliveries = Of($$"""
        {{Line}} SELECT d.account_id, d.store_id, CASE WHEN d.event_kind IS NULL THEN 'Contacts' WHEN d.event_kind = 'Cart' THEN 'Carts' ELSE 'Orders' END,
          d.source_id, d.email_key, 'Withheld', 'OperatorClosed', '[]', @reason, @now
        FROM {rows} AS r JOIN delivery AS d ON d.account_id = r.account_id AND d.id = r.id WHERE d.state = 'Dead'
        """);

    private static readonly BulkStatement<long> CloseContacts = Of($$"""
        UPDATE contact SET {{Closed}} FROM {rows} AS r, delivery AS d WHERE d.account_id = r.account_id AND d.id = r.id AND d.state = 'Dead' AND d.kind = 'Contact'
          AND contact.account_id = d.account_id AND contact.store_id = d.store_id AND contact.email_key = d.email_key AND contact.outcome = 'Rejected'
        """);

    private static readonly BulkStatement<long> CloseOrders = Of($$"""
        UPDATE shop_order SET {{Closed}} FROM {rows} AS r, delivery AS d WHERE d.account_id = r.account_id AND d.id = r.id AND d.state = 'Dead' AND d.event_kind = 'Purchase'
          AND shop_order.account_id = d.account_id AND shop_order.store_id = d.store_id AND shop_order.source_id = d.source_id AND shop_order.outcome = 'Rejected'
        """);

    private static readonly BulkStatement<long> RemoveDeliveries = Of("""
        DELETE FROM delivery WHERE state = 'Dead' AND (account_id, id) IN (SELECT r.account_id, r.id FROM {rows} AS r)
        """);

    // Told under the account's id where there is one, as the tries were.
    private static readonly BulkStatement<long> TellWriteBacks = Of($$"""
        {{Line}} SELECT w.account_id, w.store_id, 'Contacts', COALESCE((SELECT c.source_id FROM contact AS c
            WHERE c.account_id = w.account_id AND c.store_id = w.store_id AND c.email_key = w.email_key), w.email_key),
          w.email_key, 'Withheld', 'OperatorClosed', '[]', @reason, @now
        FROM {rows} AS r JOIN write_back AS w ON w.account_id = r.account_id AND w.id = r.id WHERE w.state = 'Dead'
        """);

    private static readonly BulkStatement<long> RemoveWriteBacks = Of("""
        DELETE FROM write_back WHERE state = 'Dead' AND (account_id, id) IN (SELECT r.account_id, r.id FROM {rows} AS r)
        """);

    private static readonly BulkStatement<long> CloseOrdersOfStories = Of($$"""
        UPDATE shop_order SET {{Closed}} FROM {rows} AS r, trace AS t WHERE t.account_id = r.account_id AND t.id = r.id AND t.outcome = 'Rejected' AND t.stream = 'Orders'
          AND shop_order.account_id = t.account_id AND shop_order.store_id = t.store_id AND shop_order.source_id = t.source_id AND shop_order.outcome = 'Rejected'
        """);

    private static readonly BulkStatement<long> TellStories = Of($$"""
        {{Line}} SELECT t.account_id, t.store_id, t.stream, t.source_id, t.email_key, 'Withheld', 'OperatorClosed', '[]', @reason, @now
        FROM {rows} AS r JOIN trace AS t ON t.account_id = r.account_id AND t.id = r.id WHERE t.outcome = 'Rejected'
        """);

    public async Task<int> CloseAsync(IReadOnlyList<string> names)
    {
        var ids = names.Select(DeliveryName.Read).Where(name => name is not null).ToLookup(name => name!.Value.Queue, name => name!.Value.Id);
        await TellAsync(TellDeliveries, ids['d']);
        await RunAsync(CloseContacts, ids['d']);
        await RunAsync(CloseOrders, ids['d']);
        var closed = await RunAsync(RemoveDeliveries, ids['d']);
        await TellAsync(TellWriteBacks, ids['w']);
        closed += await RunAsync(RemoveWriteBacks, ids['w']);
        await RunAsync(CloseOrdersOfStories, ids['t']);
        return closed + await TellAsync(TellStories, ids['t']);
    }

    private static BulkStatement<long> Of(string sql) => new BulkStatement<long>(sql).Same("account_id").Number("id", id => id);

    private Task<int> RunAsync(BulkStatement<long> statement, IEnumerable<long> ids) => session.Bulk(statement, [.. ids.Distinct()]).With("account_id", accountId).ExecuteAsync();

    private Task<int> TellAsync(BulkStatement<long> statement, IEnumerable<long> ids) =>
        session.Bulk(statement, [.. ids.Distinct()]).With("account_id", accountId).With("reason", reason).With("now", now).ExecuteAsync();
}
