using System.Globalization;

namespace Pomost.Hub;

/// <summary>The four force flags of one channel pair and what they ask for.</summary>
internal readonly record struct ConsentWish(bool In, bool Out)
{
    /// <summary>No flag at all says nothing. Of two contradicting flags the one that withdraws wins: nobody gets mail by mistake.</summary>
    public HubConsent? Asked => Out ? HubConsent.Withdrawn : In ? HubConsent.Granted : null;
}

/// <summary>What one write says about one contact; null means keep.</summary>
internal sealed record ContactWrite
{
    // The longest text kept of a field; the official plugin cuts custom fields there, too.
    private const int MaxLength = 255;

    private static readonly string[] States = ["CUSTOMER", "PROSPECT", "PARTNER", "OTHER", "UNKNOWN"];
    private static readonly string[] DictionaryTypes = ["NUMBER", "DATE"];

    public Guid? ContactId { get; init; }

    /// <summary>The address the contact is found by.</summary>
    public string? Email { get; init; }

    /// <summary>The address it shall have from now on.</summary>
    public string? NewEmail { get; init; }

    public string? Name { get; init; }

    public string? Phone { get; init; }

    public string? Fax { get; init; }

    public string? Company { get; init; }

    public string? ExternalId { get; init; }

    public string? State { get; init; }

    public string? Street { get; init; }

    public string? ZipCode { get; init; }

    public string? City { get; init; }

    public string? Country { get; init; }

    public string? Province { get; init; }

    public string? Birthday { get; init; }

    public string? Language { get; init; }

    public string? LoyaltyProgram { get; init; }

    /// <summary>Fields to empty, by their names in the call. An empty text keeps what is there: many plug-ins send one for what they do not know.</summary>
    public IReadOnlyCollection<string> Empties { get; init; } = [];

    public ConsentWish EmailWish { get; init; }

    public ConsentWish PhoneWish { get; init; }

    /// <summary>The caller asks for a confirmation by the person before an opt-in counts. Batches ask for it unless they say otherwise.</summary>
    public bool DoubleOptIn { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyList<string> RemoveTags { get; init; } = [];

    public bool TagScoring { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Properties { get; init; } = [];

    public IReadOnlyList<DictionaryProperty> DictionaryProperties { get; init; } = [];

    public IReadOnlyList<ConsentDetail> ConsentDetails { get; init; } = [];

    /// <summary>Reads the body of a single write, or one detail of a batch.</summary>
    /// <param name="outer">The body of the batch, for what it says of all its details.</param>
    /// <exception cref="HubRefusal">A field cannot be read, or an address is not one.</exception>
    public static ContactWrite From(Fields fields, DateTimeOffset now, Fields? outer = null)
    {
        var contact = fields.Object("contact");
        var address = contact.Object("address");
        var hasId = fields.TryId("contactId", out var id);
        var inner = contact.Text("email");
        var email = fields.Text("email") ?? (hasId ? null : inner);
        return new ContactWrite
        {
            ContactId = hasId ? id : null,
            Email = email is null ? null : EmailSyntax.Check(email),
            NewEmail = (fields.Text("newEmail") ?? (hasId || email != inner ? inner : null)) is { } changed ? EmailSyntax.Check(changed) : null,
            Name = Short(contact, "name"),
            Phone = Short(contact, "phone"),
            Fax = Short(contact, "fax"),
            Company = Short(contact, "company"),
            ExternalId = Short(contact, "externalId"),
            State = Choice.Of(States, contact.Text("state")),
            Street = Short(address, "streetAddress"),
            ZipCode = Short(address, "zipCode"),
            City = Short(address, "city"),
            Country = Short(address, "country"),
            Province = Short(fields, "province"),
            Birthday = BirthdayOf(fields.Text("birthday")),
            Language = Short(fields, "lang") ?? (outer is null ? null : Short(outer, "lang")),
            LoyaltyProgram = Short(fields, "loyaltyProgram"),
            Empties = fields.Texts("setAsNull"),
            EmailWish = new(fields.Flag("forceOptIn"), fields.Flag("forceOptOut")),
            PhoneWish = new(fields.Flag("forcePhoneOptIn"), fields.Flag("forcePhoneOptOut")),
            DoubleOptIn = fields.FlagOrNull("useApiDoubleOptIn") ?? (outer is null ? false : outer.FlagOrNull("useApiDoubleOptIn") ?? true),
            Tags = TagName.NormalizeAll(fields.Texts("tags")),
            RemoveTags = TagName.NormalizeAll(fields.Texts("removeTags")),
            TagScoring = fields.Flag("tagScoring"),
            Properties = PropertiesOf(fields),
            DictionaryProperties = [.. fields.Elements("dictionaryProperties").Select(element => DictionaryPropertyOf(Fields.From(element))).OfType<DictionaryProperty>()],
            ConsentDetails = [.. fields.Elements("consentDetails").Select(element => ConsentDetailOf(Fields.From(element), now)).OfType<ConsentDetail>()],
        };
    }

    /// <summary>The keys under which the contact, and a possible owner of its new address, are looked for.</summary>
    public void AddKeys(HubKeys keys)
    {
        if (ContactId is { } id) keys.ContactIds.Add(id);
        keys.AddEmail(Email);
        keys.AddEmail(NewEmail);
    }

    private static string? Short(Fields fields, string name)
    {
        var text = fields.Text(name);
        return text is { Length: > MaxLength } ? text[..(char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength)] : text;
    }

    // PHP writes a map without entries as an empty list, which reads as no fields here.
    private static List<KeyValuePair<string, string>> PropertiesOf(Fields fields)
    {
        if (!fields.TryObject("properties", out var properties)) return [];
        var read = new List<KeyValuePair<string, string>>();
        foreach (var name in properties.Names)
        {
            if (name.Length is > 0 and <= MaxLength && !name.Contains('\0', StringComparison.Ordinal) && Short(properties, name) is { } value)
                read.Add(new(name, value));
        }
        return read;
    }

    private static DictionaryProperty? DictionaryPropertyOf(Fields fields) =>
        Short(fields, "name") is { } name && Choice.Of(DictionaryTypes, fields.Text("type")) is { } type && Short(fields, "value") is { } value
            ? new(name, type, value)
            : null;

    private static ConsentDetail? ConsentDetailOf(Fields fields, DateTimeOffset now) => Short(fields, "consentName") is { } name
        ? new(
            name, fields.Flag("consentAccept"), (fields.Time("agreementDate") ?? now).ToUnixTimeMilliseconds(), Short(fields, "ip"),
            fields.Flag("optOut"), fields.Integer("consentDescriptionId"))
        : null;

    // yyyyMMdd or MMdd; a leading zero is lost when a client sends a number, and dashes come from ISO dates. What is no date says nothing.
    private static string? BirthdayOf(string? text)
    {
        if (text is null) return null;
        var digits = text.Length >= 10 && text[4] == '-' ? text[..10].Replace("-", "", StringComparison.Ordinal) : text;
        if (digits.Length == 3) digits = "0" + digits;
        var whole = digits.Length == 4 ? "2000" + digits : digits;
        return DateOnly.TryParseExact(whole, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? digits : null;
    }
}
