using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>A row of the contact list.</summary>
public sealed record ContactRow
{
    public required long Id { get; init; }

    public required StoreKey Store { get; init; }

    public required string Email { get; init; }

    public string? Name { get; init; }

    public required ConsentState EmailConsent { get; init; }

    public required ConsentState SmsConsent { get; init; }

    /// <summary>Tags wanted at the destination.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    public required RecordOutcome Outcome { get; init; }

    public required ReasonCode Code { get; init; }

    public DateTimeOffset? LastOrderAt { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>A contact as the card shows it.</summary>
public sealed record ContactCard
{
    public required ContactRow Row { get; init; }

    /// <summary>Key of the address (<see cref="EmailAddress.Key"/>).</summary>
    public required string EmailKey { get; init; }

    public required ShopContact Contact { get; init; }

    public required Consent EmailConsent { get; init; }

    public required Consent SmsConsent { get; init; }

    /// <summary>Orders of the mirror, newest first, at most 200.</summary>
    public required IReadOnlyList<OrderRow> Orders { get; init; }

    /// <summary>Carts of the mirror, newest first, at most 200.</summary>
    public IReadOnlyList<CartRow> Carts { get; init; } = [];

    /// <summary>The same person in the account's other stores.</summary>
    public IReadOnlyList<ContactElsewhere> Elsewhere { get; init; } = [];

    /// <summary>Changes of the panel that a store has yet to carry out, oldest first.</summary>
    public IReadOnlyList<PendingEdit> Pending { get; init; } = [];

    /// <summary>Consent ledger, newest first.</summary>
    public required IReadOnlyList<ConsentEntry> Consents { get; init; }

    /// <summary>Traces of the contact, its orders and its carts, newest first, at most 200.</summary>
    public required IReadOnlyList<TraceEntry> Traces { get; init; }
}

/// <summary>An order as lists show it.</summary>
public sealed record OrderRow(
    StoreKey Store, ShopOrder Order, string? EmailKey, RecordOutcome Outcome, ReasonCode Code, DateTimeOffset ChangedAt);

/// <summary>A cart as lists show it.</summary>
public sealed record CartRow(StoreKey Store, ShopCart Cart, CartState State, ReasonCode Code, DateTimeOffset ChangedAt);

/// <summary>A person as another store knows them.</summary>
public sealed record ContactElsewhere(long Id, StoreKey Store, string? SourceId);

/// <summary>An entry of the consent ledger.</summary>
public sealed record ConsentEntry(long Id, ConsentChannel Channel, ConsentState Previous, Consent Consent, DateTimeOffset RecordedAt)
{
    /// <summary>Who stated it for the person; null = the person, or a system.</summary>
    public ConsentEvidence? Evidence { get; init; }
}

/// <summary>An entry of a record's story. An entry written as Queued reads as Sent once its record was taken by the destination.</summary>
public sealed record TraceEntry(
    long Id, StoreKey Store, ShopStream Stream, string SourceId, RecordOutcome Outcome, ReasonCode Code,
    IReadOnlyList<RuleAnswer> Answers, long? ExportRunId, string? Detail, DateTimeOffset At);

/// <summary>Numbers of a store for the dashboard.</summary>
public sealed record StoreNumbers(StoreKey Store, long Contacts, long Orders, long Waiting, long Rejected, long DeliveredLast24Hours, DateTimeOffset? LastDeliveryAt);

/// <summary>Filters of the contact list; a contact must pass all that are set.</summary>
public sealed record ContactQuery
{
    /// <summary>Only contacts of these stores; null = of all.</summary>
    public IReadOnlyList<long>? Stores { get; init; }

    /// <summary>Matches the beginning of address, names or telephone, "anna maj" both names; without regard to case. Null = all.</summary>
    public string? Search { get; init; }

    /// <summary>True where addresses are shown masked: then address and telephone are found only when given whole, so that nobody guesses them letter by letter.</summary>
    public bool WholeAddress { get; init; }

    public RecordOutcome? Outcome { get; init; }

    public ConsentState? EmailConsent { get; init; }

    public ConsentState? SmsConsent { get; init; }

    /// <summary>A tag queued or delivered, in any spelling of capitals.</summary>
    public string? Tag { get; init; }

    /// <summary>Changed at this time or later, UTC.</summary>
    public DateTimeOffset? ChangedFrom { get; init; }

    /// <summary>Changed before this time, UTC.</summary>
    public DateTimeOffset? ChangedUntil { get; init; }

    /// <summary>Rows after this place; null = from the newest.</summary>
    public ContactPlace? After { get; init; }

    public int Max { get; init; } = 50;
}

/// <summary>A place in the list of contacts, newest change first.</summary>
/// <param name="ChangedAt">Unix milliseconds.</param>
/// <param name="Id">Contact.</param>
public sealed record ContactPlace(long ChangedAt, long Id);

/// <summary>How well a number is known.</summary>
public enum CountKind
{
    /// <summary>Counted.</summary>
    Exact,

    /// <summary>Counted a minute ago, or worked out from a sample.</summary>
    About,

    /// <summary>There are more, not counted further.</summary>
    MoreThan,
}

/// <summary>A page of the contact list.</summary>
/// <param name="Rows">Newest change first.</param>
/// <param name="Next">Where the next page begins; null = there is none.</param>
/// <param name="Count">How many contacts pass the filters.</param>
/// <param name="CountKind">How well that is known.</param>
/// <param name="IsCut">True when rare matches were looked for among so many contacts that the rest is left to the next page.</param>
public sealed record ContactsFound(IReadOnlyList<ContactRow> Rows, ContactPlace? Next, long Count, CountKind CountKind, bool IsCut);

/// <summary>What the panel, the API and the command line read. Every call names the account.</summary>
public interface IViews
{
    /// <summary>A page of contacts, newest change first. Takes about the same time among a hundred and among a million.</summary>
    Task<ContactsFound> ContactsAsync(long accountId, ContactQuery query, CancellationToken ct);

    Task<ContactCard?> ContactAsync(long accountId, long contactId, CancellationToken ct);

    /// <summary>Contacts of any store with this address.</summary>
    Task<IReadOnlyList<ContactRow>> FindByEmailAsync(long accountId, string emailKey, CancellationToken ct);

    /// <summary>Orders whose number or source id is exactly this.</summary>
    Task<IReadOnlyList<OrderRow>> FindOrdersAsync(long accountId, string numberOrId, CancellationToken ct);

    /// <summary>Carts of any store with this address, newest change first, also of people who are not known otherwise.</summary>
    Task<IReadOnlyList<CartRow>> FindCartsAsync(long accountId, string emailKey, CancellationToken ct);

    Task<IReadOnlyList<TraceEntry>> TracesAsync(StoreKey store, ShopStream stream, string sourceId, int max, CancellationToken ct);

    /// <summary>The newest traces of an account, for the list of events.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="stores">Only of these stores; null = of all.</param>
    /// <param name="max">At most so many.</param>
    /// <param name="ct">Cancels.</param>
    Task<IReadOnlyList<TraceEntry>> LatestAsync(long accountId, IReadOnlyList<long>? stores, int max, CancellationToken ct);

    Task<IReadOnlyList<StoreNumbers>> NumbersAsync(long accountId, CancellationToken ct);
}
