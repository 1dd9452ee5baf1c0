using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What an export run exports.</summary>
public enum ExportKind
{
    /// <summary>Step 1.</summary>
    Contacts,

    /// <summary>Step 2.</summary>
    Transactions,

    /// <summary>Subscribers without an account from before activation: once, from the shop or from a file.</summary>
    Subscribers,
}

/// <summary>Where an export run stands.</summary>
public enum ExportState
{
    /// <summary>Waits for its turn.</summary>
    Scheduled,

    /// <summary>Reading and delivering.</summary>
    Running,

    /// <summary>A person asked to pause.</summary>
    Paused,

    /// <summary>A person cancelled; what was sent stays.</summary>
    Cancelled,

    /// <summary>Everything delivered.</summary>
    Done,

    /// <summary>Everything delivered but the rejected rows.</summary>
    DoneWithRejects,

    /// <summary>A setting must be mended first; can be resumed.</summary>
    Failed,
}

/// <summary>What a person chose for a run.</summary>
public sealed record ExportOptions
{
    /// <summary>Consent states and dates.</summary>
    public ExportChoice Choice { get; init; } = new();

    /// <summary>Tags for everything sent, as stored.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Statuses for this run; null = the store's.</summary>
    public IReadOnlyList<string>? OrderStatuses { get; init; }

    /// <summary>The file that <see cref="ExportKind.Subscribers"/> are read from; null = from the shop.</summary>
    public SubscriberSource? Subscribers { get; init; }

    /// <summary>Reads and decides, writes nothing but the run's own numbers.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether cancelled and returned orders send their own events in this run; null = as the store does.</summary>
    public bool? Reversals { get; init; }

    /// <summary>Number of the dry run it was started from; null = none.</summary>
    public int? PreviewNumber { get; init; }

    /// <summary>The run whose rejected rows are read again, and nothing else; null = everything chosen is read.</summary>
    public long? RetryOf { get; init; }
}

/// <summary>Value of the orders of one currency, as a dry run met them.</summary>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="ToSend">True for those to be sent, false for those on the cards already.</param>
/// <param name="Orders">How many.</param>
/// <param name="Value">Their value, gross.</param>
public sealed record ExportSum(string Currency, bool ToSend, long Orders, decimal Value);

/// <summary>One of the lists of records that a dry run leaves behind.</summary>
/// <param name="Name">As stored.</param>
public readonly record struct PreviewList(string Name)
{
    /// <summary>Would be sent, and never was before.</summary>
    public static PreviewList New { get; } = new("New");

    /// <summary>Would be sent, because something changed since.</summary>
    public static PreviewList Changed { get; } = new("Changed");

    /// <summary>Would be left out for this reason.</summary>
    public static PreviewList Of(ReasonCode code) => new(code.ToString());
}

/// <summary>A record before and after the decisions; either a contact or an order.</summary>
public sealed record ExportSample
{
    public ShopContact? Contact { get; init; }

    public ShopOrder? Order { get; init; }

    /// <summary>What would be sent of the contact.</summary>
    public OutgoingContact? SentContact { get; init; }

    /// <summary>What would be sent of the order.</summary>
    public OutgoingEvent? SentEvent { get; init; }
}

/// <summary>A record that a dry run met, to be stored.</summary>
/// <param name="List">Where it is listed.</param>
/// <param name="SourceId">The shop's id; the address for a person without account.</param>
/// <param name="Email">The address as received; may be null.</param>
/// <param name="Sample">The whole record, of a few only; null otherwise.</param>
public sealed record PreviewWrite(PreviewList List, string SourceId, string? Email, ExportSample? Sample);

/// <summary>A record that a dry run met, as stored.</summary>
public sealed record PreviewRow(long Id, string SourceId, string? Email, ExportSample? Sample);

/// <summary>Records done within ten seconds.</summary>
/// <param name="At">Beginning of the ten seconds, UTC.</param>
/// <param name="Done">How many.</param>
public sealed record ExportPace(DateTimeOffset At, long Done)
{
    /// <summary>What records are counted together by.</summary>
    public static readonly TimeSpan Slot = TimeSpan.FromSeconds(10);
}

/// <summary>An export run with its numbers, all from committed rows.</summary>
public sealed record ExportRun
{
    public required long Id { get; init; }

    public required StoreKey Store { get; init; }

    /// <summary>1, 2, 3 … within the store.</summary>
    public required int Number { get; init; }

    public required ExportKind Kind { get; init; }

    public required ExportOptions Options { get; init; }

    public required ExportState State { get; init; }

    /// <summary>Why it failed or waits; null otherwise.</summary>
    public string? Problem { get; init; }

    /// <summary>Where reading goes on; null = from the beginning.</summary>
    public SyncCursor? Cursor { get; init; }

    /// <summary>True once the shop had nothing more.</summary>
    public bool ReadToEnd { get; init; }

    /// <summary>How many records the shop says it has; an estimate.</summary>
    public long? Total { get; init; }

    public long Read { get; init; }

    /// <summary>Queued so far (in a dry run: would be sent).</summary>
    public long ToSend { get; init; }

    /// <summary>Taken by the destination.</summary>
    public long Sent { get; init; }

    /// <summary>Not sent, by reason.</summary>
    public IReadOnlyDictionary<ReasonCode, long> Skipped { get; init; } = new Dictionary<ReasonCode, long>();

    public long SkippedTotal => Skipped.Values.Sum();

    public long Rejected { get; init; }

    /// <summary>Of a dry run's <see cref="ToSend"/>: contacts never sent before, or orders of buyers who are not at the destination yet.</summary>
    public long NewToSend { get; init; }

    /// <summary>Of <see cref="Sent"/> (in a dry run: of <see cref="ToSend"/>): contacts whose consent is not sent, because their card at SALESmanago
    /// is opted out and nothing shows that the shop's consent is newer.</summary>
    public long Held { get; init; }

    /// <summary>Of a dry run: people of whom something would be written into the shop afterwards, an opt-out or tags that somebody gave at SALESmanago.</summary>
    public long ShopWrites { get; init; }

    /// <summary>Pages the shop gave.</summary>
    public long Pages { get; init; }

    /// <summary>Packages the destination answered.</summary>
    public long Packages { get; init; }

    public long ShopMilliseconds { get; init; }

    public long DestinationMilliseconds { get; init; }

    public long OwnMilliseconds { get; init; }

    /// <summary>Waited to keep within the limit of requests to the shop.</summary>
    public long LimitMilliseconds { get; init; }

    /// <summary>Rested to spare the shop: its budget, or because it asked for it or slowed down.</summary>
    public long RestMilliseconds { get; init; }

    /// <summary>When the state last changed; null = never.</summary>
    public DateTimeOffset? StateAt { get; init; }

    /// <summary>True while a process works on it, be it to finish the package in hand.</summary>
    public bool IsInHand { get; init; }

    /// <summary>When this program went on with it after a restart; null = there was none.</summary>
    public DateTimeOffset? ResumedAt { get; init; }

    /// <summary>How many records were read by then.</summary>
    public long? ResumedFrom { get; init; }

    /// <summary>Values by currency, of a dry run of orders.</summary>
    public IReadOnlyList<ExportSum> Sums { get; init; } = [];

    /// <summary>People that a dry run of contacts or subscribers read, by the e-mail consent they have.</summary>
    public IReadOnlyDictionary<ConsentState, long> States { get; init; } = new Dictionary<ConsentState, long>();

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Name of who started it; null for the command line.</summary>
    public string? StartedBy { get; init; }
}

/// <summary>A rejected row as stored.</summary>
public sealed record RejectedRow(
    long Id, long RunId, string SourceId, string? Email, string Field, ReasonCode Code, string? Value, DateTimeOffset FirstSeen, int Attempts);

/// <summary>Export runs.</summary>
public interface IExportRuns
{
    /// <summary>Makes a run, or gives the unfinished one of the same store and kind (dry or real): one run per store and kind.</summary>
    Task<(ExportRun Run, bool Created)> CreateAsync(StoreKey store, ExportKind kind, ExportOptions options, string? startedBy, CancellationToken ct);

    Task<ExportRun?> FindAsync(long accountId, long runId, CancellationToken ct);

    Task<ExportRun?> FindByNumberAsync(StoreKey store, int number, CancellationToken ct);

    /// <summary>The newest runs first.</summary>
    Task<IReadOnlyList<ExportRun>> ListAsync(StoreKey store, int max, CancellationToken ct);

    /// <summary>Runs of a store that are scheduled or running, contacts before transactions, oldest first.</summary>
    Task<IReadOnlyList<ExportRun>> OpenAsync(StoreKey store, CancellationToken ct);

    /// <summary>Changes the state when the present one is among those allowed; false when it is not. Sets start and finish times.</summary>
    Task<bool> SetStateAsync(long accountId, long runId, ExportState state, IReadOnlyCollection<ExportState> allowedFrom, string? problem, CancellationToken ct);

    /// <summary>Takes back what the store's cancelled runs queued and did not send, in one transaction: its pending deliveries are removed; their contact
    /// rows lose the wanted hash and become Withheld with <see cref="ReasonCode.ExportCancelled"/>; their reserved ledger rows are removed and
    /// their order rows become Withheld likewise, so that a later export sends them. Deliveries in doubt stay and are settled as ever. Called under the lease, so that nothing in hand is taken away. Gives how many were removed.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task<long> DropCancelledAsync(StoreLease lease, CancellationToken ct);

    /// <summary>Rejected rows, by id, keyset-paged.</summary>
    Task<IReadOnlyList<RejectedRow>> RejectedAsync(long accountId, long runId, long afterId, int max, CancellationToken ct);

    /// <summary>Rejected rows of one reason, by id, keyset-paged.</summary>
    Task<IReadOnlyList<RejectedRow>> RejectedAsync(long accountId, long runId, ReasonCode code, long afterId, int max, CancellationToken ct);

    Task<RejectedRow?> FindRejectedAsync(long accountId, long runId, long rejectedId, CancellationToken ct);

    /// <summary>How many rows were rejected, by reason. Less than the run's own number once old rows were removed.</summary>
    Task<IReadOnlyDictionary<ReasonCode, long>> RejectCountsAsync(long accountId, long runId, CancellationToken ct);

    /// <summary>What a dry run listed, by id, keyset-paged; empty once it is a day old.</summary>
    Task<IReadOnlyList<PreviewRow>> PreviewRowsAsync(long accountId, long runId, PreviewList list, long afterId, int max, CancellationToken ct);

    /// <summary>The records that a dry run kept whole.</summary>
    Task<IReadOnlyList<PreviewRow>> SamplesAsync(long accountId, long runId, CancellationToken ct);

    /// <summary>Records done, by ten seconds, oldest first; times without any are missing.</summary>
    Task<IReadOnlyList<ExportPace>> PaceAsync(long accountId, long runId, DateTimeOffset since, CancellationToken ct);

    /// <summary>The last run of this kind that sent, or would have sent, all there was; null = none yet.</summary>
    Task<ExportRun?> LastDoneAsync(StoreKey store, ExportKind kind, CancellationToken ct);

    /// <summary>Notes which process works on a run. When it was another and <paramref name="tellsRestart"/> is true, the run was resumed after a restart.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task WorkOnAsync(StoreLease lease, long runId, string process, bool tellsRestart, CancellationToken ct);

    /// <summary>Notes that nobody works any more on the store's runs that are paused or have ended.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task LeaveStoppedAsync(StoreLease lease, CancellationToken ct);
}

/// <summary>Somebody wants to be told when a long run has ended.</summary>
/// <param name="Run">The run, which has ended.</param>
/// <param name="Email">To whom.</param>
/// <param name="Language">Two letters.</param>
public sealed record ExportNotice(ExportRun Run, string Email, string Language);

/// <summary>Who is told when a run has ended. Entries are removed once told.</summary>
public interface IExportNotices
{
    /// <summary>Notes who is to be told; whoever asked first for a run is.</summary>
    Task AskAsync(ExportRun run, string email, string language, CancellationToken ct);

    /// <summary>Notices of runs that have ended, of all accounts.</summary>
    Task<IReadOnlyList<ExportNotice>> DueAsync(int max, CancellationToken ct);

    Task RemoveAsync(ExportNotice notice, CancellationToken ct);
}
