using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What a dry run may still list: enough to look at, never a copy of the shop.</summary>
sealed class PreviewRoom
{
    /// <summary>Most records of one list.</summary>
    public const int Longest = 10_000;

    /// <summary>Records kept whole.</summary>
    public const int Samples = 3;

    readonly Dictionary<PreviewList, long> _listed = [];
    long _samples;

    /// <param name="run">The dry run as committed.</param>
    public PreviewRoom(ExportRun run)
    {
        foreach (var (code, count) in run.Skipped)
            _listed[PreviewList.Of(code)] = count;
        _listed[PreviewList.Of(ReasonCode.UnsubscribedAtSalesmanago)] = run.Held;
        // Orders to be sent stand on one list, whoever bought.
        _listed[PreviewList.New] = run.Kind == ExportKind.Transactions ? run.ToSend : run.NewToSend;
        _listed[PreviewList.Changed] = run.ToSend - _listed[PreviewList.New];
        _samples = run.ToSend;
    }

    /// <summary>True while the list has room; takes a place on it.</summary>
    public bool Take(PreviewList list)
    {
        var count = _listed.GetValueOrDefault(list);
        _listed[list] = count + 1;
        return count < Longest;
    }

    /// <summary>True for the first few records to be sent.</summary>
    public bool TakeSample() => _samples++ < Samples;
}
