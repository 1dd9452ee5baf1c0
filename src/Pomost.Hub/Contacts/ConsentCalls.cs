namespace Pomost.Hub;

/// <summary>Calls that say nothing but opt in or opt out.</summary>
internal static class ConsentCalls
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        MapPair(routes, "contact/optin", HubChannel.Email, new(In: true, Out: false));
        MapPair(routes, "contact/optout", HubChannel.Email, new(In: false, Out: true));
        MapPair(routes, "contact/phoneoptin", HubChannel.Phone, new(In: true, Out: false));
        MapPair(routes, "contact/phoneoptout", HubChannel.Phone, new(In: false, Out: true));
        routes.MapCall("contact/batchoptin", Access.Signed, call => SetManyAsync(call, new(In: true, Out: false)));
        routes.MapCall("contact/batchoptout", Access.Signed, call => SetManyAsync(call, new(In: false, Out: true)));
    }

    private static void MapPair(IEndpointRouteBuilder routes, string name, HubChannel channel, ConsentWish wish) =>
        routes.MapCall(name, Access.Signed, call => SetOneAsync(call, channel, wish));

    private static async Task<IResult> SetOneAsync(HubCall call, HubChannel channel, ConsentWish wish)
    {
        var source = new WriteSource(call.Name, call.OwnerOrNull());
        var person = ContactPointer.From(call.Body);
        var (id, _) = await call.Services.Contacts.ChangeAsync(
            call.Account.Id,
            person.Keys(),
            call.Now,
            change =>
            {
                // An opt-out is believed whichever address it names; an opt-in belongs to the address it was given for.
                var contact = (wish.Out ? person.FindMovedIn(change) : person.FindIn(change)) ?? throw HubRefusal.ContactNotFound();
                ContactMerge.SetConsent(change, contact, channel, wish, toBeConfirmed: false, source);
                return contact.Card.Id;
            },
            call.Cancellation);
        return HubCall.Reply(new ContactIdAnswer(id));
    }

    private static async Task<IResult> SetManyAsync(HubCall call, ConsentWish wish)
    {
        var source = new WriteSource(call.Name, call.OwnerOrNull());
        var emails = call.Body.Texts("emails");
        if (emails.Count == 0) throw HubRefusal.Missing("emails");
        var keys = new HubKeys();
        foreach (var email in emails) keys.AddEmail(email);
        var (ids, _) = await call.Services.Contacts.ChangeAsync(
            call.Account.Id,
            keys,
            call.Now,
            change =>
            {
                var found = new Dictionary<string, Guid>(StringComparer.Ordinal);
                foreach (var email in emails)
                {
                    var person = new ContactPointer(null, email);
                    if ((wish.Out ? person.FindMovedIn(change) : person.FindIn(change)) is not { } contact) continue;
                    ContactMerge.SetConsent(change, contact, HubChannel.Email, wish, toBeConfirmed: false, source);
                    found[email] = contact.Card.Id;
                }
                return found;
            },
            call.Cancellation);
        return HubCall.Reply(new ContactIdsAnswer(ids));
    }
}

/// <summary>How a call names a contact: by id or by address.</summary>
internal readonly record struct ContactPointer(Guid? Id, string? Email)
{
    /// <exception cref="HubRefusal">Neither is given.</exception>
    public static ContactPointer From(Fields fields)
    {
        var pointer = new ContactPointer(fields.TryId("contactId", out var id) ? id : null, fields.Text("email"));
        return pointer.Id is null && pointer.Email is null && fields.Text("contactId") is null
            ? throw new HubRefusal("email or contactId is required", reasonCode: HubRefusal.RequiredFieldMissing)
            : pointer;
    }

    public HubKeys Keys()
    {
        var keys = new HubKeys();
        AddTo(keys);
        return keys;
    }

    public void AddTo(HubKeys keys)
    {
        if (Id is { } id) keys.ContactIds.Add(id);
        keys.AddEmail(Email);
    }

    /// <summary>Has whoever is meant taken out of the files of earlier jobs.</summary>
    public void EraseIn(HubChange change)
    {
        if (Id is { } id) change.ErasedIds.Add(id);
        if (Email is not null) change.ErasedEmailKeys.Add(ContactCard.KeyOf(Email));
    }

    /// <summary>The contact; null when there is none or it is deleted.</summary>
    public TrackedContact? FindIn(HubChange change) => FindAnyIn(change) is { Card.Deleted: false } found ? found : null;

    /// <summary>The contact, also by an address it had before.</summary>
    public TrackedContact? FindMovedIn(HubChange change) => FindIn(change) ?? (Email is null ? null : change.FindByFormerEmail(Email));

    /// <summary>The contact, be it deleted.</summary>
    public TrackedContact? FindAnyIn(HubChange change) =>
        (Id is { } id ? change.FindById(id) : null) ?? (Email is null ? null : change.FindByEmail(Email));
}
