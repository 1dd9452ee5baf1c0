using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <content>Orders whose purchase was sent: what was called off, given back or edited since.</content>
static partial class OrderDecider
{
    static void Follow(PageDraft draft, ShopOrder order, EmailAddress address, OrderFacts facts, Decision decision)
    {
        var (context, person) = (draft.Context, draft.PersonOf(address.Key));
        if (context.Store.Options.Sharing == SharingMode.ConsentedWhenOrdering && order.PlacedAt <= person.SharingWithdrawnAt)
        {
            draft.Skip(ReasonCode.SharingWithdrawn);
            Leave(draft, order, address, facts, new RuleAnswer("who-is-sent", ReasonCode.SharingWithdrawn, false));
            return;
        }

        var purchase = PurchaseToSend.Of(order, address, context.Store.Location, context.ShopDomain);
        var isEdited = decision.Send && OrderEdit.IsNeeded(purchase, facts.SentHash);
        var atDestination = isEdited ? purchase : purchase with { Value = facts.SentValue ?? purchase.Value };
        var steps = StepsOf(draft, order, atDestination, facts.Reversals);
        draft.Skip(decision.Send ? ReasonCode.Unchanged : decision.Code);
        if (decision.Send)
            draft.Sum(purchase, toSend: false);
        if (steps.Count > 0 || isEdited)
            Change(draft, order, address, facts, purchase, isEdited, steps);
        else if (decision.Send && facts.SentHash is null)
            draft.Write(new OrderWrite(order, address.Key, facts.Outcome, facts.Code) { SentHash = OrderEdit.HashOf(purchase) });
        else if (decision.Code is ReasonCode.SharingRefused or ReasonCode.SharingNotAsked)
            Leave(draft, order, address, facts, decision.Answers[^1]);
    }

    static void Change(
        PageDraft draft, ShopOrder order, EmailAddress address, OrderFacts facts, OutgoingEvent purchase, bool isEdited,
        IReadOnlyList<ReversalStep> steps)
    {
        var code = steps.Any(step => step.After > step.Before) ? ReasonCode.OrderReversed
            : steps.Any(step => step.Event.Kind == OutgoingEventKind.Cancellation) ? ReasonCode.OrderCameBack
            : steps.Count > 0 && !isEdited ? ReasonCode.OrderReversed : ReasonCode.OrderEdited;
        draft.Write(new OrderWrite(order, address.Key, RecordOutcome.Queued, code)
        {
            SentHash = isEdited ? OrderEdit.HashOf(purchase) : null,
            SentValue = isEdited ? purchase.Value : null,
            Reversals = ReversingEvents.After(facts.Reversals, steps),
        });
        var less = steps.Where(step => step.After < step.Before).ToList();
        foreach (var step in less)
            QueueChange(draft, order, step.Event, step.After == 0 ? DeliveryKind.EventWithdrawal : DeliveryKind.EventUpdate);
        if (isEdited)
        {
            QueueGoodsTags(draft, order, address);
            QueueChange(draft, order, purchase, DeliveryKind.EventUpdate);
        }

        // New events go before changes of others: one that may not stand there beside what is changed goes as a change,
        // which adds it where it is missing.
        foreach (var step in steps.Except(less))
        {
            if (step.IsNew && less.Count == 0 && !isEdited)
                QueueNew(draft, order, step.Event, isCounted: false);
            else
                QueueChange(draft, order, step.Event, DeliveryKind.EventUpdate);
        }

        var rule = code == ReasonCode.OrderEdited ? "order-edit" : "reversing-events";
        draft.Trace(new TraceWrite(
            ShopStream.Orders, order.SourceId, address.Key, RecordOutcome.Queued, code, [new RuleAnswer(rule, code, true, order.Status)],
            draft.Context.Run?.Id));
    }

    /// <summary>The purchase stays as it was sent; why it is followed no further is said once.</summary>
    static void Leave(PageDraft draft, ShopOrder order, EmailAddress address, OrderFacts facts, RuleAnswer answer)
    {
        if (facts.Code == answer.Code)
            return;
        draft.Write(new OrderWrite(order, address.Key, facts.Outcome, answer.Code));
        draft.Trace(new TraceWrite(
            ShopStream.Orders, order.SourceId, address.Key, RecordOutcome.Withheld, answer.Code, [answer], draft.Context.Run?.Id));
    }

    static IReadOnlyList<ReversalStep> StepsOf(PageDraft draft, ShopOrder order, OutgoingEvent purchase, IReadOnlyList<SentReversal> sent)
    {
        var context = draft.Context;
        var counts = OrdersThatCount.Ask(order, StatusesOf(context)).Allows;
        var steps = ReversingEvents.For(order, purchase, sent, counts, context.Now);
        return context.Run?.Options.Reversals ?? context.Store.Options.SendsReversals ? steps : [.. steps.Where(step => step.After < step.Before)];
    }

    /// <summary>Goods added later bring their tags; the card gets them before the event, as with a new order.</summary>
    static void QueueGoodsTags(PageDraft draft, ShopOrder order, EmailAddress address)
    {
        var tags = TagDecider.OfGoods(draft.Context, order, draft.PersonOf(address.Key));
        if (tags.Count == 0)
            return;
        draft.Queue(new NewDelivery
        {
            Kind = DeliveryKind.Contact,
            EmailKey = address.Key,
            SourceId = address.Key,
            Payload = DeliveryPayload.Of(new OutgoingContact { Email = address.Value, Tags = tags }),
            ExportRunId = draft.Context.Run?.Id,
            Counted = false,
        });
        draft.WantTags(address.Key, tags);
    }

    static void QueueNew(PageDraft draft, ShopOrder order, OutgoingEvent happened, bool isCounted) => draft.Queue(new NewDelivery
    {
        Kind = DeliveryKind.Event,
        EmailKey = EmailAddress.KeyOf(happened.Email),
        SourceId = order.SourceId,
        Payload = DeliveryPayload.Of(happened),
        Event = IdentityOf(happened),
        ExportRunId = draft.Context.Run?.Id,
        Counted = isCounted,
    });

    static void QueueChange(PageDraft draft, ShopOrder order, OutgoingEvent change, DeliveryKind kind) => draft.Queue(new NewDelivery
    {
        Kind = kind,
        EmailKey = EmailAddress.KeyOf(change.Email),
        SourceId = order.SourceId,
        Payload = DeliveryPayload.Of(change),
        Event = IdentityOf(change),
        ExportRunId = draft.Context.Run?.Id,
        Counted = false,
    });

    static EventIdentity IdentityOf(OutgoingEvent happened) => new(happened.Kind, happened.ExternalId, happened.Location);
}
