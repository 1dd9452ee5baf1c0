namespace Pomost.Contract;

/// <summary>A small module of ours can be installed in the shop and adds what the platform's API lacks (docs/module-contract.md).
/// Without it the connector works as before.</summary>
public interface IUsesModule
{
    /// <summary>Form field that holds the module's secret; while it is empty the shop has no module.</summary>
    string ModuleSecretSetting { get; }

    /// <summary>Streams that only the module gives.</summary>
    IReadOnlyList<ShopStream> ModuleStreams { get; }

    /// <summary>How the shop's owner installs the archive.</summary>
    Text ModuleHelp { get; }

    /// <summary>Reads the module's log of changes, until nothing newer is left. Each change is a hint which object to read again.</summary>
    /// <param name="shop">The connection.</param>
    /// <param name="from">Where to go on; null = from now on: one page without changes.</param>
    /// <param name="ct">Cancels.</param>
    IAsyncEnumerable<ChangeLogPage> ReadChangesAsync(ShopConnection shop, SyncCursor? from, CancellationToken ct);

    /// <summary>Checks what may be a push of the module, in constant time; null = it is none of a module's. No I/O; never throws.</summary>
    /// <param name="request">The request as it came to our inbox address.</param>
    /// <param name="secret">The module's secret; null = the shop has none, every push is refused.</param>
    /// <param name="now">The present, for the window.</param>
    ModulePush? ReadPush(WebhookRequest request, string? secret, DateTimeOffset now);

    /// <summary>The module as a zip that the shop's own panel installs, with the installation inside.</summary>
    byte[] BuildModule(ModuleInstallation installation);
}

/// <summary>Some rows of a module's log.</summary>
/// <param name="Changes">What to look at; may be empty, may repeat what an earlier page said.</param>
/// <param name="Next">Where to go on. Saved after <paramref name="Changes"/> are durable.</param>
public sealed record ChangeLogPage(IReadOnlyList<AnnouncedChange> Changes, SyncCursor Next)
{
    /// <summary>True when the log no longer reaches back to the cursor, or is another one: what it would have told is found by comparing alone.</summary>
    public bool HasGap { get; init; }
}

/// <summary>What a push said, or why it was refused.</summary>
/// <param name="Refusal">Null = authentic.</param>
/// <param name="Changes">What to look at; empty when refused.</param>
public sealed record ModulePush(PushRefusal? Refusal, IReadOnlyList<AnnouncedChange> Changes)
{
    /// <summary>Accepted once until <see cref="NonceUntil"/>; empty when refused.</summary>
    public string Nonce { get; init; } = "";

    /// <summary>When a repetition can no longer pass the window, UTC.</summary>
    public DateTimeOffset NonceUntil { get; init; }

    /// <summary>A refused push.</summary>
    public static ModulePush Refused(PushRefusal why) => new(why, []);
}

/// <summary>Why a push was refused; nothing of it is stored.</summary>
public enum PushRefusal
{
    /// <summary>Not signed with the module's secret, or not signed.</summary>
    Signature,

    /// <summary>Authentic, but from outside the window: a repetition, or a clock that is wrong.</summary>
    Stale,

    /// <summary>Authentic, but this nonce was taken before.</summary>
    Replayed,

    /// <summary>Larger than the contract allows.</summary>
    TooLarge,

    /// <summary>Authentic, but the body is not that of a push.</summary>
    Invalid,
}

/// <summary>What a module is installed with.</summary>
/// <param name="Secret">Secret of all calls: 64 lower-case hexadecimal digits.</param>
/// <param name="Inbox">Where the module pushes; null = nowhere, everything is pulled.</param>
public sealed record ModuleInstallation(string Secret, Uri? Inbox);
