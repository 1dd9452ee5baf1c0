namespace Pomost.Engine;

/// <summary>Removes what is older than it needs to be. Never the consent ledger, tombstones, or what keeps an event from being sent twice.</summary>
public interface IRetention
{
    /// <summary>Removes lines of records' stories written before this time, of all accounts, oldest first.</summary>
    /// <param name="before">UTC.</param>
    /// <param name="max">At most so many in one transaction, so that nobody waits for it.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>How many were removed; less than <paramref name="max"/> = no more are that old.</returns>
    Task<int> RemoveTracesAsync(DateTimeOffset before, int max, CancellationToken ct);

    /// <summary>Removes rejected rows of export runs that ended before this time. Their number stays on the run.</summary>
    /// <param name="before">UTC.</param>
    /// <param name="max">At most so many in one transaction.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>How many were removed; less than <paramref name="max"/> = no more are that old.</returns>
    Task<int> RemoveRejectedRowsAsync(DateTimeOffset before, int max, CancellationToken ct);

    /// <summary>Removes what dry runs listed, and the pace of runs, once they have stood still since before this time. Their numbers stay.</summary>
    /// <param name="before">UTC.</param>
    /// <param name="max">At most so many in one transaction.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>How many were removed; less than <paramref name="max"/> = no more are that old.</returns>
    Task<int> RemovePreviewsAsync(DateTimeOffset before, int max, CancellationToken ct);

    /// <summary>Removes what was counted of the flow: of slots of five minutes before the first time, of an hour before the second.</summary>
    Task RemoveFlowAsync(DateTimeOffset fineBefore, DateTimeOffset coarseBefore, CancellationToken ct);

    /// <summary>Removes messages of outgoing webhooks that were delivered or given up and were made before this time.</summary>
    /// <param name="before">UTC.</param>
    /// <param name="max">At most so many in one transaction.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>How many were removed; less than <paramref name="max"/> = no more are that old.</returns>
    Task<int> RemoveWebhookMessagesAsync(DateTimeOffset before, int max, CancellationToken ct);

    /// <summary>Removes tries of outgoing webhooks made before this time.</summary>
    /// <param name="before">UTC.</param>
    /// <param name="max">At most so many in one transaction.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>How many were removed; less than <paramref name="max"/> = no more are that old.</returns>
    Task<int> RemoveWebhookAttemptsAsync(DateTimeOffset before, int max, CancellationToken ct);

    /// <summary>Removes files of jobs of the built-in hub made before this time.</summary>
    /// <param name="before">UTC.</param>
    /// <param name="max">At most so many in one transaction.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>How many were removed; less than <paramref name="max"/> = no more are that old.</returns>
    Task<int> RemoveJobFilesAsync(DateTimeOffset before, int max, CancellationToken ct);

    /// <summary>Removes uploaded files stored before this time, but those of a store whose import has not ended.</summary>
    Task RemoveSubscriberFilesAsync(DateTimeOffset before, CancellationToken ct);
}
