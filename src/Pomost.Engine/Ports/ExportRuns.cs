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

    public long ShopMilliseconds { get; init; }

    public long DestinationMilliseconds { get; init; }

    public long OwnMilliseconds { get; init; }

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
}
