using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What is known of a person's consents and card when a contact is sent.</summary>
/// <param name="Email">The e-mail statement that holds.</param>
/// <param name="Sms">The SMS statement that holds.</param>
/// <param name="CardEmail">State of the e-mail channel on the card that was known before; null = never looked at.</param>
/// <param name="CardSms">The same of the SMS channel.</param>
sealed record OptInKnown(Consent Email, Consent Sms, ConsentState? CardEmail, ConsentState? CardSms)
{
    /// <summary>What other stores of the destination know of the card; null = nothing.</summary>
    public DefaultCard? Elsewhere { get; init; }

    /// <summary>The same with what other stores know of the card.</summary>
    public OptInKnown With(DefaultCard? made) => this with
    {
        Elsewhere = made,
        CardEmail = CardEmail ?? (made?.Email == true ? ConsentState.NoStatement : null),
        CardSms = CardSms ?? (made?.Sms == true ? ConsentState.NoStatement : null),
    };

    public static OptInKnown Of(ContactFacts facts) => new(facts.EmailConsent, facts.SmsConsent, facts.CardEmail, facts.CardSms);
}

/// <summary>A contact that is about to be sent, and what is known of it.</summary>
/// <param name="EmailKey">Whose card.</param>
/// <param name="Contact">As it is to be sent.</param>
/// <param name="Known">Null = the mirror no longer has the person.</param>
sealed record OptInCandidate(string EmailKey, OutgoingContact Contact, OptInKnown? Known)
{
    /// <summary>True when it would opt somebody in.</summary>
    public bool OptsIn => Contact.EmailConsent == ConsentState.Granted || Contact.SmsConsent == ConsentState.Granted;

    /// <summary>The contact as it may be sent, and whether a consent is held back because the card is opted out.</summary>
    /// <param name="card">The card as it was just read; null = there is none.</param>
    public (OutgoingContact Contact, bool IsHeld) After(DestinationContact? card)
    {
        var email = After(
            Contact.EmailConsent, new OptInFacts(Known?.Email ?? Granted, Known?.CardEmail, Contact.EmailIsLater, StateOf(card?.EmailOptedOut), card?.ModifiedAt)
            {
                MadeAfter = Contact.EmailMadeAfter,
                KnownWithdrawalAt = Known?.Elsewhere?.EmailWithdrawnAt,
            });
        var sms = After(
            Contact.SmsConsent, new OptInFacts(Known?.Sms ?? Granted, Known?.CardSms, Contact.SmsIsLater, StateOf(card?.PhoneOptedOut), card?.ModifiedAt)
            {
                MadeAfter = Contact.SmsMadeAfter,
                KnownWithdrawalAt = Known?.Elsewhere?.SmsWithdrawnAt,
            });
        return (Contact with { EmailConsent = email.State, SmsConsent = sms.State }, email.IsHeld || sms.IsHeld);
    }

    public static ConsentState? StateOf(bool? optedOut) => optedOut switch { null => null, true => ConsentState.Withdrawn, false => ConsentState.Granted };

    static Consent Granted { get; } = new(ConsentState.Granted);

    static (ConsentState State, bool IsHeld) After(ConsentState state, OptInFacts facts)
    {
        // What the card shows already is not sent: whoever unsubscribes this very moment stays unsubscribed.
        if (state != ConsentState.Granted || facts.Card == ConsentState.Granted)
            return (state == ConsentState.Granted ? ConsentState.NoStatement : state, false);
        var answer = OptInAfterCard.Ask(facts);
        return answer.Allows ? (state, false) : (ConsentState.NoStatement, answer.Code == ReasonCode.UnsubscribedAtSalesmanago);
    }
}
