using System.Text.Json;

namespace Pomost.Hub;

/// <summary>Calls that read contacts.</summary>
internal static class ContactReadCalls
{
    private const int MaxListed = 50;
    private const int MaxPageSize = 1000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapCall("contact/hasContact", Access.Signed, HasAsync);
        routes.MapCall("contact/basic", Access.Signed, call => BasicAsync(call, "email"));
        routes.MapCall("contact/basicById", Access.Signed, call => BasicAsync(call, "id"));
        routes.MapCall("contact/list", Access.Signed, call => ListAsync(call, "email", ofOwner: true));
        routes.MapCall("contact/listById", Access.Signed, call => ListAsync(call, "contactId", ofOwner: true));
        routes.MapCall("contact/listAll", Access.Signed, call => ListAsync(call, "email", ofOwner: false));
        routes.MapCall("contact/listAllById", Access.Signed, call => ListAsync(call, "contactId", ofOwner: false));
        routes.MapCall("contact/recentActivity", Access.Signed, RecentActivityAsync);
        routes.MapCall("contact/createdContacts", Access.Signed, CreatedAsync);
        routes.MapCall("contact/modifiedContacts", Access.Signed, ModifiedAsync);
        routes.MapCall("contact/paginatedModifiedContacts", Access.Signed, ModifiedPageAsync);
        routes.MapCall("contact/paginatedListById", Access.Signed, PageAsync);
        routes.MapCall("contact/paginatedContactList/export", Access.Signed, ExportPageAsync);
    }

    private static async Task<IResult> HasAsync(HubCall call)
    {
        call.OwnerOrNull();
        var keys = new HubKeys();
        keys.AddEmail(call.Body.RequiredText("email"));
        var found = (await FindAsync(call, keys)).FirstOrDefault(contact => !contact.Card.Deleted);
        return HubCall.Reply(new HasContactAnswer(found is not null, found?.Card.Id));
    }

    private static async Task<IResult> BasicAsync(HubCall call, string by)
    {
        call.OwnerOrNull();
        return HubCall.Reply(new BasicContactsAnswer([.. (await FindListedAsync(call, by)).Select(ContactAnswers.Basic)]));
    }

    private static async Task<IResult> ListAsync(HubCall call, string by, bool ofOwner)
    {
        var owner = ofOwner ? call.Owner() : call.OwnerOrNull();
        var found = (await FindListedAsync(call, by)).Where(contact => !contact.Card.Deleted && (!ofOwner || contact.Card.Owner == owner));
        return HubCall.Reply(new FullContactsAnswer(await FullAsync(call, [.. found])));
    }

    /// <summary>The hub follows nobody through a shop's pages, so nobody was active.</summary>
    private static Task<IResult> RecentActivityAsync(HubCall call)
    {
        call.OwnerOrNull();
        RangeOf(call);
        return Task.FromResult(HubCall.Reply(new RecentActivityAnswer(new Dictionary<string, string>(StringComparer.Ordinal))));
    }

    private static async Task<IResult> CreatedAsync(HubCall call)
    {
        call.OwnerOrNull();
        return HubCall.Reply(new CreatedContactsAnswer(
            await call.Services.Contacts.ListCreatedAsync(call.Account.Id, RangeOf(call), call.Cancellation)));
    }

    private static async Task<IResult> ModifiedAsync(HubCall call)
    {
        call.OwnerOrNull();
        return HubCall.Reply(new ModifiedContactsAnswer(
            await call.Services.Contacts.ListModifiedAsync(call.Account.Id, RangeOf(call), 0, int.MaxValue, call.Cancellation)));
    }

    private static async Task<IResult> ModifiedPageAsync(HubCall call)
    {
        call.OwnerOrNull();
        var (skip, size) = PageOf(call);
        var found = await call.Services.Contacts.ListModifiedAsync(call.Account.Id, RangeOf(call), skip, size + 1, call.Cancellation);
        return HubCall.Reply(new ModifiedPageAnswer([.. found.Take(size)], found.Count > size));
    }

    private static async Task<IResult> PageAsync(HubCall call)
    {
        call.OwnerOrNull();
        var (skip, size) = PageOf(call);
        return HubCall.Reply(new FullContactsAnswer(
            await FullAsync(call, await call.Services.Contacts.ListAsync(call.Account.Id, skip, size, call.Cancellation))));
    }

    private static async Task<IResult> ExportPageAsync(HubCall call)
    {
        call.OwnerOrNull();
        var (skip, size) = PageOf(call);
        var page = await call.Services.Contacts.ListAsync(call.Account.Id, skip, size, call.Cancellation);
        var job = JobFiles.Of(page.Select(contact => new JobFileContact(
            Success: true, contact.Card.Email, Exists: true, contact.Card.Id, contact.Card.Name, contact.Card.Country, contact.Card.Phone)));
        var (_, number) = await call.Services.Contacts.ChangeAsync(
            call.Account.Id,
            new HubKeys(),
            call.Now,
            change =>
            {
                change.Job = job;
                return true;
            },
            call.Cancellation);
        return HubCall.Reply(new RequestIdAnswer(number));
    }

    private static async Task<IReadOnlyList<ScoredContact>> FindListedAsync(HubCall call, string by)
    {
        var given = call.Body.Texts(by);
        if (given.Count == 0) throw HubRefusal.Missing(by);
        if (given.Count > MaxListed) throw new HubRefusal($"At most {MaxListed} contacts can be asked for at once");
        var keys = new HubKeys();
        foreach (var key in given)
        {
            if (by == "email") keys.AddEmail(key);
            else if (Guid.TryParse(key, out var id)) keys.ContactIds.Add(id);
        }
        return await FindAsync(call, keys);
    }

    private static Task<IReadOnlyList<ScoredContact>> FindAsync(HubCall call, HubKeys keys) =>
        call.Services.Contacts.FindAsync(call.Account.Id, keys, call.Cancellation);

    private static async Task<IReadOnlyList<FullContact>> FullAsync(HubCall call, IReadOnlyList<ScoredContact> contacts)
    {
        Guid[] ids = [.. contacts.Select(contact => contact.Card.Id)];
        var tags = await call.Services.Contacts.ReadTagsAsync(call.Account.Id, ids, call.Cancellation);
        var events = await call.Services.Contacts.ReadEventsAsync(call.Account.Id, ids, call.Cancellation);
        var items = await call.Services.Contacts.ReadItemsAsync(call.Account.Id, ids, call.Cancellation);
        return [.. contacts.Select(contact => ContactAnswers.Full(contact, tags[contact.Card.Id], events[contact.Card.Id], items[contact.Card.Id]))];
    }

    private static TimeRange RangeOf(HubCall call)
    {
        var from = call.Body.Time("from") ?? throw HubRefusal.Missing("from");
        return new(from, call.Body.Time("to") ?? call.Now);
    }

    // Pages count from 1; clients that count from 0 get the first page twice rather than an error.
    private static (long Skip, int Size) PageOf(HubCall call)
    {
        var page = call.Body.Integer("page") ?? throw HubRefusal.Missing("page");
        var size = call.Body.Integer("size") ?? throw HubRefusal.Missing("size");
        if (page is < 0 or > int.MaxValue) throw new HubRefusal("page is out of range");
        if (size is < 1 or > MaxPageSize) throw new HubRefusal($"size must be between 1 and {MaxPageSize}");
        return ((Math.Max(page, 1) - 1) * size, (int)size);
    }
}

/// <summary>Contacts in the two shapes the protocol knows.</summary>
internal static class ContactAnswers
{
    public static BasicContact Basic(ScoredContact contact)
    {
        var card = contact.Card;
        var (year, month, day) = BirthdayOf(card);
        return new(
            card.Name, card.Email, card.Phone, card.Fax, contact.Points, card.State, IsOptedOut(card, card.EmailConsent),
            IsOptedOut(card, card.PhoneConsent), card.Deleted, Invalid: false, card.Company, card.ExternalId, AddressOf(card), card.Id, year, month, day,
            card.ModifiedAt.ToUnixTimeMilliseconds(), card.CreatedAt.ToUnixTimeMilliseconds(), LastVisit: null);
    }

    public static FullContact Full(ScoredContact contact, IEnumerable<ContactTag> tags, IEnumerable<HubEvent> events, IEnumerable<HubContactItem> items)
    {
        var byKind = items.ToLookup(item => item.Kind);
        var basic = Basic(contact);
        return new(
            basic.Name, basic.Email, basic.Phone, basic.Fax, basic.Score, basic.State, basic.OptedOut, basic.OptedOutPhone, basic.Deleted,
            basic.Invalid, basic.Company, basic.ExternalId, basic.Address, basic.ContactId, basic.BirthdayYear, basic.BirthdayMonth,
            basic.BirthdayDay, basic.ModifiedOn, basic.CreatedOn, basic.LastVisit, contact.Card.Owner,
            [.. contact.Card.Extras.Properties.Select(property => new NameAndValue(property.Key, property.Value))],
            [.. tags.Select(Tag)],
            [.. events.Select(Event)],
            ContactFunnels: [],
            [.. byKind[HubItemKind.Task].Select(Task).OfType<FullContactTask>()],
            [.. byKind[HubItemKind.Note].Select(Note)],
            [.. byKind[HubItemKind.Coupon].Select(Coupon)]);
    }

    private static FullContactTask? Task(HubContactItem item) =>
        JsonSerializer.Deserialize(item.Content, HubStoredJson.Default.TaskContent) is { IsFinished: false } task
            ? new(item.Key, task.Note, task.At?.ToUnixTimeMilliseconds(), task.Cc, task.Reminder)
            : null;

    private static FullContactNote Note(HubContactItem item)
    {
        var note = JsonSerializer.Deserialize(item.Content, HubStoredJson.Default.NoteContent)!;
        return new(item.Key, note.Note, note.IsPrivate, item.CreatedAt.ToUnixTimeMilliseconds());
    }

    private static FullContactCoupon Coupon(HubContactItem item)
    {
        var coupon = JsonSerializer.Deserialize(item.Content, HubStoredJson.Default.CouponContent)!;
        return new(coupon.Name, item.Key, coupon.ValidUntil?.ToUnixTimeMilliseconds(), coupon.UsedAt?.ToUnixTimeMilliseconds());
    }

    private static FullContactTag Tag(ContactTag tag) =>
        new(tag.Tag, tag.Tag, tag.Points, tag.CreatedAt.ToUnixTimeMilliseconds(), $"{tag.Tag} ({tag.Points})");

    private static FullContactEvent Event(HubEvent happened) => new(
        happened.Id, happened.At.ToUnixTimeMilliseconds(), happened.Type, happened.Products, happened.Value, happened.Location,
        happened.Description, happened.ExternalId, happened.ShopDomain)
    {
        Details = happened.Details?.ToDictionary(detail => detail.Key, detail => JsonSerializer.SerializeToElement(detail.Value, HubJson.Default.String), StringComparer.Ordinal),
    };

    // A deleted contact must never look like somebody to write to.
    private static bool IsOptedOut(ContactCard card, HubConsent consent) => card.Deleted || consent != HubConsent.Granted;

    private static ContactAddress? AddressOf(ContactCard card) => card is { Street: null, ZipCode: null, City: null, Country: null }
        ? null
        : new(card.Street, card.ZipCode, card.City, card.Country);

    private static (string? Year, string? Month, string? Day) BirthdayOf(ContactCard card) => card.Birthday switch
    {
        { Length: 8 } date => (date[..4], date[4..6], date[6..]),
        { Length: 4 } date => (null, date[..2], date[2..]),
        _ => (null, null, null),
    };
}
