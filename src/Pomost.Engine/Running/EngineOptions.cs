using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Settings of the engine of store runs.</summary>
public sealed record EngineOptions
{
    /// <summary>Gives where shops reach us for webhooks; null = they cannot, everything is polled. Asked at each use: a port that the system picks is known only once the server listens.</summary>
    public Func<Uri?> PublicAddress { get; init; } = () => null;

    /// <summary>How often the shop's webhooks are looked after.</summary>
    public TimeSpan WebhookCheckInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Stores of one slice worked on side by side.</summary>
    public int StoresPerSlice { get; init; } = 4;

    /// <summary>How long a slice works before it gives way; its runs stop reading then.</summary>
    public TimeSpan SliceBudget { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a run may read that begins when its slice's time is over, or almost.</summary>
    public TimeSpan LateRunBudget { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How soon a busy slice looks again for stores that became due, or were woken on another node.</summary>
    public TimeSpan SecondLook { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a single store run reads before it ends.</summary>
    public TimeSpan RunBudget { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Deliveries that may wait before an export stops reading ahead.</summary>
    public int ReadAhead { get; init; } = 20_000;

    /// <summary>How long the lines of records' stories are kept.</summary>
    public TimeSpan KeepTraces { get; init; } = TimeSpan.FromDays(731);

    /// <summary>How long a dry run may be acted upon, and what it listed is kept.</summary>
    public static TimeSpan KeepPreviews => TimeSpan.FromHours(24);

    /// <summary>How long uploaded files of subscribers are kept, and the built-in hub's files of jobs.</summary>
    public static TimeSpan KeepFiles => TimeSpan.FromHours(24);

    /// <summary>True when no other process works on this database: then a run begun by another process means that this one was restarted.</summary>
    public bool IsAlone { get; init; } = true;

    /// <summary>How long the rejected rows of an export run are kept after its end.</summary>
    public TimeSpan KeepRejectedRows { get; init; } = TimeSpan.FromDays(183);

    /// <summary>How long messages of outgoing webhooks are kept that were delivered or given up, and their tries.</summary>
    public TimeSpan KeepWebhooks { get; init; } = TimeSpan.FromDays(7);
}

/// <summary>What store runs are made of.</summary>
public sealed record EngineServices(
    IStoreRuns Runs, IStores Stores, IInbox Inbox, ICardHints Hints, IWriteBacks WriteBacks, ICarts Carts,
    IErasures Erasures, Tombstones Tombstones, Erasure Erasure, IExportRuns Exports, Connections Connections, IDestination Destination,
    ISubscriberFiles SubscriberFiles, IConsentRemovals Removals, IContactEdits Edits, IStorePaces Paces, IProducts Products, IProductDestination ProductDestination,
    IWebhookStates Webhooks,
    EngineOptions Options, TimeProvider Clock, Random Chance, Microsoft.Extensions.Logging.ILoggerFactory Logs);
