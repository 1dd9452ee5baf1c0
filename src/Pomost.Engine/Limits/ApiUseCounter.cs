using System.Collections.Concurrent;

namespace Pomost.Engine;

/// <summary>Counts the requests this process makes to shops and destinations, until they are written down.</summary>
public sealed class ApiUseCounter
{
    readonly ConcurrentDictionary<(long Account, string Subject), Box> _counts = new();

    /// <summary>What counts one request.</summary>
    public Action Of(long accountId, string subject)
    {
        var box = _counts.GetOrAdd((accountId, subject), _ => new Box());
        return () => Interlocked.Increment(ref box.Count);
    }

    /// <summary>What was counted since it was last taken.</summary>
    public IReadOnlyList<ApiUse> Take() =>
        [.. _counts.Select(pair => new ApiUse(pair.Key.Account, pair.Key.Subject, Interlocked.Exchange(ref pair.Value.Count, 0))).Where(use => use.Requests > 0)];

    /// <summary>Puts back what could not be written down.</summary>
    public void Return(IEnumerable<ApiUse> uses)
    {
        foreach (var use in uses)
            Interlocked.Add(ref _counts.GetOrAdd((use.AccountId, use.Subject), _ => new Box()).Count, use.Requests);
    }

    sealed class Box
    {
        public long Count;
    }
}
