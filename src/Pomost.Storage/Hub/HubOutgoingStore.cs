using Pomost.Hub;

namespace Pomost.Storage.Hub;

/// <summary>The hub's callback addresses and what it owes to the outside, in the database.</summary>
internal sealed class HubOutgoingStore(Database database) : IHubOutgoingStore
{
    private const string Columns = "account_id, outgoing_id, contact_id, kind, attempts, created_at, problem, dead";

    /// <summary>Drops what a newer statement of the person makes out of date, sent or not.</summary>
    public static readonly BulkStatement<NewHubOutgoing> Supersede = new BulkStatement<NewHubOutgoing>(
        "DELETE FROM hub_outgoing WHERE (account_id, contact_id, is_mail) IN (SELECT r.account, r.contact_id, r.is_mail FROM {rows} AS r)")
        .Same("account")
        .Text("contact_id", owed => owed.ContactId.ToString())
        .Flag("is_mail", owed => IsMail(owed));

    /// <summary>Adds what is owed, where there is a receiver and the person was not erased in the same change.</summary>
    public static readonly BulkStatement<NewHubOutgoing> Insert = new BulkStatement<NewHubOutgoing>(
        """
        INSERT INTO hub_outgoing (account_id, contact_id, is_mail, outgoing_id, kind, due_at, created_at)
        SELECT c.account_id, r.contact_id, r.is_mail, r.outgoing_id, r.kind, c.modified_at, c.modified_at
        FROM {rows} AS r
        JOIN hub_contact AS c ON c.account_id = r.account AND c.contact_id = r.contact_id
        LEFT JOIN hub_callback AS u ON u.account_id = r.account
        WHERE r.is_mail OR (r.kind = 0 AND u.opt_in_url IS NOT NULL) OR (r.kind = 1 AND u.opt_out_url IS NOT NULL)
        """)
        .Same("account")
        .Text("contact_id", owed => owed.ContactId.ToString())
        .Flag("is_mail", owed => IsMail(owed))
        .Text("outgoing_id", owed => owed.Id.ToString())
        .Number("kind", owed => (long)owed.Kind);

    public Task<StoredCallbacks> ReadCallbacksAsync(long accountId, CancellationToken ct) => database.ReadAsync(
        async session => await session.Command("SELECT opt_in_url, opt_out_url FROM hub_callback WHERE account_id = @account")
            .With("account", accountId)
            .FirstOrDefaultAsync(row => new StoredCallbacks(row.TextOrNull("opt_in_url"), row.TextOrNull("opt_out_url"))) ?? new(null, null),
        ct);

    public Task SaveCallbacksAsync(long accountId, StoredCallbacks callbacks, CancellationToken ct) => database.WriteAsync(
        session => session.Command(
            """
            INSERT INTO hub_callback (account_id, opt_in_url, opt_out_url) VALUES (@account, @opt_in, @opt_out)
            ON CONFLICT (account_id) DO UPDATE SET opt_in_url = excluded.opt_in_url, opt_out_url = excluded.opt_out_url
            """)
            .With("account", accountId).With("opt_in", callbacks.ProtectedOptIn).With("opt_out", callbacks.ProtectedOptOut).ExecuteAsync(),
        ct);

    // The outer condition is checked again on the row as it is once another node has let go of it.
    public async Task<IReadOnlyList<HubOutgoing>> TakeDueAsync(
        DateTimeOffset now, DateTimeOffset leasedUntil, bool withMails, int count, CancellationToken ct)
    {
        // Asked every second; a write only when there is something.
        var waiting = await database.ReadAsync(
            session => session.Command("SELECT 1 FROM hub_outgoing WHERE NOT dead AND due_at <= @now AND (@mails OR NOT is_mail) LIMIT 1")
                .With("now", now).With("mails", withMails).NumberAsync(),
            ct);
        if (waiting is null) return [];
        return await database.WriteAsync(
            session => session.Command(
                $"""
                UPDATE hub_outgoing SET due_at = @leased, attempts = attempts + 1
                WHERE NOT dead AND due_at <= @now AND (account_id, contact_id, is_mail) IN (
                  SELECT account_id, contact_id, is_mail FROM hub_outgoing
                  WHERE NOT dead AND due_at <= @now AND (@mails OR NOT is_mail) ORDER BY due_at LIMIT @count)
                RETURNING {Columns}
                """)
                .With("now", now).With("leased", leasedUntil).With("mails", withMails).With("count", count).QueryAsync(ToOutgoing),
            ct);
    }

    public Task RemoveAsync(HubOutgoing sent, CancellationToken ct) => database.WriteAsync(
        session => session.Command("DELETE FROM hub_outgoing WHERE account_id = @account AND contact_id = @contact AND outgoing_id = @id")
            .With("account", sent.AccountId).With("contact", sent.ContactId.ToString()).With("id", sent.Id.ToString()).ExecuteAsync(),
        ct);

    public Task PutOffAsync(HubOutgoing failed, DateTimeOffset dueAt, string problem, bool dead, CancellationToken ct) => database.WriteAsync(
        session => session.Command(
            """
            UPDATE hub_outgoing SET due_at = @due_at, problem = @problem, dead = @dead
            WHERE account_id = @account AND contact_id = @contact AND outgoing_id = @id
            """)
            .With("account", failed.AccountId)
            .With("contact", failed.ContactId.ToString())
            .With("id", failed.Id.ToString())
            .With("due_at", dueAt)
            .With("problem", problem)
            .With("dead", dead)
            .ExecuteAsync(),
        ct);

    public Task<IReadOnlyList<HubOutgoing>> ListAsync(long accountId, int count, CancellationToken ct) =>
        database.ReadAsync<IReadOnlyList<HubOutgoing>>(
            async session => await session.Command(
                $"SELECT {Columns} FROM hub_outgoing WHERE account_id = @account ORDER BY created_at, outgoing_id LIMIT @count")
                .With("account", accountId).With("count", count).QueryAsync(ToOutgoing),
            ct);

    public Task<int> ReviveAsync(long accountId, DateTimeOffset now, CancellationToken ct) => database.WriteAsync(
        session => session.Command("UPDATE hub_outgoing SET dead = false, due_at = @now, created_at = @now WHERE account_id = @account AND dead")
            .With("account", accountId).With("now", now).ExecuteAsync(),
        ct);

    private static bool IsMail(NewHubOutgoing owed) => owed.Kind == HubOutgoingKind.ConfirmationMail;

    private static HubOutgoing ToOutgoing(Row row) => new(
        row.Number("account_id"), Guid.Parse(row.Text("outgoing_id")), Guid.Parse(row.Text("contact_id")), (HubOutgoingKind)row.Int("kind"),
        row.Int("attempts"), row.Time("created_at"), row.TextOrNull("problem"), row.Flag("dead"));
}
