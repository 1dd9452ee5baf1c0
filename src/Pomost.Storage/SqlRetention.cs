using Pomost.Engine;

namespace Pomost.Storage;

internal sealed class SqlRetention(Database database) : IRetention
{
    private const string ProductAccounts = "SELECT id FROM account ORDER BY id";

    // The oldest rows are those with the smallest ids: only they are looked at, so that a table of millions costs nothing while none is old.
    public Task<int> RemoveTracesAsync(DateTimeOffset before, int max, CancellationToken ct) => OfEachAccountAsync(
        "DELETE FROM trace WHERE account_id = @account_id AND id IN (SELECT o.id FROM (SELECT id, at FROM trace WHERE account_id = @account_id ORDER BY id LIMIT @max) AS o WHERE o.at < @before)",
        before, max, ct);

    public Task<int> RemoveRejectedRowsAsync(DateTimeOffset before, int max, CancellationToken ct) => OfEachAccountAsync(
        """
        DELETE FROM export_reject WHERE account_id = @account_id AND id IN (
          SELECT x.id FROM export_run AS e JOIN export_reject AS x ON x.account_id = e.account_id AND x.run_id = e.id
          WHERE e.account_id = @account_id AND e.finished_at < @before LIMIT @max)
        """,
        before, max, ct);

    public async Task<int> RemovePreviewsAsync(DateTimeOffset before, int max, CancellationToken ct)
    {
        const string still = "e.account_id = @account_id AND e.state NOT IN ('Scheduled', 'Running') AND COALESCE(e.state_at, e.created_at) < @before";
        var removed = await OfEachAccountAsync(
            $"""
            DELETE FROM export_preview_row WHERE account_id = @account_id AND id IN (
              SELECT x.id FROM export_run AS e JOIN export_preview_row AS x ON x.account_id = e.account_id AND x.run_id = e.id WHERE {still} LIMIT @max)
            """,
            before, max, ct);
        return removed == max ? removed : await OfEachAccountAsync(
            $"""
            DELETE FROM export_pace WHERE account_id = @account_id AND (run_id, slot) IN (
              SELECT x.run_id, x.slot FROM export_run AS e JOIN export_pace AS x ON x.account_id = e.account_id AND x.run_id = e.id WHERE {still} LIMIT @max)
            """,
            before, max, ct);
    }

    public Task RemoveFlowAsync(DateTimeOffset fineBefore, DateTimeOffset coarseBefore, CancellationToken ct) => database.WriteAsync(
        session => session.Command("""
            DELETE FROM flow WHERE account_id IN (SELECT id FROM account) AND (minutes = 5 AND slot < @fine OR minutes = 60 AND slot < @coarse)
            """).With("fine", FlowTable.SlotOf(fineBefore, 5)).With("coarse", FlowTable.SlotOf(coarseBefore, 60)).ExecuteAsync(),
        ct);

    public Task<int> RemoveWebhookMessagesAsync(DateTimeOffset before, int max, CancellationToken ct) => OfEachAccountAsync(
        """
        DELETE FROM webhook_message WHERE account_id = @account_id AND id IN (
          SELECT id FROM webhook_message WHERE account_id = @account_id AND state <> 'Waiting' AND created_at < @before LIMIT @max)
        """,
        before, max, ct);

    public Task<int> RemoveWebhookAttemptsAsync(DateTimeOffset before, int max, CancellationToken ct) => OfEachAccountAsync(
        "DELETE FROM webhook_attempt WHERE account_id = @account_id AND id IN (SELECT id FROM webhook_attempt WHERE account_id = @account_id AND at < @before LIMIT @max)",
        before, max, ct);

    public Task<int> RemoveJobFilesAsync(DateTimeOffset before, int max, CancellationToken ct) => OfEachAccountAsync(
        """
        DELETE FROM hub_job WHERE account_id = @account_id AND number IN (
          SELECT number FROM hub_job WHERE account_id = @account_id AND created_at < @before LIMIT @max)
        """,
        before, max, ct, "SELECT account_id AS id FROM hub_account ORDER BY account_id");

    public async Task RemoveSubscriberFilesAsync(DateTimeOffset before, CancellationToken ct)
    {
        var files = new SqlSubscriberFiles(database);
        foreach (var account in await AccountsAsync(ProductAccounts, ct)) await files.DeleteBeforeAsync(account, before, ct);
    }

    private Task<List<long>> AccountsAsync(string sql, CancellationToken ct) =>
        database.ReadAsync(session => session.Command(sql).QueryAsync(row => row.Number("id")), ct);

    private async Task<int> OfEachAccountAsync(
        string sql, DateTimeOffset before, int max, CancellationToken ct, string of = ProductAccounts)
    {
        var accounts = await AccountsAsync(of, ct);
        foreach (var account in accounts)
        {
            var removed = await database.WriteAsync(
                session => session.Command(sql).With("account_id", account).With("before", before).With("max", max).ExecuteAsync(), ct);
            if (removed == max) return removed;
        }
        return 0;
    }
}
