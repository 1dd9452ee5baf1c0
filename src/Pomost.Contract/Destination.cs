using Pomost.Rules;

namespace Pomost.Contract;

/// <summary>A SALESmanago account, or an account of the built-in hub: the same protocol.</summary>
public sealed record DestinationConnection
{
    /// <summary>Base address, for example <c>https://app2.salesmanago.pl</c>.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Short id of the account.</summary>
    public required string ClientId { get; init; }

    /// <summary>Secret that signs each call; null when logged in with e-mail and password.</summary>
    public string? ApiSecret { get; init; }

    /// <summary>Salt chosen at login, with <see cref="Signature"/>; null when <see cref="ApiSecret"/> is used.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Signature given at login for <see cref="ApiKey"/>.</summary>
    public string? Signature { get; init; }

    /// <summary>Key of API v3, which product catalogues need; null when the account has none.</summary>
    public string? ApiV3Key { get; init; }

    /// <summary>E-mail of the account's user who owns the contacts.</summary>
    public required string Owner { get; init; }

    /// <summary>The way out, guarded by the engine.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>The present.</summary>
    public required TimeProvider Clock { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Endpoint.Host} {ClientId}";
}

/// <summary>The destination refused one record.</summary>
/// <param name="Index">Position in the batch that was sent.</param>
/// <param name="Message">What the destination said; no personal data.</param>
public sealed record RefusedRecord(int Index, string Message);

/// <summary>What became of a batch. Everything not refused was taken.</summary>
/// <param name="Refused">Records the destination refused.</param>
public sealed record BatchResult(IReadOnlyList<RefusedRecord> Refused)
{
    /// <summary>All taken.</summary>
    public static BatchResult AllTaken { get; } = new([]);
}

/// <summary>Identity of an event at the destination.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="ExternalId">The shop's id.</param>
/// <param name="Location">The shop's location id.</param>
public sealed record EventIdentity(OutgoingEventKind Kind, string ExternalId, string Location);

/// <summary>A contact as the destination knows it.</summary>
/// <param name="Email">Address.</param>
/// <param name="ContactId">The destination's id.</param>
/// <param name="EmailOptedOut">True when opted out of e-mail.</param>
/// <param name="PhoneOptedOut">True when opted out of SMS.</param>
/// <param name="Tags">Tags with points, by name as stored there.</param>
/// <param name="Events">Events on the card.</param>
public sealed record DestinationContact(
    string Email, string ContactId, bool EmailOptedOut, bool PhoneOptedOut, IReadOnlyDictionary<string, int> Tags, IReadOnlyList<EventIdentity> Events)
{
    /// <summary>When anything of the card was last changed, UTC; null when the destination does not say.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>E-mail of the account's user who owns the card; null when the destination does not say.</summary>
    public string? Owner { get; init; }
}

/// <summary>A change of an event that may be on a card already.</summary>
/// <param name="Event">What the event says from now on; its identity finds it.</param>
/// <param name="Withdraws">True to take the event off the card.</param>
public sealed record EventChange(OutgoingEvent Event, bool Withdraws);

/// <summary>A page of the list of changed cards.</summary>
/// <param name="Emails">Addresses as the destination has them.</param>
/// <param name="HasMore">True when a next page exists.</param>
public sealed record ChangedContacts(IReadOnlyList<string> Emails, bool HasMore);

/// <summary>A field as it stands in the call that delivers a record.</summary>
/// <param name="Source">The property of <see cref="OutgoingContact"/> or <see cref="OutgoingEvent"/> that it is made of.</param>
/// <param name="Name">Its name there, with dots between levels.</param>
/// <param name="Value">Its value as text.</param>
public sealed record DestinationField(string Source, string Name, string Value);

/// <summary>Where contacts and events are delivered.</summary>
/// <remarks>Raises <see cref="RetryLaterException"/> and <see cref="NeedsOperatorException"/>; a refused record is part of the result.</remarks>
public interface IDestination
{
    /// <summary>Most contacts in one call.</summary>
    int ContactsPerCall { get; }

    /// <summary>Most events in one call.</summary>
    int EventsPerCall { get; }

    /// <summary>The fields in which a contact is delivered, without account and signature. No I/O; never throws.</summary>
    IReadOnlyList<DestinationField> Describe(OutgoingContact contact);

    /// <summary>The fields in which an event is delivered, without account and signature. No I/O; never throws.</summary>
    IReadOnlyList<DestinationField> Describe(OutgoingEvent happened);

    /// <summary>Checks address, credentials and owner; gives the users who may own contacts.</summary>
    /// <exception cref="NeedsOperatorException">Names what is wrong.</exception>
    Task<IReadOnlyList<string>> CheckAsync(DestinationConnection destination, CancellationToken ct);

    /// <summary>Creates or updates contacts, at most <see cref="ContactsPerCall"/>, each address once. Sending again is harmless.
    /// No automation rules and no confirmation mails are started.</summary>
    Task<BatchResult> UpsertContactsAsync(DestinationConnection destination, IReadOnlyList<OutgoingContact> contacts, CancellationToken ct);

    /// <summary>Gives a card another address, and updates it with everything else the contact says. Sending again is harmless.</summary>
    /// <param name="destination">Where.</param>
    /// <param name="contact">The contact under its new address, with <see cref="OutgoingContact.Former"/>.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>False when the destination refuses it, above all because the new address has a card already; nothing was changed then.</returns>
    Task<bool> ChangeAddressAsync(DestinationConnection destination, OutgoingContact contact, CancellationToken ct);

    /// <summary>Adds events to contacts that exist, at most <see cref="EventsPerCall"/>. Sending again may double them:
    /// after an unclear end ask <see cref="ReadContactsAsync"/> first.</summary>
    Task<BatchResult> AddEventsAsync(DestinationConnection destination, IReadOnlyList<OutgoingEvent> events, CancellationToken ct);

    /// <summary>Updates events in place, adding those that are not on the card, or takes them off. Sending again is harmless.</summary>
    Task<BatchResult> ChangeEventsAsync(DestinationConnection destination, IReadOnlyList<EventChange> changes, CancellationToken ct);

    /// <summary>Gives a card to another user of the account.</summary>
    /// <param name="destination">Where.</param>
    /// <param name="email">Whose card.</param>
    /// <param name="owner">E-mail of the user.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="SkipRecordException">There is no such card, or no such user.</exception>
    Task SetOwnerAsync(DestinationConnection destination, string email, string owner, CancellationToken ct);

    /// <summary>Erases a card for good, with its events. A card that is not there is erased.</summary>
    Task EraseContactAsync(DestinationConnection destination, string email, CancellationToken ct);

    /// <summary>Reads contact cards with their events. Unknown addresses are missing from the answer.</summary>
    /// <param name="destination">Where.</param>
    /// <param name="emails">Addresses; any number, asked for in packs.</param>
    /// <param name="ct">Cancels.</param>
    Task<IReadOnlyList<DestinationContact>> ReadContactsAsync(
        DestinationConnection destination, IReadOnlyList<string> emails, CancellationToken ct);

    /// <summary>Lists the cards changed in a period, our own changes among them.</summary>
    /// <param name="destination">Where.</param>
    /// <param name="from">Beginning, UTC.</param>
    /// <param name="until">End, UTC; at most 30 days later.</param>
    /// <param name="page">Number of the page; the first is 1.</param>
    /// <param name="ct">Cancels.</param>
    Task<ChangedContacts> ReadChangedAsync(DestinationConnection destination, DateTimeOffset from, DateTimeOffset until, int page, CancellationToken ct);
}
