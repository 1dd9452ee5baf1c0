using System.Text.Json.Serialization;
using Pomost.Rules;

namespace Pomost.Contract;

/// <summary>A shop platform as the engine sees it. Required of all; what only some can do are role interfaces beside it.</summary>
/// <remarks>
/// Connectors keep no state between calls and are safe for concurrent use. They raise <see cref="RetryLaterException"/>,
/// <see cref="NeedsOperatorException"/> and, for single objects, <see cref="SkipRecordException"/>; nothing else but cancellation.
/// Reads yield pages with the cursor after them. A page may repeat records of an earlier one; it may never leave one out.
/// </remarks>
public interface IPlatformConnector
{
    /// <summary>What the platform is and can do.</summary>
    PlatformInfo Info { get; }

    /// <summary>Checks address, credentials and each permission. A problem is a line of the result, not an exception.</summary>
    /// <param name="shop">The connection; <see cref="ShopConnection.SaveSettings"/> may be null.</param>
    /// <param name="progress">Told each line as soon as it is known; may be null.</param>
    /// <param name="ct">Cancels the check.</param>
    Task<ConnectionCheck> CheckAsync(ShopConnection shop, IProgress<CheckLine>? progress, CancellationToken ct);

    /// <summary>Reads accounts, from a cursor on, until nothing newer is left.</summary>
    IAsyncEnumerable<Page<ShopContact>> ReadContactsAsync(ShopConnection shop, ReadRequest request, CancellationToken ct);

    /// <summary>The cursor that reads, in this stream, what changes from now on.</summary>
    Task<SyncCursor> CursorAtEndAsync(ShopConnection shop, ShopStream stream, CancellationToken ct);

    /// <summary>How much the shop has.</summary>
    Task<ShopCounts> CountAsync(ShopConnection shop, CancellationToken ct);
}

/// <summary>Lists orders. A CRM has none: then nothing of transactions is asked, exported or shown.</summary>
public interface IReadsOrders
{
    /// <summary>Reads orders of every status, from a cursor on, until nothing newer is left.</summary>
    IAsyncEnumerable<Page<ShopOrder>> ReadOrdersAsync(ShopConnection shop, ReadRequest request, CancellationToken ct);
}

/// <summary>Can read orders again by their ids, so that a webhook is only a hint.</summary>
public interface IReadsOrdersById
{
    /// <summary>Most ids in one call.</summary>
    int OrderIdsPerCall { get; }

    /// <summary>The orders that still exist; the others are missing from the page. Its cursor has no meaning.</summary>
    Task<Page<ShopOrder>> ReadOrdersByIdAsync(ShopConnection shop, IReadOnlyList<string> sourceIds, CancellationToken ct);
}

/// <summary>Can read accounts again by their ids, so that a webhook is only a hint.</summary>
public interface IReadsById
{
    /// <summary>Most ids in one call.</summary>
    int IdsPerCall { get; }

    /// <summary>The accounts that still exist; the others are missing from the page. Its cursor has no meaning.</summary>
    Task<Page<ShopContact>> ReadContactsByIdAsync(ShopConnection shop, IReadOnlyList<string> sourceIds, CancellationToken ct);
}

/// <summary>Keeps consents in a field of the account that the operator has to name.</summary>
public interface ISamplesConsents
{
    /// <summary>Key of the setting that names the field.</summary>
    string ConsentFieldSetting { get; }

    /// <summary>Looks at the newest accounts: who has the chosen field, and which others look like it. Few requests; changes nothing.</summary>
    /// <exception cref="RetryLaterException">The shop does not answer.</exception>
    /// <exception cref="NeedsOperatorException">The shop refuses.</exception>
    Task<ConsentSample> SampleConsentsAsync(ShopConnection shop, CancellationToken ct);
}

/// <summary>Lists newsletter subscribers without an account as a stream of its own.</summary>
public interface IReadsSubscribers
{
    /// <summary>Reads subscribers from a cursor on.</summary>
    IAsyncEnumerable<Page<ShopContact>> ReadSubscribersAsync(ShopConnection shop, ReadRequest request, CancellationToken ct);
}

/// <summary>Lists carts not yet bought.</summary>
public interface IReadsCarts
{
    /// <summary>Reads carts changed since the cursor.</summary>
    IAsyncEnumerable<Page<ShopCart>> ReadCartsAsync(ShopConnection shop, ReadRequest request, CancellationToken ct);
}

/// <summary>Lists the catalogue.</summary>
public interface IReadsProducts
{
    /// <summary>Reads products of every state, from a cursor on, until nothing newer is left.</summary>
    IAsyncEnumerable<Page<ShopProduct>> ReadProductsAsync(ShopConnection shop, ReadRequest request, CancellationToken ct);

    /// <summary>Currency of the catalogue's prices; ISO 4217, upper case.</summary>
    Task<string> ReadCurrencyAsync(ShopConnection shop, CancellationToken ct);
}

/// <summary>Can read products again by their ids, so that a webhook is only a hint.</summary>
public interface IReadsProductsById
{
    /// <summary>Most ids in one call.</summary>
    int ProductIdsPerCall { get; }

    /// <summary>The products that still exist; the others are missing from the page. Its cursor has no meaning.</summary>
    Task<Page<ShopProduct>> ReadProductsByIdAsync(ShopConnection shop, IReadOnlyList<string> sourceIds, CancellationToken ct);
}

/// <summary>A statement to be written into the shop.</summary>
/// <param name="SourceId">The account; null for a subscriber without one.</param>
/// <param name="Email">The address.</param>
/// <param name="Channel">Which channel.</param>
/// <param name="Consent">What to write; never <see cref="ConsentState.NoStatement"/>.</param>
public sealed record ConsentChange(string? SourceId, string Email, ConsentChannel Channel, Consent Consent)
{
    /// <summary>True when an earlier write of another value may stand in the shop unseen: then this one is written even when the record seems to have it.</summary>
    [JsonIgnore]
    public bool IsInDoubt { get; init; }

    /// <summary>The date of the record in the shop's answer to an earlier write of this very value that was not seen yet, UTC by the shop's clock; null =
    /// there was none. A record that is older is an old copy, and is not written again; one that is newer was changed by somebody else since.</summary>
    [JsonIgnore]
    public DateTimeOffset? WrittenAs { get; init; }
}

/// <summary>What became of a write.</summary>
public enum WriteOutcome
{
    /// <summary>Written.</summary>
    Written,

    /// <summary>The shop already had it.</summary>
    Unchanged,

    /// <summary>The shop does not know the person.</summary>
    NotFound,

    /// <summary>The platform has no place for it.</summary>
    NotOffered,

    /// <summary>The shop answered as if it had taken it, but read again its record shows another value: a plug-in may restore its own.</summary>
    NotKept,

    /// <summary>The shop took it, but what it shows is still older than the write: its answers lag. The write may be repeated later.</summary>
    NotSeenYet,
}

/// <summary>What became of a statement written into the shop.</summary>
/// <param name="Outcome">Written and Unchanged only when the value was seen in the shop, in its answer or by reading it again past caches.</param>
public sealed record ConsentWriteResult(WriteOutcome Outcome)
{
    /// <summary>What the record said of the channel before the write, with the date it gave itself; null = not read.</summary>
    public Consent? Before { get; init; }

    /// <summary>What the record says of the channel after the write, as it would be read; null = not read.</summary>
    public Consent? Kept { get; init; }

    /// <summary>When the shop last changed the record, read after the write, UTC by the shop's clock; null where the platform keeps no such time.</summary>
    public DateTimeOffset? RecordModifiedAt { get; init; }

    /// <summary>The date of the record in the shop's answer to the write, UTC by the shop's clock; null where it gives none, or nothing was written.</summary>
    public DateTimeOffset? WrittenAs { get; init; }

    /// <summary>The shop's field, as the operator knows it; null = there is none.</summary>
    public string? Field { get; init; }
}

/// <summary>Can write consents into the shop.</summary>
public interface IWritesConsent
{
    /// <summary>Writes one statement with its own date and source, and looks whether the shop kept it; writing it twice is harmless.</summary>
    /// <exception cref="RetryLaterException">The shop does not answer.</exception>
    Task<ConsentWriteResult> WriteConsentAsync(ShopConnection shop, ConsentChange change, CancellationToken ct);
}

/// <summary>Tags to be written into the shop for one person.</summary>
/// <param name="SourceId">The account; null for a subscriber without one (<see cref="TagSupport.WithoutAccount"/>).</param>
/// <param name="Email">The address.</param>
/// <param name="Set">Tags to have, with points; null points = the platform keeps none. Never 0 where 0 detaches a tag.</param>
/// <param name="Remove">Tags to take away.</param>
public sealed record TagChange(string? SourceId, string Email, IReadOnlyDictionary<string, int?> Set, IReadOnlyList<string> Remove);

/// <summary>Can write tags into the shop.</summary>
public interface IWritesTags
{
    /// <summary>Writes the tags of one person; writing them twice is harmless.</summary>
    Task<WriteOutcome> WriteTagsAsync(ShopConnection shop, TagChange change, CancellationToken ct);
}

/// <summary>What happened to an object, as far as an announcement tells.</summary>
public enum ChangeKind
{
    /// <summary>Made or changed: re-read it.</summary>
    Changed,

    /// <summary>Gone.</summary>
    Deleted,

    /// <summary>The person asked the shop to forget them: everything about them is to be erased here and at the destination. <see cref="AnnouncedChange.Facts"/>
    /// is the address.</summary>
    Erased,
}

/// <summary>An announced change: a hint which object to read again.</summary>
/// <param name="Stream">Which stream the object belongs to.</param>
/// <param name="Kind">What happened.</param>
/// <param name="SourceId">The object; null = the announcement does not say, poll the stream.</param>
public sealed record AnnouncedChange(ShopStream Stream, ChangeKind Kind, string? SourceId)
{
    /// <summary>Facts that cannot be read later (an address of a deleted person), as the connector's own JSON; at most 4,000 characters.</summary>
    public string? Facts { get; init; }
}

/// <summary>An HTTP request as the shop sent it.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Query">Query string, decoded.</param>
/// <param name="Headers">Headers; names compared without regard to case.</param>
/// <param name="Body">Raw body; signatures are made over these bytes.</param>
public sealed record WebhookRequest(
    string Method, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);

/// <summary>What a webhook said.</summary>
/// <param name="Accepted">False: not authentic or not understood; answered 401, nothing stored.</param>
/// <param name="Changes">What to look at; may be empty (a ping).</param>
public sealed record WebhookVerdict(bool Accepted, IReadOnlyList<AnnouncedChange> Changes)
{
    /// <summary>Why it was refused, for the log; no personal data.</summary>
    public string? Refusal { get; init; }

    /// <summary>Body the platform expects in the answer (handshakes); null = empty.</summary>
    public string? Reply { get; init; }

    /// <summary>A refused request.</summary>
    public static WebhookVerdict Refused(string why) => new(false, []) { Refusal = why };
}

/// <summary>Where the shop's webhooks stand.</summary>
/// <param name="Active">True when every topic needed is announced to us.</param>
/// <param name="Repaired">How many were missing or switched off and were made again.</param>
public sealed record WebhookState(bool Active, int Repaired);

/// <summary>The shop announces changes by itself.</summary>
public interface IReceivesWebhooks
{
    /// <summary>Makes or repairs the shop's webhooks so that they lead to our address. Harmless when all is well.</summary>
    /// <param name="shop">The connection.</param>
    /// <param name="deliverTo">Our address for this store.</param>
    /// <param name="secret">Secret the signatures are made with.</param>
    /// <param name="ct">Cancels.</param>
    Task<WebhookState> EnsureWebhooksAsync(ShopConnection shop, Uri deliverTo, string secret, CancellationToken ct);

    /// <summary>Takes away the webhooks that lead to our address.</summary>
    Task RemoveWebhooksAsync(ShopConnection shop, Uri deliverTo, CancellationToken ct);

    /// <summary>Checks the signature in constant time and says what changed. No I/O; never throws.</summary>
    /// <param name="request">The request.</param>
    /// <param name="shop">The connection: its settings hold what some platforms sign with (an application's secret), its clock the present for replay
    /// windows.</param>
    /// <param name="secret">The secret given at <see cref="EnsureWebhooksAsync"/>.</param>
    WebhookVerdict Read(WebhookRequest request, ShopConnection shop, string secret);
}

/// <summary>Credentials come by sending the shop owner's browser to the shop and back.</summary>
public interface IConnectsByRedirect
{
    /// <summary>Where to send the browser. May ask the shop for a request token first.</summary>
    /// <param name="shop">The connection, with at least the address filled in.</param>
    /// <param name="state">Unguessable one-time value that comes back.</param>
    /// <param name="callback">Where the shop's server or the browser brings the credentials.</param>
    /// <param name="returnTo">Where the browser ends.</param>
    /// <param name="ct">Cancels.</param>
    Task<RedirectStart> StartAsync(ShopConnection shop, string state, Uri callback, Uri returnTo, CancellationToken ct);

    /// <summary>Which one-time value a callback belongs to; null when it is not one of ours.</summary>
    string? StateOf(WebhookRequest callback);

    /// <summary>The settings complete with what the callback brought.</summary>
    /// <param name="shop">The connection as it was at the start.</param>
    /// <param name="pending">What <see cref="RedirectStart.Pending"/> said.</param>
    /// <param name="callback">The callback.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="NeedsOperatorException">The owner refused, or the callback is not whole.</exception>
    Task<SettingValues> CompleteAsync(ShopConnection shop, string? pending, WebhookRequest callback, CancellationToken ct);
}

/// <summary>The beginning of a connection by redirect.</summary>
/// <param name="Browser">Where to send the browser.</param>
/// <param name="Pending">What the connector must have again at the end (a request secret); stored encrypted for at most an hour.</param>
public sealed record RedirectStart(Uri Browser, string? Pending);

/// <summary>The platforms of this installation.</summary>
public interface IPlatformCatalogue
{
    /// <summary>Every platform, in the order the panel shows them.</summary>
    IReadOnlyList<IPlatformConnector> All { get; }

    /// <summary>The connector with this key, or null.</summary>
    IPlatformConnector? Find(string platformKey);
}
