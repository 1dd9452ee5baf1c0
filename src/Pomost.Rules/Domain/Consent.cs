namespace Pomost.Rules;

/// <summary>The way a person is written to. Each has a consent of its own.</summary>
public enum ConsentChannel
{
    /// <summary>Newsletter by e-mail.</summary>
    Email,

    /// <summary>Text message to a telephone.</summary>
    Sms,
}

/// <summary>What a person said about one channel. Absence is a state of its own: never a yes, never a no.</summary>
public enum ConsentState
{
    /// <summary>Nobody asked, or the shop keeps no record.</summary>
    NoStatement,

    /// <summary>The person agreed (SALESmanago: opt-in).</summary>
    Granted,

    /// <summary>The person refused or unsubscribed (SALESmanago: opt-out).</summary>
    Withdrawn,
}

/// <summary>Where a statement was made.</summary>
public enum ConsentSource
{
    /// <summary>The shop stores the state but not how it came about.</summary>
    ShopRecord,

    /// <summary>Form of a new account in the shop.</summary>
    RegistrationForm,

    /// <summary>Box ticked while ordering.</summary>
    Checkout,

    /// <summary>Newsletter form of the shop.</summary>
    NewsletterForm,

    /// <summary>The person's own account page in the shop.</summary>
    AccountPage,

    /// <summary>Opt-in or opt-out callback of SALESmanago.</summary>
    Callback,

    /// <summary>Card at SALESmanago, read because it changed or because the person registered in the shop.</summary>
    SalesmanagoCard,

    /// <summary>One-off import, by file or by export run.</summary>
    Import,

    /// <summary>A person with access to the panel, who gave a reason.</summary>
    Operator,
}

/// <summary>A statement on one channel with its evidence.</summary>
/// <param name="State">What was said.</param>
/// <param name="At">When it was said, UTC; null when the shop does not know.</param>
/// <param name="Source">Where it was said.</param>
/// <param name="Wording">The text the person agreed to, if known.</param>
public sealed record Consent(ConsentState State, DateTimeOffset? At = null, ConsentSource Source = ConsentSource.ShopRecord, string? Wording = null)
{
    /// <summary>No statement, no evidence.</summary>
    public static Consent None { get; } = new(ConsentState.NoStatement);
}
