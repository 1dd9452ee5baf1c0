using Pomost.Engine;

namespace Pomost.Storage;

internal sealed class SqlStoreMoves(Database database) : IStoreMoves
{
    private const string OfStore = "account_id = @account_id AND store_id = @store_id";

    // What the old destination was told says nothing of the new one. The ledger of events is kept by destination: only what was reserved there and
    // never sent is given free, so that the way back stays open.
    private static readonly string[] Forget =
    [
        $"UPDATE store_run SET epoch = epoch + 1 WHERE {OfStore}",
        """
        DELETE FROM event_ledger WHERE account_id = @account_id AND store_id = @store_id AND state = 'Reserved'
          AND destination_id = (SELECT destination_id FROM store WHERE account_id = @account_id AND id = @store_id)
        """,
        "UPDATE store SET destination_id = @destination_id WHERE account_id = @account_id AND id = @store_id",
        $"UPDATE export_run SET state = 'Cancelled', finished_at = @now WHERE {OfStore} AND state IN ('Scheduled', 'Running', 'Paused', 'Failed')",
        $"DELETE FROM delivery WHERE {OfStore}",
        $"DELETE FROM card_hint WHERE {OfStore}",
        $"""
        UPDATE contact SET outcome = 'Withheld', code = 'DestinationChanged', wanted_hash = NULL, card_email_state = NULL, card_sms_state = NULL
        WHERE {OfStore} AND outcome <> 'Withheld'
        """,
        $"UPDATE shop_order SET outcome = 'Withheld', code = 'DestinationChanged', sent_hash = NULL, reversals = NULL WHERE {OfStore} AND outcome IN ('Queued', 'Sent')",
        $"UPDATE cart SET sent_hash = NULL WHERE {OfStore} AND sent_hash IS NOT NULL",
    ];

    public Task<MoveOutcome> MoveAsync(StoreKey store, long destinationId, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            if (await ErasuresWaitAsync(session, store)) return MoveOutcome.ErasuresWait;
            foreach (var sql in Forget)
                await session.Command(sql).For(store).With("destination_id", destinationId).With("now", database.Clock.GetUtcNow()).ExecuteAsync();
            await StoreWake.SetAsync(session, store);
            return MoveOutcome.Moved;
        },
        ct);

    // Erasures are carried out by the runs of a destination's stores.
    private static async Task<bool> ErasuresWaitAsync(DbSession session, StoreKey store) => await session.Command("""
        SELECT count(*) FROM erasure_task AS t JOIN store AS s ON s.account_id = t.account_id AND s.destination_id = t.destination_id
        WHERE s.account_id = @account_id AND s.id = @store_id AND NOT EXISTS (
          SELECT 1 FROM store AS o WHERE o.account_id = s.account_id AND o.destination_id = s.destination_id AND o.id <> s.id AND o.state = 'Active')
        """).For(store).NumberAsync() > 0;
}
