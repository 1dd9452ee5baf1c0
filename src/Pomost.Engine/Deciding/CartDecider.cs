using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Decides what becomes of carts: read from the shop, come of age, or bought.</summary>
static class CartDecider
{
    public static IReadOnlyCollection<string> KeysOf(IEnumerable<ShopCart> carts)
        => carts.Select(cart => EmailAddress.TryParse(cart.Email, out var address, out _) ? address.Key : null).OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <summary>Decides about carts as the shop gives them now, or as they were last seen.</summary>
    public static void Decide(PageDraft draft, IEnumerable<ShopCart> carts, IReadOnlyDictionary<string, CartFacts> known)
    {
        foreach (var cart in carts.GroupBy(cart => cart.SourceId, StringComparer.Ordinal).Select(group => group.Last()))
            Decide(draft, cart, known.GetValueOrDefault(cart.SourceId));
    }

    /// <summary>Ends the carts of people who ordered.</summary>
    public static void EndBought(PageDraft draft, IReadOnlyList<ShopOrder> orders, IReadOnlyList<CartFacts> living)
    {
        foreach (var facts in living)
        {
            var key = KeyOf(facts.Cart.Email);
            var order = orders.LastOrDefault(order => order.Stage != OrderStage.Cancelled && order.PlacedAt >= facts.Cart.ModifiedAt && KeyOf(order.Buyer.Email) == key);
            if (order is not null)
                End(draft, facts.Cart with { OrderId = order.SourceId }, facts, ReasonCode.CartBought);
        }
    }

    /// <summary>Looks anew at carts of people who became known by this page.</summary>
    public static void DecideWaiting(PageDraft draft, IReadOnlyList<CartFacts> living)
    {
        foreach (var facts in living.Where(facts => !draft.IsDecided(facts.Cart)))
            Decide(draft, facts.Cart, facts);
    }

    static void Decide(PageDraft draft, ShopCart cart, CartFacts? facts)
    {
        var isOver = facts?.State is CartState.Bought or CartState.WonBack;
        // What was bought stays so, until the shop fills the cart anew.
        if (isOver && cart.ModifiedAt <= facts!.Cart.ModifiedAt)
            return;
        var (context, options) = (draft.Context, draft.Context.Store.Options);
        var threshold = TimeSpan.FromMinutes(options.AbandonedCartMinutes);
        var reachable = ReachableAddress.Ask(cart.Email, out var address);
        if (address is not null && draft.IsErased(address.Key))
            return;
        var person = address is null ? PersonFacts.Unknown : draft.PersonOf(address.Key);
        var answer = AbandonedCart.Ask(cart, threshold, person.IsOwedOrSent, context.Now);
        if (answer.Code is ReasonCode.CartBought or ReasonCode.CartEmpty)
        {
            End(draft, cart, facts, answer.Code);
            return;
        }

        var sentHash = isOver ? null : facts?.SentHash;
        var row = new CartWrite
        {
            Cart = cart,
            EmailKey = address?.Key,
            State = sentHash is null ? CartState.Open : CartState.Abandoned,
            Code = answer.Code,
            DueAt = answer.Code == ReasonCode.CartFresh && address is not null ? AbandonedCart.DueAt(cart.ModifiedAt, threshold) : null,
            SentHash = sentHash,
        };
        if (WhyNot(draft, cart, reachable, answer, person) is { } no)
        {
            Withhold(draft, row with { Code = no.Code }, facts, [reachable, no]);
            return;
        }

        var happened = AbandonedCart.EventOf(cart, address!, context.Store.Location, context.ShopDomain);
        var hash = OrderEdit.HashOf(happened);
        draft.Write(row with { State = CartState.Abandoned, SentHash = hash });
        if (hash == sentHash)
            return;
        QueueTags(draft, cart, address!, person);
        Queue(draft, DeliveryKind.EventUpdate, cart, happened);
        draft.Trace(new TraceWrite(ShopStream.Carts, cart.SourceId, address!.Key, RecordOutcome.Queued, answer.Code, [reachable, answer], null));
    }

    /// <summary>What stands against telling the cart now; null = nothing does.</summary>
    static RuleAnswer? WhyNot(PageDraft draft, ShopCart cart, RuleAnswer reachable, RuleAnswer answer, PersonFacts person)
    {
        if (!reachable.Allows && cart.Email is not null)
            return reachable;
        if (!answer.Allows)
            return answer;
        var mode = draft.Context.Store.Options.Sharing;
        if (mode == SharingMode.Everyone)
            return null;
        // Whoever came to the destination before the store asked for consent is there, but did not agree.
        var relation = new Relation(person.HasAccount, false, person.HasBought, person.SharingConsented, false, false)
        {
            SharingWithdrawn = person.SharingWithdrawnAt is not null,
        };
        return WhoIsSent.Ask(mode, relation) is { Allows: false } no ? no : null;
    }

    static void Withhold(PageDraft draft, CartWrite row, CartFacts? facts, IReadOnlyList<RuleAnswer> answers)
    {
        draft.Write(row);
        if (facts?.Code != row.Code)
            draft.Trace(new TraceWrite(ShopStream.Carts, row.Cart.SourceId, row.EmailKey, RecordOutcome.Withheld, row.Code, answers, null));
    }

    static void End(PageDraft draft, ShopCart cart, CartFacts? facts, ReasonCode code)
    {
        var wasTold = facts?.SentHash is not null;
        var state = code == ReasonCode.CartEmpty ? CartState.Emptied : wasTold ? CartState.WonBack : CartState.Bought;
        if (facts?.State == state)
            return;
        var known = EmailAddress.TryParse(facts?.Cart.Email ?? cart.Email, out var address, out _) ? address : null;
        draft.Write(new CartWrite { Cart = cart, EmailKey = known?.Key, State = state, Code = code });
        var isWithdrawn = wasTold && known is not null;
        if (isWithdrawn)
            Queue(draft, DeliveryKind.EventWithdrawal, cart, AbandonedCart.EventOf(facts!.Cart, known!, draft.Context.Store.Location, draft.Context.ShopDomain));
        draft.Trace(new TraceWrite(
            ShopStream.Carts, cart.SourceId, known?.Key, isWithdrawn ? RecordOutcome.Queued : RecordOutcome.Withheld, code,
            [new RuleAnswer("abandoned-cart", code, isWithdrawn)], null));
    }

    /// <summary>The card gets the tags before the event, as with an order.</summary>
    static void QueueTags(PageDraft draft, ShopCart cart, EmailAddress address, PersonFacts person)
    {
        var tags = TagDecider.OfCart(draft.Context, person);
        if (tags.Count == 0)
            return;
        draft.Queue(new NewDelivery
        {
            Kind = DeliveryKind.Contact,
            EmailKey = address.Key,
            SourceId = address.Key,
            Payload = DeliveryPayload.Of(new OutgoingContact { Email = address.Value, Tags = tags }),
            Counted = false,
        });
        draft.WantTags(address.Key, tags);
    }

    static void Queue(PageDraft draft, DeliveryKind kind, ShopCart cart, OutgoingEvent happened) => draft.Queue(new NewDelivery
    {
        Kind = kind,
        EmailKey = EmailAddress.KeyOf(happened.Email),
        SourceId = cart.SourceId,
        Payload = DeliveryPayload.Of(happened),
        Event = new EventIdentity(happened.Kind, happened.ExternalId, happened.Location),
        Counted = draft.Context.Run is null,
    });

    static string? KeyOf(string? email) => EmailAddress.TryParse(email, out var address, out _) ? address.Key : null;
}
