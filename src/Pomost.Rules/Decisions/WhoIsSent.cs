namespace Pomost.Rules;

/// <summary>Which people of a shop may be sent at all: a setting of the store.</summary>
public enum SharingMode
{
    /// <summary>Mode A: only people who consented to sharing when ordering.</summary>
    ConsentedWhenOrdering,

    /// <summary>Mode B: everybody with an account, buyers, and newsletter subscribers without an account.</summary>
    Everyone,
}

/// <summary>What is known of a person's relation to the shop when it is asked whether to send them.</summary>
/// <param name="HasAccount">Has an account in the shop.</param>
/// <param name="IsSubscriber">Stands on the newsletter list.</param>
/// <param name="HasBought">Has an order that counts.</param>
/// <param name="SharingConsented">Consented to sharing with this or any earlier order.</param>
/// <param name="SubscribedSinceActivation">Subscribed after Pomost was switched on for the store.</param>
/// <param name="ByExplicitImport">Read by the one-off import of earlier subscribers.</param>
public sealed record Relation(
    bool HasAccount, bool IsSubscriber, bool HasBought, bool SharingConsented, bool SubscribedSinceActivation, bool ByExplicitImport);

/// <summary>Sharing mode A and B.</summary>
[Rule(
    "who-is-sent",
    "Mode A sends only people who consented to sharing when ordering; a newsletter sign-up alone is not enough. " +
    "Mode B sends everybody with an account, every buyer, and subscribers without an account: new ones by themselves, earlier ones by one explicit import.",
    "FAQ, questions 1 and 10: who is sent, and whether a newsletter sign-up is")]
public static class WhoIsSent
{
    /// <summary>Says whether the person may be sent. Never throws.</summary>
    public static RuleAnswer Ask(SharingMode mode, Relation person) => mode switch
    {
        SharingMode.ConsentedWhenOrdering => person.SharingConsented
            ? Answer(ReasonCode.SharingConsented, true)
            : Answer(ReasonCode.SharingNotConsented, false),
        SharingMode.Everyone when person.HasAccount || person.HasBought => Answer(ReasonCode.SharingEveryone, true),
        SharingMode.Everyone when !person.IsSubscriber => Answer(ReasonCode.NoRelation, false),
        SharingMode.Everyone => person.SubscribedSinceActivation || person.ByExplicitImport
            ? Answer(ReasonCode.SharingEveryone, true)
            : Answer(ReasonCode.SubscriberBeforeActivation, false),
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Unknown sharing mode."),
    };

    static RuleAnswer Answer(ReasonCode code, bool allows) => new("who-is-sent", code, allows);
}
