namespace Pomost.Rules;

/// <summary>An opt-out made right after registration.</summary>
[Rule(
    "opt-out-grace",
    "An opt-out made in the shop less than 15 minutes after registration is not sent; from exactly 15 minutes on it is, and so is one that takes back " +
    "a consent already sent. An unticked box of the registration form must not unsubscribe somebody who is subscribed at SALESmanago.",
    "Guide, section 6: consent status download and the 15 minutes; the taken back consent is derived: an unsubscribe is never lost")]
public static class OptOutGrace
{
    /// <summary>From this age of the account on an opt-out is sent.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(15);

    /// <summary>Says whether the state may be sent. Never throws.</summary>
    /// <param name="statement">The statement that holds.</param>
    /// <param name="registeredAt">When the account was made, UTC; null = no account or unknown.</param>
    /// <param name="told">State the destination was told last; null = nothing yet.</param>
    public static RuleAnswer Ask(Consent statement, DateTimeOffset? registeredAt, ConsentState? told)
    {
        // Before the registration: a guest's own opt-out, or a clock set back. An opt-out is never lost for a clock.
        var isWithin = statement is { State: ConsentState.Withdrawn, At: { } at } && IsMadeInShop(statement.Source) && told != ConsentState.Granted
            && registeredAt is { } registered && at >= registered && at - registered < Length;
        return isWithin
            ? new RuleAnswer("opt-out-grace", ReasonCode.OptOutWithinGrace, false)
            : new RuleAnswer("opt-out-grace", ReasonCode.Allowed, true);
    }

    static bool IsMadeInShop(ConsentSource source)
        => source is ConsentSource.ShopRecord or ConsentSource.RegistrationForm or ConsentSource.AccountPage or ConsentSource.NewsletterForm;
}
