using System.Security.Cryptography;
using System.Text;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal sealed class SqlDeliveryViews(Database database) : IDeliveryViews
{
    private const int MostGroups = 200;
    private const int DetailTraces = 100;

    // How far a list walks through the stories: what is rare may end it early, never make it slow.
    private const int MostStories = 50_000;

    // A change owed to an event is an event to people.
    private const string KindOfDelivery = "CASE kind WHEN 'Contact' THEN 'Contact' ELSE 'Event' END AS kind";
    private const string StreamOfDelivery = "CASE WHEN d.event_kind IS NULL THEN 'Contacts' WHEN d.event_kind = 'Cart' THEN 'Carts' ELSE 'Orders' END";

    // What was given up on its way has a row of its own; what a shop has no place for is not mended by trying again.
    private static string UnusableRecords(IReadOnlyList<long>? stores) => $"""
        (SELECT id, store_id, stream, source_id, email_key, code, detail, at FROM trace
          WHERE account_id = @account_id AND outcome = 'Rejected' ORDER BY id DESC LIMIT 50000) AS t
        WHERE t.code NOT IN ('RefusedByDestination', 'ShopRefused', 'ShopLacksPerson', 'ShopHasNoPlace'){StoreIds.Among("t.store_id", stores)}
          AND NOT EXISTS (SELECT 1 FROM trace AS n WHERE n.account_id = @account_id AND n.store_id = t.store_id AND n.stream = t.stream
            AND n.source_id = t.source_id AND n.id > t.id LIMIT 1 OFFSET 0)
        """;

    public Task<IReadOnlyList<QueuedRow>> QueueAsync(long accountId, IReadOnlyList<long>? stores, bool toShop, long? after, int max, CancellationToken ct) => database.ReadAsync(
        async session =>
        {
            var rows = new List<QueuedRow>();
            // Store by store: each has its own order in the index, and all together have none.
            foreach (var store in await StoresAsync(session, accountId, stores))
            {
                var statement = toShop
                    ? session.Command("""
                        SELECT id, kind, email_key AS source_id, CASE WHEN begun_at IS NULL THEN 'Pending' ELSE 'Sent' END AS state, attempts, created_at, not_before, problem
                        FROM write_back WHERE account_id = @account_id AND store_id = @store_id AND state = 'Pending' AND id > @after ORDER BY id LIMIT @max
                        """)
                    : session.Command($"""
                        SELECT id, {KindOfDelivery}, source_id, state, attempts, created_at, not_before, problem FROM delivery
                        WHERE account_id = @account_id AND store_id = @store_id AND lane = 0 AND state <> 'Dead' AND id > @after ORDER BY id LIMIT @max
                        """);
                rows.AddRange(await statement.For(store).With("after", after ?? 0).With("max", max).QueryAsync(row => MapQueued(row, store, toShop)));
            }
            return (IReadOnlyList<QueuedRow>)[.. rows.OrderBy(row => row.Id).Take(max)];
        },
        ct);

    public async Task<IReadOnlyList<QueuedExport>> QueuedExportsAsync(long accountId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("""
            SELECT e.store_id, e.number, e.state, q.waiting FROM (
              SELECT store_id, lane, count(*) AS waiting FROM delivery WHERE account_id = @account_id AND lane <> 0 AND state <> 'Dead' GROUP BY store_id, lane) AS q
            JOIN export_run AS e ON e.account_id = @account_id AND e.id = q.lane ORDER BY e.store_id, e.number
            """).With("account_id", accountId)
            .QueryAsync(row => new QueuedExport(new(accountId, row.Number("store_id")), row.Int("number"), row.Name<ExportState>("state"), row.Number("waiting"))),
        ct);

    public async Task<IReadOnlyList<TraceEntry>> DeliveredAsync(long accountId, IReadOnlyList<long>? stores, long? before, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"""
            SELECT {TraceTable.Columns} FROM (
              SELECT {TraceTable.Columns} FROM trace WHERE account_id = @account_id AND id < @before ORDER BY id DESC LIMIT {MostStories}) AS t
            WHERE outcome = 'Sent'{StoreIds.Among("store_id", stores)} LIMIT @max
            """).With("account_id", accountId).With("before", before ?? long.MaxValue).With("max", max)
            .QueryAsync(row => TraceTable.Map(row, accountId)),
        ct);

    public Task<IReadOnlyList<RejectedGroup>> RejectedGroupsAsync(long accountId, IReadOnlyList<long>? stores, CancellationToken ct) => database.ReadAsync(
        async session =>
        {
            Statement Of(string sql) => session.Command(sql).With("account_id", accountId).With("max", MostGroups);
            var groups = await Of($"""
                SELECT kind, problem, count(*) AS rows, max(created_at) AS newest FROM (
                  SELECT {KindOfDelivery}, problem, created_at FROM delivery WHERE account_id = @account_id AND state = 'Dead'{StoreIds.Among("store_id", stores)}
                  UNION ALL
                  SELECT 'WriteBack' AS kind, problem, created_at FROM write_back WHERE account_id = @account_id AND state = 'Dead'{StoreIds.Among("store_id", stores)}) AS q
                GROUP BY kind, problem ORDER BY count(*) DESC LIMIT @max
                """).QueryAsync(row => new RejectedGroup(
                    KeyOf(row.Text("kind"), row.TextOrNull("problem") ?? ""), row.Name<DeadLetterKind>("kind"), null, null, row.TextOrNull("problem"),
                    row.Number("rows"), row.Time("newest")));
            groups.AddRange(await Of($"""
                SELECT t.stream, t.code, count(*) AS rows, max(t.at) AS newest FROM {UnusableRecords(stores)} GROUP BY t.stream, t.code ORDER BY count(*) DESC LIMIT @max
                """).QueryAsync(row => new RejectedGroup(
                    KeyOf(row.Text("stream"), row.Text("code")), null, row.Name<ReasonCode>("code"), row.Name<ShopStream>("stream"), null,
                    row.Number("rows"), row.Time("newest"))));
            return (IReadOnlyList<RejectedGroup>)[.. groups.OrderByDescending(group => group.Count).ThenBy(group => group.Key, StringComparer.Ordinal).Take(MostGroups)];
        },
        ct);

    public async Task<IReadOnlyList<RejectedLine>> RejectedAsync(
        long accountId, IReadOnlyList<long>? stores, RejectedGroup group, long? before, int max, CancellationToken ct) => await database.ReadAsync(
        session =>
        {
            var (sql, queue) = group.Kind switch
            {
                null => ($"""
                    SELECT t.id, t.store_id, t.source_id, t.email_key, t.detail AS problem, 1 AS attempts, t.at AS created_at FROM {UnusableRecords(stores)}
                      AND t.stream = @stream AND t.code = @code AND t.id < @before ORDER BY t.id DESC LIMIT @max
                    """, 't'),
                DeadLetterKind.WriteBack => ($"""
                    SELECT id, store_id, email_key AS source_id, email_key, problem, attempts, created_at FROM write_back
                    WHERE account_id = @account_id AND state = 'Dead'{StoreIds.Among("store_id", stores)} AND COALESCE(problem, '') = @problem AND id < @before ORDER BY id DESC LIMIT @max
                    """, 'w'),
                _ => ($"""
                    SELECT id, store_id, source_id, email_key, problem, attempts, created_at FROM delivery
                    WHERE account_id = @account_id AND state = 'Dead'{StoreIds.Among("store_id", stores)} AND (kind = 'Contact') = @is_contact AND COALESCE(problem, '') = @problem AND id < @before
                    ORDER BY id DESC LIMIT @max
                    """, 'd'),
            };
            var statement = session.Command(sql).With("account_id", accountId).With("before", before ?? long.MaxValue).With("max", max);
            if (group.Kind is null) statement.With("stream", NameOf(group.Stream!.Value)).With("code", NameOf(group.Code!.Value));
            else statement.With("problem", group.Reason ?? "");
            if (queue == 'd') statement.With("is_contact", group.Kind == DeadLetterKind.Contact);
            return statement.QueryAsync(row => new RejectedLine(
                DeliveryName.Of(queue, row.Number("id")), new(accountId, row.Number("store_id")), row.Text("source_id"), row.TextOrNull("email_key"),
                row.TextOrNull("problem"), row.Int("attempts"), row.Time("created_at")));
        },
        ct);

    public Task<DateTimeOffset?> LastRejectionAsync(long accountId, IReadOnlyList<long>? stores, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT at FROM trace WHERE account_id = @account_id AND outcome = 'Rejected'{StoreIds.Among("store_id", stores)} ORDER BY id DESC LIMIT 1")
            .With("account_id", accountId).FirstOrDefaultAsync(row => row.TimeOrNull("at")),
        ct);

    public Task<int> CloseAsync(long accountId, IReadOnlyList<string> names, string reason, CancellationToken ct) => database.WriteAsync(
        session => new RejectClosing(session, accountId, reason, database.Clock.GetUtcNow()).CloseAsync(names), ct);

    public Task<IReadOnlyList<WithheldGroup>> WithheldGroupsAsync(long accountId, IReadOnlyList<long>? stores, CancellationToken ct) => database.ReadAsync(
        async session =>
        {
            var groups = new List<WithheldGroup>();
            foreach (var (stream, table) in new[] { (ShopStream.Contacts, "contact"), (ShopStream.Orders, "shop_order") })
            {
                groups.AddRange(await session.Command($"""
                    SELECT code, count(*) AS rows FROM {table} WHERE account_id = @account_id AND outcome = 'Withheld' AND outcome <> 'Sent'{StoreIds.Among("store_id", stores)} GROUP BY code
                    """).With("account_id", accountId)
                    .QueryAsync(row => new WithheldGroup(stream, row.Name<ReasonCode>("code"), row.Number("rows"))));
            }
            return (IReadOnlyList<WithheldGroup>)[.. groups.OrderByDescending(group => group.Count).ThenBy(group => group.Code)];
        },
        ct);

    public async Task<IReadOnlyList<WithheldRecord>> WithheldAsync(
        long accountId, IReadOnlyList<long>? stores, ShopStream stream, ReasonCode code, ContactPlace? after, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"""
            SELECT x.id, x.store_id, x.changed_at, {(stream == ShopStream.Contacts
                ? "x.email_key AS label, x.id AS contact_id"
                : "x.number AS label, (SELECT c.id FROM contact AS c WHERE c.account_id = x.account_id AND c.email_key = x.email_key AND c.store_id = x.store_id) AS contact_id")}
            FROM {(stream == ShopStream.Contacts ? "contact" : "shop_order")} AS x
            WHERE x.account_id = @account_id AND x.outcome = 'Withheld' AND x.outcome <> 'Sent' AND x.code = @code{StoreIds.Among("x.store_id", stores)}
              AND (x.changed_at, x.id) < (@after_at, @after_id) ORDER BY x.changed_at DESC, x.id DESC LIMIT @max
            """)
            .With("account_id", accountId).With("code", NameOf(code)).With("max", max)
            .With("after_at", after?.ChangedAt ?? long.MaxValue).With("after_id", after?.Id ?? long.MaxValue)
            .QueryAsync(row => new WithheldRecord(
                stream, new(accountId, row.Number("store_id")), row.Text("label"), row.NumberOrNull("contact_id"), row.Time("changed_at"), row.Number("id"))),
        ct);

    public Task<DeliveryDetail?> FindAsync(long accountId, string name, CancellationToken ct) => database.ReadAsync(
        async session =>
        {
            if (DeliveryName.Read(name) is not var (queue, id)) return null;
            var found = await session.Command(queue switch
            {
                'd' => $"""
                    SELECT d.store_id, {StreamOfDelivery} AS stream, d.source_id, d.email_key, CASE d.kind WHEN 'Contact' THEN 'Contact' ELSE 'Event' END AS kind, d.state,
                      d.payload, d.problem, d.attempts, d.created_at, d.sent_at, d.not_before, d.export_run_id
                    FROM delivery AS d WHERE d.account_id = @account_id AND d.id = @id
                    """,
                'w' => """
                    SELECT store_id, 'Contacts' AS stream, email_key AS source_id, email_key, 'WriteBack' AS kind,
                      CASE WHEN state = 'Pending' AND begun_at IS NOT NULL THEN 'Sent' ELSE state END AS state, payload, problem, attempts, created_at,
                      begun_at AS sent_at, not_before, NULL AS export_run_id
                    FROM write_back WHERE account_id = @account_id AND id = @id
                    """,
                _ => """
                    SELECT store_id, stream, source_id, email_key, NULL AS kind, NULL AS state, NULL AS payload, NULL AS problem, 0 AS attempts, NULL AS created_at,
                      NULL AS sent_at, 0 AS not_before, export_run_id
                    FROM trace WHERE account_id = @account_id AND id = @id
                    """,
            }).With("account_id", accountId).With("id", id).FirstOrDefaultAsync(row => MapDetail(row, name, accountId));
            if (found is null) return null;
            var contact = found.EmailKey is null ? null : await session
                .Command("SELECT id, source_id FROM contact WHERE account_id = @account_id AND store_id = @store_id AND email_key = @email_key")
                .For(found.Store).With("email_key", found.EmailKey).FirstOrDefaultAsync(row => new Known(row.Number("id"), row.TextOrNull("source_id")));
            // A change for the shop is told in the story of the account it is about.
            if (queue == 'w' && contact?.SourceId is { } sourceId) found = found with { SourceId = sourceId };
            return found with
            {
                ContactId = contact?.Id,
                Traces = await session.Command($"""
                    SELECT {TraceTable.Columns} FROM trace
                    WHERE account_id = @account_id AND store_id = @store_id AND stream = @stream AND source_id = @source_id ORDER BY id DESC LIMIT @max
                    """).For(found.Store).With("stream", NameOf(found.Stream)).With("source_id", found.SourceId).With("max", DetailTraces)
                    .QueryAsync(row => TraceTable.Map(row, accountId)),
            };
        },
        ct);

    private static Task<List<StoreKey>> StoresAsync(DbSession session, long accountId, IReadOnlyList<long>? stores) => session
        .Command($"SELECT id FROM store WHERE account_id = @account_id{StoreIds.Among("id", stores)} ORDER BY id")
        .With("account_id", accountId).QueryAsync(row => new StoreKey(accountId, row.Number("id")));

    private static QueuedRow MapQueued(Row row, StoreKey store, bool toShop) => new(
        store, toShop ? DeadLetterKind.WriteBack : row.Name<DeadLetterKind>("kind"), row.Number("id"), row.Text("source_id"), StateOf(row.Text("state"), row.Int("attempts")),
        row.Int("attempts"), row.Time("created_at"), row.Number("not_before") > 0 ? row.Time("not_before") : null, row.TextOrNull("problem"));

    private static DeliveryDetail MapDetail(Row row, string name, long accountId)
    {
        var state = row.TextOrNull("state");
        return new()
        {
            Name = name,
            Store = new(accountId, row.Number("store_id")),
            Stream = row.Name<ShopStream>("stream"),
            SourceId = row.Text("source_id"),
            EmailKey = row.TextOrNull("email_key"),
            Kind = row.TextOrNull("kind") is null ? null : row.Name<DeadLetterKind>("kind"),
            State = state is null or "Dead" ? null : StateOf(state, row.Int("attempts")),
            IsDead = state == "Dead",
            Payload = row.TextOrNull("payload"),
            Answer = row.TextOrNull("problem"),
            Attempts = row.Int("attempts"),
            CreatedAt = row.TimeOrNull("created_at"),
            SentAt = row.TimeOrNull("sent_at"),
            NotBefore = row.Number("not_before") > 0 ? row.Time("not_before") : null,
            ExportRunId = row.NumberOrNull("export_run_id"),
            Traces = [],
        };
    }

    private static QueuedState StateOf(string state, int attempts) => state == "Sent" ? QueuedState.InDoubt : attempts > 0 ? QueuedState.TriedBefore : QueuedState.Waits;

    private static string KeyOf(string kind, string reason) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{reason}")).AsSpan(0, 8));

    private sealed record Known(long Id, string? SourceId);
}
