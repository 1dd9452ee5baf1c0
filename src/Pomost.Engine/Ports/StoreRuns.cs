using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>A stream's place, saved with what was made of it.</summary>
/// <param name="Name">For example <c>live:Orders</c>; an export run keeps its own place in its row.</param>
/// <param name="Cursor">The place.</param>
public sealed record CursorWrite(string Name, SyncCursor Cursor);

/// <summary>How a record ended, for its row in the mirror and its trace.</summary>
public enum RecordOutcome
{
    /// <summary>Owed to the destination, on its way.</summary>
    Queued,

    /// <summary>Taken by the destination.</summary>
    Sent,

    /// <summary>A rule said no.</summary>
    Withheld,

    /// <summary>Unusable, or refused by the destination.</summary>
    Rejected,
}

/// <summary>A contact of the mirror, as far as decisions need it.</summary>
public sealed record ContactFacts
{
    public required long Id { get; init; }

    /// <summary>Key of the address (<see cref="EmailAddress.Key"/>).</summary>
    public required string EmailKey { get; init; }

    public string? SourceId { get; init; }

    public Consent EmailConsent { get; init; } = Consent.None;

    public Consent SmsConsent { get; init; } = Consent.None;

    /// <summary>True once the person consented to sharing with an order that counts, and until it is withdrawn.</summary>
    public bool SharingConsented { get; init; }

    /// <summary>When the person withdrew the consent to sharing last, UTC; null = never.</summary>
    public DateTimeOffset? SharingWithdrawnAt { get; init; }

    /// <summary>When the order was placed that the data of the person came from, UTC; null = not known, or they came from elsewhere.</summary>
    public DateTimeOffset? DataPlacedAt { get; init; }

    /// <summary>The account as read from the shop, of a person who is not at the destination yet; null otherwise.</summary>
    public ShopContact? WithheldAccount { get; init; }

    /// <summary>True once an order that counts was seen.</summary>
    public bool HasBought { get; init; }

    /// <summary>True when the person has an account.</summary>
    public bool HasAccount { get; init; }

    /// <summary>Hash of what is wanted at the destination (<see cref="ContactToSend.HashOf"/>); null = never queued.</summary>
    public string? WantedHash { get; init; }

    /// <summary>The account as it was read last, opened only when asked for; null when no account was read, or by an order only.</summary>
    public Lazy<ShopContact>? AccountRead { get; init; }

    /// <summary>Tags queued or delivered, as stored.</summary>
    public IReadOnlyList<string> WantedTags { get; init; } = [];

    /// <summary>The shop's own tags at the destination (<see cref="ShopTagPlan.Own"/>), queued or delivered.</summary>
    public IReadOnlyList<string> OwnTags { get; init; } = [];

    /// <summary>Tags of SALESmanago written into the shop, or owed to it.</summary>
    public WrittenTags WrittenTags { get; init; } = WrittenTags.None;

    public RecordOutcome Outcome { get; init; }

    public ReasonCode Code { get; init; }

    /// <summary>What is remembered of the e-mail channel in the shop's record.</summary>
    public ShopMemory ShopEmail { get; init; } = ShopMemory.Blank;

    /// <summary>The same of the SMS channel.</summary>
    public ShopMemory ShopSms { get; init; } = ShopMemory.Blank;

    /// <summary>What is owed to the shop of the e-mail channel.</summary>
    public ShopDebt EmailDebt { get; init; }

    /// <summary>The same of the SMS channel.</summary>
    public ShopDebt SmsDebt { get; init; }

    /// <summary>What the card at the destination said of the e-mail channel when it was last read; null = never read.</summary>
    public ConsentState? CardEmail { get; init; }

    /// <summary>The same of the SMS channel.</summary>
    public ConsentState? CardSms { get; init; }
}

/// <summary>Whether a state is still to be written into the shop.</summary>
public enum ShopDebt
{
    /// <summary>Nothing is owed.</summary>
    None,

    /// <summary>It waits to be written.</summary>
    Owed,

    /// <summary>Writing was begun and is not settled: what stands in the shop now may be our own writing.</summary>
    InDoubt,
}

/// <summary>What the row of a contact remembers of the tags written into the shop.</summary>
public sealed record WrittenTagsWrite(string EmailKey, WrittenTags Tags);

/// <summary>What reading a card leaves on the row of a contact.</summary>
/// <param name="EmailKey">Who.</param>
/// <param name="Email">The e-mail statement that holds.</param>
/// <param name="Sms">The SMS statement that holds.</param>
/// <param name="WantedHash">Hash of what the destination has or is owed; null = never sent.</param>
/// <param name="CardEmail">State of the e-mail channel on the card.</param>
/// <param name="CardSms">State of the SMS channel on the card.</param>
/// <param name="IsNews">True when a statement changed.</param>
public sealed record CardReadingWrite(
    string EmailKey, Consent Email, Consent Sms, string? WantedHash, ConsentState CardEmail, ConsentState CardSms, bool IsNews)
{
    /// <summary>True when the e-mail opt-out of the card held against a consent of the shop that was about to be sent.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The same of the SMS opt-out.</summary>
    public bool IsSmsHeld { get; init; }

    /// <summary>True when the e-mail statement changed.</summary>
    public bool IsEmailNews { get; init; }
}

/// <summary>What other stores of a destination know of a card.</summary>
/// <param name="Email">True when one of them made it without a statement, and the e-mail channel is still as it was made.</param>
/// <param name="Sms">True when the SMS channel is.</param>
public sealed record DefaultCard(bool Email, bool Sms)
{
    /// <summary>When the person withdrew the e-mail consent, as far as they know, UTC; null = they know of no withdrawal.</summary>
    public DateTimeOffset? EmailWithdrawnAt { get; init; }

    /// <summary>The same of the SMS consent.</summary>
    public DateTimeOffset? SmsWithdrawnAt { get; init; }
}

/// <summary>What is known of a card after a contact was sent; null leaves what was known.</summary>
/// <param name="EmailKey">Whose.</param>
/// <param name="Email">State of the e-mail channel; <see cref="ConsentState.NoStatement"/> = opted out by default, because Pomost made the card without a statement.</param>
/// <param name="Sms">State of the SMS channel.</param>
public sealed record KnownCardWrite(string EmailKey, ConsentState? Email, ConsentState? Sms);

/// <summary>A contact row to insert or replace; the key is (account, store, e-mail key).</summary>
public sealed record ContactWrite
{
    public required string EmailKey { get; init; }

    /// <summary>What the shop gave last.</summary>
    public required ShopContact Contact { get; init; }

    public required Consent EmailConsent { get; init; }

    public required Consent SmsConsent { get; init; }

    public bool SharingConsented { get; init; }

    /// <summary>When the consent to sharing was withdrawn, UTC; null keeps what is stored.</summary>
    public DateTimeOffset? SharingWithdrawnAt { get; init; }

    /// <summary>When the order was placed that the data came from, UTC; null = they come from no order. Data of a newer order on the row are kept.</summary>
    public DateTimeOffset? DataPlacedAt { get; init; }

    public bool HasBought { get; init; }

    /// <summary>Hash of what is wanted; null while nothing may be sent.</summary>
    public string? WantedHash { get; init; }

    public IReadOnlyList<string> WantedTags { get; init; } = [];

    /// <summary>The shop's own tags at the destination from now on; null keeps those on the row.</summary>
    public IReadOnlyList<string>? OwnTags { get; init; }

    public required RecordOutcome Outcome { get; init; }

    public required ReasonCode Code { get; init; }

    /// <summary>True when nothing new is owed: outcome and code stay as they are on the row, where a delivery may just have been settled.</summary>
    public bool KeepsOutcome { get; init; }

    /// <summary>False when the row came only from an order: account data already on the row is kept.</summary>
    public bool FromAccountRead { get; init; }

    /// <summary>What is remembered of the e-mail channel in the shop's record from now on; null = not read now, what was remembered stays.</summary>
    public ShopMemory? ShopEmail { get; init; }

    /// <summary>The same of the SMS channel.</summary>
    public ShopMemory? ShopSms { get; init; }
}

/// <summary>An order of the mirror, as far as decisions need it.</summary>
public sealed record OrderFacts
{
    public required string SourceId { get; init; }

    public required string Status { get; init; }

    public required RecordOutcome Outcome { get; init; }

    public required ReasonCode Code { get; init; }

    /// <summary>True when its purchase is reserved, sent or confirmed in the event ledger.</summary>
    public required bool PurchaseInLedger { get; init; }

    /// <summary>Hash of the purchase as it was sent (<see cref="OrderEdit.HashOf"/>); null = not known.</summary>
    public string? SentHash { get; init; }

    /// <summary>Key of the address whose card the order is on; null when it was unusable.</summary>
    public string? EmailKey { get; init; }

    /// <summary>Value of the purchase as it was sent; null = not known.</summary>
    public decimal? SentValue { get; init; }

    /// <summary>Reversing events owed or sent.</summary>
    public IReadOnlyList<SentReversal> Reversals { get; init; } = [];

    /// <summary>When the order was first read, UTC: a consent in it was given no later. Null = before that was noted.</summary>
    public DateTimeOffset? FirstReadAt { get; init; }
}

/// <summary>An order row to insert or replace; the key is (account, store, source id).</summary>
/// <param name="Order">What the shop gave last.</param>
/// <param name="EmailKey">Key of the buyer's address; null when it is unusable.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Code">Why.</param>
public sealed record OrderWrite(ShopOrder Order, string? EmailKey, RecordOutcome Outcome, ReasonCode Code)
{
    /// <summary>Hash of the purchase as it is sent; null keeps what is stored.</summary>
    public string? SentHash { get; init; }

    /// <summary>Value of the purchase as it is sent; null keeps what is stored.</summary>
    public decimal? SentValue { get; init; }

    /// <summary>Reversing events owed or sent; null keeps what is stored.</summary>
    public IReadOnlyList<SentReversal>? Reversals { get; init; }
}

/// <summary>What a delivery carries.</summary>
public enum DeliveryKind
{
    /// <summary>An <see cref="OutgoingContact"/>.</summary>
    Contact,

    /// <summary>An <see cref="OutgoingEvent"/> with its row in the event ledger.</summary>
    Event,

    /// <summary>An <see cref="OutgoingEvent"/> as it is from now on: the event on the card is updated, or added when it is not there.</summary>
    EventUpdate,

    /// <summary>An <see cref="OutgoingEvent"/> to be taken off the card.</summary>
    EventWithdrawal,
}

/// <summary>Something newly owed to the destination. An event reserves its ledger row in the same transaction;
/// when the ledger already has it, the delivery is dropped.</summary>
public sealed record NewDelivery
{
    public required DeliveryKind Kind { get; init; }

    /// <summary>Key of the address whose card it is.</summary>
    public required string EmailKey { get; init; }

    /// <summary>Id of the shop's record, for progress, traces and rejected rows; the e-mail key for a contact without account.</summary>
    public required string SourceId { get; init; }

    /// <summary>The contact or event as JSON (<see cref="DeliveryPayload"/>).</summary>
    public required string Payload { get; init; }

    /// <summary>Identity of the event, in the ledger for <see cref="DeliveryKind.Event"/>; null for contacts.</summary>
    public EventIdentity? Event { get; init; }

    /// <summary>The export run it is counted for; null for live traffic.</summary>
    public long? ExportRunId { get; init; }

    /// <summary>True when the run counts it: a contact that only accompanies an order is delivered but not counted.</summary>
    public bool Counted { get; init; } = true;
}

/// <summary>Where a delivery stands.</summary>
public enum DeliveryState
{
    /// <summary>Not yet sent.</summary>
    Pending,

    /// <summary>Sent, no answer recorded: after a crash it is in doubt and the destination is asked first.</summary>
    Sent,

    /// <summary>Given up; kept for a person to look at.</summary>
    Dead,
}

/// <summary>A delivery as stored.</summary>
public sealed record Delivery
{
    public required long Id { get; init; }

    public required DeliveryKind Kind { get; init; }

    public required DeliveryState State { get; init; }

    public required string EmailKey { get; init; }

    public required string SourceId { get; init; }

    public required string Payload { get; init; }

    public EventIdentity? Event { get; init; }

    public long? ExportRunId { get; init; }

    public bool Counted { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the shop's word that led to it came, UTC; null = with the decision.</summary>
    public DateTimeOffset? NoticedAt { get; init; }

    /// <summary>When it was first marked as about to be sent, UTC; null = never marked.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Why it is dead or was put off; null otherwise.</summary>
    public string? Problem { get; init; }
}

/// <summary>What became of delivered rows, committed together: ledger, mirror, traces, run counters and queue agree at any moment.</summary>
public sealed record Settlement
{
    /// <summary>Taken: removed from the queue; contact rows become Sent, ledger rows confirmed, order rows Sent; counted as sent.</summary>
    public IReadOnlyList<Delivery> Taken { get; init; } = [];

    /// <summary>What is known of the cards of those taken.</summary>
    public IReadOnlyList<KnownCardWrite> Cards { get; init; } = [];

    /// <summary>Of those taken: sent without a consent, because the card is opted out (<see cref="OptInAfterCard"/>); counted for their export run.</summary>
    public IReadOnlyList<Delivery> Held { get; init; } = [];

    /// <summary>Refused for good: become dead letters, rows become Rejected; counted as rejected.</summary>
    public IReadOnlyList<(Delivery Delivery, string Message)> Refused { get; init; } = [];

    /// <summary>To be tried again: back to Pending with one attempt more, not before the given time.</summary>
    public IReadOnlyList<Delivery> PutOff { get; init; } = [];

    /// <summary>True when those put off may have been taken all the same (the answer was lost): they stay Sent, and the destination is asked first.</summary>
    public bool PutOffInDoubt { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public string? PutOffReason { get; init; }

    /// <summary>Deliveries that are sent next, marked as by <see cref="IStoreRuns.MarkSentAsync"/>.</summary>
    public IReadOnlyList<long> SentNext { get; init; } = [];

    /// <summary>Milliseconds spent waiting for the destination, added to the export run of the rows.</summary>
    public long DestinationMilliseconds { get; init; }
}

/// <summary>One line of a record's story. Written when the outcome or reason changes, not each time it is looked at.</summary>
/// <param name="Stream">Contacts or orders.</param>
/// <param name="SourceId">The shop's id (e-mail key for a contact without account).</param>
/// <param name="EmailKey">Whose card it stands on; null when the address is unusable.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Code">Why.</param>
/// <param name="Answers">Each rule's answer.</param>
/// <param name="ExportRunId">The run that looked; null for live traffic.</param>
/// <param name="Detail">What the destination said, or a fact for people; never personal data.</param>
public sealed record TraceWrite(
    ShopStream Stream, string SourceId, string? EmailKey, RecordOutcome Outcome, ReasonCode Code,
    IReadOnlyList<RuleAnswer> Answers, long? ExportRunId, string? Detail = null);

/// <summary>A statement new to the ledger of consents.</summary>
/// <param name="EmailKey">Who.</param>
/// <param name="Channel">Which channel.</param>
/// <param name="Previous">State before.</param>
/// <param name="Consent">Statement with its evidence.</param>
public sealed record ConsentWrite(string EmailKey, ConsentChannel Channel, ConsentState Previous, Consent Consent)
{
    /// <summary>Who stated it for the person; null = the person, or a system.</summary>
    public ConsentEvidence? Evidence { get; init; }
}

/// <summary>Why somebody stated a consent for a person.</summary>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="Document">What proves it.</param>
public sealed record ConsentEvidence(string Actor, string? Reason, string? Document);

/// <summary>A row that could not be exported.</summary>
/// <param name="SourceId">The shop's id.</param>
/// <param name="Email">The address as received; may be null.</param>
/// <param name="Field">The field that is wrong.</param>
/// <param name="Code">Why.</param>
/// <param name="Value">The value as received, cut at 255 characters.</param>
public sealed record RejectWrite(string SourceId, string? Email, string Field, ReasonCode Code, string? Value);

/// <summary>What an export run gained by one page.</summary>
public sealed record RunGain
{
    public required long RunId { get; init; }

    /// <summary>Where the run goes on; null keeps its place.</summary>
    public SyncCursor? Cursor { get; init; }

    /// <summary>True when the shop has nothing more: from here the run only waits for its deliveries.</summary>
    public bool ReadToEnd { get; init; }

    public int Read { get; init; }

    /// <summary>Records not queued, by reason. Their sum is what the run skipped.</summary>
    public IReadOnlyDictionary<ReasonCode, int> Skipped { get; init; } = new Dictionary<ReasonCode, int>();

    /// <summary>Records that would be sent (a dry run counts them, a real run queues them).</summary>
    public int ToSend { get; init; }

    public IReadOnlyList<RejectWrite> Rejects { get; init; } = [];

    public long? Total { get; init; }

    /// <summary>True for a dry run: what was read needs no more work then.</summary>
    public bool IsDry { get; init; }

    /// <summary>Of <see cref="ToSend"/>: see <see cref="ExportRun.NewToSend"/>.</summary>
    public int NewToSend { get; init; }

    /// <summary>Of a dry run's <see cref="ToSend"/>: see <see cref="ExportRun.Held"/>.</summary>
    public int Held { get; init; }

    /// <summary>Of a dry run: see <see cref="ExportRun.ShopWrites"/>.</summary>
    public int ShopWrites { get; init; }

    /// <summary>What a dry run lists.</summary>
    public IReadOnlyList<PreviewWrite> Listed { get; init; } = [];

    /// <summary>What a dry run sums up.</summary>
    public IReadOnlyList<ExportSum> Sums { get; init; } = [];

    /// <summary>People that a dry run read, by the e-mail consent they have.</summary>
    public IReadOnlyDictionary<ConsentState, int> States { get; init; } = new Dictionary<ConsentState, int>();

    /// <summary>Pages the shop gave.</summary>
    public int Pages { get; init; }

    public long ShopMilliseconds { get; init; }

    public long OwnMilliseconds { get; init; }

    public long LimitMilliseconds { get; init; }

    public long RestMilliseconds { get; init; }
}

/// <summary>All tags wanted of a person from now on.</summary>
public sealed record WantedTagsWrite(string EmailKey, IReadOnlyList<string> Tags);

/// <summary>Everything one page leaves behind: one transaction, fenced by the lease.</summary>
public sealed record PageCommit
{
    public IReadOnlyList<ContactWrite> Contacts { get; init; } = [];

    public IReadOnlyList<OrderWrite> Orders { get; init; } = [];

    public IReadOnlyList<NewDelivery> Deliveries { get; init; } = [];

    public IReadOnlyList<ConsentWrite> Consents { get; init; } = [];

    public IReadOnlyList<TraceWrite> Traces { get; init; } = [];

    public IReadOnlyList<long> InboxDone { get; init; } = [];

    /// <summary>Keys of people the shop listed as subscribers without an account on this page.</summary>
    public IReadOnlyList<string> SubscribersSeen { get; init; } = [];

    /// <summary>Keys of people who vanished from that list, whose opt-out is passed on with this page.</summary>
    public IReadOnlyList<string> RemovalsSent { get; init; } = [];

    /// <summary>Tags wanted of people of whom nothing else is written.</summary>
    public IReadOnlyList<WantedTagsWrite> WantedTags { get; init; } = [];

    /// <summary>Carts of the mirror.</summary>
    public IReadOnlyList<CartWrite> Carts { get; init; } = [];

    /// <summary>Accounts that got another address; written before everything else.</summary>
    public IReadOnlyList<AddressChangeWrite> AddressChanges { get; init; } = [];

    /// <summary>Owed to the shop.</summary>
    public IReadOnlyList<NewWriteBack> WriteBacks { get; init; } = [];

    /// <summary>People whose card is to be read.</summary>
    public IReadOnlyList<NewCardHint> CardHints { get; init; } = [];

    /// <summary>Hints that were followed.</summary>
    public IReadOnlyList<long> CardHintsDone { get; init; } = [];

    /// <summary>What cards said.</summary>
    public IReadOnlyList<CardReadingWrite> CardReadings { get; init; } = [];

    /// <summary>Tags of SALESmanago that the shop has from now on.</summary>
    public IReadOnlyList<WrittenTagsWrite> WrittenTags { get; init; } = [];

    /// <summary>Products of the mirror.</summary>
    public IReadOnlyList<ProductWrite> Products { get; init; } = [];

    /// <summary>Ids of the products on this page, changed or not.</summary>
    public IReadOnlyList<string> ProductsSeen { get; init; } = [];

    /// <summary>Changes of the panel that were carried out.</summary>
    public IReadOnlyList<long> EditsDone { get; init; } = [];

    /// <summary>When the shop announced what led to the deliveries, UTC; null = it was found just now.</summary>
    public DateTimeOffset? NoticedAt { get; init; }

    /// <summary>Records to be read once more, because what was read may be an older copy.</summary>
    public IReadOnlyList<RepeatedRead> ReadAgain { get; init; } = [];

    public CursorWrite? Cursor { get; init; }

    public RunGain? Run { get; init; }
}

/// <summary>An account to be read once more.</summary>
/// <param name="SourceId">The shop's id.</param>
/// <param name="NotBefore">When, UTC.</param>
public sealed record RepeatedRead(string SourceId, DateTimeOffset NotBefore);

/// <summary>A store that has something to do.</summary>
/// <param name="Store">Which.</param>
/// <param name="Woken">True when an announcement or a person woke it, false when it is merely due.</param>
public sealed record DueStore(StoreKey Store, bool Woken);

/// <summary>Durable state of store runs.</summary>
public interface IStoreRuns
{
    /// <summary>Of these people, the channels in which a card is known to be opted out by default only: another store of the same destination made it without
    /// a statement.</summary>
    Task<IReadOnlyDictionary<string, DefaultCard>> DefaultCardsAsync(StoreLease lease, IReadOnlyCollection<string> emailKeys, CancellationToken ct);

    /// <summary>Active stores of a slice that are due or woken, woken first. Slice = store id modulo slice count.</summary>
    Task<IReadOnlyList<DueStore>> DueAsync(int slice, int sliceCount, int max, CancellationToken ct);

    /// <summary>Begins a run: raises the epoch, clears the wake flag; the store is due until the run ends. Null when the store is gone or not active.</summary>
    Task<StoreLease?> BeginAsync(StoreKey store, CancellationToken ct);

    /// <summary>Ends a run: the store is due again at the given time. A wake that came meanwhile stays.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task EndAsync(StoreLease lease, DateTimeOffset dueAt, CancellationToken ct);

    /// <summary>Wakes a store (sets the flag).</summary>
    Task WakeAsync(StoreKey store, CancellationToken ct);

    /// <summary>Contacts of the mirror by e-mail key; unknown ones are missing.</summary>
    Task<IReadOnlyDictionary<string, ContactFacts>> ContactsAsync(StoreKey store, IReadOnlyCollection<string> emailKeys, CancellationToken ct);

    /// <summary>Accounts of the mirror by the shop's id; unknown ones are missing.</summary>
    Task<IReadOnlyDictionary<string, KnownAccount>> AccountsAsync(StoreLease lease, IReadOnlyCollection<string> sourceIds, CancellationToken ct);

    /// <summary>Which of these addresses were left for another one, and for which.</summary>
    Task<IReadOnlyDictionary<string, string>> NewerAddressesAsync(StoreKey store, IReadOnlyCollection<string> emailKeys, CancellationToken ct);

    /// <summary>Orders of the mirror by source id; unknown ones are missing.</summary>
    Task<IReadOnlyDictionary<string, OrderFacts>> OrdersAsync(StoreKey store, IReadOnlyCollection<string> sourceIds, CancellationToken ct);

    /// <summary>Orders as the shop gave them last; unknown ones are missing.</summary>
    Task<IReadOnlyList<ShopOrder>> StoredOrdersAsync(StoreKey store, IReadOnlyCollection<string> sourceIds, CancellationToken ct);

    /// <summary>The saved place of a stream.</summary>
    Task<SyncCursor?> CursorAsync(StoreKey store, string name, CancellationToken ct);

    /// <summary>Forgets the place of a stream, so that it is read from the beginning next time.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task ForgetCursorAsync(StoreLease lease, string name, CancellationToken ct);

    /// <summary>Commits a page. Contacts are written before deliveries; ledger rows are reserved with their deliveries.</summary>
    /// <exception cref="StaleLeaseException">Nothing was written.</exception>
    Task CommitAsync(StoreLease lease, PageCommit commit, CancellationToken ct);

    /// <summary>The oldest deliveries that may go now, live traffic (no export run) before history, oldest first within each;
    /// never an event before an older undelivered contact row of the same e-mail key. Rows of export runs that are paused,
    /// cancelled or failed are left out, so are dead ones and those put off until later.</summary>
    Task<IReadOnlyList<Delivery>> NextDeliveriesAsync(StoreLease lease, int max, CancellationToken ct);

    /// <summary>Records that these rows are about to be sent. A process that ends before they are settled leaves them in doubt.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task MarkSentAsync(StoreLease lease, IReadOnlyList<long> deliveryIds, CancellationToken ct);

    /// <summary>Records what became of them. A refused delivery also gets a trace with what the destination said, and a rejected row
    /// of its export run (field <c>destination</c>).</summary>
    /// <exception cref="StaleLeaseException"/>
    Task SettleAsync(StoreLease lease, Settlement settlement, CancellationToken ct);

    /// <summary>How many deliveries wait, of an export run or of all.</summary>
    Task<long> WaitingAsync(StoreKey store, long? exportRunId, CancellationToken ct);
}
