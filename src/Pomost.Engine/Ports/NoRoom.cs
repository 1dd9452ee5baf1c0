namespace Pomost.Engine;

/// <summary>How a write says that the disk of the database is full: a <see cref="System.Data.Common.DbException"/> with this state. Nothing of the write was kept.</summary>
public static class NoRoom
{
    /// <summary>The SQLSTATE of a full disk, on every database.</summary>
    public const string SqlState = "53100";

    /// <summary>When a caller is asked to come again, in seconds, as <c>Retry-After</c> has it.</summary>
    public const string RetryAfter = "60";
}
