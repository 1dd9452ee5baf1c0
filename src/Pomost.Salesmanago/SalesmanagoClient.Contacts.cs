using Pomost.Contract;
using Pomost.Rules;
using Pomost.Salesmanago.Wire;

namespace Pomost.Salesmanago;

/// <summary>State of a contact, short form.</summary>
/// <param name="Email">Address as the destination has it.</param>
/// <param name="ContactId">The destination's id.</param>
/// <param name="EmailOptedOut">True when opted out of e-mail.</param>
/// <param name="PhoneOptedOut">True when opted out of SMS.</param>
/// <param name="CreatedAt">When the contact came to be, UTC; null when the destination does not say.</param>
public sealed record BasicContact(string Email, string ContactId, bool EmailOptedOut, bool PhoneOptedOut, DateTimeOffset? CreatedAt);

/// <summary>A contact that was created or changed.</summary>
/// <param name="ContactId">The destination's id.</param>
/// <param name="Email">Address.</param>
public sealed record ContactReference(string ContactId, string Email);

/// <summary>One page of changed contacts.</summary>
/// <param name="Contacts">Who changed.</param>
/// <param name="HasMore">True when a next page exists.</param>
public sealed record ContactReferencePage(IReadOnlyList<ContactReference> Contacts, bool HasMore);

/// <summary>A tag of the account.</summary>
/// <param name="Name">Name as stored.</param>
/// <param name="Contacts">How many contacts carry it.</param>
public sealed record TagUse(string Name, long Contacts);

/// <summary>State of queued work.</summary>
/// <param name="IsDone">True when it is finished.</param>
/// <param name="File">Result file, when the work makes one.</param>
public sealed record JobState(bool IsDone, Uri? File);

public sealed partial class SalesmanagoClient
{
    /// <summary>Creates or updates one contact (<c>upsert</c>), at once.</summary>
    /// <param name="destination">Where.</param>
    /// <param name="contact">The contact under its present address.</param>
    /// <param name="newEmail">Address to give it; null = keep.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The destination's id of the contact.</returns>
    public async Task<string> UpsertContactAsync(
        DestinationConnection destination, OutgoingContact contact, string? newEmail, CancellationToken ct)
    {
        var reply = await CallAsync<UpsertBody, ContactIdReply>(
            destination, "/api/contact/upsert", ContactMapping.Upsert(contact, newEmail), ct);
        ThrowIfSkipped(reply, contact.ExternalId, [.. ContactMapping.Personal(contact), newEmail]);
        return reply.ContactId ?? throw Incomplete("contactId");
    }

    /// <inheritdoc/>
    public async Task<bool> ChangeAddressAsync(DestinationConnection destination, OutgoingContact contact, CancellationToken ct)
    {
        var former = contact.Former ?? throw new ArgumentException("Without a former address there is nothing to change.", nameof(contact));
        try
        {
            await UpsertContactAsync(destination, contact with { Email = former.EmailKey }, contact.Email, ct);
            return true;
        }
        catch (SkipRecordException)
        {
            return false;
        }
    }

    /// <summary>Queues contacts (<c>batchupsertv2</c>) without starting automation rules; ask <see cref="JobAsync"/> for the end.</summary>
    /// <remarks>Not used for exports: the end of the work does not say which contacts were refused.</remarks>
    /// <returns>Number of the queued work.</returns>
    public async Task<long> QueueContactsAsync(DestinationConnection destination, IReadOnlyList<OutgoingContact> contacts, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(contacts.Count, ContactsPerCall, nameof(contacts));
        var reply = await CallAsync<BatchUpsertBody, RequestIdReply>(
            destination, "/api/contact/batchupsertv2", BatchUpsert(contacts, fireEvents: false), ct);
        ThrowIfSkipped(reply, null);
        return reply.RequestId ?? throw Incomplete("requestId");
    }

    /// <summary>Asks how queued work stands (<c>job/status</c>).</summary>
    /// <remarks>Running work answers with a message and no file.</remarks>
    public async Task<JobState> JobAsync(DestinationConnection destination, long requestId, CancellationToken ct)
    {
        var reply = await CallAsync<JobBody, RequestIdReply>(destination, "/api/job/status", new JobBody { RequestId = requestId }, ct);
        ThrowIfRefused(reply);
        return new JobState(reply.Message.Count == 0, Uri.TryCreate(reply.FileUrl, UriKind.Absolute, out var file) ? file : null);
    }

    /// <summary>Says under which id an address is known (<c>hasContact</c>); null when it is not.</summary>
    public async Task<string?> FindContactIdAsync(DestinationConnection destination, string email, CancellationToken ct)
    {
        var reply = await CallAsync<EmailBody, ContactIdReply>(destination, "/api/contact/hasContact", new EmailBody { Email = email }, ct);
        ThrowIfSkipped(reply, null, email);
        return reply.Result ? reply.ContactId : null;
    }

    /// <summary>Reads the short form of contacts (<c>basic</c>), in packs of <see cref="AddressesPerRead"/>; unknown addresses are missing.</summary>
    public async Task<IReadOnlyList<BasicContact>> ReadBasicAsync(
        DestinationConnection destination, IReadOnlyList<string> emails, CancellationToken ct)
    {
        var found = new List<BasicContact>(emails.Count);
        foreach (var pack in emails.DistinctBy(EmailAddress.KeyOf).Chunk(AddressesPerRead))
        {
            var reply = await CallAsync<EmailListBody, ContactsReply>(destination, "/api/contact/basic", new EmailListBody { Email = pack }, ct);
            ThrowIfRefused(reply);
            found.AddRange((reply.Contacts ?? throw Incomplete("contacts")).Where(card => card.Email is not null).Select(Basic));
        }

        return found;
    }

    /// <summary>Contacts created in a period (<c>createdContacts</c>); both ends in UTC.</summary>
    public async Task<IReadOnlyList<ContactReference>> CreatedContactsAsync(
        DestinationConnection destination, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var reply = await ChangesAsync(destination, "/api/contact/createdContacts", Period(from, to), ct);
        return References(reply.CreatedContacts ?? throw Incomplete("createdContacts"));
    }

    /// <summary>Contacts changed in a period (<c>modifiedContacts</c>), all in one answer.</summary>
    public async Task<IReadOnlyList<ContactReference>> ModifiedContactsAsync(
        DestinationConnection destination, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var reply = await ChangesAsync(destination, "/api/contact/modifiedContacts", Period(from, to), ct);
        return References(reply.ModifiedContacts ?? throw Incomplete("modifiedContacts"));
    }

    /// <summary>One page of the contacts changed in a period (<c>paginatedModifiedContacts</c>).</summary>
    /// <param name="destination">Where.</param>
    /// <param name="from">Beginning, UTC.</param>
    /// <param name="to">End, UTC; public clients keep a period within 30 days.</param>
    /// <param name="page">Number of the page; the first is 1.</param>
    /// <param name="size">Contacts on a page, 1 to 1000.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<ContactReferencePage> ModifiedContactsPageAsync(
        DestinationConnection destination, DateTimeOffset from, DateTimeOffset to, int page, int size, CancellationToken ct)
    {
        var reply = await ChangesAsync(destination, "/api/contact/paginatedModifiedContacts", Period(from, to, page, size), ct);
        return new ContactReferencePage(References(reply.ModifiedContacts ?? throw Incomplete("modifiedContacts")), reply.HasMore);
    }

    /// <summary>Sets one contact's newsletter or SMS state (<c>optin</c>, <c>optout</c>, <c>phoneoptin</c>, <c>phoneoptout</c>).</summary>
    /// <param name="destination">Where.</param>
    /// <param name="email">Whose.</param>
    /// <param name="channel">Which channel.</param>
    /// <param name="optIn">True to opt in, false to opt out.</param>
    /// <param name="ct">Cancels.</param>
    public async Task SetConsentAsync(DestinationConnection destination, string email, ConsentChannel channel, bool optIn, CancellationToken ct)
    {
        var path = (channel, optIn) switch
        {
            (ConsentChannel.Email, true) => "/api/contact/optin",
            (ConsentChannel.Email, false) => "/api/contact/optout",
            (_, true) => "/api/contact/phoneoptin",
            (_, false) => "/api/contact/phoneoptout",
        };
        var reply = await CallAsync<EmailBody, ContactIdReply>(destination, path, new EmailBody { Email = email }, ct);
        ThrowIfSkipped(reply, null, email);
    }

    /// <summary>Sets the newsletter state of many contacts (<c>batchoptin</c>, <c>batchoptout</c>); there is no such call for SMS.</summary>
    /// <returns>Positions of the addresses that were not changed.</returns>
    public async Task<BatchResult> SetEmailConsentsAsync(
        DestinationConnection destination, IReadOnlyList<string> emails, bool optIn, CancellationToken ct)
    {
        var path = optIn ? "/api/contact/batchoptin" : "/api/contact/batchoptout";
        return Result(await Batches.SendAsync(emails, SendPartAsync, email => [email]));

        async Task<(Reply Reply, IReadOnlyList<RefusedRecord> Refused)> SendPartAsync(IReadOnlyList<string> part)
        {
            var reply = await CallAsync<EmailsBody, ContactIdsReply>(destination, path, new EmailsBody { Emails = part }, ct);
            if (reply.Success != true)
                return (reply, []);
            var changed = (reply.ContactIds ?? throw Incomplete("contactIds")).Keys.Select(EmailAddress.KeyOf).ToHashSet(StringComparer.Ordinal);
            return (reply,
            [
                .. part.Index()
                    .Where(email => !changed.Contains(EmailAddress.KeyOf(email.Item)))
                    .Select(email => new RefusedRecord(email.Index, "SALESmanago knows no such contact.")),
            ]);
        }
    }

    /// <summary>Adds and takes away tags of one contact (<c>managetags</c>). Points cannot be written.</summary>
    public async Task ManageTagsAsync(
        DestinationConnection destination, string email, IReadOnlyList<string> add, IReadOnlyList<string> remove, CancellationToken ct)
    {
        var body = new ManageTagsBody { Email = email, Tags = add.Count == 0 ? null : add, RemoveTags = remove.Count == 0 ? null : remove };
        var reply = await CallAsync<ManageTagsBody, ContactIdReply>(destination, "/api/contact/managetags", body, ct);
        ThrowIfSkipped(reply, null, email);
    }

    /// <summary>Lists the tags of the account.</summary>
    /// <param name="destination">Where.</param>
    /// <param name="withSystemTags">True to list SALESmanago's own tags, too.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<TagUse>> TagsAsync(DestinationConnection destination, bool withSystemTags, CancellationToken ct)
    {
        var reply = await CallAsync<TagListBody, TagsReply>(
            destination, "/api/v2/contact/tags", new TagListBody { ShowSystemTags = withSystemTags }, ct);
        ThrowIfRefused(reply);
        return [.. (reply.Tags ?? throw Incomplete("tags")).Where(tag => tag.Tag is not null).Select(tag => new TagUse(tag.Tag!, tag.NumberOfTagged))];
    }

    /// <summary>Deletes a contact (<c>delete</c>).</summary>
    /// <param name="destination">Where.</param>
    /// <param name="email">Whom.</param>
    /// <param name="permanently">True to erase the card for good.</param>
    /// <param name="ct">Cancels.</param>
    public async Task DeleteContactAsync(DestinationConnection destination, string email, bool permanently, CancellationToken ct)
    {
        var body = new EmailBody { Email = email, Permanently = permanently ? true : null };
        ThrowIfSkipped(await CallAsync<EmailBody, Reply>(destination, "/api/contact/delete", body, ct), null, email);
    }

    /// <inheritdoc/>
    public async Task EraseContactAsync(DestinationConnection destination, string email, CancellationToken ct)
    {
        try
        {
            await DeleteContactAsync(destination, email, permanently: true, ct);
        }
        catch (SkipRecordException)
        {
            // The words of a refusal are not documented, so the card itself is asked for.
            if (await FindContactIdAsync(destination, email, ct) is not null)
                throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks><c>setMainOwner</c>.</remarks>
    public async Task SetOwnerAsync(DestinationConnection destination, string email, string owner, CancellationToken ct)
    {
        var body = new NewOwnerBody { Contact = email, NewOwner = owner };
        ThrowIfSkipped(await CallAsync<NewOwnerBody, Reply>(destination, "/api/contact/setMainOwner", body, ct), null, email, owner);
    }

    static async Task<ChangedContactsReply> ChangesAsync(DestinationConnection destination, string path, PeriodBody body, CancellationToken ct)
    {
        var reply = await CallAsync<PeriodBody, ChangedContactsReply>(destination, path, body, ct);
        ThrowIfRefused(reply);
        return reply;
    }

    static PeriodBody Period(DateTimeOffset from, DateTimeOffset to, int? page = null, int? size = null) => new()
    {
        From = from.ToUnixTimeMilliseconds(),
        To = to.ToUnixTimeMilliseconds(),
        Page = page,
        Size = size,
    };

    static IReadOnlyList<ContactReference> References(IReadOnlyList<ChangedContact> changed)
        => [.. changed.Where(one => one.Email is not null).Select(one => new ContactReference(one.Id ?? "", one.Email!))];

    static BasicContact Basic(ContactCard card) => new(
        card.Email!, card.ContactId ?? card.Id ?? "", card.OptedOut, card.OptedOutPhone,
        card.CreatedOn > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(card.CreatedOn) : null);

    static void ThrowIfSkipped(Reply reply, string? recordId, params ReadOnlySpan<string?> personal)
    {
        if (reply.Success != true)
            throw new SkipRecordException(recordId ?? "", "", $"SALESmanago: {RefusalText.Of(reply.Message, personal)}");
    }
}
