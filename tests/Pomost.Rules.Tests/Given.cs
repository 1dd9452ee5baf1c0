namespace Pomost.Rules.Tests;

/// <summary>Records with everything filled in, to change one thing at a time.</summary>
static class Given
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly EmailAddress Anna = Address("anna@sklep.example");

    public static ShopContact Contact { get; } = new()
    {
        SourceId = "17",
        Email = "anna@sklep.example",
        HasAccount = true,
        FirstName = "Anna",
        LastName = "Żółć",
        Company = "Buty i spółka",
        Gender = Gender.Female,
        Phone = "+48 600 100 200",
        BillingAddress = new PostalAddress("Długa 1/2", "00-001", "Łódź", "PL", "łódzkie"),
        BirthDate = new DateOnly(1990, 5, 17),
        Language = "pl",
    };

    public static ShopOrder Order { get; } = new()
    {
        SourceId = "1001",
        Number = "ZAM/1001",
        Status = "completed",
        Stage = OrderStage.ConfirmedAndPaid,
        Buyer = Contact,
        PlacedAt = Noon,
        Currency = "PLN",
        Total = 149.90m,
        PaymentMethod = "BLIK",
        DeliveryMethod = "Paczkomat",
        PickUpPlace = "LOD01A",
        Lines = [Line("Trampki")],
    };

    public static OrderLine Line(string name, params string[][] menuPaths) => new()
    {
        ProductId = "5",
        Sku = "TR-42",
        Name = name,
        Quantity = 1.5m,
        Total = 100m,
        MenuPaths = [.. menuPaths.Select(levels => new MenuPath(levels))],
    };

    public static EmailAddress Address(string text)
        => EmailAddress.TryParse(text, out var address, out _) ? address : throw new ArgumentException("Not an address.", nameof(text));

    public static OutgoingContact Outgoing(ShopContact contact, params string[] tags)
        => ContactToSend.Of(contact, Anna, ConsentState.Granted, ConsentState.NoStatement, tags);
}
