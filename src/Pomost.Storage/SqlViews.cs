using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal sealed class SqlViews(Database database) : IViews
{
    private const int CardOrders = 200;
    private const int CardCarts = 200;
    private const int CardTraces = 200;
    private const long HourMilliseconds = 60 * 60 * 1000;

    private const string ContactColumns = """
        c.id, c.store_id, c.email_key, c.source_id, c.data, c.email_state, c.email_at, c.email_source, c.email_wording,
        c.sms_state, c.sms_at, c.sms_source, c.sms_wording, c.wanted_tags, c.outcome, c.code, c.changed_at,
        (SELECT MAX(o.placed_at) FROM shop_order AS o WHERE o.account_id = c.account_id AND o.email_key = c.email_key AND o.store_id = c.store_id) AS last_order_at
        """;

    internal SearchLimits Limits { get; init; } = SearchLimits.Default;

    private RowCounts Counts => field ??= new(database.Clock, Limits.Large);

    private const string OrderColumns = "store_id, data, email_key, outcome, code, changed_at";

    public Task<ContactsFound> ContactsAsync(long accountId, ContactQuery query, CancellationToken ct) => database.ReadAsync(
        async session =>
        {
            query = query with { Search = SearchKeys.Searched(query.Search), Tag = string.IsNullOrWhiteSpace(query.Tag) ? null : query.Tag };
            var found = await new ContactSearch(session, accountId, query, Limits).RunAsync(() => Counts.ContactsAsync(session, accountId, query.Stores));
            var rows = (await session.Bulk(FindRows, [.. found.Places.Select(place => place.Id)]).With("account_id", accountId)
                .QueryAsync(row => MapRow(row, accountId))).ToDictionary(row => row.Id);
            return new ContactsFound([.. found.Places.Select(place => rows.GetValueOrDefault(place.Id)).OfType<ContactRow>()], found.Next, found.Count, found.Kind, found.IsCut);
        },
        ct);

    public Task<ContactCard?> ContactAsync(long accountId, long contactId, CancellationToken ct) => database.ReadAsync(
        async session =>
        {
            var contact = await session.Command($"SELECT {ContactColumns} FROM contact AS c WHERE c.account_id = @account_id AND c.id = @id")
                .With("account_id", accountId).With("id", contactId)
                .FirstOrDefaultAsync(row => new CardBase(
                    MapRow(row, accountId), row.Text("email_key"), row.TextOrNull("source_id"), StorageJson.Read<ShopContact>(row.Text("data")),
                    row.Consent("email"), row.Consent("sms")));
            if (contact is null) return null;
            var store = contact.Row.Store;
            var orders = await session.Command($"""
                SELECT {OrderColumns} FROM shop_order WHERE account_id = @account_id AND email_key = @email_key AND store_id = @store_id
                ORDER BY placed_at DESC, source_id DESC LIMIT @max
                """).For(store).With("email_key", contact.EmailKey).With("max", CardOrders).QueryAsync(row => MapOrder(row, accountId));
            var carts = await session.Command("""
                SELECT store_id, data, state, code, changed_at FROM cart WHERE account_id = @account_id AND store_id = @store_id AND email_key = @email_key
                ORDER BY modified_at DESC, id DESC LIMIT @max
                """).For(store).With("email_key", contact.EmailKey).With("max", CardCarts).QueryAsync(row => MapCart(row, accountId));
            var elsewhere = await session.Command("""
                SELECT id, store_id, source_id FROM contact WHERE account_id = @account_id AND email_key = @email_key AND store_id <> @store_id ORDER BY store_id
                """).For(store).With("email_key", contact.EmailKey)
                .QueryAsync(row => new ContactElsewhere(row.Number("id"), new(accountId, row.Number("store_id")), row.TextOrNull("source_id")));
            var consents = await session.Command("""
                SELECT l.id, l.channel, l.previous, l.state, l.at, l.source, l.wording, l.actor, l.reason, l.document, l.recorded_at FROM person AS p
                JOIN consent_line AS l ON l.account_id = p.account_id AND l.person_id = p.id AND l.store_id = @store_id
                WHERE p.account_id = @account_id AND p.email_key = @email_key ORDER BY l.id DESC
                """).For(store).With("email_key", contact.EmailKey).QueryAsync(MapConsent);
            return new ContactCard
            {
                Row = contact.Row,
                EmailKey = contact.EmailKey,
                Contact = contact.Contact,
                EmailConsent = contact.EmailConsent,
                SmsConsent = contact.SmsConsent,
                Orders = orders,
                Carts = carts,
                Elsewhere = elsewhere,
                Pending = await SqlContactEdits.PendingAsync(session, accountId, contact.EmailKey),
                Consents = consents,
                Traces = await TracesOfCardAsync(session, contact, orders, carts),
            };
        },
        ct);

    public async Task<IReadOnlyList<ContactRow>> FindByEmailAsync(long accountId, string emailKey, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT {ContactColumns} FROM contact AS c WHERE c.account_id = @account_id AND c.email_key = @email_key ORDER BY c.store_id")
            .With("account_id", accountId).With("email_key", emailKey).QueryAsync(row => MapRow(row, accountId)),
        ct);

    public async Task<IReadOnlyList<OrderRow>> FindOrdersAsync(long accountId, string numberOrId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"""
            SELECT {OrderColumns} FROM shop_order WHERE account_id = @account_id AND number = @text
            UNION
            SELECT {OrderColumns} FROM shop_order WHERE account_id = @account_id AND source_id = @text
              AND store_id IN (SELECT id FROM store WHERE account_id = @account_id)
            ORDER BY store_id
            """).With("account_id", accountId).With("text", numberOrId).QueryAsync(row => MapOrder(row, accountId)),
        ct);

    public async Task<IReadOnlyList<CartRow>> FindCartsAsync(long accountId, string emailKey, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("""
            SELECT c.store_id, c.data, c.state, c.code, c.changed_at FROM store AS s
            JOIN cart AS c ON c.account_id = s.account_id AND c.store_id = s.id AND c.email_key = @email_key
            WHERE s.account_id = @account_id ORDER BY c.modified_at DESC, c.id DESC LIMIT @max
            """).With("account_id", accountId).With("email_key", emailKey).With("max", CardCarts).QueryAsync(row => MapCart(row, accountId)),
        ct);

    public async Task<IReadOnlyList<TraceEntry>> TracesAsync(StoreKey store, ShopStream stream, string sourceId, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"""
            SELECT {TraceTable.Columns} FROM trace
            WHERE account_id = @account_id AND store_id = @store_id AND stream = @stream AND source_id = @source_id ORDER BY id DESC LIMIT @max
            """).For(store).With("stream", NameOf(stream)).With("source_id", sourceId).With("max", max)
            .QueryAsync(row => TraceTable.Map(row, store.AccountId)),
        ct);

    public async Task<IReadOnlyList<TraceEntry>> LatestAsync(long accountId, IReadOnlyList<long>? stores, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"""
            SELECT {TraceTable.Columns} FROM trace WHERE account_id = @account_id{StoreIds.Among("store_id", stores)} ORDER BY id DESC LIMIT @max
            """)
            .With("account_id", accountId).With("max", max).QueryAsync(row => TraceTable.Map(row, accountId)),
        ct);

    public async Task<IReadOnlyList<StoreNumbers>> NumbersAsync(long accountId, CancellationToken ct) => await database.ReadAsync(
        async session =>
        {
            var stores = await session.Command("""
                SELECT s.id, r.last_delivery_at,
                  (SELECT count(*) FROM delivery AS d WHERE d.account_id = s.account_id AND d.store_id = s.id AND d.state <> 'Dead') AS waiting,
                  (SELECT count(*) FROM contact AS c WHERE c.account_id = s.account_id AND c.outcome <> 'Sent' AND c.outcome = 'Rejected' AND c.store_id = s.id)
                    + (SELECT count(*) FROM shop_order AS o
                      WHERE o.account_id = s.account_id AND o.outcome <> 'Sent' AND o.outcome = 'Rejected' AND o.store_id = s.id) AS rejected,
                  (SELECT COALESCE(SUM(f.delivered), 0) FROM flow AS f
                    WHERE f.account_id = s.account_id AND f.minutes = 60 AND f.slot > @this_hour - 24 AND f.store_id = s.id) AS delivered
                FROM store AS s JOIN store_run AS r ON r.account_id = s.account_id AND r.store_id = s.id
                WHERE s.account_id = @account_id ORDER BY s.number
                """)
                .With("account_id", accountId).With("this_hour", database.Clock.GetUtcNow().ToUnixTimeMilliseconds() / HourMilliseconds)
                .QueryAsync(row => new StoreNumbers(
                    new(accountId, row.Number("id")), 0, 0, row.Number("waiting"), row.Number("rejected"), row.Number("delivered"), row.TimeOrNull("last_delivery_at")));
            var numbers = new List<StoreNumbers>(stores.Count);
            foreach (var store in stores)
            {
                numbers.Add(store with
                {
                    Contacts = (await Counts.ContactsAsync(session, store.Store)).Count,
                    Orders = (await Counts.OrdersAsync(session, store.Store)).Count,
                });
            }
            return numbers;
        },
        ct);

    private static readonly BulkStatement<long> FindRows = new BulkStatement<long>($$"""
        SELECT {{ContactColumns}} FROM {rows} AS r JOIN contact AS c ON c.account_id = r.account_id AND c.id = r.id
        """)
        .Same("account_id")
        .Number("id", id => id);

    private static readonly BulkStatement<(ShopStream Stream, string SourceId)> CardTraceStatement = new BulkStatement<(ShopStream Stream, string SourceId)>($$"""
        SELECT {{string.Join(", ", TraceTable.Columns.Split(", ").Select(column => "t." + column))}} FROM {rows} AS r
        JOIN trace AS t ON t.account_id = r.account_id AND t.store_id = r.store_id AND t.stream = r.stream AND t.source_id = r.source_id
        """)
        .PerStore()
        .Text("stream", record => NameOf(record.Stream))
        .Text("source_id", record => record.SourceId);

    // A guest's traces stand under the address; once there is an account, under its id.
    private static async Task<IReadOnlyList<TraceEntry>> TracesOfCardAsync(DbSession session, CardBase contact, List<OrderRow> orders, List<CartRow> carts)
    {
        var records = new List<(ShopStream, string)> { (ShopStream.Contacts, contact.EmailKey) };
        if (contact.SourceId is { } sourceId) records.Add((ShopStream.Contacts, sourceId));
        records.AddRange(orders.Select(order => (ShopStream.Orders, order.Order.SourceId)));
        records.AddRange(carts.Select(cart => (ShopStream.Carts, cart.Cart.SourceId)));
        var traces = await session.Bulk(CardTraceStatement, records).For(contact.Row.Store).QueryAsync(row => TraceTable.Map(row, contact.Row.Store.AccountId));
        return [.. traces.OrderByDescending(trace => trace.Id).Take(CardTraces)];
    }

    private static ContactRow MapRow(Row row, long accountId)
    {
        var contact = StorageJson.Read<ShopContact>(row.Text("data"));
        return new()
        {
            Id = row.Number("id"),
            Store = new(accountId, row.Number("store_id")),
            Email = contact.Email ?? row.Text("email_key"),
            Name = ContactToSend.Joined(contact.FirstName, contact.LastName),
            EmailConsent = row.Name<ConsentState>("email_state"),
            SmsConsent = row.Name<ConsentState>("sms_state"),
            Tags = StorageJson.Read<string[]>(row.Text("wanted_tags")),
            Outcome = row.Name<RecordOutcome>("outcome"),
            Code = row.Name<ReasonCode>("code"),
            LastOrderAt = row.TimeOrNull("last_order_at"),
            ChangedAt = row.Time("changed_at"),
        };
    }

    private static OrderRow MapOrder(Row row, long accountId) => new(
        new(accountId, row.Number("store_id")), StorageJson.Read<ShopOrder>(row.Text("data")), row.TextOrNull("email_key"),
        row.Name<RecordOutcome>("outcome"), row.Name<ReasonCode>("code"), row.Time("changed_at"));

    private static ConsentEntry MapConsent(Row row) => new(
        row.Number("id"),
        row.Name<ConsentChannel>("channel"),
        row.Name<ConsentState>("previous"),
        new Consent(row.Name<ConsentState>("state"), row.TimeOrNull("at"), row.Name<ConsentSource>("source"), row.TextOrNull("wording")),
        row.Time("recorded_at"))
    {
        Evidence = row.TextOrNull("actor") is { } actor ? new ConsentEvidence(actor, row.TextOrNull("reason"), row.TextOrNull("document")) : null,
    };

    private static CartRow MapCart(Row row, long accountId) => new(
        new(accountId, row.Number("store_id")), StorageJson.Read<ShopCart>(row.Text("data")), row.Name<CartState>("state"), row.Name<ReasonCode>("code"),
        row.Time("changed_at"));

    private sealed record CardBase(ContactRow Row, string EmailKey, string? SourceId, ShopContact Contact, Consent EmailConsent, Consent SmsConsent);
}
