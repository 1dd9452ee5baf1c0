using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What decisions need to know besides the record itself.</summary>
/// <param name="Store">The store with its choices.</param>
/// <param name="Platform">Key of the platform.</param>
/// <param name="Now">The present, UTC.</param>
/// <param name="Run">The export run that asks; null for live traffic.</param>
public sealed record DecisionContext(Store Store, string Platform, DateTimeOffset Now, ExportRun? Run)
{
    /// <summary>True when the page may have been read before something was written into the shop: states without a date are no news then.</summary>
    public bool MayBeStale { get; init; }

    /// <summary>What appears in this page for the first time was made after this moment, UTC: an earlier look did not show it. Null = unknown.</summary>
    public DateTimeOffset? NewSince { get; init; }

    /// <summary>Domain of the shop.</summary>
    public string ShopDomain => Store.Address.IdnHost;
}

/// <summary>Gathers what one page leaves behind, until it is committed as a whole.</summary>
/// <param name="context">What decisions need to know besides the record itself.</param>
/// <param name="known">People of the mirror by e-mail key.</param>
/// <param name="erased">Keys of people who asked to be forgotten.</param>
/// <param name="accounts">Accounts of the mirror by the shop's id, whatever their address.</param>
/// <param name="room">What a dry run may still list; null = nothing is listed.</param>
sealed class PageDraft(
    DecisionContext context, IReadOnlyDictionary<string, ContactFacts> known, IReadOnlySet<string>? erased = null, IReadOnlyDictionary<string, KnownAccount>? accounts = null,
    PreviewRoom? room = null)
{
    readonly List<AddressChangeWrite> _addressChanges = [];
    readonly HashSet<string> _left = new(StringComparer.Ordinal);
    readonly Dictionary<string, ContactWrite> _contacts = new(StringComparer.Ordinal);
    readonly Dictionary<string, PersonFacts> _people = new(StringComparer.Ordinal);
    readonly List<OrderWrite> _orders = [];
    readonly List<CartWrite> _carts = [];
    readonly List<NewDelivery> _deliveries = [];
    readonly List<ConsentWrite> _consents = [];
    readonly List<TraceWrite> _traces = [];
    readonly List<RejectWrite> _rejects = [];
    readonly List<string> _subscribersSeen = [];
    readonly List<string> _removalsSent = [];
    readonly List<NewCardHint> _cardHints = [];
    readonly List<NewWriteBack> _writeBacks = [];
    readonly Dictionary<string, IReadOnlyList<string>> _wantedTags = new(StringComparer.Ordinal);
    readonly List<WrittenTagsWrite> _writtenTags = [];
    readonly List<long> _editsDone = [];
    readonly List<RepeatedRead> _readAgain = [];
    readonly Dictionary<ReasonCode, int> _skipped = [];
    readonly List<PreviewWrite> _listed = [];
    readonly List<ExportSum> _sums = [];
    readonly Dictionary<ConsentState, int> _states = [];
    (string SourceId, string? Email) _record;
    int _read;
    int _toSend;
    int _newToSend;
    int _held;
    int _shopWrites;

    public DecisionContext Context => context;

    /// <summary>Accounts read from the shop because an order spoke of them, by the shop's id.</summary>
    public IReadOnlyDictionary<string, ShopContact> ReadAccounts { get; init; } = new Dictionary<string, ShopContact>();

    /// <summary>Keys of people who may be written to from this page on: they are new at the destination, or agreed to sharing only now.</summary>
    public IReadOnlyCollection<string> NewPeople => [.. _people
        .Where(person => person.Value.IsOwedOrSent && (!IsThere(person.Key) || person.Value.SharingConsented && !known[person.Key].SharingConsented))
        .Select(person => person.Key)];

    /// <summary>What is known of a person, this page included.</summary>
    public PersonFacts PersonOf(string emailKey)
        => _people.TryGetValue(emailKey, out var written) ? written
            : known.TryGetValue(emailKey, out var stored) ? PersonFacts.Of(stored)
            : PersonFacts.Unknown;

    /// <summary>The account of this id when it was known under another address until now.</summary>
    public KnownAccount? FormerOf(string? sourceId, string emailKey)
        => sourceId is not null && accounts?.GetValueOrDefault(sourceId) is { } account && account.Facts.EmailKey != emailKey && !_left.Contains(account.Facts.EmailKey)
            ? account : null;

    /// <summary>Key of the address of the account with this id; null when it is not known.</summary>
    public string? AccountKeyOf(string? sourceId) => sourceId is null ? null : accounts?.GetValueOrDefault(sourceId)?.Facts.EmailKey;

    public void Write(AddressChangeWrite change)
    {
        _addressChanges.Add(change);
        _left.Add(change.FormerKey);
    }

    /// <summary>True when the person asked to be forgotten: nothing of them is written.</summary>
    public bool IsErased(string emailKey) => erased?.Contains(emailKey) == true;

    /// <summary>True when the destination had the person, or was owed it, before this page.</summary>
    public bool IsThere(string emailKey) => known.TryGetValue(emailKey, out var stored) && PersonFacts.Of(stored).IsOwedOrSent;

    /// <summary>Takes the next record in hand: what is said from now on is said of it.</summary>
    public void Read(string sourceId, string? email)
    {
        _read++;
        _record = (sourceId, email);
    }

    public void Skip(ReasonCode code)
    {
        _skipped[code] = _skipped.GetValueOrDefault(code) + 1;
        List(PreviewList.Of(code), null);
    }

    /// <summary>Notes for a dry run that the record in hand would be sent.</summary>
    /// <param name="list">Never sent before, or changed.</param>
    /// <param name="isNew">True when it counts as new.</param>
    /// <param name="sample">The record before and after, asked for only when it is kept.</param>
    public void WouldSend(PreviewList list, bool isNew, Func<ExportSample> sample)
    {
        _newToSend += isNew ? 1 : 0;
        List(list, room?.TakeSample() == true ? sample() : null);
    }

    /// <summary>Notes the consent of a person for a dry run.</summary>
    public void CountState(ConsentState state) => _states[state] = _states.GetValueOrDefault(state) + 1;

    /// <summary>Notes the value of an order for a dry run.</summary>
    public void Sum(OutgoingEvent purchase, bool toSend)
    {
        if (room is not null)
            _sums.Add(new ExportSum(purchase.Currency, toSend, 1, purchase.Value));
    }

    public void Write(ContactWrite contact)
    {
        var before = PersonOf(contact.EmailKey);
        contact = contact with
        {
            ShopEmail = contact.ShopEmail ?? before.ShopEmail,
            ShopSms = contact.ShopSms ?? before.ShopSms,
            OwnTags = contact.OwnTags ?? _contacts.GetValueOrDefault(contact.EmailKey)?.OwnTags,
        };
        // Who has an account keeps it, even when the next record is an order placed without logging in.
        _people[contact.EmailKey] = PersonFacts.Of(contact) with
        {
            HasAccount = before.HasAccount || contact.Contact.HasAccount,
            OwnTags = contact.OwnTags ?? before.OwnTags,
            AccountRead = contact is { FromAccountRead: true, Contact: { HasAccount: true } read } ? new Lazy<ShopContact>(read) : before.AccountRead,
            HolderId = contact is { FromAccountRead: true, Contact: { HasAccount: true, SourceId: { } holder } } ? holder : before.HolderId,
            EmailDebt = before.EmailDebt,
            SmsDebt = before.SmsDebt,
            CardEmail = before.CardEmail,
            CardSms = before.CardSms,
            SharingWithdrawnAt = contact.SharingWithdrawnAt ?? before.SharingWithdrawnAt,
            DataPlacedAt = before.DataPlacedAt > contact.DataPlacedAt ? before.DataPlacedAt : contact.DataPlacedAt ?? before.DataPlacedAt,
        };
        _wantedTags.Remove(contact.EmailKey);
        var earlier = _contacts.GetValueOrDefault(contact.EmailKey);
        if (contact.KeepsOutcome && earlier is { KeepsOutcome: false })
            contact = contact with { KeepsOutcome = false };
        // Account data read on this very page is not replaced by an order's, nor a newer order's by an older one's.
        _contacts[contact.EmailKey] = earlier is { FromAccountRead: true } && !contact.FromAccountRead
            ? contact with { Contact = earlier.Contact, FromAccountRead = true }
            : earlier is { DataPlacedAt: { } placedAt } && placedAt > contact.DataPlacedAt
                ? contact with { Contact = earlier.Contact, DataPlacedAt = placedAt }
                : contact;
    }

    /// <summary>Notes tags that a person who is at the destination gets besides those of before.</summary>
    public void WantTags(string emailKey, IReadOnlyList<string> tags)
    {
        var person = PersonOf(emailKey);
        IReadOnlyList<string> wanted = [.. person.WantedTags, .. tags];
        _people[emailKey] = person with { WantedTags = wanted };
        if (_contacts.TryGetValue(emailKey, out var written))
            _contacts[emailKey] = written with { WantedTags = wanted };
        else
            _wantedTags[emailKey] = wanted;
    }

    public void Write(OrderWrite order) => _orders.Add(order);

    public void Write(CartWrite cart) => _carts.Add(cart);

    /// <summary>True when this page has decided about the cart.</summary>
    public bool IsDecided(ShopCart cart) => _carts.Exists(written => written.Cart.SourceId == cart.SourceId);

    public void Trace(TraceWrite trace) => _traces.Add(trace);

    /// <summary>Opt-outs of people who vanished from the shop's list, which are passed on with this page.</summary>
    public void SendRemovals(IEnumerable<string> emailKeys) => _removalsSent.AddRange(emailKeys);

    /// <summary>Notes who stands on the shop's list of subscribers, so that the nightly comparison finds who no longer does.</summary>
    public void SeeSubscribers(IEnumerable<string> emailKeys) => _subscribersSeen.AddRange(emailKeys.Where(key => !IsErased(key)));

    public void Ask(NewCardHint hint) => _cardHints.Add(hint);

    public void Owe(NewWriteBack writeBack) => _writeBacks.Add(writeBack);

    public void Remember(WrittenTagsWrite tags) => _writtenTags.Add(tags);

    public void CarryOut(long edit) => _editsDone.Add(edit);

    public void Reject(RejectWrite reject)
        => _rejects.Add(reject with { Email = HiddenSigns.Shown(reject.Email), Value = HiddenSigns.Shown(reject.Value) });

    public void Queue(NewDelivery delivery)
    {
        _deliveries.Add(delivery);
        _toSend += delivery.Counted ? 1 : 0;
    }

    /// <summary>Has an account read once more: what it said may be an older copy.</summary>
    public void ReadAgain(string? sourceId)
    {
        if (sourceId is not null)
            _readAgain.Add(new RepeatedRead(sourceId, context.Now + ShopRecordChange.Settling));
    }

    /// <summary>The statement that holds from now on; a change is noted for the ledger.</summary>
    /// <param name="emailKey">Whose.</param>
    /// <param name="channel">Which channel.</param>
    /// <param name="current">On record.</param>
    /// <param name="incoming">Just learned.</param>
    /// <param name="isLater">True when it is known to be later than the one on record.</param>
    /// <param name="evidence">Who stated it for the person.</param>
    public Consent Merge(
        string emailKey, ConsentChannel channel, Consent current, Consent incoming, bool isLater = false, ConsentEvidence? evidence = null)
    {
        var holds = LearnedStatement.Of(current, incoming, context.Now, isLater);
        if (holds != current)
            _consents.Add(new ConsentWrite(emailKey, channel, current.State, holds) { Evidence = evidence });
        return holds;
    }

    /// <summary>True when a record that was never seen before was made after the statement: an earlier look at the shop did not show it.</summary>
    public bool IsMadeAfter(Consent statement) => context.NewSince is { } since && statement.At < since;

    /// <summary>Contacts that a dry run would send, with what is known of them; each once, an opt-in before the rest.</summary>
    public IReadOnlyList<OptInCandidate> ToSend => [.. _deliveries.Where(delivery => delivery.Kind == DeliveryKind.Contact)
        .Select(delivery => new OptInCandidate(delivery.EmailKey, DeliveryPayload.Contact(delivery.Payload), KnownOf(delivery.EmailKey)))
        .OrderByDescending(candidate => candidate.OptsIn).DistinctBy(candidate => candidate.EmailKey)];

    /// <summary>What tags of a card would mean for the shop once the person of this page was sent; null = nothing.</summary>
    public TagChange? TagsOwed(string emailKey, IReadOnlyDictionary<string, int> card, TagSupport support)
    {
        var (written, before) = (_contacts.GetValueOrDefault(emailKey), known.GetValueOrDefault(emailKey));
        var (person, sourceId) = (PersonOf(emailKey), written?.Contact.SourceId ?? before?.SourceId);
        return TagWriting.HasPlaceFor(support, person.HasAccount, person.Email.State != ConsentState.NoStatement, sourceId)
            && TagWriting.Of(
                card, context.Store, support, before?.WrittenTags ?? WrittenTags.None, null, person.HasAccount ? sourceId : null, emailKey, person.WantedTags) is { } plan
            ? plan.Change : null;
    }

    /// <summary>Notes for a dry run that something of a person would be written into the shop.</summary>
    public void CountShopWrite() => _shopWrites++;

    /// <summary>Notes for a dry run that a contact would be sent without its consent.</summary>
    public void Hold(string emailKey)
    {
        _held++;
        _record = (_contacts.GetValueOrDefault(emailKey)?.Contact.SourceId ?? emailKey, _contacts.GetValueOrDefault(emailKey)?.Contact.Email ?? emailKey);
        List(PreviewList.Of(ReasonCode.UnsubscribedAtSalesmanago), null);
    }

    OptInKnown KnownOf(string emailKey)
    {
        var person = PersonOf(emailKey);
        return new OptInKnown(person.Email, person.Sms, person.CardEmail, person.CardSms);
    }

    /// <summary>Records the connector could not read are listed like any other rejected row.</summary>
    public void RejectUnreadable(ShopStream stream, IReadOnlyList<RejectedRecord> rejected)
    {
        foreach (var record in rejected)
        {
            _read++;
            // The value alone: whoever is to mend the record looks for it in the shop. What is wrong stands in the trace.
            Reject(new RejectWrite(record.SourceId, record.Field == "email" ? record.Value : null, record.Field, record.Code, record.Value));
            _traces.Add(new TraceWrite(stream, record.SourceId, null, RecordOutcome.Rejected, record.Code, [], context.Run?.Id, record.Message));
        }
    }

    /// <summary>Everything to commit. A dry run keeps only its numbers.</summary>
    public PageCommit Finish(RunGain? gain, CursorWrite? cursor, IReadOnlyList<long> inboxDone)
    {
        var run = gain is null ? null : gain with { Read = _read, Skipped = _skipped, ToSend = _toSend, Rejects = _rejects };
        return context.Run?.Options.DryRun == true
            ? new PageCommit { Run = run! with { IsDry = true, NewToSend = _newToSend, Held = _held, ShopWrites = _shopWrites, Listed = _listed, Sums = Summed(), States = _states } }
            : new PageCommit
            {
                Contacts = [.. _contacts.Values],
                Orders = _orders,
                Carts = _carts,
                WantedTags = [.. _wantedTags.Select(pair => new WantedTagsWrite(pair.Key, pair.Value))],
                Deliveries = _deliveries,
                Consents = _consents,
                Traces = _traces,
                Cursor = cursor,
                InboxDone = inboxDone,
                SubscribersSeen = _subscribersSeen,
                RemovalsSent = _removalsSent,
                CardHints = _cardHints,
                WriteBacks = _writeBacks,
                AddressChanges = _addressChanges,
                WrittenTags = _writtenTags,
                EditsDone = _editsDone,
                ReadAgain = _readAgain,
                Run = run,
            };
    }

    void List(PreviewList list, ExportSample? sample)
    {
        if (room is not null && (room.Take(list) || sample is not null))
            _listed.Add(new PreviewWrite(list, _record.SourceId, _record.Email, sample));
    }

    // One row for each key: PostgreSQL refuses to change one twice in a statement.
    List<ExportSum> Summed() => [.. _sums.GroupBy(sum => (sum.Currency, sum.ToSend))
        .Select(group => new ExportSum(group.Key.Currency, group.Key.ToSend, group.Count(), group.Sum(sum => sum.Value)))];
}

/// <summary>What is known of a person before the record at hand.</summary>
sealed record PersonFacts(
    bool IsKnown, bool HasAccount, Consent Email, Consent Sms, bool SharingConsented, bool HasBought,
    string? WantedHash, IReadOnlyList<string> WantedTags, RecordOutcome Outcome, ReasonCode Code, ShopMemory ShopEmail, ShopMemory ShopSms)
{
    /// <summary>The shop's own tags at the destination, as far as they were sent.</summary>
    public IReadOnlyList<string> OwnTags { get; init; } = [];

    /// <summary>The account as it was read last; null when none was.</summary>
    public Lazy<ShopContact>? AccountRead { get; init; }

    /// <summary>The shop's id of that account.</summary>
    public string? HolderId { get; init; }

    /// <summary>What is owed to the shop of the e-mail channel.</summary>
    public ShopDebt EmailDebt { get; init; }

    /// <summary>The same of the SMS channel.</summary>
    public ShopDebt SmsDebt { get; init; }

    /// <summary>State of the e-mail channel on the card, as far as it is known.</summary>
    public ConsentState? CardEmail { get; init; }

    /// <summary>The same of the SMS channel.</summary>
    public ConsentState? CardSms { get; init; }

    /// <summary>When the consent to sharing was withdrawn last, UTC; null = never.</summary>
    public DateTimeOffset? SharingWithdrawnAt { get; init; }

    /// <summary>When the order was placed that the person's data came from, UTC; null = from none that is known.</summary>
    public DateTimeOffset? DataPlacedAt { get; init; }

    /// <summary>The account of a person who was kept back until now; null otherwise.</summary>
    public ShopContact? WithheldAccount { get; init; }

    public static PersonFacts Unknown { get; } = new(
        false, false, Consent.None, Consent.None, false, false, null, [], RecordOutcome.Withheld, ReasonCode.Allowed, ShopMemory.Blank, ShopMemory.Blank);

    /// <summary>True when the destination has the person, or will have by what is queued.</summary>
    public bool IsOwedOrSent => WantedHash is not null && Outcome is RecordOutcome.Queued or RecordOutcome.Sent;

    /// <summary>True when the person took back the consent to sharing, which counts in the mode that asks for one.</summary>
    public bool HasWithdrawn(SharingMode mode) => mode == SharingMode.ConsentedWhenOrdering && SharingWithdrawnAt is not null && !SharingConsented;

    /// <summary>Hash of what the destination has or is owed; null when it has nothing.</summary>
    public string? ToldHash => IsOwedOrSent ? WantedHash : null;

    public static PersonFacts Of(ContactFacts facts) => new(
        true, facts.HasAccount, facts.EmailConsent, facts.SmsConsent, facts.SharingConsented, facts.HasBought,
        facts.WantedHash, facts.WantedTags, facts.Outcome, facts.Code, facts.ShopEmail, facts.ShopSms)
    {
        OwnTags = facts.OwnTags,
        AccountRead = facts.AccountRead,
        HolderId = facts.AccountRead is null ? null : facts.SourceId,
        EmailDebt = facts.EmailDebt,
        SmsDebt = facts.SmsDebt,
        CardEmail = facts.CardEmail,
        CardSms = facts.CardSms,
        SharingWithdrawnAt = facts.SharingWithdrawnAt,
        DataPlacedAt = facts.DataPlacedAt,
        WithheldAccount = facts.WithheldAccount,
    };

    public static PersonFacts Of(ContactWrite written) => new(
        true, written.Contact.HasAccount, written.EmailConsent, written.SmsConsent, written.SharingConsented, written.HasBought,
        written.WantedHash, written.WantedTags, written.Outcome, written.Code,
        written.ShopEmail ?? ShopMemory.Blank, written.ShopSms ?? ShopMemory.Blank);
}
