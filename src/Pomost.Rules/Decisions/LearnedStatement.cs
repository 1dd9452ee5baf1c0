namespace Pomost.Rules;

/// <summary>Which of two statements holds when their dates come from clocks that need not agree.</summary>
[Rule(
    "learned-statement",
    "A statement is never younger than the moment at which it was learned, whatever date it bears. What is known to be later (the other side had agreed " +
    "with the earlier statement before) holds, even when its date says otherwise. When dates of two clocks lie less than 15 minutes apart and nothing else " +
    "tells their order, the withdrawal holds.",
    "derived: clocks of shops, of SALESmanago and of this server differ by minutes, and an unsubscribe must not be lost for that")]
public static class LearnedStatement
{
    /// <summary>Dates of two clocks that are nearer to each other than this tell no order.</summary>
    public static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(15);

    /// <summary>A record that bears a date so much older than the look before, which did not show it, was brought into the shop from elsewhere. No two clocks
    /// are so far apart.</summary>
    public static readonly TimeSpan OfAnotherTime = TimeSpan.FromHours(1);

    /// <summary>Says which statement holds from now on. Never throws.</summary>
    /// <param name="current">What is on record.</param>
    /// <param name="incoming">What was just read or received.</param>
    /// <param name="learnedAt">When <paramref name="incoming"/> was learned, UTC.</param>
    /// <param name="isLater">True when it is known to be later than <paramref name="current"/>.</param>
    /// <returns><paramref name="incoming"/>, with the date it may claim, or <paramref name="current"/>.</returns>
    public static Consent Of(Consent current, Consent incoming, DateTimeOffset learnedAt, bool isLater = false)
    {
        if (incoming.State == ConsentState.NoStatement || incoming == current)
            return current;
        current = Bounded(current, learnedAt);
        incoming = Bounded(incoming, learnedAt);
        if (current.State == incoming.State || current.State == ConsentState.NoStatement)
            return NewestStatement.Of(current, incoming);
        if (isLater)
            return NewestStatement.Of(current, incoming with { At = After(incoming.At ?? learnedAt, current.At) });
        if (!IsOrderUnknown(current, incoming))
            return NewestStatement.Of(current, incoming);
        return incoming.State == ConsentState.Withdrawn ? NewestStatement.Of(current, incoming with { At = After(incoming.At!.Value, current.At) }) : current;
    }

    /// <summary>The statement with a date not after the moment at which it was learned.</summary>
    public static Consent Bounded(Consent statement, DateTimeOffset learnedAt) => statement.At > learnedAt ? statement with { At = learnedAt } : statement;

    static bool IsOrderUnknown(Consent one, Consent other)
        => one.At is { } at && other.At is { } otherAt && IsOfShop(one.Source) != IsOfShop(other.Source) && (at - otherAt).Duration() < ClocksDiffer;

    static bool IsOfShop(ConsentSource source) => source is ConsentSource.ShopRecord or ConsentSource.RegistrationForm or ConsentSource.Checkout
        or ConsentSource.NewsletterForm or ConsentSource.AccountPage;

    static DateTimeOffset After(DateTimeOffset at, DateTimeOffset? other) => other is { } earlier && earlier >= at ? earlier.AddMilliseconds(1) : at;
}
