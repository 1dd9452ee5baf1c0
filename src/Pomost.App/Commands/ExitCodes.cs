namespace Pomost.App.Commands;

/// <summary>What the exit code of every command means; the same table stands in <c>docs/command-line.md</c>.</summary>
static class ExitCodes
{
    public const int Done = 0;

    /// <summary>Something unexpected; the message tells.</summary>
    public const int Failed = 1;

    /// <summary>The command line could not be read, or names something that does not exist.</summary>
    public const int Usage = 2;

    /// <summary>Done, but some rows were rejected.</summary>
    public const int DoneWithRejects = 3;

    /// <summary>A setting must be mended first; the message names it.</summary>
    public const int NeedsOperator = 4;

    /// <summary>Paused or cancelled before the end.</summary>
    public const int Stopped = 5;
}

/// <summary>A mistake of the person at the keyboard: said in one line, without a stack.</summary>
sealed class UsageException(string message) : Exception(message);
