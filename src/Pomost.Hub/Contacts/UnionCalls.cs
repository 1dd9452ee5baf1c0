namespace Pomost.Hub;

/// <summary>The one call the official plugins use at run time: a contact, an event of it, or both in one transaction.</summary>
internal static class UnionCalls
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapCall("integration/upsert", Access.Signed, UpsertAsync, secondVersion: false);

    private static async Task<IResult> UpsertAsync(HubCall call)
    {
        var contact = call.Body.TryObject("contactUpsertRequest", out var contactFields) ? ContactPart.From(call, contactFields) : null;
        var happened = call.Body.TryObject("addContactExtEventRequest", out var eventFields) ? EventPart.From(call, eventFields) : null;
        if (contact is null && happened is null)
            throw new HubRefusal("contactUpsertRequest or addContactExtEventRequest is required", reasonCode: HubRefusal.RequiredFieldMissing);
        var keys = new HubKeys();
        contact?.Write.AddKeys(keys);
        happened?.AddKeys(keys);
        var (answer, _) = await call.Services.Contacts.ChangeAsync(
            call.Account.Id, keys, call.Now, change => Apply(change, contact, happened, call.Name), call.Cancellation);
        return HubCall.Reply(answer);
    }

    private static UnionAnswer Apply(HubChange change, ContactPart? contact, EventPart? happened, string call)
    {
        var person = contact is null ? null : ContactMerge.Apply(change, contact.Write, WriteMode.Upsert, new(call, contact.Owner), contact.Owner);
        if (happened is null) return new UnionAnswer(person!.Card.Id, null);
        if (happened.Write.NamesEvent)
        {
            var updated = EventMerge.Update(change, happened.Write, (happened.Person.FindMovedIn(change) ?? person)?.Card.Id);
            return new UnionAnswer(updated.ContactId, updated.Id);
        }
        // A cookie may name a contact that is gone; the one just written is then meant.
        var subject = EventMerge.FindContact(change, happened.Person, happened.ForceOptIn, happened.Owner, new(call, happened.Owner))
            ?? person
            ?? throw HubRefusal.ContactNotFound();
        return new UnionAnswer(subject.Card.Id, EventMerge.Add(change, happened.Write, subject));
    }

    private sealed record ContactPart(ContactWrite Write, string Owner)
    {
        public static ContactPart From(HubCall call, Fields fields) => new(ContactWrite.From(fields, call.Now), call.Owner(fields));
    }

    private sealed record EventPart(ContactPointer Person, EventWrite Write, bool ForceOptIn, string? Owner)
    {
        public static EventPart From(HubCall call, Fields fields) => new(
            new(fields.TryId("contactId", out var id) ? id : null, fields.Text("email")),
            EventWrite.From(fields.Object("contactEvent")),
            fields.Flag("forceOptIn"),
            call.OwnerOrNull(fields));

        public void AddKeys(HubKeys keys)
        {
            Person.AddTo(keys);
            Write.AddKeys(keys);
        }
    }
}
