using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>A contact on its way to the destination: what may be sent of it once its card was read.</summary>
/// <param name="rows">Its deliveries.</param>
/// <param name="contact">All of them in one.</param>
/// <param name="facts">What the mirror knows by now; null = the person is gone.</param>
sealed class OwedContact(IReadOnlyList<Delivery> rows, OutgoingContact contact, ContactFacts? facts)
{
    readonly ConsentState _email = contact.EmailConsent;
    readonly ConsentState _sms = contact.SmsConsent;
    readonly bool _isInDoubt = rows.Any(row => row.State == DeliveryState.Sent);
    DestinationContact? _card;
    bool _wasAsked;

    // A card under another address tells nothing of this one.
    OptInKnown? _known = facts is null ? null : OptInKnown.Of(facts);

    public IReadOnlyList<Delivery> Rows => rows;

    public string EmailKey => rows[0].EmailKey;

    /// <summary>As it is sent.</summary>
    public OutgoingContact Contact { get; private set; } = contact;

    /// <summary>True when its card got the new address, and with it everything else.</summary>
    public bool IsMoved { get; set; }

    /// <summary>True when a consent is held back, because the card is opted out.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>True when something is not said again that was sent before.</summary>
    public bool IsTakenBack { get; private set; }

    /// <summary>True when the card has to be read before anything is sent.</summary>
    public bool MustAsk => facts?.CardEmail is null || OptsIn || (_isInDoubt && StatesAnything);

    bool OptsIn => new OptInCandidate(EmailKey, Contact, _known).OptsIn;

    bool StatesAnything => Contact.EmailConsent != ConsentState.NoStatement || Contact.SmsConsent != ConsentState.NoStatement;

    /// <summary>Takes away what may not be sent, now that the card was read.</summary>
    /// <param name="card">Null = there is none.</param>
    /// <param name="made">What is known of its making; null = nothing.</param>
    public void After(DestinationContact? card, DefaultCard? made)
    {
        (_card, _wasAsked, _known) = (card, true, _known?.With(made));
        if (_isInDoubt)
            LeaveOutRepeated(card);
        (Contact, var isHeld) = new OptInCandidate(EmailKey, Contact, _known).After(card);
        IsHeld |= isHeld;
    }

    /// <summary>The card under the former address stays where it is: what that one has of the person is given to the new one, too.</summary>
    public void LeaveFormer()
    {
        var former = Contact.Former!;
        Contact = Contact with
        {
            Former = null,
            EmailConsent = _email == ConsentState.NoStatement ? former.EmailConsent : _email,
            SmsConsent = _sms == ConsentState.NoStatement ? former.SmsConsent : _sms,
            Tags = [.. former.Tags.Union(Contact.Tags)],
        };
        _known = _known is { } known ? known with { CardEmail = null, CardSms = null } : null;
        (_card, _wasAsked, IsHeld, IsTakenBack) = (null, false, false, false);
    }

    /// <summary>What is known of the card once the contact was taken; null = nothing new, or something that has to be weighed first.</summary>
    public KnownCardWrite? KnownCard()
    {
        if (IsHeld || IsTakenBack)
            return null;
        var (email, sms) = (Known(Contact.EmailConsent, _known?.CardEmail, _card?.EmailOptedOut), Known(Contact.SmsConsent, _known?.CardSms, _card?.PhoneOptedOut));
        return email is null && sms is null ? null : new KnownCardWrite(EmailKey, email, sms);
    }

    // A card that is made without a statement is opted out by default, and says so as long as nothing else is known.
    ConsentState? Known(ConsentState sent, ConsentState? known, bool? optedOut) => (sent, OptInCandidate.StateOf(optedOut)) switch
    {
        (not ConsentState.NoStatement, _) => sent,
        _ when !_wasAsked => null,
        (_, null) => ConsentState.NoStatement,
        (_, ConsentState.Withdrawn) when known == ConsentState.NoStatement => known,
        (_, { } shown) => shown,
    };

    void LeaveOutRepeated(DestinationContact? card)
    {
        var firstSent = rows.Where(row => row.State == DeliveryState.Sent).Min(row => row.SentAt ?? row.CreatedAt);
        var email = RepeatedStatement.Of(Contact.EmailConsent, OptInCandidate.StateOf(card?.EmailOptedOut), card?.ModifiedAt, firstSent);
        var sms = RepeatedStatement.Of(Contact.SmsConsent, OptInCandidate.StateOf(card?.PhoneOptedOut), card?.ModifiedAt, firstSent);
        IsTakenBack |= IsAgainst(Contact.EmailConsent, email, card?.EmailOptedOut) || IsAgainst(Contact.SmsConsent, sms, card?.PhoneOptedOut);
        Contact = Contact with { EmailConsent = email, SmsConsent = sms };
    }

    static bool IsAgainst(ConsentState sent, ConsentState repeated, bool? optedOut) => repeated != sent && OptInCandidate.StateOf(optedOut) != sent;
}
