using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Decides what is sent of the buyer of an order that counts: before the order, with the tags of what was bought.</summary>
static class BuyerDecider
{
    public static void Queue(PageDraft draft, ShopOrder order, EmailAddress address, PersonFacts person, OrderFacts? facts, Decision decision)
    {
        var (context, run) = (draft.Context, draft.Context.Run);
        var read = ReadAccount(draft, order, person);
        var account = read ?? person.WithheldAccount;
        var record = account ?? order.Buyer;
        var emailSaid = BuyerConsent.Of(draft, address.Key, read, order, facts, person, ConsentChannel.Email);
        var smsSaid = BuyerConsent.Of(draft, address.Key, read, order, facts, person, ConsentChannel.Sms);
        var (email, sms) = (emailSaid.Holds, smsSaid.Holds);
        var (tags, kept, own) = account is null
            ? (TagDecider.OfOrder(context, order, person), person.WantedTags, (ShopTagPlan?)null)
            : TagDecider.OfAccountLetIn(context, order, account, person);
        var keepsData = KeepsData(order, person, account);
        var owed = person.IsOwedOrSent ? tags : [.. kept, .. tags];
        var emailState = StateToSay(person, email, person.Email, states => states.Email);
        var smsState = StateToSay(person, sms, person.Sms, states => states.Sms);
        var full = ContactToSend.Of(record, address, emailState, smsState, owed);
        var whole = keepsData
            ? new OutgoingContact { Email = address.Value, EmailConsent = emailState, SmsConsent = smsState, Tags = owed }
            : account is null ? ClearedFields.Of(full, record, before: null) : full;
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
            ShopEmail = emailSaid.Memory,
            ShopSms = smsSaid.Memory,
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
            Payload = DeliveryPayload.Of(StatedOnce.Of(whole with { RemoveTags = own?.Remove ?? [] }, person.ToldHash) with
            {
                EmailIsLater = emailSaid.IsLater,
                EmailMadeAfter = emailSaid.MadeAfter,
                SmsIsLater = smsSaid.IsLater,
                SmsMadeAfter = smsSaid.MadeAfter,
            }),
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

    /// <summary>What this order did not say stays as the destination was told.</summary>
    static ConsentState StateToSay(
        PersonFacts person, Consent holds, Consent before, Func<(ConsentState Email, ConsentState Sms), ConsentState> channel)
    {
        var told = person.ToldHash is { } hash ? channel(ContactToSend.StatesIn(hash)) : (ConsentState?)null;
        return holds == before && told is { } state ? state : holds.State;
    }
}
