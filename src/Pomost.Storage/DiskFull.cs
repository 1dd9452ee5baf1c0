using System.Data.Common;
using Microsoft.Data.Sqlite;
using Pomost.Engine;

namespace Pomost.Storage;

/// <summary>SQLite found no room for a write, in the words that PostgreSQL has for it: nothing of the write was kept.</summary>
public sealed class DiskFullException(Exception inner) : DbException("There is no room left on the disk of the database.", inner)
{
    const int SqliteFull = 13;

    public override string SqlState => NoRoom.SqlState;

    public override bool IsTransient => true;

    /// <summary>True when a write failed for want of room, on either database and behind whatever wraps it.</summary>
    public static bool Is(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbException { SqlState: NoRoom.SqlState } or SqliteException { SqliteErrorCode: SqliteFull })
                return true;
        }

        return false;
    }
}
