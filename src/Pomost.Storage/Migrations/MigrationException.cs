namespace Pomost.Storage;

/// <summary>The database cannot be brought to this program's version; the message says what the operator can do.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
