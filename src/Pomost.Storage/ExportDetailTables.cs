using Pomost.Engine;
using Pomost.Rules;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

/// <summary>What export runs leave behind besides their row: their pace, the sums and the lists of dry runs.</summary>
internal static class ExportDetailTables
{
    private const decimal TenThousandths = 10_000;

    private static readonly BulkStatement<PreviewWrite> InsertRow = new BulkStatement<PreviewWrite>("""
        INSERT INTO export_preview_row (account_id, run_id, list, source_id, email, email_key, sample)
        SELECT @account_id, @run_id, r.list, r.source_id, r.email, r.email_key, r.sample FROM {rows} AS r
        """)
        .Text("list", row => row.List.Name)
        .Text("source_id", row => row.SourceId)
        .Text("email", row => row.Email)
        .Text("email_key", row => PersonTexts.KeyOf(PersonTexts.KeysOf(row.Email, AddressesInText.KeysOfJson(SampleOf(row)))))
        .Text("sample", SampleOf);

    private static readonly BulkStatement<ExportSum> AddSum = new BulkStatement<ExportSum>("""
        INSERT INTO export_sum (account_id, run_id, currency, to_send, orders, ten_thousandths)
        SELECT @account_id, @run_id, r.currency, r.to_send, r.orders, r.ten_thousandths FROM {rows} AS r WHERE true
        ON CONFLICT (account_id, run_id, currency, to_send) DO UPDATE SET
          orders = export_sum.orders + excluded.orders, ten_thousandths = export_sum.ten_thousandths + excluded.ten_thousandths
        """)
        .Text("currency", sum => sum.Currency)
        .Flag("to_send", sum => sum.ToSend)
        .Number("orders", sum => sum.Orders)
        .Number("ten_thousandths", sum => (long)decimal.Round(sum.Value * TenThousandths));

    private static readonly BulkStatement<KeyValuePair<ConsentState, int>> AddState = new BulkStatement<KeyValuePair<ConsentState, int>>("""
        INSERT INTO export_state (account_id, run_id, state, count) SELECT @account_id, @run_id, r.state, r.count FROM {rows} AS r WHERE true
        ON CONFLICT (account_id, run_id, state) DO UPDATE SET count = export_state.count + excluded.count
        """)
        .Text("state", state => NameOf(state.Key))
        .Number("count", state => state.Value);

    private static readonly BulkStatement<long> FindStates = new BulkStatement<long>(
        "SELECT s.run_id, s.state, s.count FROM {rows} AS r JOIN export_state AS s ON s.account_id = r.account_id AND s.run_id = r.id")
        .Same("account_id").Number("id", id => id);

    private static readonly BulkStatement<long> FindSums = new BulkStatement<long>("""
        SELECT s.run_id, s.currency, s.to_send, s.orders, s.ten_thousandths FROM {rows} AS r
        JOIN export_sum AS s ON s.account_id = r.account_id AND s.run_id = r.id
        """)
        .Same("account_id").Number("id", id => id);

    /// <summary>Counts records that were done just now.</summary>
    public static async Task CountAsync(DbSession session, long accountId, long runId, long done, DateTimeOffset now)
    {
        if (done <= 0) return;
        await session.Command("""
            INSERT INTO export_pace (account_id, run_id, slot, done) VALUES (@account_id, @run_id, @slot, @done)
            ON CONFLICT (account_id, run_id, slot) DO UPDATE SET done = export_pace.done + excluded.done
            """)
            .With("account_id", accountId).With("run_id", runId).With("slot", SlotOf(now)).With("done", done).ExecuteAsync();
    }

    public static Task<List<ExportPace>> PaceAsync(DbSession session, long accountId, long runId, DateTimeOffset since) => session
        .Command("SELECT slot, done FROM export_pace WHERE account_id = @account_id AND run_id = @run_id AND slot >= @slot ORDER BY slot")
        .With("account_id", accountId).With("run_id", runId).With("slot", SlotOf(since))
        .QueryAsync(row => new ExportPace(DateTimeOffset.FromUnixTimeSeconds(row.Number("slot") * (long)ExportPace.Slot.TotalSeconds), row.Number("done")));

    public static async Task AddAsync(DbSession session, long accountId, RunGain gain)
    {
        await session.Bulk(InsertRow, gain.Listed).With("account_id", accountId).With("run_id", gain.RunId).ExecuteAsync();
        await session.Bulk(AddSum, gain.Sums).With("account_id", accountId).With("run_id", gain.RunId).ExecuteAsync();
        await session.Bulk(AddState, [.. gain.States]).With("account_id", accountId).With("run_id", gain.RunId).ExecuteAsync();
    }

    /// <summary>Consent states by run.</summary>
    public static async Task<ILookup<long, (ConsentState State, long Count)>> StatesAsync(DbSession session, long accountId, IReadOnlyList<long> runs) =>
        (await session.Bulk(FindStates, runs).With("account_id", accountId).QueryAsync(row => (
            Run: row.Number("run_id"), State: (row.Name<ConsentState>("state"), row.Number("count"))))).ToLookup(found => found.Run, found => found.State);

    /// <summary>Sums by run.</summary>
    public static async Task<ILookup<long, ExportSum>> SumsAsync(DbSession session, long accountId, IReadOnlyList<long> runs) =>
        (await session.Bulk(FindSums, runs).With("account_id", accountId).QueryAsync(row => (
            Run: row.Number("run_id"),
            Sum: new ExportSum(row.Text("currency"), row.Flag("to_send"), row.Number("orders"), row.Number("ten_thousandths") / TenThousandths))))
        .OrderBy(found => found.Sum.Currency, StringComparer.Ordinal).ToLookup(found => found.Run, found => found.Sum);

    public static Task<List<PreviewRow>> RowsAsync(DbSession session, long accountId, long runId, PreviewList list, long afterId, int max) => session
        .Command("""
            SELECT id, source_id, email, sample FROM export_preview_row
            WHERE account_id = @account_id AND run_id = @run_id AND list = @list AND id > @after ORDER BY id LIMIT @max
            """)
        .With("account_id", accountId).With("run_id", runId).With("list", list.Name).With("after", afterId).With("max", max).QueryAsync(MapRow);

    public static Task<List<PreviewRow>> SamplesAsync(DbSession session, long accountId, long runId) => session
        .Command("""
            SELECT id, source_id, email, sample FROM export_preview_row
            WHERE account_id = @account_id AND run_id = @run_id AND sample IS NOT NULL ORDER BY id
            """)
        .With("account_id", accountId).With("run_id", runId).QueryAsync(MapRow);

    private static string? SampleOf(PreviewWrite row) => row.Sample is null ? null : StorageJson.Of(row.Sample);

    private static long SlotOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / (long)ExportPace.Slot.TotalSeconds;

    private static PreviewRow MapRow(Row row) => new(
        row.Number("id"), row.Text("source_id"), row.TextOrNull("email"),
        row.TextOrNull("sample") is { } sample ? StorageJson.Read<ExportSample>(sample) : null);
}
