using Pomost.Rules;

namespace Pomost.Storage;

/// <summary>Tables whose rows name people in texts of somebody else's making.</summary>
/// <remarks>A row with one address has its key in <c>email_key</c>. A row with several has none there, nor has one of an earlier version:
/// the code reads those, because no database compares addresses as <see cref="EmailAddress"/> does.</remarks>
internal static class PersonTexts
{
    /// <summary>Name in a certificate, as in <see cref="PersonTables"/>.</summary>
    public static IReadOnlyList<PersonText> All { get; } =
    [
        new("linesOfFiles", "subscriber_line", ("file_id", "line"), "cells LIKE '%@%'",
            row => AddressesInText.KeysOfJson(row.Text("cells")), "cells"),
        new("rejectedRows", "export_reject", ("run_id", "id"), "(email LIKE '%@%' OR value LIKE '%@%')",
            row => KeysOf(row.TextOrNull("email"), AddressesInText.KeysOf(row.TextOrNull("value"))), "email, value"),
        new("previews", "export_preview_row", ("run_id", "id"), "(email LIKE '%@%' OR sample LIKE '%@%')",
            row => KeysOf(row.TextOrNull("email"), AddressesInText.KeysOfJson(row.TextOrNull("sample"))), "email, sample"),
    ];

    /// <summary>What <c>email_key</c> holds of a row with these addresses: the only one; empty for none; null for several.</summary>
    public static string? KeyOf(IEnumerable<string> keys) => keys.Distinct(StringComparer.Ordinal).Take(2).ToList() switch
    {
        [] => "",
        [var only] => only,
        _ => null,
    };

    /// <summary>Keys of the addresses in a record's own field and in another of its texts.</summary>
    public static IReadOnlyList<string> KeysOf(string? email, IReadOnlyList<string> others) => [.. AddressesInText.KeysOf(email), .. others];
}

/// <summary>One of <see cref="PersonTexts"/>.</summary>
/// <param name="name">Name in a certificate.</param>
/// <param name="table">The table.</param>
/// <param name="keys">The two numbers that tell its rows apart within the account.</param>
/// <param name="mayHoldAddress">Sorts out rows without any address.</param>
/// <param name="addresses">Keys of the addresses in a row.</param>
/// <param name="texts">Columns this needs.</param>
internal sealed class PersonText(
    string name, string table, (string First, string Second) keys, string mayHoldAddress,
    Func<Row, IReadOnlyList<string>> addresses, string texts)
{
    private readonly BulkStatement<(long First, long Second)> read = WithKeys(new(
        $$"""
        SELECT t.* FROM {rows} AS r CROSS JOIN {{table}} AS t
        WHERE t.account_id = r.account_id AND t.{{keys.First}} = r.{{keys.First}} AND t.{{keys.Second}} = r.{{keys.Second}}
        """), keys);

    private readonly BulkStatement<(long First, long Second)> delete = WithKeys(new(
        $$"""
        DELETE FROM {{table}} WHERE (account_id, {{keys.First}}, {{keys.Second}}) IN (
          SELECT r.account_id, r.{{keys.First}}, r.{{keys.Second}} FROM {rows} AS r)
        """), keys);

    public string Name => name;

    public string Table => table;

    /// <summary>What tells a row of <see cref="Row.All"/> apart.</summary>
    public (object?, object?) IdentityOf(IReadOnlyDictionary<string, object?> row) => (row[keys.First], row[keys.Second]);

    public async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadAsync(DbSession session, long accountId, string emailKey) =>
        await session.Bulk(read, await FindAsync(session, accountId, emailKey)).With("account_id", accountId).QueryAsync(row => row.All());

    public async Task<int> DeleteAsync(DbSession session, long accountId, string emailKey) =>
        await session.Bulk(delete, await FindAsync(session, accountId, emailKey)).With("account_id", accountId).ExecuteAsync();

    private async Task<List<(long First, long Second)>> FindAsync(DbSession session, long accountId, string emailKey)
    {
        var rows = await session.Command($"""
            SELECT {keys.First}, {keys.Second}, {texts} FROM {table}
            WHERE account_id = @account_id AND email_key IS NULL AND {mayHoldAddress}
            """)
            .With("account_id", accountId)
            .QueryAsync(row => (
                Key: (row.Number(keys.First), row.Number(keys.Second)), Is: addresses(row).Contains(emailKey, StringComparer.Ordinal)));
        return [.. rows.Where(row => row.Is).Select(row => row.Key)];
    }

    private static BulkStatement<(long First, long Second)> WithKeys(
        BulkStatement<(long First, long Second)> statement, (string First, string Second) keys) => statement
        .Same("account_id").Number(keys.First, key => key.First).Number(keys.Second, key => key.Second);
}
