namespace Pomost.Contract;

/// <summary>Base of all errors a connector or destination raises; the type says what the engine does next.</summary>
/// <remarks>Messages are for operators: they name no person and hold no secret.</remarks>
public abstract class ConnectorException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The other side could not answer now. The engine waits and tries again, for up to 24 hours.</summary>
/// <param name="message">What happened.</param>
/// <param name="after">The other side's own wait (<c>Retry-After</c> or a limit header), when it gave one.</param>
/// <param name="inner">The cause.</param>
public sealed class RetryLaterException(string message, TimeSpan? after = null, Exception? inner = null) : ConnectorException(message, inner)
{
    /// <summary>The wait the other side asked for; null = the engine's own back-off.</summary>
    public TimeSpan? After { get; } = after;

    /// <summary>True when the other side as a whole is out of reach or overloaded; false when it may be one of its records that it cannot give.</summary>
    public bool ConcernsAll { get; init; }
}

/// <summary>One record cannot be read or written; the run goes on without it. Logged, counted and shown in the panel.</summary>
/// <remarks>Inside a page of a read use <see cref="RejectedRecord"/>: an exception would end the enumeration.</remarks>
/// <param name="recordId">The platform's id of the record.</param>
/// <param name="field">The field that is wrong, as the platform spells it.</param>
/// <param name="message">What is wrong with it.</param>
public sealed class SkipRecordException(string recordId, string field, string message) : ConnectorException(message)
{
    /// <summary>The platform's id of the record.</summary>
    public string RecordId { get; } = recordId;

    /// <summary>The field that is wrong.</summary>
    public string Field { get; } = field;
}

/// <summary>Nothing goes on until a person mends a setting. The store stands still, its queue is kept.</summary>
/// <param name="problem">What is wrong; the panel has words for each.</param>
/// <param name="settingKey">The form field to mend (<see cref="SettingField.Key"/>).</param>
/// <param name="message">What happened, for the log.</param>
/// <param name="detail">A fact to show: an address, a version, the name of a permission. Never personal data.</param>
/// <param name="inner">The cause.</param>
public sealed class NeedsOperatorException(
    ConnectionProblem problem, string settingKey, string message, string? detail = null, Exception? inner = null) : ConnectorException(message, inner)
{
    /// <summary>What is wrong.</summary>
    public ConnectionProblem Problem { get; } = problem;

    /// <summary>The form field to mend.</summary>
    public string SettingKey { get; } = settingKey;

    /// <summary>A fact to show beside the field.</summary>
    public string? Detail { get; } = detail;
}

/// <summary>What can be wrong with a connection, as a person would tell it.</summary>
public enum ConnectionProblem
{
    /// <summary>Nothing known better; the message tells.</summary>
    Other,

    /// <summary>The setting is missing or malformed.</summary>
    InvalidSetting,

    /// <summary>No such domain.</summary>
    UnknownHost,

    /// <summary>Nothing listens there.</summary>
    Unreachable,

    /// <summary>The address leads into a private or link-local network and the operator has not allowed that.</summary>
    PrivateAddress,

    /// <summary>The address is http where the platform needs https.</summary>
    NotEncrypted,

    /// <summary>The certificate is expired, self-made or for another name.</summary>
    CertificateNotTrusted,

    /// <summary>The shop sends callers to another address (detail).</summary>
    Redirected,

    /// <summary>Redirects that never end.</summary>
    RedirectLoop,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>A web page came instead of data: a firewall, a maintenance page or the wrong address.</summary>
    NotAnApi,

    /// <summary>An answer larger than any honest one.</summary>
    AnswerTooLarge,

    /// <summary>Key, secret or password not accepted.</summary>
    CredentialsRefused,

    /// <summary>The credentials work but lack a right (detail names it).</summary>
    PermissionMissing,

    /// <summary>The platform's version lacks something (detail names it).</summary>
    VersionTooOld,

    /// <summary>The account at the destination is closed or the owner no longer exists.</summary>
    AccountInactive,

    /// <summary>A person disconnected the account at the destination; its credentials are forgotten.</summary>
    NotConnected,
}
