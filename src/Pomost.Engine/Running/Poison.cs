using System.Data.Common;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>What came of looking for the record that makes a call fail.</summary>
/// <param name="Suspects">The records that failed alone, and how.</param>
/// <param name="OthersPassed">True when the same call took other records: then it is the suspects' own fault.</param>
/// <param name="IsEverything">True when so many fail that it is no record's fault: the rest was not tried.</param>
sealed record PoisonFound<T>(IReadOnlyList<(T Record, Exception Error)> Suspects, bool OthersPassed, bool IsEverything);

/// <summary>Failures that nobody foresaw: no answer of the other side, no failure of the database, no end of the process. One record may be their cause.</summary>
static class Poison
{
    /// <summary>How often a record is tried that fails alone while nothing tells whether it is to blame.</summary>
    public const int MostTries = 5;

    const int MostSuspects = 5;

    // What a person reads may leave the house, and a message may name somebody; the log has the place.
    public static string ReasonOf(Exception e) => $"Pomost failed on this record and set it aside ({e.GetType().Name}).";

    /// <summary>Type and place of a failure, without its message, which may name somebody.</summary>
    public static string TraceOf(Exception e) => $"{e.GetType()}{Environment.NewLine}{e.StackTrace}";

    public static bool Is(Exception e) => e is not (ConnectorException or OperationCanceledException or StaleLeaseException or OutOfMemoryException)
        && (e is not DbException database || IsOfData(database));

    /// <summary>Tries halves of a package that failed, and halves of those that fail, down to single records.</summary>
    /// <param name="records">The package.</param>
    /// <param name="cause">How it failed.</param>
    /// <param name="again">Tries some of it; false = nothing more is to be tried now.</param>
    public static async Task<PoisonFound<T>> SearchAsync<T>(IReadOnlyList<T> records, Exception cause, Func<IReadOnlyList<T>, Task<bool>> again)
    {
        if (records.Count == 1)
            return new PoisonFound<T>([(records[0], cause)], OthersPassed: false, IsEverything: false);
        var suspects = new List<(T, Exception)>();
        var passed = false;
        var open = new Stack<IReadOnlyList<T>>();
        PushHalves(records);
        while (open.TryPop(out var some))
        {
            try
            {
                if (!await again(some))
                    break;
                passed = true;
            }
            catch (Exception e) when (Is(e))
            {
                if (some.Count > 1)
                    PushHalves(some);
                else
                    suspects.Add((some[0], e));
                if (!passed && suspects.Count == MostSuspects && open.Count > 0)
                    return new PoisonFound<T>(suspects, OthersPassed: false, IsEverything: true);
            }
        }

        return new PoisonFound<T>(suspects, passed, IsEverything: false);

        // The first half is on top, so that records keep their order.
        void PushHalves(IReadOnlyList<T> whole)
        {
            open.Push([.. whole.Skip(whole.Count / 2)]);
            open.Push([.. whole.Take(whole.Count / 2)]);
        }
    }

    // A value that PostgreSQL cannot take (22), or a rule of a table that it breaks (23).
    static bool IsOfData(DbException e) => e.SqlState is ['2', '2' or '3', ..];
}
