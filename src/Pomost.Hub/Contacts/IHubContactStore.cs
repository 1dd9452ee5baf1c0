namespace Pomost.Hub;

/// <summary>A contact with the total of its tags' points.</summary>
public sealed record ScoredContact(ContactCard Card, long Points);

/// <summary>A contact by id and address.</summary>
public sealed record ContactReference(Guid Id, string Email);

/// <summary>A tag and on how many contacts it is.</summary>
public sealed record TagCount(string Tag, long NumberOfTagged);

/// <summary>A time range, both ends included.</summary>
public sealed record TimeRange(DateTimeOffset From, DateTimeOffset To);

/// <summary>How much an account holds; deleted contacts do not count.</summary>
public sealed record HubCounts(long Contacts, long OptedIn, long OptedInPhone, long Tags, long Events, IReadOnlyDictionary<string, long> EventsByType);

/// <summary>Keeps contacts, tags, events, consent history and job files. Every method sees one account only; deleted contacts are left out unless said.</summary>
public interface IHubContactStore
{
    /// <summary>
    /// One transaction: loads what the keys name (deleted contacts too), lets <paramref name="decide"/> change it, saves.
    /// </summary>
    /// <param name="decide">May run again after a conflict, so it touches nothing but the change.</param>
    /// <returns>What was decided, and the number of the job if one was left.</returns>
    Task<(T Result, long JobNumber)> ChangeAsync<T>(long accountId, HubKeys keys, DateTimeOffset now, Func<HubChange, T> decide, CancellationToken ct);

    /// <summary>Contacts by address or id, deleted ones included.</summary>
    Task<IReadOnlyList<ScoredContact>> FindAsync(long accountId, HubKeys keys, CancellationToken ct);

    Task<ILookup<Guid, ContactTag>> ReadTagsAsync(long accountId, IReadOnlyCollection<Guid> contactIds, CancellationToken ct);

    /// <summary>Notes, tasks and coupons of the contacts, oldest first.</summary>
    Task<ILookup<Guid, HubContactItem>> ReadItemsAsync(long accountId, IReadOnlyCollection<Guid> contactIds, CancellationToken ct);

    /// <summary>Events of the contacts, newest first.</summary>
    Task<ILookup<Guid, HubEvent>> ReadEventsAsync(long accountId, IReadOnlyCollection<Guid> contactIds, CancellationToken ct);

    /// <summary>The consent history of a contact, newest first.</summary>
    Task<IReadOnlyList<ConsentStatement>> ReadStatementsAsync(long accountId, Guid contactId, CancellationToken ct);

    Task<IReadOnlyList<ContactReference>> ListCreatedAsync(long accountId, TimeRange range, CancellationToken ct);

    Task<IReadOnlyList<ContactReference>> ListModifiedAsync(long accountId, TimeRange range, long skip, long take, CancellationToken ct);

    /// <summary>Contacts in the order in which they were created.</summary>
    Task<IReadOnlyList<ScoredContact>> ListAsync(long accountId, long skip, long take, CancellationToken ct);

    /// <summary>Contacts after an id, oldest first, whose address begins with a text (lower case) if one is given.</summary>
    Task<IReadOnlyList<ScoredContact>> SearchAsync(long accountId, string? emailPrefix, Guid? after, int take, CancellationToken ct);

    Task<IReadOnlyList<TagCount>> CountTagsAsync(long accountId, CancellationToken ct);

    Task<HubCounts> CountAsync(long accountId, CancellationToken ct);

    Task<HubJob?> FindJobAsync(long accountId, long number, CancellationToken ct);
}
