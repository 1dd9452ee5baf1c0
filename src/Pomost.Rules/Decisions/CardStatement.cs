namespace Pomost.Rules;

/// <summary>Why a card at SALESmanago was read.</summary>
public enum CardQuestion
{
    /// <summary>A callback told this very state.</summary>
    Callback,

    /// <summary>The card is among those changed.</summary>
    Changed,

    /// <summary>The person has just registered in the shop, and the consent download is on.</summary>
    Registration,
}

/// <summary>One channel of a card at SALESmanago, and what we knew before.</summary>
/// <param name="Card">State on the card.</param>
/// <param name="LastOnCard">State when the card was last read; null = never read.</param>
/// <param name="IsTold">True when SALESmanago has taken the statement on record from us.</param>
/// <param name="At">When the callback came or the card was last changed, UTC.</param>
public sealed record CardChannel(ConsentState Card, ConsentState? LastOnCard, bool IsTold, DateTimeOffset At);

/// <summary>What a card at SALESmanago says about a person's will.</summary>
[Rule(
    "card-statement",
    "A callback, confirmed by the card, is a statement. So is a card that says otherwise than what SALESmanago was told, or than when it was last read. " +
    "A new card that was never opted in is opted out by default: that is no statement. At registration a card that is opted in opts in in the shop, too.",
    "Guide, section 6 (callbacks, consent download); the comparison that heals lost callbacks is derived")]
public static class CardStatement
{
    /// <summary>The statement the card makes, or <see cref="Consent.None"/>. Never throws.</summary>
    /// <param name="current">The statement on record.</param>
    /// <param name="channel">The card's channel.</param>
    /// <param name="question">Why the card was read.</param>
    public static Consent Of(Consent current, CardChannel channel, CardQuestion question)
    {
        if (channel.Card == current.State || channel.Card == ConsentState.NoStatement)
            return Consent.None;
        var says = question switch
        {
            CardQuestion.Callback => true,
            CardQuestion.Registration when channel.Card == ConsentState.Granted => true,
            _ => current.State == ConsentState.NoStatement ? channel.LastOnCard is { } last && last != channel.Card : channel.IsTold,
        };
        return says
            ? new Consent(channel.Card, channel.At, question == CardQuestion.Callback ? ConsentSource.Callback : ConsentSource.SalesmanagoCard)
            : Consent.None;
    }
}
