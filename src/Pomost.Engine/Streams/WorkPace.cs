namespace Pomost.Engine;

/// <summary>When one part of a store's work (a stream, the exports, what is written into the shop) may ask the shop again. Lost at a restart, which only means
/// an early try.</summary>
sealed class WorkPace
{
    /// <summary>The next look at what changed.</summary>
    public DateTimeOffset NextPoll { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Nothing of this part is asked before.</summary>
    public DateTimeOffset NotBefore { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Failures in a row.</summary>
    public int Failures { get; set; }

    /// <summary>Since when this part fails without an answer between; null = it does not.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    public DateTimeOffset NextTurn => Moment.Later(NextPoll, NotBefore);

    public void LookAtOnce() => (NextPoll, NotBefore) = (DateTimeOffset.MinValue, DateTimeOffset.MinValue);

    public void NoteAnswer() => (Failures, FailingSince) = (0, null);

    public void NoteFailure(DateTimeOffset now, DateTimeOffset notBefore)
    {
        Failures++;
        FailingSince ??= now;
        NotBefore = notBefore;
    }
}
