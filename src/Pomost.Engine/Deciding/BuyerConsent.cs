using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What an order, and the account read because of it, say of one channel of the buyer.</summary>
/// <param name="Holds">The statement that holds from now on.</param>
/// <param name="Memory">What is remembered of the account's record; null = what was remembered stays.</param>
/// <param name="IsLater">True when the statement is new and known to be later than what was known of the card.</param>
/// <param name="MadeAfter">A moment after which a new statement was made, UTC; null = unknown.</param>
sealed record BuyerConsent(Consent Holds, ShopMemory? Memory, bool IsLater, DateTimeOffset? MadeAfter)
{
    public static BuyerConsent Of(
        PageDraft draft, string emailKey, ShopContact? account, ShopOrder order, OrderFacts? facts, PersonFacts person, ConsentChannel channel)
    {
        var (said, known) = channel == ConsentChannel.Email ? (order.Buyer.EmailConsent, person.Email) : (order.Buyer.SmsConsent, person.Sms);
        var record = account is null ? null : ConsentReading.Of(draft, emailKey, account, person, channel);
        var before = record?.Holds ?? known;
        // An order is read over and over, and its date may lie ahead: what it says was said when it was read first, at the latest.
        var bounded = LearnedStatement.Bounded(said, facts?.FirstReadAt ?? draft.Context.Now);
        // An order that a plug-in brings into the shop is new to us, and still of its own time.
        var isNew = facts is null && draft.Context.Run is null && order.PlacedAt > draft.Context.NewSince - LearnedStatement.OfAnotherTime;
        var isLater = isNew && draft.IsMadeAfter(before);
        var holds = draft.Merge(emailKey, channel, before, bounded, isLater);
        OweToAccount(draft, emailKey, person, channel, before, holds);
        return new(
            holds, record?.Memory, holds != before ? isLater || before.State == ConsentState.Withdrawn : record?.IsLater == true,
            holds != before && isNew ? draft.Context.NewSince : null);
    }

    // Said at the checkout, perhaps as a guest: the account of the same person must not go on saying the contrary.
    static void OweToAccount(PageDraft draft, string emailKey, PersonFacts person, ConsentChannel channel, Consent before, Consent holds)
    {
        var (seen, debt) = channel == ConsentChannel.Email ? (person.ShopEmail.Seen, person.EmailDebt) : (person.ShopSms.Seen, person.SmsDebt);
        var isContrary = seen is { State: not ConsentState.NoStatement } && seen.State != holds.State;
        if (draft.Context.Run is null && holds != before && person.HasAccount && (isContrary || debt != ShopDebt.None))
            draft.Owe(WriteBackPayload.Of(emailKey, new ConsentChange(person.HolderId, emailKey, channel, holds)));
    }
}
