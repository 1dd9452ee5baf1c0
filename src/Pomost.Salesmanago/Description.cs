using System.Text.Json;
using Pomost.Contract;
using Pomost.Rules;
using Pomost.Salesmanago.Wire;

namespace Pomost.Salesmanago;

/// <summary>The bodies of calls field by field, for people. Read off the very JSON that is sent, so that it cannot tell otherwise. Pure.</summary>
static class Description
{
    static readonly Dictionary<string, string> OfContact = new(StringComparer.Ordinal)
    {
        ["contact.email"] = nameof(OutgoingContact.Email),
        ["contact.name"] = nameof(OutgoingContact.Name),
        ["contact.phone"] = nameof(OutgoingContact.Phone),
        ["contact.company"] = nameof(OutgoingContact.Company),
        ["contact.externalId"] = nameof(OutgoingContact.ExternalId),
        ["contact.address.streetAddress"] = nameof(OutgoingContact.Address),
        ["contact.address.zipCode"] = nameof(OutgoingContact.Address),
        ["contact.address.city"] = nameof(OutgoingContact.Address),
        ["contact.address.country"] = nameof(OutgoingContact.Address),
        ["province"] = nameof(OutgoingContact.Address),
        ["birthday"] = nameof(OutgoingContact.BirthDate),
        ["properties.gender"] = nameof(OutgoingContact.Gender),
        ["lang"] = nameof(OutgoingContact.Language),
        ["forceOptIn"] = nameof(OutgoingContact.EmailConsent),
        ["forceOptOut"] = nameof(OutgoingContact.EmailConsent),
        ["forcePhoneOptIn"] = nameof(OutgoingContact.SmsConsent),
        ["forcePhoneOptOut"] = nameof(OutgoingContact.SmsConsent),
        ["tags"] = nameof(OutgoingContact.Tags),
        ["removeTags"] = nameof(OutgoingContact.RemoveTags),
    };

    static readonly Dictionary<string, string> OfEvent = new(StringComparer.Ordinal)
    {
        ["contactExtEventType"] = nameof(OutgoingEvent.Kind),
        ["date"] = nameof(OutgoingEvent.At),
        ["value"] = nameof(OutgoingEvent.Value),
        ["detail9"] = nameof(OutgoingEvent.Currency),
        ["products"] = nameof(OutgoingEvent.Products),
        ["detail1"] = nameof(OutgoingEvent.Products),
        ["detail3"] = nameof(OutgoingEvent.Products),
        ["detail6"] = nameof(OutgoingEvent.Products),
        ["location"] = nameof(OutgoingEvent.Location),
        ["shopDomain"] = nameof(OutgoingEvent.ShopDomain),
        ["externalId"] = nameof(OutgoingEvent.ExternalId),
        ["description"] = nameof(OutgoingEvent.Description),
        ["detail5"] = nameof(OutgoingEvent.DeliveryMethod),
        ["detail10"] = nameof(OutgoingEvent.PickUpPlace),
        ["detail11"] = nameof(OutgoingEvent.OrderNumber),
    };

    public static IReadOnlyList<DestinationField> Of(OutgoingContact contact)
        => Fields(JsonSerializer.SerializeToElement(ContactMapping.Detail(contact), WireJson.TypeOf<ContactDetail>()), OfContact);

    public static IReadOnlyList<DestinationField> Of(OutgoingEvent happened)
        => Fields(JsonSerializer.SerializeToElement(EventMapping.Body(happened), WireJson.TypeOf<EventBody>()), OfEvent);

    static List<DestinationField> Fields(JsonElement body, Dictionary<string, string> sources)
    {
        var fields = new List<DestinationField>();
        Add(body, "", sources, fields);
        return fields;
    }

    static void Add(JsonElement part, string path, Dictionary<string, string> sources, List<DestinationField> fields)
    {
        foreach (var member in part.EnumerateObject())
        {
            var name = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (member.Value.ValueKind == JsonValueKind.Object)
                Add(member.Value, name, sources, fields);
            else
                fields.Add(new DestinationField(sources.GetValueOrDefault(name, ""), name, TextOf(member.Value)));
        }
    }

    static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.Array ? string.Join(", ", value.EnumerateArray().Select(TextOf)) : value.ToString();
}
