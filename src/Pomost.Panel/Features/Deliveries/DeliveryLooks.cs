using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Components;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Features.Deliveries;

/// <summary>Words and looks of what is on its way.</summary>
static class DeliveryLooks
{
    public static (Tone Tone, string Icon, string Word) Of(DeliveriesTexts t, QueuedState state) => state switch
    {
        QueuedState.Waits => (Tone.Info, "clock", t.Waits),
        QueuedState.TriedBefore => (Tone.Warn, "refresh", t.TriedBefore),
        QueuedState.InDoubt => (Tone.Warn, "info-circle", t.InDoubtState),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "A state without a look."),
    };

    public static string Of(DeliveriesTexts t, DeadLetterKind kind) => kind switch
    {
        DeadLetterKind.Contact => t.Contact,
        DeadLetterKind.Event => t.Event,
        DeadLetterKind.WriteBack => t.WriteBack,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A dead letter without words."),
    };

    public static string Of(DeliveriesTexts t, ShopStream stream) => stream switch
    {
        ShopStream.Orders => t.Order,
        ShopStream.Carts => t.Cart,
        ShopStream.Products => t.Product,
        _ => t.Contact,
    };

    /// <summary>What a group of rejected records is about.</summary>
    public static string KindOf(PanelTexts t, RejectedGroup group) => group.Kind is { } kind ? Of(t.Deliveries, kind) : Of(t.Deliveries, group.Stream!.Value);

    /// <summary>Why: in our words where a rule said so, in those of the other side where it did.</summary>
    public static string ReasonOf(PanelTexts t, RejectedGroup group)
        => group.Code is { } code ? t.Reasons.Of(code)
            : string.IsNullOrEmpty(group.Reason) ? t.Reasons.RefusedByDestination
            : PutBackReason.FieldOf(group.Reason) is { } field ? t.Deliveries.ShopPutsBack(field) : group.Reason;
}
