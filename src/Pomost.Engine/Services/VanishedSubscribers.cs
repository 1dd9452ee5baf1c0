using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Lets a person decide about subscribers without account who vanished from the shop's list.</summary>
/// <remarks>A shop that empties its list by hand tells nobody why: nothing is sent until a person says so (FAQ, question on unsubscribing).</remarks>
public sealed class VanishedSubscribers(IConsentRemovals removals, IInbox inbox, IStoreWaker waker)
{
    const int PerPack = 500;

    /// <summary>Sends the opt-outs of those named, or of everybody listed. Gives how many are on their way.</summary>
    /// <param name="store">Which store.</param>
    /// <param name="emailKeys">Keys of addresses; null = all that are listed.</param>
    /// <param name="ct">Cancels; what was begun goes on.</param>
    public async Task<long> SendAsync(StoreKey store, IReadOnlyList<string>? emailKeys, CancellationToken ct)
    {
        var sent = 0L;
        await foreach (var pack in PacksAsync(store, emailKeys, ct))
        {
            var decided = await removals.DecideAsync(store, pack, RemovalState.Sending, ct);
            await inbox.AddAsync(
                store, InboxSource.Operator, [.. decided.Select(key => new AnnouncedChange(ShopStream.Subscribers, ChangeKind.Deleted, key))], ct);
            sent += decided.Count;
        }

        if (sent > 0)
            await waker.NudgeAsync(store, ct);
        return sent;
    }

    /// <summary>Strikes off those named without sending anything. Gives how many were listed.</summary>
    public async Task<long> KeepAsync(StoreKey store, IReadOnlyList<string> emailKeys, CancellationToken ct)
        => (await removals.DecideAsync(store, emailKeys, RemovalState.Kept, ct)).Count;

    async IAsyncEnumerable<IReadOnlyList<string>> PacksAsync(
        StoreKey store, IReadOnlyList<string>? emailKeys, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        if (emailKeys is not null)
        {
            foreach (var pack in emailKeys.Chunk(PerPack))
                yield return pack;
            yield break;
        }

        string? after = null;
        while (await removals.ListAsync(store, RemovalState.Listed, after, PerPack, ct) is { Count: > 0 } listed)
        {
            after = listed[^1].EmailKey;
            yield return [.. listed.Select(one => one.EmailKey)];
        }
    }
}
