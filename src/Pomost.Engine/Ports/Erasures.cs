namespace Pomost.Engine;

/// <summary>What an erasure removed; the certificate. It names nobody.</summary>
/// <param name="Number">1, 2, 3 … within the account.</param>
/// <param name="RequestedAt">When, UTC.</param>
/// <param name="RequestedBy">Who asked for it in the panel; null for the command line.</param>
/// <param name="Removed">Rows removed, by what they were.</param>
/// <param name="DestinationsLeft">Destinations that have not confirmed yet.</param>
/// <param name="Problem">Why the last try at a destination failed; null otherwise.</param>
public sealed record ErasureCertificate(
    int Number, DateTimeOffset RequestedAt, string? RequestedBy, IReadOnlyDictionary<string, long> Removed, int DestinationsLeft, string? Problem);

/// <summary>What is left to erase at a destination.</summary>
/// <param name="Id">Row.</param>
/// <param name="ProtectedEmail">The address, encrypted.</param>
/// <param name="IsSecondPass">True when the card was deleted and is looked for once more, in case something was on its way.</param>
/// <param name="Attempts">Tries so far.</param>
public sealed record ErasureTask(long Id, string ProtectedEmail, bool IsSecondPass, int Attempts);

/// <summary>Removal of people.</summary>
public interface IErasures
{
    /// <summary>Addresses that belong to the same accounts of the shops (an address changed there), the given one among them.</summary>
    Task<IReadOnlyList<string>> AliasesAsync(long accountId, string emailKey, CancellationToken ct);

    /// <summary>In one transaction: removes everything held of these addresses but the lines of the consent ledger, whose person is forgotten;
    /// sets tombstones; leaves a task for every destination of the account.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="people">Key, tombstone hash and encrypted address of each.</param>
    /// <param name="requestedBy">Who asked; null for the command line.</param>
    /// <param name="ct">Cancels.</param>
    Task<ErasureCertificate> EraseAsync(
        long accountId, IReadOnlyList<(string EmailKey, string Hash, string ProtectedEmail)> people, string? requestedBy, CancellationToken ct);

    Task<ErasureCertificate?> FindAsync(long accountId, int number, CancellationToken ct);

    /// <summary>Tasks of a destination that may be tried now.</summary>
    Task<IReadOnlyList<ErasureTask>> NextAsync(long accountId, long destinationId, int max, CancellationToken ct);

    /// <summary>Ends a task.</summary>
    Task DoneAsync(long accountId, ErasureTask task, CancellationToken ct);

    /// <summary>Puts a task off.</summary>
    Task PutOffAsync(long accountId, ErasureTask task, bool isSecondPass, DateTimeOffset notBefore, string? problem, CancellationToken ct);

    /// <summary>When the next task of a destination is due, UTC; null = none.</summary>
    Task<DateTimeOffset?> NextDueAsync(long accountId, long destinationId, CancellationToken ct);

    /// <summary>Which of these hashes are tombstones.</summary>
    Task<IReadOnlyCollection<string>> TombstonesAsync(long accountId, IReadOnlyCollection<string> hashes, CancellationToken ct);

    /// <summary>True when the account has any tombstone.</summary>
    Task<bool> AnyTombstoneAsync(long accountId, CancellationToken ct);

    /// <summary>Takes a tombstone away; false when there was none.</summary>
    Task<bool> LiftAsync(long accountId, string hash, CancellationToken ct);

    /// <summary>The account's encrypted key of hashes; stores the given one when there is none.</summary>
    Task<string> EnsureKeyAsync(long accountId, string protectedKey, CancellationToken ct);
}
