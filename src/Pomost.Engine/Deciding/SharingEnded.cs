using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What is still done of a person at the destination who did not agree to sharing, or does no longer: only an unsubscription
/// is told.</summary>
static class SharingEnded
{
    /// <summary>Tells an unsubscription, and nothing else. The withdrawal itself is traced once.</summary>
    /// <returns>True when there was one, and the row is written.</returns>
    public static bool TellOptOut(PageDraft draft, ContactWrite row, PersonFacts person, Decision decision)
    {
        var (toldEmail, toldSms) = ContactToSend.StatesIn(person.WantedHash!);
        var isEmailOwed = IsOptOut(row.EmailConsent.State, toldEmail);
        var isSmsOwed = IsOptOut(row.SmsConsent.State, toldSms);
        var isOwed = isEmailOwed || isSmsOwed;
        if (isOwed || row.SharingWithdrawnAt != person.SharingWithdrawnAt)
        {
            draft.Trace(new TraceWrite(
                ShopStream.Contacts, row.Contact.SourceId ?? row.EmailKey, row.EmailKey,
                isOwed ? RecordOutcome.Queued : RecordOutcome.Withheld, decision.Code, decision.Answers, draft.Context.Run?.Id));
        }

        if (!isOwed)
            return false;
        draft.Write(row with
        {
            WantedHash = ContactToSend.WithConsents(
                person.WantedHash!, isEmailOwed ? ConsentState.Withdrawn : toldEmail, isSmsOwed ? ConsentState.Withdrawn : toldSms),
            Outcome = RecordOutcome.Queued,
            Code = decision.Code,
            KeepsOutcome = false,
        });
        draft.Queue(new NewDelivery
        {
            Kind = DeliveryKind.Contact,
            EmailKey = row.EmailKey,
            SourceId = row.Contact.SourceId ?? row.EmailKey,
            Payload = DeliveryPayload.Of(new OutgoingContact
            {
                Email = row.Contact.Email ?? row.EmailKey,
                EmailConsent = isEmailOwed ? ConsentState.Withdrawn : ConsentState.NoStatement,
                SmsConsent = isSmsOwed ? ConsentState.Withdrawn : ConsentState.NoStatement,
            }),
            ExportRunId = draft.Context.Run?.Id,
            Counted = false,
        });
        return true;
    }

    static bool IsOptOut(ConsentState holds, ConsentState told) => holds == ConsentState.Withdrawn && told != ConsentState.Withdrawn;
}
