namespace Pomost.Contract;

/// <summary>What a person types to log in.</summary>
/// <param name="Endpoint">Address as typed: a bare host or a URL.</param>
/// <param name="Email">The person's address at SALESmanago.</param>
/// <param name="Password">Used for this log-in and kept nowhere.</param>
public sealed record LogInForm(string Endpoint, string Email, string Password)
{
    /// <inheritdoc/>
    public override string ToString() => Endpoint;
}

/// <summary>What a log-in gave. The account's secret is never part of it: the pair of key and signature stands for it.</summary>
public sealed record LogInResult
{
    /// <summary>Where the account lives; may differ from what was typed.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Short id of the account.</summary>
    public required string ClientId { get; init; }

    /// <summary>Salt made for this log-in.</summary>
    public required string ApiKey { get; init; }

    /// <summary>Signature the account gave for <see cref="ApiKey"/>.</summary>
    public required string Signature { get; init; }

    /// <summary>Opens the vendor's panel and the account calls.</summary>
    public required string Token { get; init; }

    /// <summary>Until when the token is taken to be good, UTC: 29 days and 20 hours, as the official plugin counts.</summary>
    public required DateTimeOffset TokenValidUntil { get; init; }

    /// <summary>Number of the account's server, for the tracking snippet; null when not given.</summary>
    public int? TrackingServer { get; init; }

    /// <summary>Users who may own contacts.</summary>
    public required IReadOnlyList<string> Users { get; init; }

    /// <summary>Key of API v3; null when the account could not make one.</summary>
    public string? ApiV3Key { get; init; }

    /// <summary>Why there is no key of API v3; everything but product catalogues works without it.</summary>
    public string? ApiV3Problem { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Endpoint.Host} {ClientId}";
}

/// <summary>A token of the account, for calls that are proved by one.</summary>
/// <param name="Value">Opens the vendor's panel: never in a log.</param>
/// <param name="ValidUntil">Until when it is taken to be good, UTC.</param>
public sealed record AccountToken(string Value, DateTimeOffset ValidUntil)
{
    /// <inheritdoc/>
    public override string ToString() => "(token)";
}

/// <summary>A web push consent form of the account.</summary>
/// <param name="Code">Its number, as the account knows it.</param>
/// <param name="Name">Its name.</param>
public sealed record PushForm(string Code, string Name);

/// <summary>What a store's visitors may see of the destination.</summary>
public enum StoreModule
{
    /// <summary>Conversation with a consultant.</summary>
    LiveChat,

    /// <summary>Short messages in the browser.</summary>
    WebPush,

    /// <summary>Sign-up form over the page.</summary>
    Popup,
}

/// <summary>Where a module of an account stands.</summary>
public enum ModuleState
{
    /// <summary>The account says that it is on.</summary>
    On,

    /// <summary>The account says that it is off.</summary>
    Off,

    /// <summary>The account does not have it.</summary>
    NotInAccount,

    /// <summary>The account's answer does not tell.</summary>
    Unknown,
}

/// <summary>A module as the account lists it.</summary>
/// <param name="Module">Which.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Name">Its name at the account; null when it is not listed.</param>
/// <param name="Id">Its id at the account, where one is given.</param>
public sealed record AccountModule(StoreModule Module, ModuleState State, string? Name = null, string? Id = null);

/// <summary>How a store's modules look.</summary>
/// <param name="Language">Two-letter language; null = as the page.</param>
/// <param name="Main">Main colour, <c>#rrggbb</c>.</param>
/// <param name="MainFont">Text on it.</param>
/// <param name="Additional">Second colour.</param>
/// <param name="AdditionalFont">Text on it.</param>
/// <param name="Logo">Address of the logo; null = none.</param>
public sealed record AccountLook(string? Language, string Main, string MainFont, string Additional, string AdditionalFont, Uri? Logo);

/// <summary>A picture to be kept at the account.</summary>
/// <param name="FileName">Name with its ending.</param>
/// <param name="MediaType">For example <c>image/png</c>.</param>
/// <param name="Content">The file.</param>
public sealed record AccountPicture(string FileName, string MediaType, ReadOnlyMemory<byte> Content);

/// <summary>The account side of a destination: log-in, users, looks and modules.</summary>
/// <remarks>Raises what <see cref="IDestination"/> raises. A person waits for these calls, so a host that does not answer is a
/// <see cref="NeedsOperatorException"/> with the reason.</remarks>
public interface IDestinationAccounts
{
    /// <summary>Logs in with e-mail and password.</summary>
    /// <param name="http">The way out, guarded by the engine.</param>
    /// <param name="form">What was typed.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="NeedsOperatorException">Names <c>endpoint</c>, <c>email</c> or <c>password</c>.</exception>
    Task<LogInResult> LogInAsync(HttpClient http, LogInForm form, CancellationToken ct);

    /// <summary>Users who may own contacts; needs no owner.</summary>
    Task<IReadOnlyList<string>> UsersAsync(DestinationConnection account, CancellationToken ct);

    /// <summary>A new token.</summary>
    Task<AccountToken> RefreshTokenAsync(DestinationConnection account, CancellationToken ct);

    /// <summary>Address that opens the vendor's panel, logged in. It holds the token: for a redirect, never for a log.</summary>
    Uri PanelAddress(DestinationConnection account, AccountToken token);

    /// <summary>The account's web push consent forms.</summary>
    Task<IReadOnlyList<PushForm>> PushFormsAsync(DestinationConnection account, CancellationToken ct);

    /// <summary>Keeps a picture at the account and gives its address.</summary>
    Task<Uri> UploadPictureAsync(DestinationConnection account, AccountPicture picture, CancellationToken ct);

    /// <summary>Saves the look for the account's modules.</summary>
    Task SetLookAsync(DestinationConnection account, AccountToken token, AccountLook look, CancellationToken ct);

    /// <summary>The three modules as the account lists them.</summary>
    Task<IReadOnlyList<AccountModule>> ModulesAsync(DestinationConnection account, AccountToken token, CancellationToken ct);

    /// <summary>Switches a listed module. What it says afterwards is asked with <see cref="ModulesAsync"/>.</summary>
    Task SwitchModuleAsync(DestinationConnection account, AccountModule module, bool on, CancellationToken ct);
}
