using Pomost.Hub;

namespace Pomost.Storage.Hub;

/// <summary>Files of the hub's jobs.</summary>
internal static class HubJobTable
{
    private static readonly BulkStatement<(long Number, string File)> Rewrite = new BulkStatement<(long Number, string File)>(
        "UPDATE hub_job SET file = r.file FROM {rows} AS r WHERE hub_job.account_id = r.account AND hub_job.number = r.number")
        .Same("account")
        .Number("number", job => job.Number)
        .Text("file", job => job.File);

    /// <summary>Takes people out of every file of an account that the session has locked.</summary>
    /// <returns>How many rows of files were removed.</returns>
    public static async Task<long> EraseAsync(
        DbSession session, long accountId, IReadOnlySet<Guid> contactIds, IReadOnlySet<string> emailKeys)
    {
        if (contactIds.Count == 0 && emailKeys.Count == 0) return 0;
        // Rewritten while reading on, so that only what changed is held.
        var removed = 0L;
        var changed = new List<(long, string)>();
        await session.Command("SELECT number, file FROM hub_job WHERE account_id = @account").With("account", accountId).QueryAsync(row =>
        {
            var file = JobFileErasure.Without(row.Text("file"), contactIds, emailKeys, out var rows);
            if (file is not null) changed.Add((row.Number("number"), file));
            removed += rows;
            return rows;
        });
        await session.Bulk(Rewrite, changed).With("account", accountId).ExecuteAsync();
        return removed;
    }

    /// <summary>Takes a person of a product's account out of the files of its built-in hub.</summary>
    /// <returns>How many rows of files were removed.</returns>
    public static async Task<long> EraseAsync(DbSession session, long productAccountId, string emailKey)
    {
        var accounts = await session.Command("""
            SELECT DISTINCT h.account_id FROM destination AS d JOIN hub_account AS h ON h.client_id = d.client_id
            WHERE d.account_id = @account_id AND d.is_hub ORDER BY h.account_id
            """)
            .With("account_id", productAccountId).QueryAsync(row => row.Number("account_id"));
        var removed = 0L;
        foreach (var account in accounts)
        {
            await LockAccountAsync(session, account);
            // A card's former addresses stand in its files, too.
            var cards = await session.Command("SELECT contact_id FROM hub_contact WHERE account_id = @account AND email_key = @email_key")
                .With("account", account).With("email_key", emailKey).QueryAsync(row => Guid.Parse(row.Text("contact_id")));
            removed += await EraseAsync(session, account, cards.ToHashSet(), new HashSet<string>(StringComparer.Ordinal) { emailKey });
        }
        return removed;
    }

    /// <summary>Makes changes of one account take turns; gives the number of its last job, which stands in the same row.</summary>
    public static async Task<long> LockAccountAsync(DbSession session, long accountId) =>
        await session.Command(session.ByDialect(
            "SELECT job_count FROM hub_account WHERE account_id = @account",
            "SELECT job_count FROM hub_account WHERE account_id = @account FOR NO KEY UPDATE"))
            .With("account", accountId).NumberAsync()
        ?? throw new InvalidOperationException("The hub account does not exist.");
}
