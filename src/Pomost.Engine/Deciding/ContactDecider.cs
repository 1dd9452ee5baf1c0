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

    /// <param name="draft">Takes what is to be committed.</param>
    /// <param name="contacts">As read.</param>
    /// <param name="gone">Accounts that bore a card's data and are no longer in the shop under that address.</param>
    public static void Decide(PageDraft draft, IReadOnlyList<ShopContact> contacts, IReadOnlySet<string>? gone = null)
    {
        var accounts = new AccountsOfAddress(contacts, gone);
        // The chosen account of a page comes before the others of its address, whose withdrawals then count.
        foreach (var contact in contacts.Where(contact => !accounts.IsFurtherOnPage(contact)))
            Decide(draft, contact, accounts);
        foreach (var contact in contacts.Where(accounts.IsFurtherOnPage))
            Decide(draft, contact, accounts);
    }

    static void Decide(PageDraft draft, ShopContact contact, AccountsOfAddress accounts)
    {
        draft.Read(contact.SourceId ?? contact.Email ?? "", contact.Email);
        var run = draft.Context.Run;
        var reachable = ReachableAddress.Ask(contact.Email, out var address);
        if (address is null)
        {
            Unreachable(draft, contact, reachable);
            return;
        }

        if (draft.IsErased(address.Key))
        {
            draft.Skip(ReasonCode.Erased);
            return;
        }

        var person = draft.PersonOf(address.Key);
        if (accounts.IsFurther(contact, person))
        {
            HearFurther(draft, contact, address, person, reachable);
            return;
        }

        string? formerCard = null;
        var former = contact.HasAccount ? draft.FormerOf(contact.SourceId, address.Key) : null;
        if (former is not null)
            (person, formerCard) = Succeed(draft, address.Key, person, former);
        var emailRead = ConsentReading.Of(draft, address.Key, contact, person, ConsentChannel.Email);
        var smsRead = ConsentReading.Of(draft, address.Key, contact, person, ConsentChannel.Sms);
        var (email, sms) = (emailRead.Holds, smsRead.Holds);
        draft.CountState(email.State);
        OweAnew(draft, address.Key, contact, ConsentChannel.Email, person.EmailDebt, person.Email, email);
        OweAnew(draft, address.Key, contact, ConsentChannel.Sms, person.SmsDebt, person.Sms, sms);
        var withdraws = contact.SharingConsent == false && (person.SharingConsented || person.SharingWithdrawnAt is null);
        var sharingWithdrawnAt = withdraws ? draft.Context.Now : person.SharingWithdrawnAt;
        var sharing = contact.SharingConsent != false && (person.SharingConsented || contact.SharingConsent == true && sharingWithdrawnAt is null);
        var relation = new Relation(
            contact.HasAccount || person.HasAccount, contact.IsSubscriber, person.HasBought, sharing,
            SubscribedSinceActivation: SubscribedSince(draft.Context, contact),
            // Whoever is there already is followed: their unsubscribing above all.
            ByExplicitImport: person.IsOwedOrSent || former is not null && PersonFacts.Of(former.Facts).IsOwedOrSent || run?.Options.Choice.IncludesEarlierSubscribers == true)
        {
            SharingWithdrawn = sharingWithdrawnAt is not null,
        };
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
            SharingWithdrawnAt = sharingWithdrawnAt,
            HasBought = person.HasBought,
            // A subscriber's record or a line of a file never replaces the data of an account.
            FromAccountRead = contact.HasAccount || !person.HasAccount,
            ShopEmail = emailRead.Memory,
            ShopSms = smsRead.Memory,
            WantedHash = person.WantedHash,
            WantedTags = person.WantedTags,
            Outcome = person.Outcome,
            Code = person.Code,
            KeepsOutcome = person.IsKnown,
        };
        // An export that leaves the person out leaves the address, too: the next look at the account brings it.
        if (former is not null && (run is null || decision.Send))
            draft.Write(new AddressChangeWrite(former.Facts.EmailKey, address.Key, Moves: draft.PersonOf(address.Key) is { IsKnown: false }));
        else if (former is not null)
        {
            draft.Skip(decision.Code);
            return;
        }

        var grace = emailRead.Grace ?? smsRead.Grace;
        // Somebody new who did not tick the newsletter may have been subscribed at SALESmanago before.
        if (run is null && contact.HasAccount && contact.EmailConsent.State != ConsentState.Granted && (!person.HasAccount || grace is not null))
            draft.Ask(new NewCardHint(address.Key, CardHintSource.Registration));
        if (grace is not null)
            TraceGrace(draft, contact, address, grace);
        if (decision.Send)
            Send(draft, row, person, address, decision, formerCard, (emailRead, smsRead));
        else
            Withhold(draft, row, person, decision);
    }

    static void TraceGrace(PageDraft draft, ShopContact contact, EmailAddress address, RuleAnswer grace) => draft.Trace(new TraceWrite(
        ShopStream.Contacts, contact.SourceId ?? address.Key, address.Key, RecordOutcome.Withheld, grace.Code, [grace], draft.Context.Run?.Id));

    /// <summary>Another account of the same address bears the card's data: of this one only a withdrawal counts.</summary>
    static void HearFurther(PageDraft draft, ShopContact contact, EmailAddress address, PersonFacts person, RuleAnswer reachable)
    {
        var email = draft.Merge(
            address.Key, ConsentChannel.Email, person.Email, OneAccountPerAddress.OfFurther(contact.EmailConsent, contact.ModifiedAt));
        var sms = draft.Merge(
            address.Key, ConsentChannel.Sms, person.Sms, OneAccountPerAddress.OfFurther(contact.SmsConsent, contact.ModifiedAt));
        draft.CountState(email.State);
        var answer = new RuleAnswer("one-account-per-address", ReasonCode.FurtherAccount, false, contact.SourceId);
        var row = RowOfFurther(contact, address, person, email, sms);
        if (person.IsOwedOrSent && (email.State, sms.State) != (person.Email.State, person.Sms.State)
            && EmailAddress.TryParse(person.AccountRead?.Value.Email ?? contact.Email, out var chosen, out _))
        {
            var silent = contact with { ShopTags = null, IsWholesaler = person.AccountRead?.Value.IsWholesaler ?? contact.IsWholesaler };
            Send(draft, row with { Contact = silent }, person, chosen, new Decision([reachable, answer with { Allows = true }]), null, (null, null));
            return;
        }

        draft.Skip(ReasonCode.FurtherAccount);
        KeepStatements(draft, row, person);
        // Live traffic reads an account over and over; an export says once what became of it. The person is looked up by the chosen account.
        if (draft.Context.Run is { } run)
        {
            draft.Trace(new TraceWrite(
                ShopStream.Contacts, person.HolderId ?? contact.SourceId!, address.Key, RecordOutcome.Withheld, ReasonCode.FurtherAccount,
                [reachable, answer], run.Id));
        }
    }

    static ContactWrite RowOfFurther(ShopContact contact, EmailAddress address, PersonFacts person, Consent email, Consent sms) => new()
    {
        EmailKey = address.Key,
        Contact = contact,
        EmailConsent = email,
        SmsConsent = sms,
        SharingConsented = person.SharingConsented,
        HasBought = person.HasBought,
        FromAccountRead = false,
        WantedHash = person.WantedHash,
        WantedTags = person.WantedTags,
        Outcome = person.Outcome,
        Code = person.Code,
        KeepsOutcome = true,
    };

    /// <summary>What is known of somebody whose account has a new address: all that was known under the former one, when the new one is new to the shop;
    /// else what is known under the new one, with the newest statements of both.</summary>
    /// <returns>The person, and the key of the card that moves with them; null when none does.</returns>
    static (PersonFacts Person, string? FormerCard) Succeed(PageDraft draft, string emailKey, PersonFacts person, KnownAccount former)
    {
        var before = PersonFacts.Of(former.Facts);
        if (person.IsKnown)
        {
            return (person with
            {
                Email = draft.Merge(emailKey, ConsentChannel.Email, person.Email, OfBoth(person.Email, before.Email)),
                Sms = draft.Merge(emailKey, ConsentChannel.Sms, person.Sms, OfBoth(person.Sms, before.Sms)),
                HasBought = person.HasBought || before.HasBought,
                SharingConsented = person.SharingConsented || before.SharingConsented,
                SharingWithdrawnAt = person.SharingWithdrawnAt ?? before.SharingWithdrawnAt,
            }, null);
        }

        return AddressChange.MovesCard(before.IsOwedOrSent, newHasCard: false, former.IsShared)
            ? (before, former.Facts.EmailKey)
            : (before with { WantedHash = null, OwnTags = [], Outcome = RecordOutcome.Withheld }, null);
    }

    // Of two people who turn out to be one, a consent counts only where its date can be compared with the withdrawal's.
    static Consent OfBoth(Consent one, Consent other)
        => other.State == ConsentState.Granted && one.State == ConsentState.Withdrawn && (one.At is null || other.At is null) ? Consent.None : other;

    /// <summary>A newer word of the shop replaces what still waits to be written there.</summary>
    static void OweAnew(PageDraft draft, string emailKey, ShopContact contact, ConsentChannel channel, ShopDebt debt, Consent before, Consent holds)
    {
        if (debt != ShopDebt.None && holds != before)
            draft.Owe(WriteBackPayload.Of(emailKey, new ConsentChange(contact.SourceId, emailKey, channel, holds)));
    }

    static void Send(PageDraft draft, ContactWrite row, PersonFacts person, EmailAddress address, Decision decision, string? formerCard, (ConsentReading? Email, ConsentReading? Sms) news)
    {
        var (contact, run) = (row.Contact, draft.Context.Run);
        var (tags, kept, own) = TagDecider.Of(draft.Context, contact with { HasAccount = contact.HasAccount || person.HasAccount }, person);
        // A person never sent, or refused, gets all tags; one who is there gets only the new ones.
        var owed = person.IsOwedOrSent ? tags : [.. kept, .. tags];
        var keepsData = person.IsOwedOrSent && !row.FromAccountRead;
        var (email, sms) = (row.EmailConsent.State, row.SmsConsent.State);
        var full = ContactToSend.Of(contact, address, email, sms, owed);
        var sent = ClearedFields.Of(full, contact, person.IsOwedOrSent ? person.AccountRead?.Value : null);
        var whole = (keepsData ? new OutgoingContact { Email = full.Email, EmailConsent = email, SmsConsent = sms, Tags = owed } : sent) with { RemoveTags = own.Remove };
        var hash = keepsData ? ContactToSend.WithConsents(person.WantedHash!, email, sms) : ContactToSend.HashOf(full);
        var outgoing = StatedOnce.Of(whole, person.ToldHash) with
        {
            EmailIsLater = news.Email?.IsLater == true,
            EmailMadeAfter = news.Email?.MadeAfter,
            SmsIsLater = news.Sms?.IsLater == true,
            SmsMadeAfter = news.Sms?.MadeAfter,
            Former = formerCard is null ? null : new FormerCard(formerCard, row.EmailConsent.State, row.SmsConsent.State, kept),
        };
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
            KeepsOutcome = false,
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
        draft.WouldSend(person.IsOwedOrSent ? PreviewList.Changed : PreviewList.New, !person.IsOwedOrSent, () => new ExportSample { Contact = contact, SentContact = outgoing });
        var answers = decision.Answers;
        if (formerCard is not null)
            answers = [.. answers, new RuleAnswer("address-change", ReasonCode.AddressChanged, true)];
        if (row.FromAccountRead && AccountsOfAddress.TakesPlace(contact, person))
            answers = [.. answers, new RuleAnswer("one-account-per-address", ReasonCode.AccountChosen, true, person.HolderId)];
        if (contact.HasUnreadableTags)
            answers = [.. answers, new RuleAnswer("shop-tags-to-send", ReasonCode.TagsUnreadable, false)];
        draft.Trace(new TraceWrite(ShopStream.Contacts, sourceId, address.Key, RecordOutcome.Queued, decision.Code, answers, run?.Id));
    }

    static void Withhold(PageDraft draft, ContactWrite row, PersonFacts person, Decision decision)
    {
        draft.Skip(decision.Code);
        // What a run left out says nothing about a person who is already at the destination.
        if (person.IsOwedOrSent)
        {
            // The data kept are those that were sent: what is empty by now is emptied at the destination by the next look.
            row = row with { FromAccountRead = row.FromAccountRead && person.AccountRead is null };
            if (decision.Code is not (ReasonCode.SharingWithdrawn or ReasonCode.SharingNotConsented) || !SharingEnded.TellOptOut(draft, row, person, decision))
                KeepStatements(draft, row, person);
            return;
        }

        draft.Write(row with { Outcome = RecordOutcome.Withheld, Code = decision.Code, KeepsOutcome = false });
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
        if (row.EmailConsent != person.Email || row.SmsConsent != person.Sms || row.SharingConsented != person.SharingConsented
            || row.SharingWithdrawnAt != person.SharingWithdrawnAt
            || (row.ShopEmail ?? person.ShopEmail) != person.ShopEmail || (row.ShopSms ?? person.ShopSms) != person.ShopSms)
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
