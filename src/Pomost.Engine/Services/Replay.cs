using System.Globalization;

namespace Pomost.Engine;

/// <summary>Brings what was given up back into the queues.</summary>
public sealed class Replay(IDeadLetters letters, IStoreWaker waker)
{
    const int AtOnce = 500;

    /// <summary>Replays one, by its short name (<see cref="DeadLetter.Name"/>).</summary>
    /// <returns>Null when the name cannot be read; nothing replayed and nothing superseded when there is no such dead letter.</returns>
    public async Task<ReplayResult?> OneAsync(long accountId, string name, CancellationToken ct)
    {
        if (name.Length < 2 || name[0] is not ('d' or 'w') || !long.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return null;
        var result = name[0] == 'd' ? await letters.ReplayDeliveriesAsync(accountId, [id], ct) : await letters.ReplayWriteBacksAsync(accountId, [id], ct);
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

    async Task NudgeAsync(long accountId, CancellationToken ct)
    {
        foreach (var queue in await letters.QueuesAsync(accountId, ct))
            await waker.NudgeAsync(queue.Store, ct);
    }
}
