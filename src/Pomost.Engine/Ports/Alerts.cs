namespace Pomost.Engine;

/// <summary>What is told about.</summary>
public enum AlertKind
{
    /// <summary>The oldest live change waits too long.</summary>
    Lag,

    /// <summary>Too many records were given up.</summary>
    GivenUp,

    /// <summary>A store stands still until a setting is mended: an expired credential, for instance.</summary>
    StandsStill,

    /// <summary>Too many webhooks never came.</summary>
    WebhooksLost,

    /// <summary>An outgoing webhook takes nothing. Of the whole account: its store is 0.</summary>
    WebhookFails,

    /// <summary>The shop keeps putting back its own value of a consent field that was written.</summary>
    ShopPutsBack,

    /// <summary>The shop does not answer.</summary>
    ShopSilent,

    /// <summary>A part of the shop's data cannot be read, or a part of the work goes on failing, while the rest goes on.</summary>
    PartFails,

    /// <summary>The oldest change owed to the shop waits too long.</summary>
    ShopLag,

    /// <summary>A trial, sent by a person.</summary>
    Test,
}

/// <summary>Where an alert stands.</summary>
public enum AlertState
{
    /// <summary>The condition holds.</summary>
    Open,

    /// <summary>It holds no more.</summary>
    Resolved,
}

/// <summary>A condition that somebody is told about once when it begins and once when it ends. Holds no personal data.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Store">The store.</param>
/// <param name="Kind">What.</param>
/// <param name="State">Whether it holds.</param>
/// <param name="Detail">A figure or the name of a problem.</param>
/// <param name="OpenedAt">Since when, UTC.</param>
/// <param name="ResolvedAt">Until when, UTC; null while it holds.</param>
/// <param name="Told">What was told last, by every channel: null = nothing yet.</param>
public sealed record Alert(
    long Id, StoreKey Store, AlertKind Kind, AlertState State, string? Detail, DateTimeOffset OpenedAt, DateTimeOffset? ResolvedAt, AlertState? Told);

/// <summary>When an account is told, and where.</summary>
public sealed record AlertOptions
{
    /// <summary>Minutes the oldest live change may wait.</summary>
    public int LagMinutes { get; init; } = 15;

    /// <summary>Dead letters a store may have.</summary>
    public int GivenUp { get; init; } = 10;

    /// <summary>Webhooks that may be lost since yesterday.</summary>
    public int WebhooksLost { get; init; } = 20;

    /// <summary>Who gets e-mail; null = nobody.</summary>
    public string? Email { get; init; }

    /// <summary>Where a signed message is posted; null = nowhere.</summary>
    public Uri? Webhook { get; init; }
}

/// <summary>An account's choices, with the secret its webhook messages are signed with (encrypted; null before the first save).</summary>
public sealed record AlertSettings(AlertOptions Options, string? ProtectedSecret);

/// <summary>Alerts and their settings.</summary>
public interface IAlerts
{
    /// <summary>The newest of an account.</summary>
    Task<IReadOnlyList<Alert>> ListAsync(long accountId, int max, CancellationToken ct);

    /// <summary>Those that hold.</summary>
    Task<IReadOnlyList<Alert>> OpenAsync(long accountId, CancellationToken ct);

    /// <summary>Opens an alert; does nothing when the same holds already.</summary>
    Task RaiseAsync(StoreKey store, AlertKind kind, string? detail, CancellationToken ct);

    /// <summary>Ends an alert.</summary>
    Task ResolveAsync(Alert alert, CancellationToken ct);

    /// <summary>Alerts whose present state was not told yet, oldest first.</summary>
    Task<IReadOnlyList<Alert>> UntoldAsync(long accountId, CancellationToken ct);

    /// <summary>Notes that the state was told.</summary>
    Task ToldAsync(Alert alert, CancellationToken ct);

    /// <summary>The account's choices; the defaults before the first save.</summary>
    Task<AlertSettings> SettingsAsync(long accountId, CancellationToken ct);

    /// <summary>Writes the account's choices.</summary>
    Task SaveAsync(long accountId, AlertSettings settings, CancellationToken ct);
}
