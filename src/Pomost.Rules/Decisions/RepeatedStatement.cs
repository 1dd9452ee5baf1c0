namespace Pomost.Rules;

/// <summary>A contact that is sent a second time, because nobody knows whether the first sending arrived.</summary>
[Rule(
    "repeated-statement",
    "A contact whose sending is in doubt is sent again without a newsletter or SMS state that its card shows already. A consent is not sent again " +
    "when the card says no and was changed since the first sending: whoever unsubscribed in between stays unsubscribed.",
    "derived: SALESmanago applies each forced opt-in, also one that is sent twice")]
public static class RepeatedStatement
{
    /// <summary>The state to send this time; <see cref="ConsentState.NoStatement"/> = none. Never throws.</summary>
    /// <param name="sent">The state that the first sending carried.</param>
    /// <param name="card">State on the card now; null = there is no card.</param>
    /// <param name="cardModifiedAt">When the card was last changed, UTC; null = unknown.</param>
    /// <param name="firstSentAt">When the first sending began, UTC.</param>
    public static ConsentState Of(ConsentState sent, ConsentState? card, DateTimeOffset? cardModifiedAt, DateTimeOffset firstSentAt)
    {
        if (card is null || sent == ConsentState.NoStatement)
            return sent;
        var wasTakenBack = sent == ConsentState.Granted && card == ConsentState.Withdrawn && !(cardModifiedAt < firstSentAt);
        return card == sent || wasTakenBack ? ConsentState.NoStatement : sent;
    }
}
