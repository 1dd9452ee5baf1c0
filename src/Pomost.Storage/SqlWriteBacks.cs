using Pomost.Engine;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal sealed class SqlWriteBacks(Database database) : IWriteBacks
{
    private const string Pending = "account_id = @account_id AND store_id = @store_id AND state = 'Pending'";

    private static readonly BulkStatement<NewWriteBack> Replace = new BulkStatement<NewWriteBack>("""
        DELETE FROM write_back WHERE state = 'Pending' AND (account_id, store_id, email_key, kind) IN (
          SELECT r.account_id, r.store_id, r.email_key, r.kind FROM {rows} AS r)
        """)
        .PerStore()
        .Text("email_key", row => row.EmailKey)
        .Text("kind", row => NameOf(row.Kind));

    private static readonly BulkStatement<NewWriteBack> Insert = new BulkStatement<NewWriteBack>("""
        INSERT INTO write_back (account_id, store_id, kind, email_key, payload, state, attempts, not_before, created_at)
        SELECT @account_id, @store_id, r.kind, r.email_key, r.payload, 'Pending', 0, 0, @now FROM {rows} AS r
        """)
        .Text("kind", row => NameOf(row.Kind))
        .Text("email_key", row => row.EmailKey)
        .Text("payload", row => row.Payload);

    private static readonly BulkStatement<WriteBack> Delete = new BulkStatement<WriteBack>("""
        DELETE FROM write_back WHERE (account_id, store_id, id) IN (SELECT r.account_id, r.store_id, r.id FROM {rows} AS r)
        """)
        .PerStore()
        .Number("id", row => row.Id);

    private static readonly BulkStatement<(WriteBack WriteBack, string Reason)> Bury = new BulkStatement<(WriteBack WriteBack, string Reason)>("""
        UPDATE write_back SET state = 'Dead', attempts = attempts + 1, problem = r.problem FROM {rows} AS r
        WHERE write_back.account_id = r.account_id AND write_back.store_id = r.store_id AND write_back.id = r.id
        """)
        .PerStore()
        .Number("id", row => row.WriteBack.Id)
        .Text("problem", row => row.Reason);

    private static readonly BulkStatement<WriteBack> PutOff = new BulkStatement<WriteBack>("""
        UPDATE write_back SET attempts = attempts + 1, not_before = @not_before, problem = @problem FROM {rows} AS r
        WHERE write_back.account_id = r.account_id AND write_back.store_id = r.store_id AND write_back.id = r.id
        """)
        .PerStore()
        .Number("id", row => row.Id);

    private static readonly BulkStatement<WriteBack> SeenEmail = Seen("seen_email_state");

    private static readonly BulkStatement<WriteBack> SeenSms = Seen("seen_sms_state");

    public async Task<IReadOnlyList<WriteBack>> NextAsync(StoreKey store, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"""
            SELECT id, kind, email_key, payload, attempts, created_at, problem FROM write_back WHERE {Pending} AND not_before <= @now ORDER BY id LIMIT @max
            """)
            .For(store).With("now", database.Clock.GetUtcNow()).With("max", max)
            .QueryAsync(row => new WriteBack(
                row.Number("id"), row.Name<WriteBackKind>("kind"), row.Text("email_key"), row.Text("payload"), row.Int("attempts"), row.Time("created_at"),
                row.TextOrNull("problem"))),
        ct);

    public Task SettleAsync(StoreLease lease, WriteBackSettlement settlement, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await StoreFence.HoldAsync(session, lease);
            await session.Bulk(Delete, settlement.Done).For(lease.Store).ExecuteAsync();
            await session.Bulk(SeenEmail, [.. settlement.Done.Where(row => row.Kind == WriteBackKind.EmailConsent)]).For(lease.Store).ExecuteAsync();
            await session.Bulk(SeenSms, [.. settlement.Done.Where(row => row.Kind == WriteBackKind.SmsConsent)]).For(lease.Store).ExecuteAsync();
            await session.Bulk(Bury, settlement.Dead).For(lease.Store).ExecuteAsync();
            await session.Bulk(PutOff, settlement.PutOff).For(lease.Store)
                .With("not_before", settlement.NotBefore ?? database.Clock.GetUtcNow()).With("problem", settlement.PutOffReason).ExecuteAsync();
            await TraceTable.AddAsync(session, lease.Store, settlement.Traces, database.Clock.GetUtcNow());
        },
        ct);

    public Task<DateTimeOffset?> NextDueAsync(StoreKey store, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT min(not_before) AS due FROM write_back WHERE {Pending}").For(store).FirstOrDefaultAsync(row => row.TimeOrNull("due")),
        ct);

    /// <summary>Adds the write-backs of a page, in its transaction.</summary>
    public static async Task AddAsync(DbSession session, StoreKey store, IReadOnlyList<NewWriteBack> writeBacks, DateTimeOffset now)
    {
        if (writeBacks.Count == 0) return;
        var last = writeBacks.Reverse().DistinctBy(row => (row.EmailKey, row.Kind)).Reverse().ToList();
        await session.Bulk(Replace, last).For(store).ExecuteAsync();
        await session.Bulk(Insert, last).For(store).With("now", now).ExecuteAsync();
    }

    private static BulkStatement<WriteBack> Seen(string column) => new BulkStatement<WriteBack>($$"""
        UPDATE contact SET {{column}} = r.state FROM {rows} AS r
        WHERE contact.account_id = r.account_id AND contact.store_id = r.store_id AND contact.email_key = r.email_key
        """)
        .PerStore()
        .Text("email_key", row => row.EmailKey)
        .Text("state", row => NameOf(WriteBackPayload.Consent(row.Payload).Consent.State));
}
