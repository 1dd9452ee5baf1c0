using System.Globalization;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Decides what becomes of orders read from a shop.</summary>
static partial class OrderDecider
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
        draft.Read(order.SourceId, order.Buyer.Email);
        order = GuestOrderConsent.Of(order, draft.AccountKeyOf(order.Buyer.SourceId));
        var reachable = ReachableAddress.Ask(order.Buyer.Email, out var address);
        if (address is not null && draft.IsErased(address.Key))
        {
            draft.Skip(ReasonCode.Erased);
            return;
        }

        // What was sent stays on the card it is on, whatever address the shop names by now.
        if (facts is { PurchaseInLedger: true, EmailKey: { } card } && address is not null && card != address.Key
            && EmailAddress.TryParse(card, out var before, out _))
            address = before;
        var person = address is null ? PersonFacts.Unknown : draft.PersonOf(address.Key);
        var decision = Ask(draft, order, person, reachable);
        if (facts?.PurchaseInLedger == true && address is not null)
            Follow(draft, order, address, facts, decision);
        else if (decision.Send)
            Send(draft, order, address!, person, facts, decision);
        else
            Refuse(draft, order, address, person, facts, decision);
    }

    static Decision Ask(PageDraft draft, ShopOrder order, PersonFacts person, RuleAnswer reachable) => Ask(
        draft.Context, order, person, reachable, () => StateOfBuyer(draft, order, person));

    // What holds once this order is read; nothing is noted of it yet.
    static ConsentState StateOfBuyer(PageDraft draft, ShopOrder order, PersonFacts person)
    {
        var account = !person.HasAccount && order.Buyer.SourceId is { } id ? draft.ReadAccounts.GetValueOrDefault(id) : null;
        var known = account is null ? person.Email : LearnedStatement.Of(person.Email, account.EmailConsent, draft.Context.Now);
        return LearnedStatement.Of(known, order.Buyer.EmailConsent, draft.Context.Now).State;
    }

    static Decision Ask(DecisionContext context, ShopOrder order, PersonFacts person, RuleAnswer reachable, Func<ConsentState> buyer) => Decision.Of(
        () => reachable,
        () => PlausibleOrder.Ask(order, context.Now),
        () => context.Run is not { } run
            ? new RuleAnswer("export-selection", ReasonCode.Allowed, true)
            : ExportSelection.AskOrder(order.PlacedAt, run.Options.Choice),
        () => OrdersThatCount.Ask(order, StatusesOf(context)),
        () => context.Run is not { } run
            ? new RuleAnswer("export-selection", ReasonCode.Allowed, true)
            : ExportSelection.AskBuyer(buyer(), person.IsOwedOrSent, run.Options.Choice),
        () => WhoIsSent.AskOrder(context.Store.Options.Sharing, order, person.SharingWithdrawnAt));

    static IReadOnlyCollection<string>? StatusesOf(DecisionContext context)
        => context.Run?.Options.OrderStatuses ?? context.Store.Options.OrderStatuses;

    static void Send(PageDraft draft, ShopOrder order, EmailAddress address, PersonFacts person, OrderFacts? facts, Decision decision)
    {
        var (context, run) = (draft.Context, draft.Context.Run);
        BuyerDecider.Queue(draft, order, address, person, facts, decision);
        var purchase = PurchaseToSend.Of(order, address, context.Store.Location, context.ShopDomain);
        var reversals = StepsOf(draft, order, purchase, []);
        draft.Write(new OrderWrite(order, address.Key, RecordOutcome.Queued, decision.Code)
        {
            SentHash = OrderEdit.HashOf(purchase),
            SentValue = purchase.Value,
            Reversals = ReversingEvents.After([], reversals),
        });
        QueueNew(draft, order, purchase, isCounted: true);
        draft.WouldSend(PreviewList.New, !draft.IsThere(address.Key), () => new ExportSample { Order = order, SentEvent = purchase });
        draft.Sum(purchase, toSend: true);
        foreach (var step in reversals)
            QueueNew(draft, order, step.Event, isCounted: false);
        draft.Trace(new TraceWrite(ShopStream.Orders, order.SourceId, address.Key, RecordOutcome.Queued, decision.Code, decision.Answers, run?.Id));
    }

    static void Refuse(
        PageDraft draft, ShopOrder order, EmailAddress? address, PersonFacts person, OrderFacts? facts, Decision decision)
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
            // An order that may not be passed on says nothing of its buyer either.
            var isShared = decision.Code is not (ReasonCode.SharingRefused or ReasonCode.SharingNotAsked or ReasonCode.SharingWithdrawn);
            var said = isShared ? order.Buyer : order.Buyer with { EmailConsent = Consent.None, SmsConsent = Consent.None };
            draft.Write(new ContactWrite
            {
                EmailKey = address.Key,
                Contact = order.Buyer,
                EmailConsent = draft.Merge(address.Key, ConsentChannel.Email, person.Email, said.EmailConsent),
                SmsConsent = draft.Merge(address.Key, ConsentChannel.Sms, person.Sms, said.SmsConsent),
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
