using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Decides what a change made in the panel means for one store: its mirror, the destination, the shop.</summary>
static class EditDecider
{
    /// <param name="draft">Takes what is to be committed.</param>
    /// <param name="edit">The change.</param>
    /// <param name="written">Tags of SALESmanago in the shop.</param>
    /// <param name="shopTags">How the shop keeps tags; null = it keeps none, or nobody can write them.</param>
    public static void Decide(PageDraft draft, PendingEdit edit, WrittenTags written, TagSupport? shopTags)
    {
        draft.CarryOut(edit.Id);
        var person = draft.PersonOf(edit.EmailKey);
        // Erased, or taken out of this store meanwhile.
        if (!person.IsKnown || edit.Contact is not { } contact || !EmailAddress.TryParse(contact.Email ?? edit.EmailKey, out var address, out _))
            return;
        switch (edit.Edit.Kind)
        {
            case ContactEditKind.Consent:
                State(draft, edit, contact, address, person);
                break;
            case ContactEditKind.Tags:
                Tag(draft, edit, contact, address, person, written, shopTags);
                break;
            case ContactEditKind.Resend:
                Resend(draft, edit, contact, address, person);
                break;
            case ContactEditKind.StopSharing:
                StopSharing(draft, edit, contact, address, person);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(edit), edit.Edit.Kind, "A change nobody decides about.");
        }
    }

    static void State(PageDraft draft, PendingEdit edit, ShopContact contact, EmailAddress address, PersonFacts person)
    {
        var (channel, state) = (edit.Edit.Channel, edit.Edit.State);
        var isEmail = channel == ConsentChannel.Email;
        var before = isEmail ? person.Email : person.Sms;
        // Whoever chose for himself since then has the last word.
        if (edit.Edit.OverHold && (before is not { State: ConsentState.Withdrawn, Source: ConsentSource.SalesmanagoCard } || before.At > edit.MadeAt))
            return;
        // Whatever clock dated the statement on record: a decision made with it in view is the newer one.
        var at = before.At >= edit.MadeAt ? before.At.Value.AddMilliseconds(1) : edit.MadeAt;
        var holds = draft.Merge(
            address.Key, channel, before, new Consent(state, at, ConsentSource.Operator), isLater: true,
            new ConsentEvidence(edit.Actor, edit.Edit.Reason, edit.Edit.Document));
        var row = RowOf(contact, address, person) with { EmailConsent = isEmail ? holds : person.Email, SmsConsent = isEmail ? person.Sms : holds };
        var answer = new RuleAnswer("newest-statement", ReasonCode.OperatorStated, true, $"{channel} {state}");
        // Who withdrew from sharing is sent nothing more, but an unsubscription.
        if (person.IsOwedOrSent && (state == ConsentState.Withdrawn || !person.HasWithdrawn(draft.Context.Store.Options.Sharing)))
        {
            var (email, sms) = ContactToSend.StatesIn(person.WantedHash!);
            Queue(
                draft, contact, address, row with { WantedHash = ContactToSend.WithConsents(person.WantedHash!, isEmail ? state : email, isEmail ? sms : state) },
                new OutgoingContact
                {
                    Email = address.Value,
                    EmailConsent = isEmail ? state : ConsentState.NoStatement,
                    SmsConsent = isEmail ? ConsentState.NoStatement : state,
                },
                ReasonCode.OperatorStated, [answer]);
        }
        else
        {
            Keep(draft, contact, address, row, person, [answer]);
        }

        var (debt, seen) = isEmail ? (person.EmailDebt, person.ShopEmail.Seen?.State) : (person.SmsDebt, person.ShopSms.Seen?.State);
        if (debt != ShopDebt.None || seen != state)
            draft.Owe(WriteBackPayload.Of(address.Key, new ConsentChange(contact.SourceId, address.Key, channel, holds)));
    }

    static void Tag(
        PageDraft draft, PendingEdit edit, ShopContact contact, EmailAddress address, PersonFacts person, WrittenTags written, TagSupport? shopTags)
    {
        var (add, remove) = (edit.Edit.AddTags, edit.Edit.RemoveTags);
        IReadOnlyList<string> wanted = [.. person.WantedTags.Except(remove, TagComparer.Instance).Union(add, TagComparer.Instance)];
        // Who withdrew from sharing gets no tags there, so none is noted as given.
        var isStopped = person.HasWithdrawn(draft.Context.Store.Options.Sharing);
        var row = RowOf(contact, address, person) with { WantedTags = isStopped && person.IsOwedOrSent ? person.WantedTags : wanted };
        var answer = new RuleAnswer("tags-of-person", ReasonCode.OperatorTagged, true, string.Join(' ', add.Select(tag => "+" + tag).Concat(remove.Select(tag => "-" + tag))));
        if (person.IsOwedOrSent && !isStopped)
        {
            Queue(
                draft, contact, address, row with { WantedHash = person.WantedHash }, new OutgoingContact { Email = address.Value, Tags = add, RemoveTags = remove },
                ReasonCode.OperatorTagged, [answer]);
        }
        else
        {
            Keep(draft, contact, address, row, person, [answer]);
        }

        if (shopTags is not null && TagWriting.HasPlaceFor(shopTags, contact.HasAccount, contact.IsSubscriber, contact.SourceId)
            && TagWriting.OfEdit(edit.Edit, draft.Context.Store, shopTags, written, contact.HasAccount ? contact.SourceId : null, address.Key) is { } plan)
        {
            draft.Owe(WriteBackPayload.Of(address.Key, plan.Change));
            draft.Remember(new WrittenTagsWrite(address.Key, plan.Written));
        }
    }

    /// <summary>Everything once more, under the same identity. The rules are asked as ever: who may not be sent is not sent by hand either,
    /// and a state that was told is not forced again upon whoever changed their mind at SALESmanago.</summary>
    static void Resend(PageDraft draft, PendingEdit edit, ShopContact contact, EmailAddress address, PersonFacts person)
    {
        var relation = new Relation(
            contact.HasAccount || person.HasAccount, contact.IsSubscriber, person.HasBought, person.SharingConsented,
            SubscribedSinceActivation: true, ByExplicitImport: person.IsOwedOrSent)
        {
            SharingWithdrawn = person.SharingWithdrawnAt is not null,
        };
        var decision = Decision.Of(() => ReachableAddress.Ask(contact.Email ?? edit.EmailKey, out _), () => WhoIsSent.Ask(draft.Context.Store.Options.Sharing, relation));
        var row = RowOf(contact, address, person);
        if (!decision.Send)
        {
            Keep(draft, contact, address, row, person, decision.Answers);
            return;
        }

        var (email, sms) = (person.Email.State, person.Sms.State);
        var (tags, kept, own) = TagDecider.Of(draft.Context, contact with { HasAccount = contact.HasAccount || person.HasAccount }, person);
        IReadOnlyList<string> wanted = [.. kept, .. tags];
        var full = ContactToSend.Of(contact, address, email, sms, wanted);
        Queue(
            draft, contact, address, row with { WantedHash = ContactToSend.HashOf(full), WantedTags = wanted, OwnTags = own.Own },
            StatedOnce.Of(full, person.ToldHash) with { RemoveTags = own.Remove }, ReasonCode.OperatorResent,
            [.. decision.Answers, new RuleAnswer("contact-to-send", ReasonCode.OperatorResent, true)]);
    }

    static void StopSharing(PageDraft draft, PendingEdit edit, ShopContact contact, EmailAddress address, PersonFacts person)
    {
        draft.Write(RowOf(contact, address, person) with { SharingConsented = false, SharingWithdrawnAt = edit.MadeAt });
        draft.Trace(new TraceWrite(
            ShopStream.Contacts, contact.SourceId ?? address.Key, address.Key, RecordOutcome.Withheld, ReasonCode.SharingWithdrawn,
            [new RuleAnswer("who-is-sent", ReasonCode.SharingWithdrawn, false)], null));
    }

    // The data of the row stay: only what was edited is new.
    static ContactWrite RowOf(ShopContact contact, EmailAddress address, PersonFacts person) => new()
    {
        EmailKey = address.Key,
        Contact = contact,
        EmailConsent = person.Email,
        SmsConsent = person.Sms,
        SharingConsented = person.SharingConsented,
        HasBought = person.HasBought,
        WantedHash = person.WantedHash,
        WantedTags = person.WantedTags,
        Outcome = person.Outcome,
        Code = person.Code,
        KeepsOutcome = true,
    };

    static void Queue(
        PageDraft draft, ShopContact contact, EmailAddress address, ContactWrite row, OutgoingContact outgoing, ReasonCode code, IReadOnlyList<RuleAnswer> answers)
    {
        draft.Write(row with { Outcome = RecordOutcome.Queued, Code = code, KeepsOutcome = false });
        draft.Queue(new NewDelivery
        {
            Kind = DeliveryKind.Contact,
            EmailKey = address.Key,
            SourceId = contact.SourceId ?? address.Key,
            Payload = DeliveryPayload.Of(outgoing),
        });
        draft.Trace(new TraceWrite(ShopStream.Contacts, contact.SourceId ?? address.Key, address.Key, RecordOutcome.Queued, code, answers, null));
    }

    /// <summary>Kept here and written into the shop; the destination has nothing to do with a person it was never sent.</summary>
    static void Keep(PageDraft draft, ShopContact contact, EmailAddress address, ContactWrite row, PersonFacts person, IReadOnlyList<RuleAnswer> answers)
    {
        draft.Write(row);
        draft.Trace(new TraceWrite(ShopStream.Contacts, contact.SourceId ?? address.Key, address.Key, RecordOutcome.Withheld, person.Code, answers, null));
    }
}
