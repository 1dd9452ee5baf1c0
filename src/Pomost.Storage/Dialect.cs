namespace Pomost.Storage;

/// <summary>The databases Pomost runs on. Statements are shared; the few that differ switch on this.</summary>
public enum Dialect
{
    Sqlite,
    PostgreSql,
}
