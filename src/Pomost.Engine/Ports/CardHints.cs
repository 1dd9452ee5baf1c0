using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Why a person's card at the destination is to be read again.</summary>
public enum CardHintSource
{
    /// <summary>Opt-in or opt-out callback.</summary>
    Callback,

    /// <summary>The destination lists the person among those changed.</summary>
    ChangedList,

    /// <summary>The person has just registered in the shop.</summary>
    Registration,

    /// <summary>The card was seen to be opted out when a consent was about to be sent.</summary>
    Held,
}

/// <summary>A person whose card is to be read again. What the card says decides, not the hint.</summary>
/// <param name="Id">Row.</param>
/// <param name="EmailKey">Who.</param>
/// <param name="Source">Why.</param>
/// <param name="Claimed">State of the e-mail channel that a callback told; null otherwise.</param>
/// <param name="ReceivedAt">When the hint came, UTC.</param>
/// <param name="Attempts">How often the card was read because of it.</param>
public sealed record CardHint(long Id, string EmailKey, CardHintSource Source, ConsentState? Claimed, DateTimeOffset ReceivedAt, int Attempts);

/// <summary>A hint to be stored with a page.</summary>
public sealed record NewCardHint(string EmailKey, CardHintSource Source);

/// <summary>What reading a destination's list of changed cards brought a store.</summary>
/// <param name="LastAt">When the list was read last, UTC; null = never.</param>
/// <param name="Changed">Consents of the store that a card has changed since the moment asked for.</param>
public sealed record CardListFacts(DateTimeOffset? LastAt, long Changed);

/// <summary>A period of the list of changed cards.</summary>
/// <param name="From">Its beginning, UTC.</param>
/// <param name="OwnNotBefore">When the cards of people whom an export sent since then are read, UTC.</param>
public sealed record ChangedPeriod(DateTimeOffset From, DateTimeOffset OwnNotBefore);

/// <summary>Hints what to read again at a destination, and how far its list of changes was read.</summary>
public interface ICardHints
{
    /// <summary>Name of the list of changed cards.</summary>
    const string ChangedList = "changed";

    /// <summary>Tells every store of the destination that knows the people, and wakes these stores.</summary>
    Task SpreadAsync(long accountId, long destinationId, IReadOnlyCollection<string> emailKeys, CardHintSource source, CancellationToken ct);

    /// <summary>The same for people listed among those changed. Who was sent by an export within the period listed was most likely changed by it: their
    /// cards are read when there is time.</summary>
    /// <param name="accountId">Account.</param>
    /// <param name="destinationId">Destination.</param>
    /// <param name="emailKeys">Who.</param>
    /// <param name="changed">The period listed, UTC, and when cards that our own sending explains are read.</param>
    /// <param name="ct">Cancels.</param>
    Task SpreadChangedAsync(long accountId, long destinationId, IReadOnlyCollection<string> emailKeys, ChangedPeriod changed, CancellationToken ct);

    /// <summary>The oldest hints that may be followed now.</summary>
    Task<IReadOnlyList<CardHint>> NextAsync(StoreKey store, int max, CancellationToken ct);

    /// <summary>Puts hints off, with one attempt more.</summary>
    Task PutOffAsync(StoreLease lease, IReadOnlyList<long> ids, DateTimeOffset notBefore, CancellationToken ct);

    /// <summary>When the next one that was put off may be followed, UTC; null when none waits.</summary>
    Task<DateTimeOffset?> NextDueAsync(StoreKey store, CancellationToken ct);

    /// <summary>True when this store reads the destination's list of changes for all its stores: the active one with the lowest number.</summary>
    Task<bool> IsLeadAsync(StoreLease lease, CancellationToken ct);

    /// <summary>The saved place in a list of the destination.</summary>
    Task<SyncCursor?> CursorAsync(long accountId, long destinationId, string name, CancellationToken ct);

    /// <summary>When the list of changed cards was read last, and what cards changed in a store since a moment.</summary>
    Task<CardListFacts> FactsAsync(StoreKey store, long destinationId, DateTimeOffset since, CancellationToken ct);

    /// <summary>Saves the place.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task SaveCursorAsync(StoreLease lease, string name, SyncCursor cursor, CancellationToken ct);
}

/// <summary>What became of a callback.</summary>
public enum CallbackOutcome
{
    /// <summary>At least one store knows the person and was told.</summary>
    Taken,

    /// <summary>No store knows the address; nothing was stored.</summary>
    UnknownAddress,

    /// <summary>The key does not fit the address; nothing was stored.</summary>
    WrongKey,

    /// <summary>No usable address; nothing was stored.</summary>
    Malformed,
}

/// <summary>Where SALESmanago reports opt-ins and opt-outs.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="StoreId">The only store told; null = every store of the account that knows the person.</param>
/// <param name="Token">Unguessable part of the address.</param>
/// <param name="ProtectedSecret">The constant of the key, encrypted.</param>
public sealed record CallbackAddress(long AccountId, long? StoreId, string Token, string ProtectedSecret);

/// <summary>Callbacks of one outcome since an hour.</summary>
public sealed record CallbackCount(long? StoreId, CallbackOutcome Outcome, long Count, DateTimeOffset LastAt);

/// <summary>The last callback of a kind.</summary>
/// <param name="Claimed">Opt-in or opt-out.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="At">When, UTC.</param>
public sealed record LastCallback(ConsentState Claimed, CallbackOutcome Outcome, DateTimeOffset At);

/// <summary>Addresses for callbacks, and what came to them.</summary>
public interface ICallbacks
{
    /// <summary>Gives the address of an account or store; makes it with the given token and secret when there is none.</summary>
    Task<CallbackAddress> EnsureAsync(CallbackAddress made, CancellationToken ct);

    /// <summary>Puts a new address in the place of the present one, which goes on to be known until then.</summary>
    Task RotateAsync(CallbackAddress made, DateTimeOffset knownUntil, CancellationToken ct);

    /// <summary>The address with this token, present or not long replaced.</summary>
    Task<CallbackAddress?> FindAsync(string token, CancellationToken ct);

    /// <summary>In one transaction: a hint for each store that knows the person, and its wake flag. Gives those stores; empty = nobody knows the person.</summary>
    Task<IReadOnlyList<StoreKey>> TakeAsync(CallbackAddress address, string emailKey, ConsentState claimed, CancellationToken ct);

    /// <summary>Counts an outcome.</summary>
    Task CountAsync(CallbackAddress address, ConsentState claimed, CallbackOutcome outcome, CancellationToken ct);

    /// <summary>The last call of each kind to an account's or a store's address; kinds never called are missing.</summary>
    Task<IReadOnlyList<LastCallback>> LastAsync(long accountId, long? storeId, CancellationToken ct);

    /// <summary>What came since a moment, by store and outcome.</summary>
    Task<IReadOnlyList<CallbackCount>> CountsAsync(long accountId, DateTimeOffset since, CancellationToken ct);
}
