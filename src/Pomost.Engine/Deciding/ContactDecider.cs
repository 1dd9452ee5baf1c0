using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Decides what becomes of contacts read from a shop.</summary>
static class ContactDecider
{
    /// <summary>Keys of the people on a page, for one look into the mirror.</summary>
    public static IReadOnlyCollection<string> KeysOf(IEnumerable<ShopContact> contacts)
        => contacts.Select(contact => EmailAddress.TryParse(contact.Email, out var address, out _) ? address.Key : null)
            .OfType<string>().ToHashSet(StringComparer.Ordinal);

    public static void Decide(PageDraft draft, IReadOnlyList<ShopContact> contacts)
    {
        foreach (var contact in contacts)
            Decide(draft, contact);
    }

    static void Decide(PageDraft draft, ShopContact contact)
    {
        draft.CountRead();
        var run = draft.Context.Run;
        var reachable = ReachableAddress.Ask(contact.Email, out var address);
        if (address is null)
        {
            Unreachable(draft, contact, reachable);
            return;
        }

        var person = draft.PersonOf(address.Key);
        var email = draft.Merge(address.Key, ConsentChannel.Email, person.Email, UndatedWithdrawal.Dated(contact.EmailConsent, contact.ModifiedAt));
        var sms = draft.Merge(address.Key, ConsentChannel.Sms, person.Sms, UndatedWithdrawal.Dated(contact.SmsConsent, contact.ModifiedAt));
        var sharing = person.SharingConsented || contact.SharingConsent == true;
        var relation = new Relation(
            contact.HasAccount || person.HasAccount, contact.IsSubscriber, person.HasBought, sharing,
            SubscribedSinceActivation: SubscribedSince(draft.Context, contact),
            // Whoever is there already is followed: their unsubscribing above all.
            ByExplicitImport: person.IsOwedOrSent || run?.Options.Choice.IncludesEarlierSubscribers == true);
        var decision = Decision.Of(
            () => reachable,
            () => WhoIsSent.Ask(draft.Context.Store.Options.Sharing, relation),
            () => run is null
                ? new RuleAnswer("export-selection", ReasonCode.Allowed, true)
                : ExportSelection.Ask(email.State, contact.RegisteredAt, run.Options.Choice));

        var row = new ContactWrite
        {
            EmailKey = address.Key,
            Contact = contact,
            EmailConsent = email,
            SmsConsent = sms,
            SharingConsented = sharing,
            HasBought = person.HasBought,
            // A subscriber's record or a line of a file never replaces the data of an account.
            FromAccountRead = contact.HasAccount || !person.HasAccount,
            WantedHash = person.WantedHash,
            WantedTags = person.WantedTags,
            Outcome = person.Outcome,
            Code = person.Code,
        };
        if (decision.Send)
            Send(draft, row, person, address, decision);
        else
            Withhold(draft, row, person, decision);
    }

    static void Send(PageDraft draft, ContactWrite row, PersonFacts person, EmailAddress address, Decision decision)
    {
        var (contact, run) = (row.Contact, draft.Context.Run);
        var (tags, kept, own) = TagDecider.Of(draft.Context, contact with { HasAccount = contact.HasAccount || person.HasAccount }, person);
        // A person never sent, or refused, gets all tags; one who is there gets only the new ones.
        var owed = person.IsOwedOrSent ? tags : [.. kept, .. tags];
        var keepsData = person.IsOwedOrSent && !row.FromAccountRead;
        var full = ContactToSend.Of(contact, address, row.EmailConsent.State, row.SmsConsent.State, owed);
        var outgoing = (keepsData
            ? new OutgoingContact { Email = full.Email, EmailConsent = full.EmailConsent, SmsConsent = full.SmsConsent, Tags = owed }
            : full) with { RemoveTags = own.Remove };
        var hash = keepsData ? ContactToSend.WithConsents(person.WantedHash!, full.EmailConsent, full.SmsConsent) : ContactToSend.HashOf(full);
        if (person.IsOwedOrSent && hash == person.WantedHash && tags.Count == 0 && own.Remove.Count == 0)
        {
            draft.Skip(ReasonCode.Unchanged);
            KeepStatements(draft, row, person);
            return;
        }

        draft.Write(row with
        {
            WantedHash = hash,
            WantedTags = [.. kept, .. tags],
            OwnTags = own.Own,
            Outcome = RecordOutcome.Queued,
            Code = decision.Code,
        });
        var sourceId = contact.SourceId ?? address.Key;
        draft.Queue(new NewDelivery
        {
            Kind = DeliveryKind.Contact,
            EmailKey = address.Key,
            SourceId = sourceId,
            Payload = DeliveryPayload.Of(outgoing),
            ExportRunId = run?.Id,
        });
        draft.Trace(new TraceWrite(ShopStream.Contacts, sourceId, address.Key, RecordOutcome.Queued, decision.Code, decision.Answers, run?.Id));
    }

    static void Withhold(PageDraft draft, ContactWrite row, PersonFacts person, Decision decision)
    {
        draft.Skip(decision.Code);
        // What a run left out says nothing about a person who is already at the destination.
        if (person.IsOwedOrSent)
        {
            KeepStatements(draft, row, person);
            return;
        }

        draft.Write(row with { Outcome = RecordOutcome.Withheld, Code = decision.Code });
        if (!person.IsKnown || person.Code != decision.Code)
        {
            draft.Trace(new TraceWrite(
                ShopStream.Contacts, row.Contact.SourceId ?? row.EmailKey, row.EmailKey, RecordOutcome.Withheld, decision.Code,
                decision.Answers, draft.Context.Run?.Id));
        }
    }

    /// <summary>Better evidence for the same state changes nothing at the destination, but the mirror must know it.</summary>
    static void KeepStatements(PageDraft draft, ContactWrite row, PersonFacts person)
    {
        if (row.EmailConsent != person.Email || row.SmsConsent != person.Sms || row.SharingConsented != person.SharingConsented)
            draft.Write(row);
    }

    static void Unreachable(PageDraft draft, ShopContact contact, RuleAnswer reachable)
    {
        var sourceId = contact.SourceId ?? "";
        var anonymised = reachable.Code == ReasonCode.EmailAnonymised;
        if (anonymised)
            draft.Skip(reachable.Code);
        else
            draft.Reject(new RejectWrite(sourceId, contact.Email, "email", reachable.Code, contact.Email));
        draft.Trace(new TraceWrite(
            ShopStream.Contacts, sourceId, null, anonymised ? RecordOutcome.Withheld : RecordOutcome.Rejected, reachable.Code,
            [reachable], draft.Context.Run?.Id));
    }

    // An export looks at history: there an unknown date is an early one. In live traffic it is a change of today.
    static bool SubscribedSince(DecisionContext context, ShopContact contact)
        => (contact.RegisteredAt ?? contact.EmailConsent.At) is { } at ? at >= context.Store.CreatedAt : context.Run is null;
}
