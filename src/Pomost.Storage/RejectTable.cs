using Pomost.Engine;
using Pomost.Rules;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal static class RejectTable
{
    private const int LongestValue = 255;

    private static readonly BulkStatement<RejectWrite> Insert = new BulkStatement<RejectWrite>("""
        INSERT INTO export_reject (account_id, run_id, source_id, email, email_key, field, code, value, first_seen, attempts)
        SELECT @account_id, @run_id, r.source_id, r.email, r.email_key, r.field, r.code, r.value, @now, 1 FROM {rows} AS r WHERE true
        ON CONFLICT (account_id, run_id, source_id, field) DO UPDATE SET
          email = excluded.email, email_key = excluded.email_key,
          code = excluded.code, value = excluded.value, attempts = export_reject.attempts + 1
        RETURNING attempts
        """)
        .Text("source_id", reject => reject.SourceId)
        .Text("email", reject => reject.Email)
        .Text("email_key", reject => PersonTexts.KeyOf(PersonTexts.KeysOf(reject.Email, AddressesInText.KeysOf(ValueOf(reject)))))
        .Text("field", reject => reject.Field)
        .Text("code", reject => NameOf(reject.Code))
        .Text("value", ValueOf);

    /// <summary>Adds rows to a run's list; the number of rows that were not on it yet.</summary>
    public static async Task<int> AddAsync(DbSession session, long accountId, long runId, IEnumerable<RejectWrite> rejects, DateTimeOffset now)
    {
        var unique = rejects.DistinctBy(reject => (reject.SourceId, reject.Field)).ToList();
        var attempts = await session.Bulk(Insert, unique).With("account_id", accountId).With("run_id", runId).With("now", now).QueryAsync(row => row.Int("attempts"));
        return attempts.Count(attempt => attempt == 1);
    }

    private static string? ValueOf(RejectWrite reject) =>
        reject.Value is { Length: > LongestValue } value ? value[..LongestValue] : reject.Value;
}
