using Pomost.Engine;
using Pomost.Panel.Components;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Features.Webhooks;

/// <summary>Words of events, states and tries.</summary>
static class WebhookLooks
{
    public static string Of(this WebhooksTexts t, WebhookEvent happened) => happened switch
    {
        WebhookEvent.ContactSent => t.ContactSent,
        WebhookEvent.ConsentChanged => t.ConsentChanged,
        WebhookEvent.DeliveryRejected => t.DeliveryRejected,
        WebhookEvent.ExportFinished => t.ExportFinished,
        WebhookEvent.StoreNeedsOperator => t.StoreNeedsOperator,
        WebhookEvent.AlertOpened => t.AlertOpened,
        WebhookEvent.AlertClosed => t.AlertClosed,
        WebhookEvent.Test => t.Trial,
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "An event without words."),
    };

    public static (Tone Tone, string Icon, string Word) StateOf(this WebhooksTexts t, WebhookSubscription one) => one switch
    {
        { IsPaused: true } => (Tone.Warn, "player-pause", t.Paused),
        { FailingSince: not null } => (Tone.Bad, "alert-triangle", t.Failing),
        { LastSuccessAt: not null } => (Tone.Ok, "check", t.Works),
        _ => (Tone.Plain, "circle-dashed", t.NothingYet),
    };

    /// <summary>What a try ended with.</summary>
    public static string Result(this WebhooksTexts t, WebhookAttempt attempt) => attempt switch
    {
        { Status: { } status } => t.Answered(status.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        { Problem: "TimedOut" } => t.TimedOut,
        { Problem: "PrivateAddress" } => t.PrivateAddress,
        { Problem: "NameResolutionError" } => t.NoSuchName,
        { Problem: "SecureConnectionError" } => t.NotTrusted,
        _ => t.Unreachable,
    };
}
