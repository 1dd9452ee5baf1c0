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
/// <param name="SharingConsented">Consented to sharing with an order that counts, and did not withdraw it since.</param>
/// <param name="SubscribedSinceActivation">Subscribed after Pomost was switched on for the store.</param>
/// <param name="ByExplicitImport">Read by the one-off import of earlier subscribers.</param>
public sealed record Relation(
    bool HasAccount, bool IsSubscriber, bool HasBought, bool SharingConsented, bool SubscribedSinceActivation, bool ByExplicitImport)
{
    /// <summary>True when the person withdrew the consent to sharing and has not given it anew.</summary>
    public bool SharingWithdrawn { get; init; }
}

/// <summary>Sharing mode A and B.</summary>
[Rule(
    "who-is-sent",
    "Mode A sends an order only when its own buyer consented to sharing with it: one refused or not asked stays in the shop, before and after others. " +
    "People are known by the orders that count and that they consented to, and by nothing else; from the first on, their account's data and newsletter state, " +
    "their carts and tags follow, whereas what other orders say of them does not. A newsletter sign-up alone is not enough. A later refusal concerns its order alone; " +
    "a withdrawal (a no in the account's own field, or noted by the operator) stops everything but an unsubscription, " +
    "until an order placed later brings a new consent. " +
    "A sent order that is cancelled or given back is still called off. " +
    "Mode B sends everybody with an account, every buyer, and subscribers without an account: new ones by themselves, earlier ones by one explicit import.",
    "FAQ, questions 1 and 10: who is sent, and whether a newsletter sign-up is")]
public static class WhoIsSent
{
    /// <summary>Says whether the person may be sent. Never throws.</summary>
    public static RuleAnswer Ask(SharingMode mode, Relation person) => mode switch
    {
        SharingMode.ConsentedWhenOrdering => person.SharingConsented
            ? Answer(ReasonCode.SharingConsented, true)
            : Answer(person.SharingWithdrawn ? ReasonCode.SharingWithdrawn : ReasonCode.SharingNotConsented, false),
        SharingMode.Everyone when person.HasAccount || person.HasBought => Answer(ReasonCode.SharingEveryone, true),
        SharingMode.Everyone when !person.IsSubscriber => Answer(ReasonCode.NoRelation, false),
        SharingMode.Everyone => person.SubscribedSinceActivation || person.ByExplicitImport
            ? Answer(ReasonCode.SharingEveryone, true)
            : Answer(ReasonCode.SubscriberBeforeActivation, false),
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Unknown sharing mode."),
    };

    /// <summary>Says whether an order and its buyer may be sent. Never throws.</summary>
    /// <param name="mode">The store's choice.</param>
    /// <param name="order">The order.</param>
    /// <param name="withdrawnAt">When its buyer withdrew the consent to sharing, UTC; null = never.</param>
    public static RuleAnswer AskOrder(SharingMode mode, ShopOrder order, DateTimeOffset? withdrawnAt) => mode switch
    {
        SharingMode.Everyone => Answer(ReasonCode.SharingEveryone, true),
        SharingMode.ConsentedWhenOrdering when order.SharingConsent is null => Answer(ReasonCode.SharingNotAsked, false),
        SharingMode.ConsentedWhenOrdering when order.SharingConsent == false => Answer(ReasonCode.SharingRefused, false),
        SharingMode.ConsentedWhenOrdering when order.PlacedAt <= withdrawnAt => Answer(ReasonCode.SharingWithdrawn, false),
        SharingMode.ConsentedWhenOrdering => Answer(ReasonCode.SharingConsented, true),
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Unknown sharing mode."),
    };

    static RuleAnswer Answer(ReasonCode code, bool allows) => new("who-is-sent", code, allows);
}
