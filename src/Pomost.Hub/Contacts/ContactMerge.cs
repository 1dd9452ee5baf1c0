namespace Pomost.Hub;

/// <summary>Who writes, through which call: kept with every consent statement.</summary>
internal sealed record WriteSource(string Call, string? Owner)
{
    /// <summary>The person or an operator did it. What an integration wrote itself is not told back to it: that would go round for ever.</summary>
    public bool TellsReceivers { get; init; }
}

/// <summary>How far a write may go.</summary>
internal enum WriteMode
{
    Insert,
    Update,
    Upsert,
}

/// <summary>Applies a write to a contact: what is absent is kept, lists are merged by name, consent moves only when a flag says so.</summary>
internal static class ContactMerge
{
    /// <summary>So many tags, and so many custom fields, a contact may have.</summary>
    public const int MostTags = 1000;

    /// <inheritdoc cref="MostTags"/>
    public const int MostProperties = 1000;

    /// <exception cref="HubRefusal">The contact exists (insert), does not exist (update), or the new address is somebody else's.</exception>
    public static TrackedContact Apply(HubChange change, ContactWrite write, WriteMode mode, WriteSource source, string owner)
    {
        var contact = Find(change, write);
        if (contact is null && mode != WriteMode.Insert && FindMoved(change, write) is { } moved)
        {
            contact = moved;
            write = OnlyWhatIsNew(moved.Card, write);
        }
        if (contact is { Card.Deleted: false } && mode == WriteMode.Insert) throw new HubRefusal("Contact already exists");
        if (contact is null or { Card.Deleted: true } && mode == WriteMode.Update) throw HubRefusal.ContactNotFound();
        if (contact is not null) SetEmail(change, contact, write);
        contact ??= change.Add(write.NewEmail ?? write.Email ?? throw HubRefusal.Missing("contact.email"), owner);
        if (contact.Card.Deleted)
            contact.Card = contact.Card with { Deleted = false, EmailConsent = HubConsent.NoStatement, PhoneConsent = HubConsent.NoStatement, Owner = owner };
        contact.Card = Merge(contact.Card, write);
        SetConsent(change, contact, HubChannel.Email, write.EmailWish, write.DoubleOptIn, source);
        SetConsent(change, contact, HubChannel.Phone, write.PhoneWish, write.DoubleOptIn, source);
        SetTags(change, contact, write.Tags, write.RemoveTags, write.TagScoring);
        return contact;
    }

    /// <summary>Removes first, so that a name in both lists stays.</summary>
    public static void SetTags(HubChange change, TrackedContact contact, IReadOnlyList<string> add, IReadOnlyList<string> remove, bool scoring)
    {
        var left = contact.Tags.Keys.Except(remove, StringComparer.Ordinal).Union(add, StringComparer.Ordinal).Count();
        if (left > MostTags && left > contact.Tags.Count)
            throw new HubRefusal($"A contact may have {MostTags} tags", reasonCode: HubRefusal.ExceedsLimits);
        foreach (var tag in remove) contact.RemoveTag(tag);
        foreach (var tag in add)
        {
            if (!contact.Tags.TryGetValue(tag, out var present)) contact.SetTag(new(tag, scoring ? 1 : 0, change.Now));
            else if (scoring) contact.SetTag(present with { Points = present.Points + 1 });
        }
    }

    /// <summary>Moves one channel's consent and writes down who said so; what is so already is not written again.</summary>
    /// <param name="toBeConfirmed">An opt-in then waits for the person's own confirmation.</param>
    public static void SetConsent(
        HubChange change, TrackedContact contact, HubChannel channel, ConsentWish wish, bool toBeConfirmed, WriteSource source)
    {
        var present = channel == HubChannel.Email ? contact.Card.EmailConsent : contact.Card.PhoneConsent;
        if (wish.Asked is not { } asked || asked == present) return;
        var waits = toBeConfirmed && asked == HubConsent.Granted;
        if (!waits)
            contact.Card = channel == HubChannel.Email ? contact.Card with { EmailConsent = asked } : contact.Card with { PhoneConsent = asked };
        contact.Statements.Add(new(
            change.NewId(), contact.Card.Id, channel, waits ? HubConsent.Requested : asked, change.Now, source.Call, source.Owner));
        if (channel != HubChannel.Email) return;
        if (waits) change.Owe(contact, HubOutgoingKind.ConfirmationMail);
        else if (source.TellsReceivers)
            change.Owe(contact, asked == HubConsent.Granted ? HubOutgoingKind.OptInCallback : HubOutgoingKind.OptOutCallback);
    }

    private static TrackedContact? Find(HubChange change, ContactWrite write) =>
        (write.ContactId is { } id ? change.FindById(id) : null)
        ?? (write.Email is { } email ? change.FindByEmail(email) : null)
        ?? (write.NewEmail is { } changed ? change.FindByEmail(changed) : null);

    /// <summary>
    /// The contact that had the written address before, if the write can be about the same person: who opts in, or bears another external id or another name,
    /// is somebody who has the address now.
    /// </summary>
    private static TrackedContact? FindMoved(HubChange change, ContactWrite write)
    {
        if (write.Email is not { } email || change.WasLeftJustNow(email) || change.FindByFormerEmail(email) is not { } moved) return null;
        var optsIn = write.EmailWish.Asked == HubConsent.Granted || write.PhoneWish.Asked == HubConsent.Granted;
        return optsIn || Differ(write.ExternalId, moved.Card.ExternalId) || Differ(write.Name, moved.Card.Name) ? null : moved;

        static bool Differ(string? one, string? other) =>
            one is not null && other is not null && !string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
    }

    // What is written under a former address is older than what the card has.
    private static ContactWrite OnlyWhatIsNew(ContactCard card, ContactWrite write)
    {
        var hasAddress = card is not { Street: null, ZipCode: null, City: null, Country: null };
        return write with
        {
            Name = card.Name is null ? write.Name : null,
            Phone = card.Phone is null ? write.Phone : null,
            Fax = card.Fax is null ? write.Fax : null,
            Company = card.Company is null ? write.Company : null,
            ExternalId = card.ExternalId is null ? write.ExternalId : null,
            State = card.State == "UNKNOWN" ? write.State : null,
            Street = hasAddress ? null : write.Street,
            ZipCode = hasAddress ? null : write.ZipCode,
            City = hasAddress ? null : write.City,
            Country = hasAddress ? null : write.Country,
            Province = hasAddress || card.Province is not null ? null : write.Province,
            Birthday = card.Birthday is null ? write.Birthday : null,
            Language = card.Language is null ? write.Language : null,
            Empties = [],
            Properties = [.. write.Properties.Where(property => !card.Extras.Properties.ContainsKey(property.Key))],
            DictionaryProperties =
            [
                .. write.DictionaryProperties.Where(property => !card.Extras.DictionaryProperties.Any(known => known.Name == property.Name)),
            ],
            ConsentDetails = [],
        };
    }

    private static void SetEmail(HubChange change, TrackedContact contact, ContactWrite write)
    {
        if (write.NewEmail is not { } email || email == contact.Card.Email) return;
        if (change.FindByEmail(email) is { } other && other != contact) throw new HubRefusal("newEmail belongs to another contact");
        change.ChangeEmail(contact, email);
    }

    private static ContactCard Merge(ContactCard card, ContactWrite write)
    {
        return card with
        {
            Name = Of(write.Name, card.Name, "name"),
            Phone = Of(write.Phone, card.Phone, "phone"),
            Fax = write.Fax ?? card.Fax,
            Company = Of(write.Company, card.Company, "company"),
            ExternalId = write.ExternalId ?? card.ExternalId,
            State = write.State ?? card.State,
            Street = Of(write.Street, card.Street, "streetAddress"),
            ZipCode = Of(write.ZipCode, card.ZipCode, "zipCode"),
            City = Of(write.City, card.City, "city"),
            Country = Of(write.Country, card.Country, "country"),
            Province = Of(write.Province, card.Province, "province"),
            Birthday = Of(write.Birthday, card.Birthday, "birthday"),
            Language = write.Language ?? card.Language,
            Extras = Merge(card.Extras, write),
        };

        string? Of(string? written, string? kept, string field)
            => written ?? (write.Empties.Contains(field, StringComparer.OrdinalIgnoreCase) ? null : kept);
    }

    // Returns the same object when nothing is new, so that an unchanged contact is not written again.
    private static ContactExtras Merge(ContactExtras extras, ContactWrite write)
    {
        if (write.Properties.Any(property => extras.Properties.GetValueOrDefault(property.Key) != property.Value))
        {
            var properties = new Dictionary<string, string>(extras.Properties, StringComparer.Ordinal);
            foreach (var (name, value) in write.Properties) properties[name] = value;
            if (properties.Count > MostProperties && properties.Count > extras.Properties.Count)
                throw new HubRefusal($"A contact may have {MostProperties} properties", reasonCode: HubRefusal.ExceedsLimits);
            extras = extras with { Properties = properties };
        }
        if (write.DictionaryProperties.Except(extras.DictionaryProperties).Any())
            extras = extras with { DictionaryProperties = Merged(extras.DictionaryProperties, write.DictionaryProperties, property => property.Name) };
        if (write.ConsentDetails.Except(extras.ConsentDetails).Any())
            extras = extras with { ConsentDetails = Merged(extras.ConsentDetails, write.ConsentDetails, consent => consent.ConsentName) };
        if (write.LoyaltyProgram is { } program && !extras.LoyaltyPrograms.Contains(program, StringComparer.Ordinal))
            extras = extras with { LoyaltyPrograms = [.. extras.LoyaltyPrograms, program] };
        return extras;
    }

    private static List<T> Merged<T>(IReadOnlyList<T> old, IReadOnlyList<T> written, Func<T, string> name) =>
        [.. old.Concat(written).GroupBy(name, StringComparer.Ordinal).Select(group => group.Last())];
}
