using Pomost.Engine;
using Pomost.Panel.Components;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Features.Mail;

/// <summary>Words and tones of mails.</summary>
static class MailLooks
{
    public static string Of(this MailTexts t, MailKind kind) => kind switch
    {
        MailKind.Confirmation => t.KindConfirmation,
        MailKind.AddressInUse => t.KindAddressInUse,
        MailKind.AddressChange => t.KindAddressChange,
        MailKind.AddressChangeNotice => t.KindAddressChangeNotice,
        MailKind.PasswordReset => t.KindPasswordReset,
        MailKind.AccessNotice => t.KindAccessNotice,
        MailKind.Invitation => t.KindInvitation,
        MailKind.Alert => t.KindAlert,
        MailKind.ExportEnded => t.KindExportEnded,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A mail without words."),
    };

    public static (Tone Tone, string Icon, string Word) Of(this MailTexts t, MailState state) => state switch
    {
        MailState.Kept => (Tone.Info, "mail", t.StateKept),
        MailState.Waiting => (Tone.Warn, "clock", t.StateWaiting),
        MailState.Sent => (Tone.Ok, "check", t.StateSent),
        MailState.GivenUp => (Tone.Bad, "x", t.StateGivenUp),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "A state without words."),
    };
}
