namespace Pomost.Rules;

/// <summary>What is known when a consent is about to be sent.</summary>
/// <param name="Statement">The statement that holds by now.</param>
/// <param name="KnownCard">State of the card that was known before; <see cref="ConsentState.NoStatement"/> = Pomost made the card without a statement, so
/// that it is opted out by default; null = the card was never looked at.</param>
/// <param name="IsLater">True when the statement was weighed against the card as it was known, and is later.</param>
/// <param name="Card">State of the card now; null = there is no card.</param>
/// <param name="CardModifiedAt">When the card was last changed, UTC; null = unknown.</param>
public sealed record OptInFacts(Consent Statement, ConsentState? KnownCard, bool IsLater, ConsentState? Card, DateTimeOffset? CardModifiedAt)
{
    /// <summary>A moment after which the statement was made, UTC; null = unknown.</summary>
    public DateTimeOffset? MadeAfter { get; init; }

    /// <summary>When the person withdrew, as another store knows, UTC; null = no store knows.</summary>
    public DateTimeOffset? KnownWithdrawalAt { get; init; }
}

/// <summary>A consent that would subscribe somebody by force.</summary>
[Rule(
    "opt-in-after-card",
    "Nobody is opted in at SALESmanago before their card was read. When it is opted out, and the consent is not known to be later than that, the consent is " +
    "sent only if it was given at least 15 minutes after the card was last changed, if the shop did not have it yet when the card was changed, or if a person " +
    "with access to the panel stated it. Otherwise the opt-out holds, and is carried into the shop. A consent that meanwhile no longer holds is not sent at all.",
    "Guide, section 6: the state at SALESmanago is looked at first; derived for exports: shops are not told of unsubscriptions, so their old consents prove nothing")]
public static class OptInAfterCard
{
    /// <summary>Says whether the consent may be sent. Never throws.</summary>
    public static RuleAnswer Ask(OptInFacts facts)
    {
        if (facts.Statement.State != ConsentState.Granted)
            return Answer(ReasonCode.ConsentOvertaken, false);
        var isWeighed = facts.KnownCard == ConsentState.NoStatement || (facts.KnownCard == ConsentState.Withdrawn && facts.IsLater)
            || facts.MadeAfter > facts.KnownWithdrawalAt || facts.MadeAfter > facts.CardModifiedAt
            || facts.Statement.At - facts.KnownWithdrawalAt >= LearnedStatement.ClocksDiffer;
        var isNews = facts.Card == ConsentState.Withdrawn && !isWeighed && facts.Statement.Source != ConsentSource.Operator;
        var isNewer = facts.Statement.At is { } at && facts.CardModifiedAt is { } changed && at - changed >= LearnedStatement.ClocksDiffer;
        return isNews && !isNewer ? Answer(ReasonCode.UnsubscribedAtSalesmanago, false) : Answer(ReasonCode.Allowed, true);
    }

    static RuleAnswer Answer(ReasonCode code, bool allows) => new("opt-in-after-card", code, allows);
}
