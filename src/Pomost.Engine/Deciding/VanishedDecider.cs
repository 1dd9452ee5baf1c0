using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Passes on that a person of the panel decided: who vanished from the shop's list has unsubscribed.</summary>
static class VanishedDecider
{
    public static void OptOut(PageDraft draft, string emailKey)
    {
        var person = draft.PersonOf(emailKey);
        if (!person.IsOwedOrSent)
            return;
        var email = draft.Merge(emailKey, ConsentChannel.Email, person.Email, new Consent(ConsentState.Withdrawn, draft.Context.Now, ConsentSource.Operator));
        if (email == person.Email)
            return;
        draft.Write(new ContactWrite
        {
            EmailKey = emailKey,
            // Only the statement is new: the data of the row is kept.
            Contact = new ShopContact { Email = emailKey, IsSubscriber = true },
            EmailConsent = email,
            SmsConsent = person.Sms,
            SharingConsented = person.SharingConsented,
            HasBought = person.HasBought,
            WantedHash = ContactToSend.WithConsents(person.WantedHash!, email.State, person.Sms.State),
            WantedTags = person.WantedTags,
            Outcome = RecordOutcome.Queued,
            Code = ReasonCode.VanishedOptOut,
        });
        draft.Queue(new NewDelivery
        {
            Kind = DeliveryKind.Contact,
            EmailKey = emailKey,
            SourceId = emailKey,
            Payload = DeliveryPayload.Of(new OutgoingContact { Email = emailKey, EmailConsent = email.State }),
        });
        draft.Trace(new TraceWrite(ShopStream.Contacts, emailKey, emailKey, RecordOutcome.Queued, ReasonCode.VanishedOptOut, [], null));
    }
}
