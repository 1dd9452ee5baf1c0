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

    /// <summary>The card was seen to be opted out when a consent was about to be sent (<see cref="OptInAfterCard"/>).</summary>
    Held,
}

/// <summary>One channel of a card at SALESmanago, and what we knew before.</summary>
/// <param name="Card">State on the card.</param>
/// <param name="LastOnCard">State when the card was last read; <see cref="ConsentState.NoStatement"/> = opted out by default; null = never read.</param>
/// <param name="IsTold">True when SALESmanago has taken the statement on record from us.</param>
/// <param name="At">When the callback came or the card was last changed, UTC.</param>
public sealed record CardChannel(ConsentState Card, ConsentState? LastOnCard, bool IsTold, DateTimeOffset At);

/// <summary>What a card at SALESmanago says about a person's will.</summary>
[Rule(
    "card-statement",
    "A callback, confirmed by the card, is a statement. So is a card that says otherwise than what SALESmanago was told, or than when it was last read. " +
    "A new card that was never opted in is opted out by default: that is no statement. At registration a card that is opted in opts in in the shop, too, " +
    "also when the person was known before as a guest, as a subscriber or by a callback.",
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
            _ => current.State == ConsentState.NoStatement ? channel.LastOnCard is { } last && Shown(last) != channel.Card : channel.IsTold,
        };
        return says
            ? new Consent(channel.Card, channel.At, question == CardQuestion.Callback ? ConsentSource.Callback : ConsentSource.SalesmanagoCard)
            : Consent.None;
    }

    static ConsentState Shown(ConsentState last) => last == ConsentState.NoStatement ? ConsentState.Withdrawn : last;

    /// <summary>True when what the card says is later than the statement on record, whatever the dates say: SALESmanago had that one. Never throws.</summary>
    /// <param name="current">The statement on record.</param>
    /// <param name="channel">The card's channel.</param>
    public static bool IsLater(Consent current, CardChannel channel) => channel.IsTold || channel.LastOnCard == current.State;

    /// <summary>True when a card that is opted in has to be carried into the account of somebody who has just registered. Never throws.</summary>
    /// <param name="holds">The statement that holds once the card was read.</param>
    /// <param name="card">State on the card.</param>
    /// <param name="inShop">What the account says; null = it was never looked at.</param>
    public static bool IsOwedToAccount(Consent holds, ConsentState card, ConsentState? inShop)
        => holds.State == ConsentState.Granted && card == ConsentState.Granted && inShop != ConsentState.Granted;
}
