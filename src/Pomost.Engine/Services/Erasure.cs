using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Forgets a person: everywhere here at once, at the destinations as soon as they answer.</summary>
public sealed class Erasure(IErasures erasures, Tombstones tombstones, Secrets secrets, IStores stores, IStoreWaker waker)
{
    const string EmailName = "email";

    /// <summary>Erases a person and stops every later import. What is not known here is erased at the destinations all the same.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="address">The person's address; addresses the same shop account had before are found.</param>
    /// <param name="requestedBy">Who asked; null for the command line.</param>
    /// <param name="ct">Cancels before anything was done.</param>
    public async Task<ErasureCertificate> EraseAsync(long accountId, EmailAddress address, string? requestedBy, CancellationToken ct)
    {
        var people = new List<(string, string, string)>();
        foreach (var key in await erasures.AliasesAsync(accountId, address.Key, ct))
            people.Add((key, await tombstones.HashOfAsync(accountId, key, ct), Protect(accountId, key)));
        var certificate = await erasures.EraseAsync(accountId, people, requestedBy, ct);
        foreach (var store in await stores.ListAsync(accountId, CancellationToken.None))
            await waker.WakeAsync(store.Key, CancellationToken.None);
        return certificate;
    }

    /// <summary>Lets an erased person be imported again: because they came back and said so. False when there was no tombstone.</summary>
    public async Task<bool> LiftAsync(long accountId, EmailAddress address, CancellationToken ct)
        => await erasures.LiftAsync(accountId, await tombstones.HashOfAsync(accountId, address.Key, ct), ct);

    /// <summary>How an erasure stands; null when the account has none of this number.</summary>
    public Task<ErasureCertificate?> FindAsync(long accountId, int number, CancellationToken ct) => erasures.FindAsync(accountId, number, ct);

    internal string EmailOf(long accountId, ErasureTask task) => secrets.Open(accountId, task.ProtectedEmail)[EmailName];

    string Protect(long accountId, string email) => secrets.Protect(accountId, new Dictionary<string, string>(StringComparer.Ordinal) { [EmailName] = email });
}
