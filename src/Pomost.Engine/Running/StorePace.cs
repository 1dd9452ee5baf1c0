using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>When a store's shop and destination may be asked again. Lost at a restart, which only means an early try.</summary>
sealed class StorePace
{
    readonly Dictionary<string, WorkPace> _parts = new(StringComparer.Ordinal);

    /// <summary>The parts of the work that ask the shop, each with a pace of its own.</summary>
    public IEnumerable<WorkPace> Parts => _parts.Values;

    public WorkPace Of(string part) => _parts.TryGetValue(part, out var pace) ? pace : _parts[part] = new WorkPace();

    /// <summary>The last run had no time for what is owed to the shop.</summary>
    public bool LeftWrites { get; set; }

    public DateTimeOffset NextWebhookCheck { get; set; } = DateTimeOffset.MinValue;

    /// <summary>True when the module in the shop answered at the last poll: its log tells what changed.</summary>
    public bool ModuleAnswers { get; set; }

    /// <summary>When the last look at what is new in a stream began that saw all of it.</summary>
    public Dictionary<Contract.ShopStream, DateTimeOffset> SeenUntil { get; } = [];

    /// <summary>The same as it was last written down, for the next process; null = there was nothing to read when this one began.</summary>
    public Dictionary<Contract.ShopStream, DateTimeOffset?> SeenWritten { get; } = [];

    public DateTimeOffset NextCompare { get; set; } = DateTimeOffset.MinValue;

    public DateTimeOffset TagsNotBefore { get; set; } = DateTimeOffset.MinValue;

    public DateTimeOffset ShopNotBefore { get; set; } = DateTimeOffset.MinValue;

    public int ShopFailures { get; set; }

    public DateTimeOffset DestinationNotBefore { get; set; } = DateTimeOffset.MinValue;

    public int DestinationFailures { get; set; }

    public DateTimeOffset NextCardPoll { get; set; } = DateTimeOffset.MinValue;

    public DateTimeOffset CardsNotBefore { get; set; } = DateTimeOffset.MinValue;

    public int CardFailures { get; set; }

    /// <summary>No product is sent before. Products have a server and a key of their own, so they wait alone.</summary>
    public DateTimeOffset ProductsNotBefore { get; set; } = DateTimeOffset.MinValue;

    public int ProductFailures { get; set; }

    public WaitReason ShopReason { get; set; }

    public WaitReason DestinationReason { get; set; }

    /// <summary>Exports read nothing before; live traffic is not concerned.</summary>
    public DateTimeOffset BulkNotBefore { get; set; } = DateTimeOffset.MinValue;

    public WaitReason BulkReason { get; set; }

    /// <summary>True while this process may stand on an export run as the one at work.</summary>
    public bool HasExportsInHand { get; set; }

    /// <summary>The export run that rests, since when, and until when it was to; null = none.</summary>
    public (long RunId, DateTimeOffset Since, DateTimeOffset Until)? Resting { get; set; }

    /// <summary>What exports have read of the store's budget.</summary>
    public BudgetSpent? Spent { get; set; }

    /// <summary>Since when the shop announces everything to us, as far as this process knows; null = it does not.</summary>
    public DateTimeOffset? WebhooksActiveSince { get; set; }

    public DateTimeOffset WebhookSeenAt { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Changes found without a webhook, and when. Lost at a restart, which only means that fewer are counted.</summary>
    public Dictionary<(Contract.ShopStream Stream, string SourceId), DateTimeOffset> Unannounced { get; } = [];

    /// <summary>The state as last read or written; null before that.</summary>
    public PaceState? Saved { get; set; }

    long _epoch;

    /// <summary>True when this process also did the store's run before; else another may have changed the durable state.</summary>
    public bool Follows(StoreLease lease)
    {
        var follows = Saved is not null && lease.Epoch == _epoch + 1;
        _epoch = lease.Epoch;
        return follows;
    }

    /// <summary>A run begins.</summary>
    /// <param name="destinationNotBefore">What the destination asked for, whichever store it told.</param>
    /// <param name="saved">The durable state, when this process has not seen it, or not lately.</param>
    public void Begin(DateTimeOffset destinationNotBefore, PaceState? saved)
    {
        if (destinationNotBefore > DestinationNotBefore)
            (DestinationNotBefore, DestinationReason) = (destinationNotBefore, WaitReason.DestinationAsked);
        if (saved is null)
            return;
        Saved = saved;
        Spent = saved.Spent;
        // Tried at once, and silent until it has answered.
        if (ShopFailures == 0 && saved.Waiting is { Reason: WaitReason.ShopFails })
            (ShopFailures, ShopReason) = (1, WaitReason.ShopFails);
    }

    public void RestBulk(DateTimeOffset until, WaitReason reason)
    {
        if (until > BulkNotBefore)
            (BulkNotBefore, BulkReason) = (until, reason);
    }
}
