using System.Globalization;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Features.Contacts;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Features.Export;

/// <summary>One field of a record on its way.</summary>
/// <param name="Label">What it is.</param>
/// <param name="InShop">As the shop gives it; empty = it gives none.</param>
/// <param name="InPomost">As the rules leave it; empty = it is not sent.</param>
/// <param name="Delivered">In which fields it is delivered.</param>
public sealed record ExampleRow(string Label, string InShop, string InPomost, IReadOnlyList<DestinationField> Delivered);

/// <summary>A record of a dry run, field by field: shop, Pomost, destination.</summary>
static class ExampleRows
{
    public static IReadOnlyList<ExampleRow> Of(ExportSample sample, IDestination destination, PanelTexts t, Formats f) => sample switch
    {
        { Contact: { } contact, SentContact: { } sent } => Told(OfContact(contact, sent, destination.Describe(sent), t)),
        { Order: { } order, SentEvent: { } sent } => Told(OfOrder(order, sent, destination.Describe(sent), t, f)),
        _ => [],
    };

    static List<ExampleRow> OfContact(ShopContact shop, OutgoingContact sent, IReadOnlyList<DestinationField> fields, PanelTexts t)
    {
        return
        [
            Row(t.Export.FEmail, shop.Email, sent.Email, nameof(sent.Email)),
            Row(t.Export.FName, ContactToSend.Joined(shop.FirstName, shop.LastName), sent.Name, nameof(sent.Name)),
            Row(t.Export.FCompany, shop.Company, sent.Company, nameof(sent.Company)),
            Row(t.Export.FPhone, shop.Phone, sent.Phone, nameof(sent.Phone)),
            Row(t.Export.FAddress, Written(shop.BillingAddress), Written(sent.Address), nameof(sent.Address)),
            Row(t.Export.FBirthDate, Day(shop.BirthDate), Day(sent.BirthDate == OutgoingContact.NoBirthDate ? null : sent.BirthDate), nameof(sent.BirthDate)),
            Row(t.Export.FGender, Said(shop.Gender), Said(sent.Gender), nameof(sent.Gender)),
            Row(t.Export.FLanguage, shop.Language, sent.Language, nameof(sent.Language)),
            Row(t.Export.FEmailConsent, Of(shop.EmailConsent.State), After(shop.EmailConsent.State, sent.EmailConsent), nameof(sent.EmailConsent)),
            Row(t.Export.FSmsConsent, Of(shop.SmsConsent.State), After(shop.SmsConsent.State, sent.SmsConsent), nameof(sent.SmsConsent)),
            Row(t.Export.FTags, string.Join(", ", shop.ShopTags ?? []), string.Join(", ", sent.Tags), nameof(sent.Tags)),
            Row(t.Export.FRemoveTags, null, string.Join(", ", sent.RemoveTags), nameof(sent.RemoveTags)),
            Row(t.Export.FExternalId, shop.SourceId, sent.ExternalId, nameof(sent.ExternalId)),
        ];

        ExampleRow Row(string label, string? inShop, string? inPomost, string source) => Made(fields, label, inShop, inPomost, source);

        string Of(ConsentState state) => t.Contacts.Of(state).Word;

        // What the destination was told before is not said again.
        string After(ConsentState inShop, ConsentState said) => said == ConsentState.NoStatement && inShop != said ? t.Export.NotSaid : Of(said);

        string Said(Gender gender) => gender switch { Gender.Female => t.Export.Female, Gender.Male => t.Export.Male, _ => "" };

        static string? Day(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        static string? Written(PostalAddress? address) => address is null ? null
            : string.Join(", ", new[] { address.Street, address.PostCode, address.City, address.Region, address.Country }.Where(part => !string.IsNullOrWhiteSpace(part)));
    }

    static List<ExampleRow> OfOrder(ShopOrder shop, OutgoingEvent sent, IReadOnlyList<DestinationField> fields, PanelTexts t, Formats f)
    {
        return
        [
            Row(t.Export.FKind, shop.Status, sent.Kind.ToString().ToUpperInvariant(), nameof(sent.Kind)),
            Row(t.Export.FOrderNumber, shop.Number, sent.OrderNumber, nameof(sent.OrderNumber)),
            Row(t.Export.FExternalId, shop.SourceId, sent.ExternalId, nameof(sent.ExternalId)),
            Row(t.Export.FEmail, shop.Buyer.Email, sent.Email, nameof(sent.Email)),
            Row(t.Export.FAt, f.DateTime(shop.PlacedAt), f.DateTime(sent.At), nameof(sent.At)),
            Row(t.Export.FValue, f.Number(shop.Total, 2), f.Number(sent.Value, 2), nameof(sent.Value)),
            Row(t.Export.FCurrency, shop.Currency, sent.Currency, nameof(sent.Currency)),
            Row(t.Export.FProducts, string.Join(", ", shop.Lines.Select(line => $"{line.Name} × {Number(line.Quantity)}")),
                string.Join(", ", sent.Products.Select(product => $"{product.Name} × {Number(product.Quantity)}")), nameof(sent.Products)),
            Row(t.Export.FLocation, sent.ShopDomain, sent.Location, nameof(sent.Location), nameof(sent.ShopDomain)),
            Row(t.Export.FDescription, shop.PaymentMethod, sent.Description, nameof(sent.Description)),
            Row(t.Export.FDelivery, shop.DeliveryMethod, sent.DeliveryMethod, nameof(sent.DeliveryMethod)),
            Row(t.Export.FPickUp, shop.PickUpPlace, sent.PickUpPlace, nameof(sent.PickUpPlace)),
        ];

        ExampleRow Row(string label, string? inShop, string? inPomost, params string[] sources) => Made(fields, label, inShop, inPomost, sources);

        static string Number(decimal quantity) => quantity.ToString("0.####", CultureInfo.InvariantCulture);
    }

    static ExampleRow Made(IReadOnlyList<DestinationField> fields, string label, string? inShop, string? inPomost, params string[] sources)
        => new(label, inShop ?? "", inPomost ?? "", [.. fields.Where(field => sources.Contains(field.Source, StringComparer.Ordinal))]);

    // A field that neither side has says nothing.
    static List<ExampleRow> Told(List<ExampleRow> rows) => [.. rows.Where(row => row.InShop.Length > 0 || row.InPomost.Length > 0 || row.Delivered.Count > 0)];
}
