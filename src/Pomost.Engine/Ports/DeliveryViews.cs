using System.Globalization;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Where something that waits stands.</summary>
public enum QueuedState
{
    /// <summary>Not tried yet.</summary>
    Waits,

    /// <summary>Tried, and to be tried again.</summary>
    TriedBefore,

    /// <summary>Sent without an answer: the other side is asked first.</summary>
    InDoubt,
}

/// <summary>Something that waits for the destination or for a shop.</summary>
/// <param name="Store">Whose.</param>
/// <param name="Kind">What.</param>
/// <param name="Id">Row, unique among its kind of queue.</param>
/// <param name="SourceId">Id of the shop's record; the address for a person without account.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Attempts">Tries made.</param>
/// <param name="CreatedAt">Since when it is owed, UTC.</param>
/// <param name="NotBefore">When it is tried next, UTC; null = as soon as its turn comes.</param>
/// <param name="Problem">What the other side said last.</param>
public sealed record QueuedRow(
    StoreKey Store, DeadLetterKind Kind, long Id, string SourceId, QueuedState State, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? NotBefore, string? Problem)
{
    /// <summary>Short name for people, as of a <see cref="DeadLetter"/>.</summary>
    public string Name => DeliveryName.Of(Kind, Id);
}

/// <summary>History that waits in an export's own lane.</summary>
public sealed record QueuedExport(StoreKey Store, int RunNumber, ExportState State, long Waiting);

/// <summary>Rejected records with the same reason.</summary>
/// <param name="Key">Names the group in addresses and forms.</param>
/// <param name="Kind">What was given up on its way; null = a rule or a connector found the record unusable.</param>
/// <param name="Code">Why, when a rule or a connector said so.</param>
/// <param name="Stream">Which records, when a rule or a connector said so.</param>
/// <param name="Reason">Why, in the words of the other side.</param>
/// <param name="Count">How many.</param>
/// <param name="NewestAt">The newest, UTC.</param>
public sealed record RejectedGroup(string Key, DeadLetterKind? Kind, ReasonCode? Code, ShopStream? Stream, string? Reason, long Count, DateTimeOffset NewestAt);

/// <summary>A rejected record of a group.</summary>
/// <param name="Name">Short name: <c>d17</c>, <c>w17</c>, or <c>t17</c> for a line of a story.</param>
/// <param name="Store">Whose.</param>
/// <param name="SourceId">Id of the shop's record; the address for a person without account.</param>
/// <param name="EmailKey">Whom it is about; null = nobody that can be reached.</param>
/// <param name="Reason">Why, in the words of the other side.</param>
/// <param name="Attempts">Tries made.</param>
/// <param name="At">Since when, UTC.</param>
public sealed record RejectedLine(string Name, StoreKey Store, string SourceId, string? EmailKey, string? Reason, int Attempts, DateTimeOffset At);

/// <summary>Records that a rule holds back, by reason.</summary>
public sealed record WithheldGroup(ShopStream Stream, ReasonCode Code, long Count);

/// <summary>A record that a rule holds back.</summary>
/// <param name="Stream">Contacts or orders.</param>
/// <param name="Store">Whose.</param>
/// <param name="SourceId">What people call it: an order's number, a contact's address.</param>
/// <param name="ContactId">The contact's card; null when the buyer is nobody's card.</param>
/// <param name="At">When that was decided, UTC.</param>
/// <param name="Id">Row.</param>
public sealed record WithheldRecord(ShopStream Stream, StoreKey Store, string SourceId, long? ContactId, DateTimeOffset At, long Id);

/// <summary>One record on its way, and its whole story.</summary>
public sealed record DeliveryDetail
{
    public required string Name { get; init; }

    public required StoreKey Store { get; init; }

    public required ShopStream Stream { get; init; }

    public required string SourceId { get; init; }

    public string? EmailKey { get; init; }

    /// <summary>The contact's card; null when there is none.</summary>
    public long? ContactId { get; init; }

    /// <summary>What it carries, when it stands in a queue.</summary>
    public DeadLetterKind? Kind { get; init; }

    /// <summary>Where it stands; null when it was given up, or is no longer in a queue.</summary>
    public QueuedState? State { get; init; }

    /// <summary>True when it was given up.</summary>
    public bool IsDead { get; init; }

    /// <summary>What is sent, as JSON; null when nothing stands in a queue: what was taken is not kept.</summary>
    public string? Payload { get; init; }

    /// <summary>What the other side said last.</summary>
    public string? Answer { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public long? ExportRunId { get; init; }

    /// <summary>The record's story, newest first.</summary>
    public required IReadOnlyList<TraceEntry> Traces { get; init; }
}

/// <summary>Short names of what is on its way.</summary>
public static class DeliveryName
{
    public static string Of(DeadLetterKind kind, long id) => Of(kind == DeadLetterKind.WriteBack ? 'w' : 'd', id);

    /// <summary><c>d</c> to the destination, <c>w</c> to the shop, <c>t</c> a line of a story.</summary>
    public static string Of(char queue, long id) => string.Create(CultureInfo.InvariantCulture, $"{queue}{id}");

    /// <summary>Reads a name; null when it is none.</summary>
    public static (char Queue, long Id)? Read(string name)
        => name is ['d' or 'w' or 't', ..] && long.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? (name[0], id) : null;
}

/// <summary>What is on its way, what arrived, and what did not. Every call names the account.</summary>
public interface IDeliveryViews
{
    /// <summary>Live records that wait for destinations, or for shops, oldest first.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="stores">Only of these stores; null = of all.</param>
    /// <param name="toShop">True: what waits for shops.</param>
    /// <param name="after">Only rows with a larger id; null = from the oldest.</param>
    /// <param name="max">At most so many.</param>
    /// <param name="ct">Cancels.</param>
    Task<IReadOnlyList<QueuedRow>> QueueAsync(long accountId, IReadOnlyList<long>? stores, bool toShop, long? after, int max, CancellationToken ct);

    /// <summary>How much history waits, by export.</summary>
    Task<IReadOnlyList<QueuedExport>> QueuedExportsAsync(long accountId, CancellationToken ct);

    /// <summary>Stories of what destinations took, newest decision first.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="stores">Only of these stores; null = of all.</param>
    /// <param name="before">Only lines with a smaller id; null = from the newest.</param>
    /// <param name="max">At most so many.</param>
    /// <param name="ct">Cancels.</param>
    Task<IReadOnlyList<TraceEntry>> DeliveredAsync(long accountId, IReadOnlyList<long>? stores, long? before, int max, CancellationToken ct);

    /// <summary>What was rejected and is not closed, by reason, most first; at most 200 groups.</summary>
    Task<IReadOnlyList<RejectedGroup>> RejectedGroupsAsync(long accountId, IReadOnlyList<long>? stores, CancellationToken ct);

    /// <summary>Records of a group, newest first.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="stores">Only of these stores; null = of all.</param>
    /// <param name="group">Which group.</param>
    /// <param name="before">Only records with a smaller row; null = from the newest.</param>
    /// <param name="max">At most so many.</param>
    /// <param name="ct">Cancels.</param>
    Task<IReadOnlyList<RejectedLine>> RejectedAsync(long accountId, IReadOnlyList<long>? stores, RejectedGroup group, long? before, int max, CancellationToken ct);

    /// <summary>When the last rejection was, closed ones included; null = never.</summary>
    Task<DateTimeOffset?> LastRejectionAsync(long accountId, IReadOnlyList<long>? stores, CancellationToken ct);

    /// <summary>Closes records for good, with a line in their stories: what was given up is removed, and no longer counts as an error.</summary>
    /// <param name="accountId">The account; names of another one do nothing.</param>
    /// <param name="names">At most 500 short names.</param>
    /// <param name="reason">Why; names nobody.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>How many were closed.</returns>
    Task<int> CloseAsync(long accountId, IReadOnlyList<string> names, string reason, CancellationToken ct);

    /// <summary>What rules hold back at present, by reason, most first.</summary>
    Task<IReadOnlyList<WithheldGroup>> WithheldGroupsAsync(long accountId, IReadOnlyList<long>? stores, CancellationToken ct);

    /// <summary>Records held back for one reason, newest decision first.</summary>
    Task<IReadOnlyList<WithheldRecord>> WithheldAsync(long accountId, IReadOnlyList<long>? stores, ShopStream stream, ReasonCode code, ContactPlace? after, int max, CancellationToken ct);

    /// <summary>One record by its short name; null when the account has none of it.</summary>
    Task<DeliveryDetail?> FindAsync(long accountId, string name, CancellationToken ct);
}
