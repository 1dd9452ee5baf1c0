using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Pomost.Storage;

/// <summary>SQLite found no room for a write, in the words that PostgreSQL has for it: nothing of the write was kept.</summary>
public sealed class DiskFullException(Exception inner) : DbException("There is no room left on the disk of the database.", inner)
{
    /// <summary>What databases call a full disk.</summary>
    public const string State = "53100";

    const int SqliteFull = 13;

    public override string SqlState => State;

    public override bool IsTransient => true;

    /// <summary>True when a write failed for want of room, on either database and behind whatever wraps it.</summary>
    public static bool Is(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException { SqlState: State } or SqliteException { SqliteErrorCode: SqliteFull })
                return true;
        }

        return false;
    }
}
