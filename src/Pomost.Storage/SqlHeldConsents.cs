using System.Globalization;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage;

internal sealed class SqlHeldConsents(Database database) : IHeldConsents
{
    // The moment of the hold says of which channel it was: the ledger's line of the same commit bears it, too.
    private const string EmailHold = "c.email_state = 'Withdrawn' AND c.email_source = 'SalesmanagoCard' AND (" + HeldLine + "'Email') OR NOT " + HeldLine + "'Sms'))" + " AND NOT " + Stated + "'%\"Channel\":\"Email\"%')";

    private const string SmsHold = "c.sms_state = 'Withdrawn' AND c.sms_source = 'SalesmanagoCard' AND " + HeldLine + "'Sms') AND NOT " + Stated + "'%\"Channel\":\"Sms\"%')";

    // The newest line of the channel: whoever opted out once more by themselves is not held any longer.
    private const string HeldLine = """
        EXISTS (SELECT 1 FROM person AS p JOIN consent_line AS l ON l.account_id = p.account_id AND l.person_id = p.id AND l.store_id = c.store_id
          WHERE p.account_id = c.account_id AND p.email_key = c.email_key AND l.recorded_at = c.held_at AND l.state = 'Withdrawn'
            AND NOT EXISTS (SELECT 1 FROM consent_line AS n WHERE n.account_id = l.account_id AND n.person_id = l.person_id AND n.store_id = l.store_id
              AND n.channel = l.channel AND n.id > l.id)
            AND l.channel =
        """;

    // A consent stated in the panel is decided already, though the store has yet to carry it out.
    private const string Stated = """
        EXISTS (SELECT 1 FROM contact_edit AS e
          WHERE e.account_id = c.account_id AND e.email_key = c.email_key AND e.store_id = c.store_id AND e.edit LIKE '%"Kind":"Consent"%' AND e.edit LIKE
        """;

    private const string Candidates = "contact AS c WHERE c.account_id = @account_id AND c.store_id = @store_id AND c.held_at IS NOT NULL";

    private const string OnTheList = Candidates + " AND ((" + EmailHold + ") OR (" + SmsHold + "))";

    private const string Columns = "CASE WHEN " + EmailHold + " THEN 1 ELSE 0 END AS of_email, CASE WHEN " + SmsHold + " THEN 1 ELSE 0 END AS of_sms";

    public Task<HeldCount> CountAsync(StoreKey store, CancellationToken ct) => database.ReadAsync(
        async session => new HeldCount(
            await session.Command($"SELECT count(*) FROM {OnTheList}").For(store).NumberAsync() ?? 0,
            await session.Command($"SELECT count(*) FROM {Candidates} AND {EmailHold}").For(store).NumberAsync() ?? 0),
        ct);

    public async Task<IReadOnlyList<HeldConsent>> ListAsync(StoreKey store, long after, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"""
            SELECT c.id, c.email_key, c.data, c.email_at, c.sms_at, c.held_at, {Columns}
            FROM {OnTheList} AND c.id > @after ORDER BY c.id LIMIT @max
            """)
            .For(store).With("after", after).With("max", max).QueryAsync(Map),
        ct);

    public async Task<(long People, bool Done)> OverruleAsync(
        StoreKey store, ContactEdit edit, long? expected, AuditEntry audit, string actor, CancellationToken ct)
    {
        try
        {
            return await database.WriteAsync(
                async session =>
                {
                    // One at a time: who asks twice must not state it twice.
                    await session.Command(session.ByDialect(
                        "SELECT epoch FROM store_run WHERE account_id = @account_id AND store_id = @store_id",
                        "SELECT epoch FROM store_run WHERE account_id = @account_id AND store_id = @store_id FOR UPDATE")).For(store).NumberAsync();
                    var now = database.Clock.GetUtcNow();
                    long people = await session.Command($"""
                        INSERT INTO contact_edit (account_id, store_id, email_key, edit, actor, made_at)
                        SELECT c.account_id, c.store_id, c.email_key, @edit, @actor, @now FROM {Candidates} AND {EmailHold}
                          AND EXISTS (SELECT 1 FROM store AS s WHERE s.account_id = c.account_id AND s.id = c.store_id AND s.state <> 'Disconnected')
                        ORDER BY c.id
                        """).For(store).With("edit", StorageJson.Of(edit)).With("actor", actor).With("now", now).ExecuteAsync();
                    // Thrown, so that nothing of it stays.
                    if (people == 0 || (expected is { } seen && seen != people)) throw new OtherListException(people);
                    await StoreWake.SetAsync(session, store);
                    var change = new AuditChange("people", null, people.ToString(CultureInfo.InvariantCulture));
                    await SqlAuditLog.AddAsync(session, audit with { Changes = [change, .. audit.Changes] }, now);
                    return (people, true);
                },
                ct);
        }
        catch (OtherListException e)
        {
            return (e.People, false);
        }
    }

    private static HeldConsent Map(Row row)
    {
        var (email, sms) = (row.Number("of_email") == 1, row.Number("of_sms") == 1);
        return new HeldConsent(
            row.Number("id"), row.Text("email_key"), StorageJson.Read<ShopContact>(row.Text("data")), row.TimeOrNull(email ? "email_at" : "sms_at"), row.Time("held_at"),
            email && sms ? [ConsentChannel.Email, ConsentChannel.Sms] : email ? [ConsentChannel.Email] : [ConsentChannel.Sms]);
    }

    /// <summary>The list is not the one that was seen.</summary>
    private sealed class OtherListException(long people) : Exception("The list is another one.")
    {
        public long People { get; } = people;
    }
}
