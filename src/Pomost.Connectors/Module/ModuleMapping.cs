using Pomost.Connectors.Shared;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.Module;

/// <summary>Rows of the module contract into domain records. No I/O, no clock.</summary>
static class ModuleMapping
{
    /// <summary>The changes we understand, each object once; a stream that a later module knows is left out.</summary>
    public static IReadOnlyList<AnnouncedChange> Changes(IEnumerable<ModuleChange> rows) =>
    [
        .. rows.Select(row => StreamOf(row.Stream) is { } stream && LenientValue.Text(row.Id) is { Length: <= 200 } id
                ? new AnnouncedChange(stream, row.Kind == "deleted" ? ChangeKind.Deleted : ChangeKind.Changed, id) : null)
            .OfType<AnnouncedChange>().Distinct(),
    ];

    /// <summary>A subscriber, or what is wrong with the row.</summary>
    public static (ShopContact? Contact, RejectedRecord? Rejected) Subscriber(ModuleContact row)
    {
        if (LenientValue.Text(row.Email) is not { } email)
            return (null, new RejectedRecord(row.Id ?? "", "email", "The subscriber has no address.") { Value = row.Email });
        return (new ShopContact
        {
            SourceId = null,
            Email = email,
            HasAccount = false,
            IsSubscriber = true,
            FirstName = LenientValue.Text(row.FirstName),
            LastName = LenientValue.Text(row.LastName),
            Phone = LenientValue.Text(row.Phone),
            Language = LenientValue.Text(row.Language)?.ToLowerInvariant(),
            RegisteredAt = LenientValue.UtcTime(row.RegisteredAt),
            ModifiedAt = LenientValue.UtcTime(row.ModifiedAt),
            EmailConsent = ConsentOf(row.EmailConsent),
            SmsConsent = ConsentOf(row.SmsConsent),
            ShopTags = row.Tags is null ? null : [.. row.Tags.Select(LenientValue.Text).OfType<string>()],
        }, null);
    }

    public static (ShopCart? Cart, RejectedRecord? Rejected) Cart(ModuleCart row)
    {
        if (LenientValue.Text(row.Id) is not { } id)
            return (null, new RejectedRecord("", "id", "The cart has no id."));
        if (LenientValue.UtcTime(row.ModifiedAt) is not { } modifiedAt)
            return (null, new RejectedRecord(id, "modified_at", "The cart has no time, or one that cannot be read.") { Value = row.ModifiedAt });
        if (LenientValue.Money(row.Total) is not { } total)
            return (null, new RejectedRecord(id, "total", "The value of the cart is not a number.") { Value = row.Total });
        if (LenientValue.Text(row.Currency) is not { Length: 3 } currency)
            return (null, new RejectedRecord(id, "currency", "The cart has no currency.") { Value = row.Currency });
        return (new ShopCart
        {
            SourceId = id,
            Email = LenientValue.Text(row.Email),
            ModifiedAt = modifiedAt,
            Currency = currency.ToUpperInvariant(),
            Total = total,
            Lines = row.Lines.ConvertAll(Line),
            RecoveryLink = LenientValue.Text(row.Link),
            OrderId = LenientValue.Text(row.Order),
        }, null);
    }

    public static string NameOf(ConsentChannel channel) => channel == ConsentChannel.Email ? "email" : "sms";

    public static string NameOf(ConsentState state) => state == ConsentState.Granted ? "granted" : "withdrawn";

    /// <summary>What the contract calls the place of a statement; what was not said in a shop came by way of Pomost.</summary>
    public static string NameOf(ConsentSource source) => source switch
    {
        ConsentSource.RegistrationForm => "registration",
        ConsentSource.AccountPage => "account",
        ConsentSource.Checkout => "checkout",
        ConsentSource.NewsletterForm => "form",
        ConsentSource.Import => "import",
        _ => "pomost",
    };

    /// <summary>Where a statement was made, by the contract's name.</summary>
    public static ConsentSource SourceOf(string? name) => name switch
    {
        "registration" => ConsentSource.RegistrationForm,
        "account" => ConsentSource.AccountPage,
        "checkout" => ConsentSource.Checkout,
        "form" or "newsletter" => ConsentSource.NewsletterForm,
        "import" => ConsentSource.Import,
        _ => ConsentSource.ShopRecord,
    };

    /// <summary>A statement as the module has it. A source without a date proves nothing: then it is a plain record of the shop.</summary>
    public static Consent ConsentOf(ModuleConsent? consent)
    {
        var state = consent?.State switch
        {
            "granted" => ConsentState.Granted,
            "withdrawn" => ConsentState.Withdrawn,
            _ => ConsentState.NoStatement,
        };
        if (state == ConsentState.NoStatement)
            return Consent.None;
        return LenientValue.UtcTime(consent!.At) is { } at ? new Consent(state, at, SourceOf(consent.Source)) : new Consent(state);
    }

    static OrderLine Line(ModuleLine line) => new()
    {
        ProductId = LenientValue.Text(line.Product),
        VariantId = LenientValue.Text(line.Variant),
        Sku = LenientValue.Text(line.Sku),
        Name = LenientValue.Text(line.Name) ?? "",
        Quantity = LenientValue.Money(line.Quantity) ?? 0,
        Total = LenientValue.Money(line.Total) ?? 0,
    };

    static ShopStream? StreamOf(string? name) => name switch
    {
        "contacts" => ShopStream.Contacts,
        "subscribers" => ShopStream.Subscribers,
        "orders" => ShopStream.Orders,
        "carts" => ShopStream.Carts,
        "products" => ShopStream.Products,
        _ => null,
    };
}
