using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Components;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Features.Contacts;

/// <summary>Something that happened to a contact, as the time line shows it.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Icon">Icon of the mark.</param>
/// <param name="Tone">Tone of the mark.</param>
/// <param name="Title">What happened.</param>
/// <param name="Details">Further facts, one line each.</param>
/// <param name="Decision">What the rules answered; null for what was not decided (a statement of the person).</param>
public sealed record TimelineEvent(
    DateTimeOffset At, string Icon, Tone Tone, string Title, IReadOnlyList<string> Details, TraceEntry? Decision)
{
    /// <summary>With which choice it is shown, besides all.</summary>
    public TimelineShow Show { get; init; }
}

/// <summary>Which events the time line shows.</summary>
public enum TimelineShow
{
    All,
    Consents,
    Orders,
    Carts,
    Data,
}

/// <summary>Makes one story of traces, orders and consents.</summary>
public static class ContactTimeline
{
    /// <summary>Newest first.</summary>
    public static IReadOnlyList<TimelineEvent> Of(ContactCard card, ContactsTexts t, Formats f)
    {
        var events = new List<TimelineEvent>();
        foreach (var decision in card.Traces)
            events.Add(OfDecision(card, decision, t, f));
        foreach (var entry in card.Consents)
        {
            var (tone, _, word) = t.Of(entry.Consent.State);
            var details = new List<string> { t.Of(entry.Consent.Source) };
            if (entry.Consent.Wording is { Length: > 0 } wording)
                details.Add(t.Wording(wording));
            if (entry.Evidence is { } evidence)
                details.Add($"{evidence.Actor}: {evidence.Reason}");
            events.Add(new TimelineEvent(
                entry.Consent.At ?? entry.RecordedAt, entry.Channel == ConsentChannel.Email ? "mail" : "phone", tone,
                t.ConsentChanged(channel: t.Of(entry.Channel), state: word), details, null)
            { Show = TimelineShow.Consents });
        }

        return [.. events.OrderByDescending(entry => entry.At)];
    }

    static TimelineEvent OfDecision(ContactCard card, TraceEntry decision, ContactsTexts t, Formats f)
    {
        var details = new List<string>();
        if (decision.Detail is { Length: > 0 } said)
            details.Add(said);
        if (decision.Stream == ShopStream.Carts)
            return OfCart(card, decision, details, t, f);
        if (decision.Stream != ShopStream.Orders)
            return new TimelineEvent(decision.At, "user", Tone.Primary, t.Person, details, decision) { Show = TimelineShow.Data };

        var order = card.Orders.FirstOrDefault(row => row.Order.SourceId == decision.SourceId && row.Store == decision.Store)?.Order;
        if (order is null)
            return new TimelineEvent(decision.At, "shopping-bag", Tone.Plain, t.OrderOf(decision.SourceId), details, decision) { Show = TimelineShow.Orders };
        details.InsertRange(0, order.Lines.Take(5).Select(line => $"{line.Quantity:0.##} × {line.Name}"));
        var title = $"{t.OrderOf(order.Number)} · {f.Money(order.Total, order.Currency)}";
        var tone = order.Stage switch
        {
            OrderStage.ConfirmedAndPaid => Tone.Ok,
            OrderStage.Open => Tone.Info,
            _ => Tone.Warn,
        };
        return new TimelineEvent(order.PlacedAt, "shopping-bag", tone, title, details, decision) { Show = TimelineShow.Orders };
    }

    static TimelineEvent OfCart(ContactCard card, TraceEntry decision, List<string> details, ContactsTexts t, Formats f)
    {
        var cart = card.Carts.FirstOrDefault(row => row.Cart.SourceId == decision.SourceId && row.Store == decision.Store)?.Cart;
        if (cart is null)
            return new TimelineEvent(decision.At, "shopping-cart", Tone.Warn, t.CartOf(decision.SourceId), details, decision) { Show = TimelineShow.Carts };
        details.InsertRange(0, cart.Lines.Take(5).Select(line => $"{line.Quantity:0.##} × {line.Name}"));
        var (title, tone) = decision.Code switch
        {
            ReasonCode.CartBought => (t.CartWonBack, Tone.Ok),
            ReasonCode.CartEmpty => (t.CartEmptied, Tone.Plain),
            _ => (t.CartAbandoned, Tone.Warn),
        };
        return new TimelineEvent(decision.At, "shopping-cart", tone, $"{title} · {f.Money(cart.Total, cart.Currency)}", details, decision) { Show = TimelineShow.Carts };
    }
}
