namespace Pomost.Rules;

/// <summary>A state as a shop's record gives it.</summary>
/// <param name="State">Granted, withdrawn, or no statement where the record holds none.</param>
/// <param name="At">The date that the record itself gives the state, by the shop's clock, UTC; null = it gives none.</param>
public sealed record RecordedState(ConsentState State, DateTimeOffset? At = null)
{
    /// <summary>True when it bears a date, and the other a smaller one or none.</summary>
    public bool IsDatedAfter(RecordedState other) => At is { } at && !(other.At >= at);
}

/// <summary>What is remembered of one channel in a shop's record: a value that comes back must be told from one that a person chose.</summary>
public sealed record ShopMemory
{
    /// <summary>Nothing was read yet, and nothing written.</summary>
    public static ShopMemory Blank { get; } = new();

    /// <summary>What the record said when it was last read or written; null = it was never looked at.</summary>
    public RecordedState? Seen { get; init; }

    /// <summary>When the shop last changed the record as it was seen, by the shop's clock, UTC; null = unknown.</summary>
    public DateTimeOffset? SeenModifiedAt { get; init; }

    /// <summary>Since when the record says what was seen, by our clock, UTC; null = since before it was noted.</summary>
    public DateTimeOffset? SeenSince { get; init; }

    /// <summary>What the record said before that: an old copy of it is no statement. Null = nothing is known.</summary>
    public RecordedState? Before { get; init; }

    /// <summary>Our own writing, when it is the last thing that is known to have changed the record.</summary>
    public OwnWriting? Own { get; init; }
}

/// <summary>A state that Pomost wrote into a shop.</summary>
/// <param name="State">What was written.</param>
/// <param name="At">When, by our clock, UTC.</param>
/// <param name="IsKept">True when the shop was seen to have kept it; false when it showed another value afterwards.</param>
public sealed record OwnWriting(ConsentState State, DateTimeOffset At, bool IsKept)
{
    /// <summary>True when the shop dated its record anew by our writing: then an older date of the record means an older copy.</summary>
    public bool DatedRecord { get; init; }

    /// <summary>The date of the record in the shop's answer, by the shop's clock, UTC, while the writing was not seen yet; null = it was, or is not known.</summary>
    public DateTimeOffset? WrittenAs { get; init; }
}
