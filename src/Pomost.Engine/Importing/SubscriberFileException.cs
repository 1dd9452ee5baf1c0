namespace Pomost.Engine;

/// <summary>Why a file cannot be imported at all.</summary>
public enum SubscriberFileProblem
{
    /// <summary>Nothing in it.</summary>
    Empty,

    /// <summary>Larger than <see cref="SubscriberImport.MaxBytes"/>.</summary>
    TooLarge,

    /// <summary>No text: a spreadsheet's own format, an archive, a picture.</summary>
    NotText,

    /// <summary>More columns than any list has.</summary>
    TooManyColumns,

    /// <summary>A record without end, usually because a quotation mark was not closed.</summary>
    RecordTooLong,

    /// <summary>A quotation mark that is closed nowhere, or lines below in another record.</summary>
    UnclosedQuote,

    /// <summary>No column holds addresses.</summary>
    NoEmailColumn,
}

/// <summary>A file that cannot be imported; nothing of it was kept.</summary>
/// <param name="problem">What is wrong.</param>
/// <param name="line">The line, from 1, when there is one.</param>
public sealed class SubscriberFileException(SubscriberFileProblem problem, long? line = null)
    : Exception(line is null ? problem.ToString() : $"{problem}, line {line}")
{
    public SubscriberFileProblem Problem { get; } = problem;

    public long? Line { get; } = line;
}
