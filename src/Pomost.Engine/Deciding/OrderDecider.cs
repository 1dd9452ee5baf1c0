using System.Globalization;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Decides what becomes of orders read from a shop.</summary>
static class OrderDecider
{
    public static IReadOnlyCollection<string> KeysOf(IEnumerable<ShopOrder> orders) => ContactDecider.KeysOf(orders.Select(order => order.Buyer));

    public static void Decide(PageDraft draft, IReadOnlyList<ShopOrder> orders, IReadOnlyDictionary<string, OrderFacts> known)
    {
        // A page may bring an order twice (shuffled or repeated answers); the later reading holds.
        foreach (var group in orders.GroupBy(order => order.SourceId, StringComparer.Ordinal))
        {
            for (var repeat = group.Count() - 1; repeat > 0; repeat--)
            {
                draft.Read(group.Key, group.Last().Buyer.Email);
                draft.Skip(ReasonCode.DuplicateInRead);
            }

            Decide(draft, group.Last(), known.GetValueOrDefault(group.Key));
        }
    }

    static void Decide(PageDraft draft, ShopOrder order, OrderFacts? facts)
    {
        order = GuestOrderConsent.Of(order, draft.AccountKeyOf(order.Buyer.SourceId));
        draft.Read(order.SourceId, order.Buyer.Email);
        var (run, options) = (draft.Context.Run, draft.Context.Store.Options);
        var reachable = ReachableAddress.Ask(order.Buyer.Email, out var address);
        if (address is not null && draft.IsErased(address.Key))
        {
            draft.Skip(ReasonCode.Erased);
            return;
        }

        var person = address is null ? PersonFacts.Unknown : draft.PersonOf(address.Key);
        var sharing = person.SharingConsented || order.SharingConsent == true;
        var decision = Decision.Of(
            () => reachable,
            () => PlausibleOrder.Ask(order, draft.Context.Now),
            () => run is null
                ? new RuleAnswer("export-selection", ReasonCode.Allowed, true)
                : ExportSelection.AskOrder(order.PlacedAt, run.Options.Choice),
            () => OrdersThatCount.Ask(order, run?.Options.OrderStatuses ?? options.OrderStatuses),
            () => WhoIsSent.Ask(options.Sharing, new Relation(order.Buyer.HasAccount, order.Buyer.IsSubscriber, true, sharing, true, false)));

        if (facts?.PurchaseInLedger == true && address is not null)
            Follow(draft, order, address, facts, decision);
        else if (decision.Send)
            Send(draft, order, address!, person, sharing, decision);
        else
            Refuse(draft, order, address, person, sharing, facts, decision);
    }

    static void Send(PageDraft draft, ShopOrder order, EmailAddress address, PersonFacts person, bool sharing, Decision decision)
    {
        var (context, run) = (draft.Context, draft.Context.Run);
        QueueBuyer(draft, order, address, person, sharing, decision);
        var purchase = PurchaseToSend.Of(order, address, context.Store.Location, context.ShopDomain);
        var reversals = Reverse(draft, order, purchase, []);
        draft.Write(new OrderWrite(order, address.Key, RecordOutcome.Queued, decision.Code)
        {
            SentHash = OrderEdit.HashOf(purchase),
            Reversals = [.. reversals.Select(Noted)],
        });
        draft.Queue(new NewDelivery
        {
            Kind = DeliveryKind.Event,
            EmailKey = address.Key,
            SourceId = order.SourceId,
            Payload = DeliveryPayload.Of(purchase),
            Event = new EventIdentity(purchase.Kind, purchase.ExternalId, purchase.Location),
            ExportRunId = run?.Id,
        });
        draft.WouldSend(PreviewList.New, !draft.IsThere(address.Key), () => new ExportSample { Order = order, SentEvent = purchase });
        draft.Sum(purchase, toSend: true);
        QueueReversals(draft, order, reversals);
        draft.Trace(new TraceWrite(ShopStream.Orders, order.SourceId, address.Key, RecordOutcome.Queued, decision.Code, decision.Answers, run?.Id));
    }

    /// <summary>An order whose purchase was sent: what was called off, given back or edited since.</summary>
    static void Follow(PageDraft draft, ShopOrder order, EmailAddress address, OrderFacts facts, Decision decision)
    {
        var (context, run) = (draft.Context, draft.Context.Run);
        var purchase = PurchaseToSend.Of(order, address, context.Store.Location, context.ShopDomain);
        var reversals = Reverse(draft, order, purchase, facts.Reversals);
        var isEdited = decision.Send && OrderEdit.IsNeeded(purchase, facts.SentHash);
        var takenBack = decision.Send ? ReversingEvents.TakenBack(order, purchase, facts.Reversals) : null;
        draft.Skip(decision.Send ? ReasonCode.Unchanged : decision.Code);
        if (decision.Send)
            draft.Sum(purchase, toSend: false);
        if (reversals.Count == 0 && takenBack is null && !isEdited)
        {
            if (decision.Send && facts.SentHash is null)
                draft.Write(new OrderWrite(order, address.Key, facts.Outcome, facts.Code) { SentHash = OrderEdit.HashOf(purchase) });
            return;
        }

        var code = reversals.Count > 0 ? ReasonCode.OrderReversed : takenBack is not null ? ReasonCode.OrderCameBack : ReasonCode.OrderEdited;
        draft.Write(new OrderWrite(order, address.Key, RecordOutcome.Queued, code)
        {
            SentHash = isEdited ? OrderEdit.HashOf(purchase) : null,
            Reversals =
            [
                .. facts.Reversals.Where(sent => reversals.All(reversal => reversal.ExternalId != sent.ExternalId))
                    .Select(sent => sent.ExternalId == takenBack?.ExternalId ? sent with { Amount = 0 } : sent),
                .. reversals.Select(Noted),
            ],
        });
        if (isEdited)
        {
            QueueChange(draft, order, purchase, DeliveryKind.EventUpdate);
        }

        // The ledger knows an event that was taken back: called off once more, it is an update and no new event.
        var again = reversals.Where(reversal => facts.Reversals.Any(sent => sent.ExternalId == reversal.ExternalId)).ToList();
        QueueReversals(draft, order, [.. reversals.Except(again)]);
        foreach (var change in again)
            QueueChange(draft, order, change, DeliveryKind.EventUpdate);
        if (takenBack is not null)
            QueueChange(draft, order, takenBack, DeliveryKind.EventWithdrawal);
        var rule = code == ReasonCode.OrderEdited ? "order-edit" : "reversing-events";
        draft.Trace(new TraceWrite(
            ShopStream.Orders, order.SourceId, address.Key, RecordOutcome.Queued, code, [new RuleAnswer(rule, code, true, order.Status)], run?.Id));
    }

    static IReadOnlyList<OutgoingEvent> Reverse(PageDraft draft, ShopOrder order, OutgoingEvent purchase, IReadOnlyList<SentReversal> sent)
        => draft.Context.Run?.Options.Reversals ?? draft.Context.Store.Options.SendsReversals ? ReversingEvents.For(order, purchase, sent, draft.Context.Now) : [];

    static void QueueReversals(PageDraft draft, ShopOrder order, IReadOnlyList<OutgoingEvent> reversals)
    {
        foreach (var reversal in reversals)
        {
            draft.Queue(new NewDelivery
            {
                Kind = DeliveryKind.Event,
                EmailKey = EmailAddress.KeyOf(reversal.Email),
                SourceId = order.SourceId,
                Payload = DeliveryPayload.Of(reversal),
                Event = IdentityOf(reversal),
                ExportRunId = draft.Context.Run?.Id,
                Counted = false,
            });
        }
    }

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

    static SentReversal Noted(OutgoingEvent reversal) => new(reversal.ExternalId, reversal.Value);

    static EventIdentity IdentityOf(OutgoingEvent happened) => new(happened.Kind, happened.ExternalId, happened.Location);

    /// <summary>The buyer is delivered before the order, with the tags of what was bought. Account data is never replaced by an order's.</summary>
    static void QueueBuyer(PageDraft draft, ShopOrder order, EmailAddress address, PersonFacts person, bool sharing, Decision decision)
    {
        var (context, run) = (draft.Context, draft.Context.Run);
        var buyer = order.Buyer;
        var email = draft.Merge(address.Key, ConsentChannel.Email, person.Email, buyer.EmailConsent);
        var sms = draft.Merge(address.Key, ConsentChannel.Sms, person.Sms, buyer.SmsConsent);
        var tags = TagDecider.OfOrder(context, order, person);
        var keepsData = person.IsOwedOrSent && person.HasAccount;
        var owed = person.IsOwedOrSent ? tags : [.. person.WantedTags, .. tags];
        // What this order did not say stays as the destination was told: an opt-out within its grace is not sent by an order, either.
        var told = person.ToldHash is { } toldHash ? ContactToSend.StatesIn(toldHash) : (Email: email.State, Sms: sms.State);
        var emailState = email == person.Email ? told.Email : email.State;
        var smsState = sms == person.Sms ? told.Sms : sms.State;
        var full = ContactToSend.Of(buyer, address, emailState, smsState, owed);
        var whole = keepsData
            ? new OutgoingContact { Email = address.Value, EmailConsent = emailState, SmsConsent = smsState, Tags = owed }
            : ClearedFields.Of(full, buyer, before: null);
        var hash = keepsData ? ContactToSend.WithConsents(person.WantedHash!, emailState, smsState) : ContactToSend.HashOf(full);
        var outgoing = StatedOnce.Of(whole, person.ToldHash);
        var isOwed = !person.IsOwedOrSent || hash != person.WantedHash || tags.Count > 0;

        draft.Write(new ContactWrite
        {
            EmailKey = address.Key,
            Contact = buyer,
            EmailConsent = email,
            SmsConsent = sms,
            SharingConsented = sharing,
            HasBought = true,
            WantedHash = hash,
            WantedTags = [.. person.WantedTags, .. tags],
            Outcome = isOwed ? RecordOutcome.Queued : person.Outcome,
            Code = isOwed ? decision.Code : person.Code,
            KeepsOutcome = !isOwed,
        });
        if (!isOwed)
            return;
        draft.Queue(new NewDelivery
        {
            Kind = DeliveryKind.Contact,
            EmailKey = address.Key,
            SourceId = buyer.SourceId ?? address.Key,
            Payload = DeliveryPayload.Of(outgoing),
            ExportRunId = run?.Id,
            Counted = false,
        });
    }

    static void Refuse(
        PageDraft draft, ShopOrder order, EmailAddress? address, PersonFacts person, bool sharing, OrderFacts? facts, Decision decision)
    {
        var run = draft.Context.Run;
        var rejected = IsUnusable(decision.Code);
        if (rejected)
            draft.Reject(RejectOf(order, decision));
        else
            draft.Skip(decision.Code);
        var outcome = rejected ? RecordOutcome.Rejected : RecordOutcome.Withheld;
        draft.Write(new OrderWrite(order, address?.Key, outcome, decision.Code));
        if (facts?.Code != decision.Code)
            draft.Trace(new TraceWrite(ShopStream.Orders, order.SourceId, address?.Key, outcome, decision.Code, decision.Answers, run?.Id));
        if (address is not null && !person.IsKnown)
        {
            draft.Write(new ContactWrite
            {
                EmailKey = address.Key,
                Contact = order.Buyer,
                EmailConsent = draft.Merge(address.Key, ConsentChannel.Email, person.Email, order.Buyer.EmailConsent),
                SmsConsent = draft.Merge(address.Key, ConsentChannel.Sms, person.Sms, order.Buyer.SmsConsent),
                SharingConsented = sharing,
                Outcome = RecordOutcome.Withheld,
                Code = decision.Code,
            });
        }
    }

    static bool IsUnusable(ReasonCode code) => code is ReasonCode.EmailMissing or ReasonCode.EmailInvalid or ReasonCode.EmailTooLong
        or ReasonCode.OrderValueNegative or ReasonCode.OrderValueTooLarge or ReasonCode.DateImplausible;

    static RejectWrite RejectOf(ShopOrder order, Decision decision)
    {
        var field = decision.Answers[^1].Fact ?? "";
        var value = field switch
        {
            "date" => order.PlacedAt.ToString("o", CultureInfo.InvariantCulture),
            "total" => order.Total.ToString(CultureInfo.InvariantCulture),
            _ => order.Buyer.Email,
        };
        return new RejectWrite(order.SourceId, order.Buyer.Email, field, decision.Code, value);
    }
}
