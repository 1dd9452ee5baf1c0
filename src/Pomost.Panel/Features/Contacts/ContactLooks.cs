using Pomost.Engine;
using Pomost.Panel.Components;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Features.Contacts;

/// <summary>Tone, icon and word of what is known of a contact.</summary>
static class ContactLooks
{
    public static (Tone Tone, string Icon, string Word) Of(this ContactsTexts t, RecordOutcome outcome) => outcome switch
    {
        RecordOutcome.Queued => (Tone.Info, "clock", t.Queued),
        RecordOutcome.Sent => (Tone.Ok, "check", t.Sent),
        RecordOutcome.Withheld => (Tone.Warn, "shield-check", t.Withheld),
        RecordOutcome.Rejected => (Tone.Bad, "x", t.Rejected),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "An outcome without a look."),
    };

    public static (Tone Tone, string Icon, string Word) Of(this ContactsTexts t, ConsentState state) => state switch
    {
        ConsentState.Granted => (Tone.Ok, "check", t.Granted),
        ConsentState.Withdrawn => (Tone.Bad, "x", t.Withdrawn),
        ConsentState.NoStatement => (Tone.Plain, "minus", t.NoStatement),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "A consent state without a look."),
    };

    public static string Of(this ContactsTexts t, ConsentChannel channel) => channel == ConsentChannel.Email ? t.Email : t.Sms;

    public static string Of(this ContactsTexts t, ConsentSource source) => source switch
    {
        ConsentSource.ShopRecord => t.SourceShopRecord,
        ConsentSource.RegistrationForm => t.SourceRegistrationForm,
        ConsentSource.Checkout => t.SourceCheckout,
        ConsentSource.NewsletterForm => t.SourceNewsletterForm,
        ConsentSource.AccountPage => t.SourceAccountPage,
        ConsentSource.Callback => t.SourceCallback,
        ConsentSource.SalesmanagoCard => t.SourceSalesmanagoCard,
        ConsentSource.Import => t.SourceImport,
        ConsentSource.Operator => t.SourceOperator,
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "A source without words."),
    };

    /// <summary>The question a why-trace answers.</summary>
    public static string Why(this ContactsTexts t, RecordOutcome outcome) => outcome switch
    {
        RecordOutcome.Sent => t.Why,
        RecordOutcome.Queued => t.WhyWaits,
        _ => t.WhyNot,
    };
}
