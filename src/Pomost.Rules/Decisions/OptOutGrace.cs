namespace Pomost.Rules;

/// <summary>An opt-out made right after registration.</summary>
[Rule(
    "opt-out-grace",
    "An opt-out found in the account less than 15 minutes after registration is no choice of the person and changes nothing; from exactly 15 minutes on it is " +
    "one. Within the 15 minutes only two are believed: one that the shop says was made on the account page, and one that takes back what the account itself " +
    "had said. An unticked box of the registration form, whichever plug-in stores it and when, must not unsubscribe somebody who is subscribed at SALESmanago.",
    "Guide, section 6: consent status download and the 15 minutes; the two that are believed are derived: an unsubscribe is never lost")]
public static class OptOutGrace
{
    /// <summary>From this age of the account on an opt-out is a choice.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(15);

    /// <summary>Says whether the statement is a choice of the person. Never throws.</summary>
    /// <param name="statement">The statement read, with the date it counts from.</param>
    /// <param name="registeredAt">When the account was made, UTC; null = no account or unknown.</param>
    /// <param name="memory">What is remembered of the account.</param>
    public static RuleAnswer Ask(Consent statement, DateTimeOffset? registeredAt, ShopMemory memory)
    {
        // Before the registration: a guest's own opt-out, or a clock set back. An opt-out is never lost for a clock.
        var isWithin = statement is { State: ConsentState.Withdrawn, At: { } at } && IsOfForm(statement.Source) && !IsTakenBack(memory)
            && registeredAt is { } registered && at >= registered && at - registered < Length;
        return isWithin
            ? new RuleAnswer("opt-out-grace", ReasonCode.OptOutWithinGrace, false)
            : new RuleAnswer("opt-out-grace", ReasonCode.Allowed, true);
    }

    // What Pomost wrote into the account was not the person's tick.
    static bool IsTakenBack(ShopMemory memory) => memory is { Seen.State: ConsentState.Granted, Own: null };

    static bool IsOfForm(ConsentSource source) => source is ConsentSource.ShopRecord or ConsentSource.RegistrationForm or ConsentSource.NewsletterForm;
}
