using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Decides what is sent of the buyer of an order that counts: before the order, with the tags of what was bought.</summary>
static class BuyerDecider
{
    public static void Queue(PageDraft draft, ShopOrder order, EmailAddress address, PersonFacts person, Decision decision)
    {
        var (context, run) = (draft.Context, draft.Context.Run);
        var read = ReadAccount(draft, order, person);
        var account = read ?? person.WithheldAccount;
        var record = account ?? order.Buyer;
        var email = Holds(draft, address.Key, ConsentChannel.Email, person.Email, read?.EmailConsent, order.Buyer.EmailConsent);
        var sms = Holds(draft, address.Key, ConsentChannel.Sms, person.Sms, read?.SmsConsent, order.Buyer.SmsConsent);
        var (tags, kept, own) = account is null
            ? (TagDecider.OfOrder(context, order, person), person.WantedTags, (ShopTagPlan?)null)
            : TagDecider.OfAccountLetIn(context, order, account, person);
        var keepsData = KeepsData(order, person, account);
        var owed = person.IsOwedOrSent ? tags : [.. kept, .. tags];
        var emailState = StateToSay(account, person, email, person.Email, states => states.Email);
        var smsState = StateToSay(account, person, sms, person.Sms, states => states.Sms);
        var full = ContactToSend.Of(record, address, emailState, smsState, owed);
        var whole = keepsData
            ? new OutgoingContact { Email = address.Value, EmailConsent = emailState, SmsConsent = smsState, Tags = owed }
            : full;
        var hash = keepsData ? ContactToSend.WithConsents(person.WantedHash!, emailState, smsState) : ContactToSend.HashOf(full);
        var isOwed = !person.IsOwedOrSent || hash != person.WantedHash || tags.Count > 0 || own?.Remove.Count > 0;

        draft.Write(new ContactWrite
        {
            EmailKey = address.Key,
            Contact = record,
            EmailConsent = email,
            SmsConsent = sms,
            SharingConsented = person.SharingConsented || order.SharingConsent == true && !(order.PlacedAt <= person.SharingWithdrawnAt),
            HasBought = true,
            WantedHash = hash,
            WantedTags = [.. kept, .. tags],
            OwnTags = own?.Own,
            FromAccountRead = account is not null,
            DataPlacedAt = account is null ? order.PlacedAt : null,
            SeenEmail = read?.EmailConsent.State,
            SeenSms = read?.SmsConsent.State,
            Outcome = isOwed ? RecordOutcome.Queued : person.Outcome,
            Code = isOwed ? decision.Code : person.Code,
            KeepsOutcome = !isOwed,
        });
        // Somebody new who did not tick the newsletter may have been subscribed at SALESmanago before.
        if (run is null && read is not null && email.State != ConsentState.Granted)
            draft.Ask(new NewCardHint(address.Key, CardHintSource.Registration));
        if (!isOwed)
            return;
        draft.Queue(new NewDelivery
        {
            Kind = DeliveryKind.Contact,
            EmailKey = address.Key,
            SourceId = record.SourceId ?? address.Key,
            Payload = DeliveryPayload.Of(StatedOnce.Of(whole with { RemoveTags = own?.Remove ?? [] }, person.ToldHash)),
            ExportRunId = run?.Id,
            Counted = false,
        });
    }

    /// <summary>The buyer's account as it was read just now; null when it was known before, or cannot be read.</summary>
    static ShopContact? ReadAccount(PageDraft draft, ShopOrder order, PersonFacts person)
        => !person.HasAccount && order.Buyer is { HasAccount: true, SourceId: { } id } ? draft.ReadAccounts.GetValueOrDefault(id) : null;

    /// <summary>The data of an account are never replaced by an order's, those of a newer order never by an older one's.</summary>
    static bool KeepsData(ShopOrder order, PersonFacts person, ShopContact? account)
        => account is null && person.IsOwedOrSent && (person.HasAccount || person.DataPlacedAt > order.PlacedAt);

    static Consent Holds(PageDraft draft, string emailKey, ConsentChannel channel, Consent before, Consent? ofAccount, Consent ofOrder)
        => draft.Merge(emailKey, channel, ofAccount is null ? before : draft.Merge(emailKey, channel, before, ofAccount), ofOrder);

    /// <summary>What this order did not say stays as the destination was told: an opt-out within its grace is not sent by an order,
    /// either.</summary>
    static ConsentState StateToSay(
        ShopContact? account, PersonFacts person, Consent holds, Consent before,
        Func<(ConsentState Email, ConsentState Sms), ConsentState> channel)
    {
        var told = person.ToldHash is { } hash ? channel(ContactToSend.StatesIn(hash)) : (ConsentState?)null;
        if (account is not null && !OptOutGrace.Ask(holds, account.RegisteredAt, told).Allows)
            return told ?? ConsentState.NoStatement;
        return holds == before && told is { } state ? state : holds.State;
    }
}
