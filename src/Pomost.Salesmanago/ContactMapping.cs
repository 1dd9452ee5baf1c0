using System.Globalization;
using Pomost.Rules;
using Pomost.Salesmanago.Wire;

namespace Pomost.Salesmanago;

/// <summary>Domain contact to wire contact. Pure.</summary>
static class ContactMapping
{
    /// <summary>Property that carries the gender; SALESmanago has no field for it.</summary>
    const string GenderProperty = "gender";

    static readonly Dictionary<string, string> Female = new(StringComparer.Ordinal) { [GenderProperty] = "female" };
    static readonly Dictionary<string, string> Male = new(StringComparer.Ordinal) { [GenderProperty] = "male" };

    public static ContactDetail Detail(OutgoingContact contact) => Fill(new ContactDetail(), contact);

    public static ContactUpsertRequest UnionDetail(OutgoingContact contact, string clientId, string? owner)
        => Fill(new ContactUpsertRequest { ClientId = clientId, Owner = owner }, contact);

    public static UpsertBody Upsert(OutgoingContact contact, string? newEmail)
    {
        var detail = Detail(contact);
        return new UpsertBody
        {
            Contact = detail.Contact!,
            NewEmail = newEmail,
            Tags = detail.Tags,
            RemoveTags = detail.RemoveTags,
            SetAsNull = detail.SetAsNull,
            Properties = detail.Properties,
            Birthday = detail.Birthday,
            Province = detail.Province,
            Lang = detail.Lang,
            ForceOptIn = detail.ForceOptIn,
            ForceOptOut = detail.ForceOptOut,
            ForcePhoneOptIn = detail.ForcePhoneOptIn,
            ForcePhoneOptOut = detail.ForcePhoneOptOut,
        };
    }

    /// <summary>The language of the call, when the whole batch speaks one.</summary>
    public static string? CommonLanguage(IReadOnlyList<OutgoingContact> contacts)
    {
        var first = contacts.Count == 0 ? null : contacts[0].Language;
        return contacts.All(contact => contact.Language == first) ? Language(first) : null;
    }

    /// <summary>Values of a contact that may not stand in a message.</summary>
    public static string?[] Personal(OutgoingContact contact)
        => [contact.Email, contact.Name, contact.Phone, contact.Company, contact.Address?.Street, .. (contact.Name ?? "").Split(' ')];

    static T Fill<T>(T detail, OutgoingContact contact)
        where T : ContactDetail
    {
        detail.Contact = new ContactBody
        {
            Email = contact.Email,
            Name = Said(contact.Name),
            Phone = Said(contact.Phone),
            Company = Said(contact.Company),
            ExternalId = Given(contact.ExternalId),
            Address = Address(contact.Address),
        };
        detail.Tags = contact.Tags.Count == 0 ? null : contact.Tags;
        detail.RemoveTags = contact.RemoveTags.Count == 0 ? null : contact.RemoveTags;
        detail.SetAsNull = Emptied(contact) is { Count: > 0 } emptied ? emptied : null;
        detail.Properties = contact.Gender switch
        {
            Gender.Female => Female,
            Gender.Male => Male,
            _ => null,
        };
        detail.Birthday = contact.BirthDate is { } born && born != OutgoingContact.NoBirthDate ? born.ToString("yyyyMMdd", CultureInfo.InvariantCulture) : null;
        detail.Province = Said(contact.Address?.Region);
        detail.Lang = Language(contact.Language);
        (detail.ForceOptIn, detail.ForceOptOut) = Flags(contact.EmailConsent);
        (detail.ForcePhoneOptIn, detail.ForcePhoneOptOut) = Flags(contact.SmsConsent);
        return detail;
    }

    /// <summary>No statement sends no flag at all: four false would do, but absent cannot be misread.</summary>
    static (bool? In, bool? Out) Flags(ConsentState state) => state switch
    {
        ConsentState.Granted => (true, false),
        ConsentState.Withdrawn => (false, true),
        _ => (null, null),
    };

    static AddressBody? Address(PostalAddress? address)
    {
        if (address is null)
            return null;
        var body = new AddressBody
        {
            StreetAddress = Said(address.Street),
            ZipCode = Said(address.PostCode),
            City = Said(address.City),
            Country = Said(address.Country),
        };
        return body is { StreetAddress: null, ZipCode: null, City: null, Country: null } ? null : body;
    }

    static List<string> Emptied(OutgoingContact contact)
    {
        var fields = new List<string>();
        Note(contact.Name, "name");
        Note(contact.Phone, "phone");
        Note(contact.Company, "company");
        Note(contact.Address?.Street, "streetAddress");
        Note(contact.Address?.PostCode, "zipCode");
        Note(contact.Address?.City, "city");
        Note(contact.Address?.Country, "country");
        Note(contact.Address?.Region, "province");
        if (contact.BirthDate == OutgoingContact.NoBirthDate)
            fields.Add("birthday");
        return fields;

        void Note(string? value, string field)
        {
            if (value is "")
                fields.Add(field);
        }
    }

    static string? Language(string? language) => Given(language)?.ToUpperInvariant();

    /// <summary>A text to empty goes as an empty one; blanks alone say nothing.</summary>
    static string? Said(string? text) => text is "" ? text : Given(text);

    static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
