using Pomost.Engine;

namespace Pomost.Storage;

internal sealed class SqlPersonData(Database database) : IPersonData
{
    public Task<IReadOnlyList<PersonRows>> ReadAsync(long accountId, string emailKey, CancellationToken ct) => database.ReadAsync(
        async session =>
        {
            var found = new List<PersonRows>();
            foreach (var part in PersonTables.All.Append((Name: "consents", Table: "consent_line", Where: PersonTables.OfLedger)).GroupBy(part => (part.Name, part.Table)))
            {
                var where = string.Join(" OR ", part.Select(one => $"({one.Where})"));
                var rows = await session.Command($"SELECT * FROM {part.Key.Table} WHERE account_id = @account_id AND ({where}) ORDER BY 1, 2, 3")
                    .With("account_id", accountId).With("email_key", emailKey).QueryAsync(row => row.All());
                if (PersonTexts.All.SingleOrDefault(text => text.Table == part.Key.Table) is { } texts)
                    rows = [.. rows.Concat(await texts.ReadAsync(session, accountId, emailKey)).DistinctBy(texts.IdentityOf)];
                if (rows.Count > 0) found.Add(new PersonRows(part.Key.Name, part.Key.Table, rows));
            }
            return (IReadOnlyList<PersonRows>)found;
        },
        ct);
}
