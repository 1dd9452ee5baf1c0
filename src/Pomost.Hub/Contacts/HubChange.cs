namespace Pomost.Hub;

/// <summary>What a change needs to see before it can decide.</summary>
public sealed class HubKeys
{
    public HashSet<string> EmailKeys { get; } = new(StringComparer.Ordinal);

    public HashSet<Guid> ContactIds { get; } = [];

    public HashSet<Guid> EventIds { get; } = [];

    public HashSet<string> EventExternalIds { get; } = new(StringComparer.Ordinal);

    /// <summary>Kind of items that are wanted of the contacts found, and by <see cref="ItemKeys"/>; null = none.</summary>
    public HubItemKind? ItemKind { get; set; }

    public HashSet<string> ItemKeys { get; } = new(StringComparer.Ordinal);

    public void AddEmail(string? email)
    {
        if (email is not null) EmailKeys.Add(ContactCard.KeyOf(email));
    }
}

/// <summary>One contact inside a change: what was stored and what is to be stored.</summary>
public sealed class TrackedContact
{
    private readonly Dictionary<string, ContactTag> tags;
    private readonly Dictionary<string, ContactTag?> changedTags = new(StringComparer.Ordinal);

    public TrackedContact(ContactCard? stored, ContactCard card, IEnumerable<ContactTag> tags)
    {
        Stored = stored;
        Card = card;
        this.tags = tags.ToDictionary(tag => tag.Tag, StringComparer.Ordinal);
    }

    /// <summary>As in the database; null when the contact is new.</summary>
    public ContactCard? Stored { get; }

    public ContactCard Card { get; set; }

    public bool IsErased { get; private set; }

    public List<ConsentStatement> Statements { get; } = [];

    public IReadOnlyDictionary<string, ContactTag> Tags => tags;

    /// <summary>Tags to store, or to remove where the value is null.</summary>
    public IReadOnlyDictionary<string, ContactTag?> ChangedTags => changedTags;

    public bool IsNew => Stored is null;

    public bool IsChanged => Stored is null || Card != Stored || changedTags.Count > 0 || Statements.Count > 0;

    public void SetTag(ContactTag tag) => tags[tag.Tag] = (changedTags[tag.Tag] = tag)!;

    public void RemoveTag(string tag)
    {
        if (tags.Remove(tag)) changedTags[tag] = null;
    }

    /// <summary>Removes the contact with everything that is known of it.</summary>
    public void Erase() => IsErased = true;
}

/// <summary>
/// One transaction on the contacts and events of one account. The store loads what the keys name, the hub decides, the store saves.
/// Changes of one account take turns, so what was loaded is still true when it is saved.
/// </summary>
public sealed class HubChange
{
    private readonly Dictionary<string, TrackedContact> byEmail = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, TrackedContact> byId = [];
    private readonly Dictionary<Guid, HubEvent> events = [];
    private readonly Dictionary<(string ExternalId, string Type, string Scope), HubEvent> eventsOnce = [];
    private readonly Dictionary<Guid, HubEvent> savedEvents = [];
    private readonly HashSet<Guid> newEvents = [];
    private readonly HashSet<Guid> removedEvents = [];
    private readonly Dictionary<(Guid ContactId, bool IsMail), NewHubOutgoing> outgoing = [];
    private readonly Dictionary<string, Guid> formerEmails = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Guid?> changedFormerEmails = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HubContactItem> items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HubContactItem> savedItems = new(StringComparer.Ordinal);

    /// <param name="now">The time of the change.</param>
    /// <param name="contacts">Contacts that the keys name, by id, by address, or by an address they had before.</param>
    /// <param name="events">Events that the keys name.</param>
    /// <param name="formerEmails">Of the addresses that the keys name those that a contact had before.</param>
    /// <param name="items">Items of the kind that the keys name: the contacts', and those asked for by key.</param>
    public HubChange(
        DateTimeOffset now, IEnumerable<TrackedContact> contacts, IEnumerable<HubEvent> events, IEnumerable<FormerEmail>? formerEmails = null,
        IEnumerable<HubContactItem>? items = null)
    {
        Now = now;
        foreach (var contact in contacts) Remember(contact);
        foreach (var stored in events) Remember(stored);
        foreach (var former in formerEmails ?? []) this.formerEmails[former.EmailKey] = former.ContactId;
        foreach (var item in items ?? []) this.items[item.Key] = item;
    }

    public DateTimeOffset Now { get; }

    public IReadOnlyCollection<HubEvent> SavedEvents => savedEvents.Values;

    public IReadOnlyCollection<Guid> RemovedEvents => removedEvents;

    /// <summary>What the outside is to hear, at most one callback and one mail of a person.</summary>
    public IReadOnlyCollection<NewHubOutgoing> Outgoing => outgoing.Values;

    /// <summary>The file of a finished job, to be stored under the account's next number.</summary>
    public NewHubJob? Job { get; set; }

    /// <summary>Addresses that became a contact's former one, or no longer are where the value is null.</summary>
    public IReadOnlyDictionary<string, Guid?> ChangedFormerEmails => changedFormerEmails;

    public IReadOnlyCollection<HubContactItem> SavedItems => savedItems.Values;

    /// <summary>Contacts to be saved, with the time of the change; to be asked once, when all is decided.</summary>
    public IReadOnlyList<TrackedContact> TakeChangedContacts()
    {
        var changed = byId.Values.Where(contact => contact.IsErased || contact.IsChanged).ToList();
        foreach (var contact in changed) contact.Card = contact.Card with { ModifiedAt = Now };
        return changed;
    }

    /// <summary>Cards of people to be taken out of the files of earlier jobs.</summary>
    public HashSet<Guid> ErasedIds { get; } = [];

    /// <summary>Addresses of people to be taken out of the files of earlier jobs, whether they have a card or not.</summary>
    public HashSet<string> ErasedEmailKeys { get; } = new(StringComparer.Ordinal);

    /// <summary>Removes a contact with everything that is known of it, also in files of earlier jobs.</summary>
    public void Erase(TrackedContact contact)
    {
        contact.Erase();
        ErasedIds.Add(contact.Card.Id);
        ErasedEmailKeys.Add(contact.Card.EmailKey);
    }

    public bool IsNewEvent(Guid id) => newEvents.Contains(id);

    public TrackedContact? FindByEmail(string email) => byEmail.GetValueOrDefault(ContactCard.KeyOf(email));

    public TrackedContact? FindById(Guid id) => byId.GetValueOrDefault(id);

    /// <summary>The contact that had an address before, if nobody has it now; a deleted one is not found so.</summary>
    public TrackedContact? FindByFormerEmail(string email) =>
        FindByEmail(email) is null && formerEmails.TryGetValue(ContactCard.KeyOf(email), out var id) && FindById(id) is { Card.Deleted: false, IsErased: false } found
            ? found
            : null;

    /// <summary>True when a contact left this address within this very change: what is written under it next is meant for somebody new.</summary>
    public bool WasLeftJustNow(string email) => changedFormerEmails.GetValueOrDefault(ContactCard.KeyOf(email)) is not null;

    /// <summary>Items of a contact, oldest first.</summary>
    public IEnumerable<HubContactItem> ItemsOf(Guid contactId) => items.Values.Where(item => item.ContactId == contactId).OrderBy(item => item.CreatedAt);

    public HubContactItem? FindItem(string key) => items.GetValueOrDefault(key);

    public void SaveItem(HubContactItem item) => items[item.Key] = savedItems[item.Key] = item;

    public TrackedContact Add(string email, string owner)
    {
        Occupy(email);
        var card = new ContactCard { Id = NewId(), Email = email, Owner = owner, CreatedAt = Now, ModifiedAt = Now };
        var contact = new TrackedContact(null, card, []);
        Remember(contact);
        return contact;
    }

    /// <summary>Gives a contact another address, which must be free.</summary>
    public void ChangeEmail(TrackedContact contact, string email)
    {
        var left = contact.Card.EmailKey;
        byEmail.Remove(left);
        contact.Card = contact.Card with { Email = email };
        byEmail[contact.Card.EmailKey] = contact;
        if (left == contact.Card.EmailKey) return;
        formerEmails[left] = contact.Card.Id;
        changedFormerEmails[left] = contact.Card.Id;
        Occupy(email);
    }

    public HubEvent? FindEvent(Guid id) => events.GetValueOrDefault(id);

    public IEnumerable<HubEvent> FindEvents(string externalId) => events.Values.Where(stored => stored.ExternalId == externalId);

    public HubEvent? FindOnce(HubEvent like) => like.OnceKey is { } key ? eventsOnce.GetValueOrDefault(key) : null;

    public void AddEvent(HubEvent added)
    {
        newEvents.Add(added.Id);
        SaveEvent(added);
    }

    public void SaveEvent(HubEvent changed)
    {
        if (events.TryGetValue(changed.Id, out var before) && before.OnceKey is { } key) eventsOnce.Remove(key);
        Remember(changed);
        savedEvents[changed.Id] = changed;
    }

    public void RemoveEvent(HubEvent removed)
    {
        events.Remove(removed.Id);
        savedEvents.Remove(removed.Id);
        if (removed.OnceKey is { } key) eventsOnce.Remove(key);
        if (!newEvents.Remove(removed.Id)) removedEvents.Add(removed.Id);
    }

    /// <summary>Owes something to the outside about a contact; what it was owed before in the same change is out of date.</summary>
    public void Owe(TrackedContact contact, HubOutgoingKind kind) =>
        outgoing[(contact.Card.Id, kind == HubOutgoingKind.ConfirmationMail)] = new(NewId(), contact.Card.Id, kind);

    public Guid NewId() => Guid.CreateVersion7(Now);

    // An address that somebody has is nobody's former one.
    private void Occupy(string email)
    {
        var key = ContactCard.KeyOf(email);
        if (formerEmails.Remove(key)) changedFormerEmails[key] = null;
    }

    private void Remember(TrackedContact contact)
    {
        byId[contact.Card.Id] = contact;
        byEmail[contact.Card.EmailKey] = contact;
    }

    private void Remember(HubEvent stored)
    {
        events[stored.Id] = stored;
        if (stored.OnceKey is { } key) eventsOnce[key] = stored;
    }
}

/// <summary>An address that a contact had before.</summary>
public sealed record FormerEmail(string EmailKey, Guid ContactId);

/// <summary>What a contact can have several of, besides tags and events.</summary>
public enum HubItemKind
{
    Note = 0,
    Task = 1,
    Coupon = 2,
}

/// <summary>A note, task or coupon of a contact.</summary>
/// <param name="Key">Its id, or a coupon's code; unique among those of its kind in the account.</param>
/// <param name="Content">JSON, as <see cref="HubStoredJson"/> writes it.</param>
public sealed record HubContactItem(HubItemKind Kind, string Key, Guid ContactId, string Content, DateTimeOffset CreatedAt);

/// <summary>A finished job and the file it left.</summary>
/// <param name="Secret">Part of the file's address, so that only who asked can fetch it.</param>
public sealed record NewHubJob(string Secret, string File);

/// <summary>A stored job.</summary>
public sealed record HubJob(long Number, string Secret, string File, DateTimeOffset CreatedAt);
