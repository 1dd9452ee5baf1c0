using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal static class TraceTable
{
    private static readonly BulkStatement<TraceWrite> Insert = new BulkStatement<TraceWrite>("""
        INSERT INTO trace (account_id, store_id, stream, source_id, email_key, outcome, code, answers, export_run_id, detail, at)
        SELECT @account_id, @store_id, r.stream, r.source_id, r.email_key, r.outcome, r.code, r.answers, r.export_run_id, r.detail, @now FROM {rows} AS r
        """)
        .Text("stream", trace => NameOf(trace.Stream))
        .Text("source_id", trace => trace.SourceId)
        .Text("email_key", trace => trace.EmailKey)
        .Text("outcome", trace => NameOf(trace.Outcome))
        .Text("code", trace => NameOf(trace.Code))
        .Text("answers", trace => trace.Answers.Count == 0 ? "[]" : StorageJson.Of(trace.Answers))
        .Number("export_run_id", trace => trace.ExportRunId)
        .Text("detail", trace => trace.Detail);

    public static Task AddAsync(DbSession session, StoreKey store, IReadOnlyList<TraceWrite> traces, DateTimeOffset now) =>
        session.Bulk(Insert, traces).For(store).With("now", now).ExecuteAsync();

    public const string Columns = "id, store_id, stream, source_id, outcome, code, answers, export_run_id, detail, at";

    public static TraceEntry Map(Row row, long accountId) => new(
        row.Number("id"),
        new(accountId, row.Number("store_id")),
        row.Name<ShopStream>("stream"),
        row.Text("source_id"),
        row.Name<RecordOutcome>("outcome"),
        row.Name<ReasonCode>("code"),
        StorageJson.Read<RuleAnswer[]>(row.Text("answers")),
        row.NumberOrNull("export_run_id"),
        row.TextOrNull("detail"),
        row.Time("at"));
}
