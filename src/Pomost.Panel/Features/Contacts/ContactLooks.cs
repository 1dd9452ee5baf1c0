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

    /// <summary>The question a why-trace answers.</summary>
    public static string Why(this ContactsTexts t, RecordOutcome outcome) => outcome switch
    {
        RecordOutcome.Sent => t.Why,
        RecordOutcome.Queued => t.WhyWaits,
        _ => t.WhyNot,
    };

    /// <summary>What a tab adds to the card's address.</summary>
    public static string Path(this ContactTab tab) => tab switch
    {
        ContactTab.Timeline => "",
        ContactTab.Consents => "/consents",
        ContactTab.Orders => "/orders",
        ContactTab.Carts => "/carts",
        ContactTab.Visits => "/visits",
        ContactTab.Trace => "/trace",
        _ => throw new ArgumentOutOfRangeException(nameof(tab), tab, "A tab without an address."),
    };

    public static (Tone Tone, string Icon, string Word) Of(this ContactsTexts t, CartState state) => state switch
    {
        CartState.Open => (Tone.Info, "clock", t.CartOpen),
        CartState.Abandoned => (Tone.Warn, "shopping-cart", t.CartAbandoned),
        CartState.Bought => (Tone.Ok, "check", t.CartBought),
        CartState.WonBack => (Tone.Ok, "check", t.CartWonBack),
        CartState.Emptied => (Tone.Plain, "minus", t.CartEmptied),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "A cart without a look."),
    };

    /// <summary>What the database holds of a person, by the names of an erasure's certificate.</summary>
    public static string TableName(this ContactsTexts t, string name) => name switch
    {
        "traces" => t.TableTraces,
        "announcements" => t.TableAnnouncements,
        "rejectedRows" => t.TableRejectedRows,
        "contacts" => t.TableContacts,
        "orders" => t.TableOrders,
        "carts" => t.TableCarts,
        "deliveries" => t.TableDeliveries,
        "writeBacks" => t.TableWriteBacks,
        "edits" => t.TableEdits,
        "cardHints" => t.TableCardHints,
        "subscribers" => t.TableSubscribers,
        "removals" => t.TableRemovals,
        "linesOfFiles" => t.TableLinesOfFiles,
        "ledgerNames" => t.TableLedgerNames,
        _ => name,
    };

    /// <summary>What a change of the panel does, for the line that says what is still under way.</summary>
    public static string Of(this ContactsTexts t, ContactEdit edit) => edit.Kind switch
    {
        ContactEditKind.Consent => t.ConsentChanged(channel: t.Of(edit.Channel), state: t.Of(edit.State).Word),
        ContactEditKind.Tags => t.TagsEdited(string.Join(' ', edit.AddTags.Select(tag => "+" + tag).Concat(edit.RemoveTags.Select(tag => "\u2212" + tag)))),
        ContactEditKind.Resend => t.ResendEdited,
        ContactEditKind.StopSharing => t.SharingStopped,
        _ => throw new ArgumentOutOfRangeException(nameof(edit), edit.Kind, "A change without words."),
    };

    public static string Of(this ContactsTexts t, EditRefusal refusal) => refusal.Problem switch
    {
        EditProblem.ReasonMissing => t.ReasonMissing,
        EditProblem.NamesThePerson => t.NamesThePerson,
        EditProblem.StateMissing => t.StateMissing,
        EditProblem.TagsMissing => t.TagsMissing,
        EditProblem.TagUnusable => refusal.Tag switch
        {
            { Kind: TagProblemKind.Character } tag => t.TagCharacter(tag: Formats.Cut(tag.Tag), c: tag.Character.ToString()!),
            { Kind: TagProblemKind.TooMany } tag => t.TagsTooMany(tag.Count),
            _ => t.TagTooLong,
        },
        EditProblem.TagOfShop => t.TagOfShop(refusal.Detail ?? ""),
        EditProblem.TagOfRule => t.TagOfRule(refusal.Detail ?? ""),
        EditProblem.OwnerRefused => t.OwnerRefused,
        EditProblem.DestinationSilent => t.DestinationSilent,
        EditProblem.NobodyHeld => t.NobodyHeld,
        EditProblem.ListChanged => t.ListChanged(refusal.Detail ?? ""),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal.Problem, "A refusal without words."),
    };
}
