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

    public required ShopContact Contact { get; init; }

    public required Consent EmailConsent { get; init; }

    public required Consent SmsConsent { get; init; }

    /// <summary>Orders of the mirror, newest first, at most 200.</summary>
    public required IReadOnlyList<OrderRow> Orders { get; init; }

    /// <summary>Consent ledger, newest first.</summary>
    public required IReadOnlyList<ConsentEntry> Consents { get; init; }

    /// <summary>Traces of the contact and its orders, newest first, at most 200.</summary>
    public required IReadOnlyList<TraceEntry> Traces { get; init; }
}

/// <summary>An order as lists show it.</summary>
public sealed record OrderRow(
    StoreKey Store, ShopOrder Order, string? EmailKey, RecordOutcome Outcome, ReasonCode Code, DateTimeOffset ChangedAt);

/// <summary>An entry of the consent ledger.</summary>
public sealed record ConsentEntry(long Id, ConsentChannel Channel, ConsentState Previous, Consent Consent, DateTimeOffset RecordedAt);

/// <summary>An entry of a record's story. An entry written as Queued reads as Sent once its record was taken by the destination.</summary>
public sealed record TraceEntry(
    long Id, StoreKey Store, ShopStream Stream, string SourceId, RecordOutcome Outcome, ReasonCode Code,
    IReadOnlyList<RuleAnswer> Answers, long? ExportRunId, string? Detail, DateTimeOffset At);

/// <summary>Numbers of a store for the dashboard.</summary>
public sealed record StoreNumbers(StoreKey Store, long Contacts, long Orders, long Waiting, long Rejected, long DeliveredLast24Hours, DateTimeOffset? LastDeliveryAt);

/// <summary>Filters of the contact list.</summary>
public sealed record ContactQuery
{
    public long? StoreId { get; init; }

    /// <summary>Only contacts of these stores; null = of all.</summary>
    public IReadOnlyList<long>? Stores { get; init; }

    /// <summary>Matches the beginning of address, name parts, or telephone; without regard to case. Null = all.</summary>
    public string? Search { get; init; }

    public RecordOutcome? Outcome { get; init; }

    /// <summary>Rows after this place: <c>changed at</c> in unix milliseconds and id; null = from the newest.</summary>
    public (long ChangedAt, long Id)? After { get; init; }

    public int Max { get; init; } = 50;
}

/// <summary>What the panel, the API and the command line read. Every call names the account.</summary>
public interface IViews
{
    /// <summary>Contacts, newest change first.</summary>
    Task<IReadOnlyList<ContactRow>> ContactsAsync(long accountId, ContactQuery query, CancellationToken ct);

    Task<ContactCard?> ContactAsync(long accountId, long contactId, CancellationToken ct);

    /// <summary>Contacts of any store with this address.</summary>
    Task<IReadOnlyList<ContactRow>> FindByEmailAsync(long accountId, string emailKey, CancellationToken ct);

    /// <summary>Orders whose number or source id is exactly this.</summary>
    Task<IReadOnlyList<OrderRow>> FindOrdersAsync(long accountId, string numberOrId, CancellationToken ct);

    Task<IReadOnlyList<TraceEntry>> TracesAsync(StoreKey store, ShopStream stream, string sourceId, int max, CancellationToken ct);

    /// <summary>The newest traces of an account, for the list of events.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="stores">Only of these stores; null = of all.</param>
    /// <param name="max">At most so many.</param>
    /// <param name="ct">Cancels.</param>
    Task<IReadOnlyList<TraceEntry>> LatestAsync(long accountId, IReadOnlyList<long>? stores, int max, CancellationToken ct);

    Task<IReadOnlyList<StoreNumbers>> NumbersAsync(long accountId, CancellationToken ct);
}
