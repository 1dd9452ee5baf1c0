using Pomost.Rules;

namespace Pomost.Contract;

/// <summary>A place in a stream of records, opaque to everyone but the connector that made it.</summary>
/// <param name="Value">Short text, usually JSON; at most 4,000 characters; stored as it is.</param>
public sealed record SyncCursor(string Value);

/// <summary>A record the connector met but could not read; the page it belongs to is good otherwise.</summary>
/// <param name="SourceId">The platform's id, as far as it could be read.</param>
/// <param name="Field">The field that is wrong, as the platform spells it.</param>
/// <param name="Message">What is wrong, for the operator; no personal data.</param>
public sealed record RejectedRecord(string SourceId, string Field, string Message)
{
    /// <summary>Why, where more is known than that it could not be read.</summary>
    public ReasonCode Code { get; init; } = ReasonCode.Unreadable;

    /// <summary>The value as received; null = not told.</summary>
    public string? Value { get; init; }
}

/// <summary>Some records and the place after them.</summary>
/// <param name="Items">Records in the stream's order; may be empty.</param>
/// <param name="Next">Where to go on. Saved in the same transaction as what was made of <paramref name="Items"/>.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, SyncCursor Next)
{
    /// <summary>Records of this page that could not be read.</summary>
    public IReadOnlyList<RejectedRecord> Rejected { get; init; } = [];

    /// <summary>How many records the whole stream has, when the platform tells; an estimate for progress, nothing more.</summary>
    public long? Total { get; init; }

    /// <summary>When asking for the next page makes sense, UTC (a bulk job is still being prepared at the shop); null = at once.</summary>
    public DateTimeOffset? NextAt { get; init; }
}

/// <summary>Why a stream is read; a connector may choose another way for each.</summary>
public enum ReadPurpose
{
    /// <summary>The history, for an export: throughput counts.</summary>
    Backfill,

    /// <summary>What changed since the cursor.</summary>
    Increment,

    /// <summary>Everything once more, to find by comparison what no modification time told.</summary>
    Sweep,
}

/// <summary>What to read.</summary>
public sealed record ReadRequest
{
    /// <summary>Why.</summary>
    public ReadPurpose Purpose { get; init; }

    /// <summary>Where to go on; null = from the beginning of the shop's history.</summary>
    public SyncCursor? From { get; init; }

    /// <summary>Only records registered or placed at or after this instant, where the platform can filter; the engine filters again. UTC.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only records registered or placed before this instant, where the platform can filter. UTC.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>How many records a shop says it has; null = the platform does not tell.</summary>
/// <param name="Contacts">Accounts (and subscribers, where they are part of the same stream).</param>
/// <param name="Orders">Orders of every status.</param>
public sealed record ShopCounts(long? Contacts, long? Orders);
