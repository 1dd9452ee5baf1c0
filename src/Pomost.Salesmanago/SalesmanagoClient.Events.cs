using Pomost.Contract;
using Pomost.Rules;
using Pomost.Salesmanago.Wire;

namespace Pomost.Salesmanago;

/// <summary>What the union call made.</summary>
/// <param name="ContactId">The destination's id of the contact.</param>
/// <param name="EventId">The destination's id of the event; null without an event.</param>
public sealed record UnionResult(string ContactId, string? EventId);

public sealed partial class SalesmanagoClient
{
    /// <summary>Adds one event (<c>addContactExtEvent</c>). Sending again may double it.</summary>
    /// <returns>The destination's id of the event.</returns>
    public async Task<string> AddEventAsync(DestinationConnection destination, OutgoingEvent happened, CancellationToken ct)
    {
        ThrowIfUnfit(happened);
        var body = new EventCallBody { Email = happened.Email, ContactEvent = EventMapping.Body(happened) };
        return await EventCallAsync(destination, "/api/v2/contact/addContactExtEvent", body, happened, ct);
    }

    /// <summary>Replaces what an event says (<c>updateContactExtEvent</c>); a cart is one event that is updated.</summary>
    /// <param name="destination">Where.</param>
    /// <param name="eventId">The destination's id of the event.</param>
    /// <param name="happened">What it says from now on.</param>
    /// <param name="ct">Cancels.</param>
    public async Task UpdateEventAsync(DestinationConnection destination, string eventId, OutgoingEvent happened, CancellationToken ct)
    {
        ThrowIfUnfit(happened);
        var body = new EventCallBody { ContactEvent = EventMapping.Body(happened, eventId) };
        await EventCallAsync(destination, "/api/v2/contact/updateContactExtEvent", body, happened, ct);
    }

    /// <summary>Deletes an event by the destination's id (<c>deleteContactExtEvent</c>).</summary>
    public async Task DeleteEventAsync(DestinationConnection destination, string eventId, CancellationToken ct)
        => ThrowIfSkipped(await DeleteAsync(destination, new DeleteEventBody { EventId = eventId }, ct), eventId);

    /// <summary>Deletes an event by the shop's id (<c>deleteContactExtEvent</c>, v2).</summary>
    /// <remarks>The call names neither kind nor location: use it where the id is unique in the account.</remarks>
    public async Task DeleteEventByExternalIdAsync(DestinationConnection destination, string externalId, CancellationToken ct)
        => ThrowIfSkipped(await DeleteAsync(destination, new DeleteEventBody { ExternalId = externalId }, ct), externalId);

    /// <summary>Creates or updates a contact, adds or updates an event, or both, in one call (<c>integration/upsert</c>).</summary>
    /// <param name="destination">Where.</param>
    /// <param name="contact">The contact; null = only the event.</param>
    /// <param name="happened">The event; null = only the contact.</param>
    /// <param name="eventId">Event to update; null = add one.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<UnionResult> UpsertWithEventAsync(
        DestinationConnection destination, OutgoingContact? contact, OutgoingEvent? happened, string? eventId, CancellationToken ct)
    {
        if (contact is null && happened is null)
            throw new ArgumentException("The call carries a contact, an event or both.", nameof(contact));
        if (happened is not null)
            ThrowIfUnfit(happened);
        var body = new UnionBody
        {
            ContactUpsertRequest = contact is null ? null : ContactMapping.UnionDetail(contact, destination.ClientId, destination.Owner),
            AddContactExtEventRequest = happened is null ? null : new AddEventRequest
            {
                ClientId = destination.ClientId,
                Owner = destination.Owner,
                Email = happened.Email,
                ContactEvent = EventMapping.Body(happened, eventId),
            },
        };
        var reply = await CallAsync<UnionBody, ContactIdReply>(destination, "/api/integration/upsert", body, ct, withOwner: false);
        string?[] personal = contact is null ? [happened!.Email] : ContactMapping.Personal(contact);
        ThrowIfSkipped(reply, happened?.ExternalId ?? contact?.ExternalId, personal);
        return new UnionResult(reply.ContactId ?? throw Incomplete("contactId"), reply.EventId);
    }

    static async Task<string> EventCallAsync(
        DestinationConnection destination, string path, EventCallBody body, OutgoingEvent happened, CancellationToken ct)
    {
        var reply = await CallAsync<EventCallBody, ContactIdReply>(destination, path, body, ct);
        ThrowIfSkipped(reply, happened.ExternalId, EventMapping.Personal(happened));
        return reply.EventId ?? throw Incomplete("eventId");
    }

    static Task<Reply> DeleteAsync(DestinationConnection destination, DeleteEventBody body, CancellationToken ct)
        => CallAsync<DeleteEventBody, Reply>(destination, "/api/v2/contact/deleteContactExtEvent", body, ct);

    static void ThrowIfUnfit(OutgoingEvent happened)
    {
        if (EventMapping.Problem(happened) is { } problem)
            throw new SkipRecordException(happened.ExternalId, problem.Split(' ')[0], problem);
    }
}
