using System.Text.Json;
using System.Text.Json.Serialization;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>What a write-back carries.</summary>
public enum WriteBackKind
{
    /// <summary>A newsletter state (<see cref="ConsentChange"/>).</summary>
    EmailConsent,

    /// <summary>An SMS state (<see cref="ConsentChange"/>).</summary>
    SmsConsent,

    /// <summary>Tags with points (<see cref="TagChange"/>).</summary>
    Tags,
}

/// <summary>Something newly owed to the shop. It replaces older ones of the same person and kind that still wait.</summary>
/// <param name="Kind">What it carries.</param>
/// <param name="EmailKey">Whom it is about.</param>
/// <param name="Payload">The change as JSON (<see cref="WriteBackPayload"/>).</param>
public sealed record NewWriteBack(WriteBackKind Kind, string EmailKey, string Payload);

/// <summary>Where a write-back stands.</summary>
public enum WriteBackState
{
    /// <summary>To be written.</summary>
    Pending,

    /// <summary>Given up; kept for a person to look at.</summary>
    Dead,
}

/// <summary>A write-back as stored.</summary>
public sealed record WriteBack(long Id, WriteBackKind Kind, string EmailKey, string Payload, int Attempts, DateTimeOffset CreatedAt, string? Problem)
{
    /// <summary>When writing it, or one that it replaced, was first begun, UTC; null = never. What was begun and not settled may have been done.</summary>
    public DateTimeOffset? BegunAt { get; init; }
}

/// <summary>What became of write-backs, committed together.</summary>
public sealed record WriteBackSettlement
{
    /// <summary>Written, or nothing to write: removed. A consent written counts as seen in the shop from now on, so that reading it back is no news.</summary>
    public IReadOnlyList<WriteBack> Done { get; init; } = [];

    /// <summary>What is remembered of the shop's records after our own writing.</summary>
    public IReadOnlyList<ShopMemoryWrite> Memories { get; init; } = [];

    /// <summary>Given up, with the reason.</summary>
    public IReadOnlyList<(WriteBack WriteBack, string Reason)> Dead { get; init; } = [];

    /// <summary>To be tried again, with one attempt more.</summary>
    public IReadOnlyList<WriteBack> PutOff { get; init; } = [];

    /// <summary>When those put off may be tried again, UTC.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Why they were put off.</summary>
    public string? PutOffReason { get; init; }

    /// <summary>The shop's field that shows another value than was written, of those given up; null = none.</summary>
    public string? PutBackField { get; init; }

    /// <summary>Lines of the people's stories.</summary>
    public IReadOnlyList<TraceWrite> Traces { get; init; } = [];
}

/// <summary>What is remembered of one channel in the shop's record of a person.</summary>
public sealed record ShopMemoryWrite(string EmailKey, Rules.ConsentChannel Channel, Rules.ShopMemory Memory);

/// <summary>What is owed to shops. New ones come with <see cref="PageCommit.WriteBacks"/>.</summary>
public interface IWriteBacks
{
    /// <summary>The oldest that may be written now, tags or everything else.</summary>
    Task<IReadOnlyList<WriteBack>> NextAsync(StoreKey store, bool tags, int max, CancellationToken ct);

    /// <summary>Records that these are about to be written: until they are settled, what the shop says may be our own writing.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task MarkBegunAsync(StoreLease lease, IReadOnlyList<WriteBack> rows, CancellationToken ct);

    /// <summary>Records what became of them.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task SettleAsync(StoreLease lease, WriteBackSettlement settlement, CancellationToken ct);

    /// <summary>When the next one that was put off may be written, UTC; null when none waits.</summary>
    Task<DateTimeOffset?> NextDueAsync(StoreKey store, bool tags, CancellationToken ct);
}

/// <summary>What stands in a write-back's row.</summary>
public static class WriteBackPayload
{
    public static NewWriteBack Of(string emailKey, ConsentChange change) => new(
        change.Channel == Rules.ConsentChannel.Email ? WriteBackKind.EmailConsent : WriteBackKind.SmsConsent, emailKey,
        JsonSerializer.Serialize(change, WriteBackContext.Default.ConsentChange));

    public static NewWriteBack Of(string emailKey, TagChange change) => new(
        WriteBackKind.Tags, emailKey, JsonSerializer.Serialize(change, WriteBackContext.Default.TagChange));

    public static ConsentChange Consent(string payload) => JsonSerializer.Deserialize(payload, WriteBackContext.Default.ConsentChange)!;

    public static TagChange Tags(string payload) => JsonSerializer.Deserialize(payload, WriteBackContext.Default.TagChange)!;
}

[JsonSerializable(typeof(ConsentChange))]
[JsonSerializable(typeof(TagChange))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
sealed partial class WriteBackContext : JsonSerializerContext;
