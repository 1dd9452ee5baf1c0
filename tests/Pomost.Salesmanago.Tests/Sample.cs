using Pomost.Rules;

namespace Pomost.Salesmanago.Tests;

/// <summary>Invented people and orders.</summary>
static class Sample
{
    public static readonly DateTimeOffset Moment = new(2026, 3, 1, 12, 30, 0, TimeSpan.Zero);

    public static OutgoingContact Anna { get; } = new()
    {
        Email = "anna@example.test",
        Name = "Anna Próbna",
        Company = "Demo",
        Phone = "+48500600700",
        ExternalId = "42",
        Address = new PostalAddress("ul. Próbna 1", "30-001", "Kraków", "PL", "małopolskie"),
        BirthDate = new DateOnly(1985, 7, 4),
        Gender = Gender.Female,
        Language = "pl",
        EmailConsent = ConsentState.Granted,
        SmsConsent = ConsentState.Withdrawn,
        Tags = ["REJESTRACJA"],
        RemoveTags = ["GOSC"],
    };

    public static OutgoingEvent Purchase { get; } = new()
    {
        Kind = OutgoingEventKind.Purchase,
        Email = "anna@example.test",
        ExternalId = "1001",
        At = Moment,
        Value = 149.9m,
        Currency = "PLN",
        Location = "sm_demo",
        ShopDomain = "sklep.example",
        Description = "przelewy24",
        Products = [new OutgoingProduct("7", "Buty", 1, "BU-7"), new OutgoingProduct("9", "Pasek", 2.5m, null)],
        DeliveryMethod = "Paczkomat",
        PickUpPlace = "KRA01A",
        OrderNumber = "2026/03/1001",
    };

    public static OutgoingContact Contact(int number) => new() { Email = $"c{number}@example.test" };

    public static OutgoingEvent Event(int number, string email) => Purchase with { ExternalId = $"{number}", Email = email };

    public static string Ids(Received received, Func<string, bool>? taken = null)
    {
        var emails = received.Body!["upsertDetails"]!.AsArray().Select(detail => detail!["contact"]!["email"]!.GetValue<string>());
        var ids = string.Join(',', emails.Where(taken ?? (_ => true)).Select(email => $"\"{email}\":\"{Guid.NewGuid()}\""));
        return "{\"success\":true,\"message\":[],\"contactIds\":{" + ids + "}}";
    }
}
