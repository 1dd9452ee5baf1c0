namespace Pomost.Rules;

/// <summary>Which of two statements on one channel holds.</summary>
[Rule(
    "newest-statement",
    "The newest explicit statement holds; of two made at the same instant, or of two without a date, the withdrawal. Silence changes nothing. A record or an import without a date " +
    "never overrides a dated choice, and an import never turns a withdrawal into a consent unless both dates are known and the import's is newer.",
    "derived: an unsubscribe must never be undone by an export that runs later")]
public static class NewestStatement
{
    /// <summary>Says which statement holds from now on. Never throws.</summary>
    /// <param name="current">What is on record.</param>
    /// <param name="incoming">What was just read or received.</param>
    /// <returns><paramref name="incoming"/> when it changes the state or makes it better founded, otherwise <paramref name="current"/>.</returns>
    public static Consent Of(Consent current, Consent incoming)
    {
        if (incoming.State == ConsentState.NoStatement || incoming == current)
            return current;
        if (current.State == ConsentState.NoStatement)
            return incoming;
        return (current.At, incoming.At) switch
        {
            ({ } known, { } read) when read == known => incoming.State == ConsentState.Withdrawn && incoming.State != current.State ? incoming : current,
            ({ } known, { } read) => read > known ? incoming : current,
            ({ }, null) => current,
            (null, { }) => incoming is { Source: ConsentSource.Import, State: ConsentState.Granted } && current.State == ConsentState.Withdrawn
                ? current
                : incoming,
            (null, null) => incoming.State == ConsentState.Withdrawn && current.State != ConsentState.Withdrawn ? incoming : current,
        };
    }
}
