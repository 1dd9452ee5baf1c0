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

    /// <summary>Replays all of the account, or of one store, oldest last.</summary>
    public async Task<ReplayResult> AllAsync(long accountId, long? storeId, CancellationToken ct)
    {
        var total = new ReplayResult(0, 0);
        while (await letters.ListAsync(accountId, storeId, AtOnce, ct) is { Count: > 0 } dead)
        {
            var writeBacks = dead.Where(letter => letter.Kind == DeadLetterKind.WriteBack).Select(letter => letter.Id).ToList();
            var deliveries = dead.Where(letter => letter.Kind != DeadLetterKind.WriteBack).Select(letter => letter.Id).ToList();
            var one = await letters.ReplayDeliveriesAsync(accountId, deliveries, ct);
            var other = await letters.ReplayWriteBacksAsync(accountId, writeBacks, ct);
            total = new ReplayResult(total.Replayed + one.Replayed + other.Replayed, total.Superseded + one.Superseded + other.Superseded);
        }

        await NudgeAsync(accountId, ct);
        return total;
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
            total = new ReplayResult(total.Replayed + one.Replayed, total.Superseded + one.Superseded);
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

    async Task NudgeAsync(long accountId, CancellationToken ct)
    {
        foreach (var queue in await letters.QueuesAsync(accountId, ct))
            await waker.NudgeAsync(queue.Store, ct);
    }
}
