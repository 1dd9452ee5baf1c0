using System.Globalization;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage;

internal sealed class SqlHeldConsents(Database database) : IHeldConsents
{
    // A consent stated in the panel is decided already, though the store has yet to carry it out.
    private const string OnTheList = """
        contact AS c WHERE c.account_id = @account_id AND c.store_id = @store_id AND c.held_at IS NOT NULL
          AND c.email_state = 'Withdrawn' AND c.email_source = 'SalesmanagoCard'
          AND NOT EXISTS (SELECT 1 FROM contact_edit AS e
            WHERE e.account_id = c.account_id AND e.email_key = c.email_key AND e.store_id = c.store_id
              AND e.edit LIKE '%"Kind":"Consent"%' AND e.edit LIKE '%"Channel":"Email"%')
        """;

    public Task<long> CountAsync(StoreKey store, CancellationToken ct) => database.ReadAsync(session => CountAsync(session, store), ct);

    public async Task<IReadOnlyList<HeldConsent>> ListAsync(StoreKey store, long after, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT c.id, c.email_key, c.data, c.email_at, c.held_at FROM {OnTheList} AND c.id > @after ORDER BY c.id LIMIT @max")
            .For(store).With("after", after).With("max", max)
            .QueryAsync(row => new HeldConsent(
                row.Number("id"), row.Text("email_key"), StorageJson.Read<ShopContact>(row.Text("data")), row.TimeOrNull("email_at"), row.Time("held_at"))),
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
                        SELECT c.account_id, c.store_id, c.email_key, @edit, @actor, @now FROM {OnTheList}
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

    private static async Task<long> CountAsync(DbSession session, StoreKey store) =>
        await session.Command($"SELECT count(*) FROM {OnTheList}").For(store).NumberAsync() ?? 0;

    /// <summary>The list is not the one that was seen.</summary>
    private sealed class OtherListException(long people) : Exception("The list is another one.")
    {
        public long People { get; } = people;
    }
}
