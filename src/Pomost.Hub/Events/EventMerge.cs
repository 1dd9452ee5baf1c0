namespace Pomost.Hub;

/// <summary>Adds and updates events so that the same thing told twice is there once.</summary>
internal static class EventMerge
{
    /// <summary>Adds an event, or updates the one with the same type, external id and location.</summary>
    /// <returns>The id of the event, new or old.</returns>
    public static Guid Add(HubChange change, EventWrite write, TrackedContact contact)
    {
        var added = write.ToNew(change.NewId(), contact.Card.Id);
        if (change.FindOnce(added) is not { } present)
        {
            change.AddEvent(added);
            return added.Id;
        }
        var merged = write.Over(present, contact.Card.Id);
        if (!merged.Equals(present)) change.SaveEvent(merged);
        return present.Id;
    }

    /// <summary>Changes an event; a cart begun by a visitor goes over to the customer the caller names.</summary>
    /// <param name="contactId">Whose it is from now on; null = as before.</param>
    /// <exception cref="HubRefusal">The event is unknown, or would become a second copy of another.</exception>
    public static HubEvent Update(HubChange change, EventWrite write, Guid? contactId = null)
    {
        var present = (write.EventId is { } id ? change.FindEvent(id) : null) ?? throw new HubRefusal("Event not found");
        var merged = write.Over(present, contactId);
        if (change.FindOnce(merged) is { } other && other.Id != present.Id)
            throw new HubRefusal("Another event has this type, externalId and location");
        change.SaveEvent(merged);
        return merged;
    }

    /// <summary>The contact an event is for. An unknown address becomes a contact only when the caller says that the person opted in.</summary>
    public static TrackedContact? FindContact(HubChange change, ContactPointer person, bool forceOptIn, string? owner, WriteSource source)
    {
        if (person.FindIn(change) is { } found) return found;
        // A shop's order bears the address that the customer had then.
        if (!forceOptIn && person.FindMovedIn(change) is { } moved) return moved;
        if (!forceOptIn || owner is null || person.Email is not { } email || !EmailSyntax.IsValid(email)) return null;
        return ContactMerge.Apply(
            change, new ContactWrite { Email = email, EmailWish = new(In: true, Out: false) }, WriteMode.Upsert, source, owner);
    }
}
