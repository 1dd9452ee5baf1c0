using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Brings what was given up back into the queues, and has what was unusable read again.</summary>
public sealed class Replay(IDeadLetters letters, IDeliveryViews views, IInbox inbox, IStoreWaker waker)
{
    const int AtOnce = 500;

    /// <summary>Replays one, by its short name (<see cref="DeadLetter.Name"/>).</summary>
    /// <returns>Null when the name cannot be read; nothing replayed and nothing superseded when there is no such dead letter.</returns>
    public async Task<ReplayResult?> OneAsync(long accountId, string name, CancellationToken ct)
    {
        if (DeliveryName.Read(name) is not { Queue: 'd' or 'w', Id: var id } read)
            return null;
        var result = read.Queue == 'd' ? await letters.ReplayDeliveriesAsync(accountId, [id], ct) : await letters.ReplayWriteBacksAsync(accountId, [id], ct);
        await NudgeAsync(accountId, ct);
        return result;
    }

    /// <summary>Replays all of the account, or of one store, that is given up by now. What is given up again meanwhile stays so.</summary>
    public async Task<ReplayResult> AllAsync(long accountId, long? storeId, CancellationToken ct)
    {
        var deliveries = await EachAsync(
            before => letters.DeliveriesAsync(accountId, storeId, before, AtOnce, ct), ids => letters.ReplayDeliveriesAsync(accountId, ids, ct));
        var writeBacks = await EachAsync(
            before => letters.WriteBacksAsync(accountId, storeId, before, AtOnce, ct), ids => letters.ReplayWriteBacksAsync(accountId, ids, ct));
        await NudgeAsync(accountId, ct);
        return Sum(deliveries, writeBacks);

        // A record keeps its id, so that going down by id meets each one once.
        static async Task<ReplayResult> EachAsync(Func<long, Task<IReadOnlyList<long>>> next, Func<IReadOnlyList<long>, Task<ReplayResult>> replay)
        {
            var (total, before) = (new ReplayResult(0, 0), long.MaxValue);
            while (await next(before) is { Count: > 0 } ids)
            {
                before = ids[^1];
                total = Sum(total, await replay(ids));
            }

            return total;
        }
    }

    /// <summary>Replays the records of a group; those that a rule or a connector found unusable are read from the shop again.</summary>
    public async Task<ReplayResult> GroupAsync(long accountId, IReadOnlyList<long>? stores, RejectedGroup group, CancellationToken ct)
    {
        var total = new ReplayResult(0, 0);
        long? before = null;
        while (await views.RejectedAsync(accountId, stores, group, before, AtOnce, ct) is { Count: > 0 } page)
        {
            var ids = page.Select(line => DeliveryName.Read(line.Name)!.Value.Id).ToList();
            before = ids[^1];
            var one = group.Kind switch
            {
                null => await ReadAgainAsync(group.Stream!.Value, page, ct),
                DeadLetterKind.WriteBack => await letters.ReplayWriteBacksAsync(accountId, ids, ct),
                _ => await letters.ReplayDeliveriesAsync(accountId, ids, ct),
            };
            total = Sum(total, one);
        }

        await NudgeAsync(accountId, ct);
        return total;
    }

    async Task<ReplayResult> ReadAgainAsync(ShopStream stream, IReadOnlyList<RejectedLine> page, CancellationToken ct)
    {
        var asked = 0;
        foreach (var store in page.GroupBy(line => line.Store))
        {
            var changes = store.Select(line => line.SourceId).Where(id => id.Length > 0).Distinct(StringComparer.Ordinal)
                .Select(id => new AnnouncedChange(stream, ChangeKind.Changed, id)).ToList();
            await inbox.AddAsync(store.Key, InboxSource.Operator, changes, ct);
            asked += changes.Count;
        }

        return new ReplayResult(asked, 0);
    }

    static ReplayResult Sum(ReplayResult one, ReplayResult other) => new(one.Replayed + other.Replayed, one.Superseded + other.Superseded);

    async Task NudgeAsync(long accountId, CancellationToken ct)
    {
        foreach (var queue in await letters.QueuesAsync(accountId, ct))
            await waker.NudgeAsync(queue.Store, ct);
    }
}
