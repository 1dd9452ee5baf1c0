using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Pomost.Connectors.Module;
using Pomost.Connectors.Shared;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.WooCommerce;

/// <summary>Wire records into domain records. No I/O, no clock.</summary>
static partial class WooCommerceMapping
{
    /// <summary>The module's own field for the newsletter; the only one with a date and a source.</summary>
    public const string OwnEmailKey = "pomost_newsletter_consent";

    public const string ConsentTimeKey = "pomost_consent_at";
    public const string ConsentSourceKey = "pomost_consent_source";

    const string OwnYes = "1";
    const string OwnNo = "0";
    const string AcquisitionKey = "_wc_order_attribution_utm_source";

    // Fields of the module: it writes 1 and 0, whatever values the operator named for another plug-in.
    static readonly string[] OwnKeys = [OwnEmailKey, "pomost_sms_consent", "pomost_sharing_consent"];

    static readonly string[] BirthDateFormats = ["yyyy-MM-dd", "yyyyMMdd", "d.M.yyyy"];

    static readonly string[] Refusals = ["0", "no", "false", "off", "unsubscribed"];

    /// <summary>Statuses of the platform itself; plug-ins add more, and those are open until the shop owner says otherwise.</summary>
    public static IReadOnlyList<OrderStatus> Statuses { get; } =
    [
        new("pending", new("Oczekujące na płatność", "Pending payment"), OrderStage.Open),
        new("on-hold", new("Wstrzymane", "On hold"), OrderStage.Open),
        new("processing", new("W trakcie realizacji", "Processing"), OrderStage.ConfirmedAndPaid),
        new("completed", new("Zrealizowane", "Completed"), OrderStage.ConfirmedAndPaid),
        new("cancelled", new("Anulowane", "Cancelled"), OrderStage.Cancelled),
        new("failed", new("Nieudane", "Failed"), OrderStage.Cancelled),
        new("refunded", new("Zwrócone", "Refunded"), OrderStage.Refunded),
        new("checkout-draft", new("Szkic", "Draft"), OrderStage.Open),
    ];

    /// <summary>Says whether an account is a customer's: by its role, or because it bought. Staff who never bought are not.</summary>
    public static bool IsCustomer(WooCustomer customer, WooCommerceSettings settings)
        => customer.IsPayingCustomer || customer.Role is not { } role || settings.CustomerRoles.Contains(role) || settings.WholesalerRoles.Contains(role);

    public static ShopContact Contact(WooCustomer customer, WooCommerceSettings settings)
    {
        var billing = customer.Billing ?? new WooAddress();
        var email = ConsentOf(customer.MetaData, ConsentChannel.Email, settings);
        var tags = WooCommerceTags.Read(customer.MetaData, settings);
        return new ShopContact
        {
            SourceId = Id(customer.Id),
            // WordPress hides an account's address that has blanks around it; the billing address then still bears it.
            Email = LenientValue.Text(customer.Email) ?? LenientValue.Text(billing.Email),
            HasAccount = true,
            IsWholeRecord = customer.Billing is not null,
            IsSubscriber = email.State != ConsentState.NoStatement,
            IsWholesaler = customer.Role is { } role && settings.WholesalerRoles.Contains(role),
            FirstName = Name(customer.FirstName) ?? Name(billing.FirstName),
            LastName = Name(customer.LastName) ?? Name(billing.LastName),
            Company = Name(billing.Company),
            Phone = LenientValue.Text(billing.Phone),
            BillingAddress = Address(billing),
            Gender = GenderOf(Meta(customer.MetaData, settings.GenderKey), settings),
            BirthDate = BirthDateOf(Meta(customer.MetaData, settings.BirthDateKey)),
            RegisteredAt = LenientValue.UtcTime(customer.DateCreatedGmt),
            ModifiedAt = LenientValue.UtcTime(customer.DateModifiedGmt),
            EmailConsent = email,
            SmsConsent = ConsentOf(customer.MetaData, ConsentChannel.Sms, settings),
            // A yes is given while ordering; on the account only a withdrawal counts.
            SharingConsent = Sharing(customer.MetaData, settings) == false ? false : null,
            ShopTags = tags,
            HasUnreadableTags = tags is null && settings.TagsKey is not null,
        };
    }

    /// <summary>The order, or why it cannot be read.</summary>
    public static (ShopOrder? Order, RejectedRecord? Rejected) Order(WooOrder order, WooCommerceSettings settings, Func<long, IReadOnlyList<MenuPath>> pathsTo)
    {
        if (order.Id <= 0)
            return Reject(order, "id", "The order has no id.");
        if (LenientValue.UtcTime(order.DateCreatedGmt) is not { } placedAt)
            return Reject(order, "date_created_gmt", "The order has no date, or one that cannot be read.", order.DateCreatedGmt);
        if (LenientValue.Money(order.Total) is not { } total)
            return Reject(order, "total", "The value of the order is not a number.", order.Total);
        if (LenientValue.Text(order.Currency) is not { Length: 3 } currency)
            return Reject(order, "currency", "The order has no currency.", order.Currency);
        var paidAt = LenientValue.UtcTime(order.DatePaidGmt);
        var refunds = order.Refunds.ConvertAll(refund => new OrderRefund(Id(refund.Id), null, Math.Abs(LenientValue.Money(refund.Total) ?? 0)));
        var sharing = Sharing(order.MetaData, settings);
        var delivery = order.ShippingLines is [var first, ..] ? first : null;
        return (new ShopOrder
        {
            SourceId = Id(order.Id),
            Number = LenientValue.Text(order.Number) ?? Id(order.Id),
            Status = order.Status ?? "",
            Stage = StageOf(order),
            Buyer = Buyer(order, settings, placedAt, sharing),
            PlacedAt = placedAt,
            PaidAt = paidAt,
            ModifiedAt = LenientValue.UtcTime(order.DateModifiedGmt),
            Currency = currency.ToUpperInvariant(),
            Total = total,
            RefundedTotal = refunds.Sum(refund => refund.Amount),
            Refunds = refunds,
            Lines = order.LineItems.ConvertAll(line => Line(line, pathsTo)),
            PaymentMethod = Name(order.PaymentMethodTitle) ?? LenientValue.Text(order.PaymentMethod),
            DeliveryMethod = Name(delivery?.MethodTitle),
            PickUpPlace = order.ShippingLines.Select(PickUpPlace).FirstOrDefault(place => place is not null),
            SharingConsent = sharing,
            AcquisitionSource = Acquisition(order.MetaData),
        }, null);
    }

    public static ShopProduct Product(WooProduct product, IReadOnlyList<MenuPath> paths) => new()
    {
        SourceId = Id(product.Id),
        Name = Name(product.Name) ?? Id(product.Id),
        Sku = LenientValue.Text(product.Sku),
        Address = Link(product.Permalink),
        Picture = Link(product.Images is [var first, ..] ? first.Src : null),
        FurtherPictures = [.. product.Images.Skip(1).Select(image => Link(image.Src)).OfType<Uri>()],
        Description = Plain(product.ShortDescription) ?? Plain(product.Description),
        Price = LenientValue.Money(product.RegularPrice) ?? LenientValue.Money(product.Price),
        DiscountPrice = product.OnSale ? LenientValue.Money(product.SalePrice) : null,
        Quantity = LenientValue.Money(product.StockQuantity),
        IsAvailable = product is { Status: "publish", StockStatus: not "outofstock" },
        IsPublished = product is { Status: "publish", CatalogVisibility: not "hidden" },
        Brand = Name(product.Brands is [var brand, ..] ? brand.Name : null),
        MenuPaths = paths,
        ModifiedAt = LenientValue.UtcTime(product.DateModifiedGmt),
    };

    /// <summary>The field of a channel; null when the operator named none.</summary>
    public static string? KeyOf(ConsentChannel channel, WooCommerceSettings settings)
        => channel == ConsentChannel.Email ? settings.EmailConsentKey : settings.SmsConsentKey;

    /// <summary>What an account says of a channel.</summary>
    /// <remarks>Date and source belong to the module's own field: they would date the value of another plug-in wrongly.</remarks>
    public static Consent ConsentOf(List<WooMeta> entries, ConsentChannel channel, WooCommerceSettings settings)
    {
        var key = KeyOf(channel, settings);
        var state = StateOf(entries, key, settings);
        if (state == ConsentState.NoStatement)
            return Consent.None;
        // A source without a date proves nothing: such a statement is weighed as any other undated one.
        return key == OwnEmailKey && LenientValue.UtcTime(Meta(entries, ConsentTimeKey)) is { } at
            ? new Consent(state, at, ModuleMapping.SourceOf(LenientValue.Text(Meta(entries, ConsentSourceKey)))) : new Consent(state);
    }

    /// <summary>The text a plug-in reads as yes or no.</summary>
    public static string ValueOf(ConsentState state, string key, WooCommerceSettings settings)
    {
        if (OwnKeys.Contains(key, StringComparer.Ordinal))
            return state == ConsentState.Granted ? OwnYes : OwnNo;
        var yes = settings.AcceptedValues is [var first, ..] ? first : OwnYes;
        if (state == ConsentState.Granted)
            return yes;
        return yes.ToLowerInvariant() switch
        {
            "yes" => "no",
            "true" => "false",
            "on" => "off",
            "subscribed" => "unsubscribed",
            _ => OwnNo,
        };
    }

    /// <summary>What a stored value says. A value nobody declared says nothing: never a yes, never a no.</summary>
    public static ConsentState StateOf(List<WooMeta> entries, string? key, WooCommerceSettings settings)
    {
        if (LenientValue.Text(Meta(entries, key)) is not { } text)
            return ConsentState.NoStatement;
        var isOwnYes = text == OwnYes && OwnKeys.Contains(key!, StringComparer.Ordinal);
        if (isOwnYes || settings.AcceptedValues.Contains(text, StringComparer.OrdinalIgnoreCase))
            return ConsentState.Granted;
        return Refusals.Contains(text, StringComparer.OrdinalIgnoreCase) ? ConsentState.Withdrawn : ConsentState.NoStatement;
    }

    public static string? Meta(List<WooMeta> entries, string? key)
    {
        if (key is null)
            return null;
        // WordPress may hold a key twice; the later row is the later statement.
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            if (entries[i].Key == key)
                return entries[i].Value;
        }
        return null;
    }

    static (ShopOrder?, RejectedRecord?) Reject(WooOrder order, string field, string message, string? value = null)
        => (null, new RejectedRecord(Id(order.Id), field, message) { Value = value });

    // A word on both lists, or on none, says nothing.
    static Gender GenderOf(string? value, WooCommerceSettings settings)
    {
        if (LenientValue.Text(value)?.TrimEnd('.') is not { Length: > 0 } word)
            return Gender.Unknown;
        return (Among(word, settings.FemaleValues), Among(word, settings.MaleValues)) switch
        {
            (true, false) => Gender.Female,
            (false, true) => Gender.Male,
            _ => Gender.Unknown,
        };
    }

    static bool Among(string word, IReadOnlyList<string> values)
        => values.Any(value => string.Equals(value.TrimEnd('.').Normalize(), word.Normalize(), StringComparison.OrdinalIgnoreCase));

    // With strokes nobody knows whether the day or the month comes first.
    static DateOnly? BirthDateOf(string? value)
        => DateOnly.TryParseExact(LenientValue.Text(value), BirthDateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year >= 1900
            ? date : null;

    static OrderStage StageOf(WooOrder order) => order.Status switch
    {
        // The platform's own paid statuses. A date of payment is no condition: cash on delivery gets one late, old and migrated orders have none.
        "processing" or "completed" => OrderStage.ConfirmedAndPaid,
        "cancelled" or "failed" or "trash" => OrderStage.Cancelled,
        "refunded" => OrderStage.Refunded,
        _ => OrderStage.Open,
    };

    static ShopContact Buyer(WooOrder order, WooCommerceSettings settings, DateTimeOffset placedAt, bool? sharing)
    {
        var billing = order.Billing ?? new WooAddress();
        return new ShopContact
        {
            SourceId = order.CustomerId > 0 ? Id(order.CustomerId) : null,
            HasAccount = order.CustomerId > 0,
            Email = LenientValue.Text(billing.Email),
            FirstName = Name(billing.FirstName),
            LastName = Name(billing.LastName),
            Company = Name(billing.Company),
            Phone = LenientValue.Text(billing.Phone),
            BillingAddress = Address(billing),
            EmailConsent = GivenAtCheckout(order.MetaData, ConsentChannel.Email, settings, placedAt),
            SmsConsent = GivenAtCheckout(order.MetaData, ConsentChannel.Sms, settings, placedAt),
            SharingConsent = sharing,
        };
    }

    // A box left empty while ordering is no objection: it must not take back what was agreed earlier.
    static Consent GivenAtCheckout(List<WooMeta> entries, ConsentChannel channel, WooCommerceSettings settings, DateTimeOffset placedAt)
        => StateOf(entries, KeyOf(channel, settings), settings) == ConsentState.Granted
            ? new Consent(ConsentState.Granted, placedAt, ConsentSource.Checkout) : Consent.None;

    // The module writes 1 and 0 into whichever field the operator named.
    static bool? Sharing(List<WooMeta> entries, WooCommerceSettings settings) => StateOf(entries, settings.SharingConsentKey, settings) switch
    {
        ConsentState.Granted => true,
        ConsentState.Withdrawn => false,
        _ => LenientValue.Text(Meta(entries, settings.SharingConsentKey)) == OwnYes ? true : null,
    };

    static OrderLine Line(WooLine line, Func<long, IReadOnlyList<MenuPath>> pathsTo) => new()
    {
        ProductId = line.ProductId > 0 ? Id(line.ProductId) : null,
        VariantId = line.VariationId > 0 ? Id(line.VariationId) : null,
        Sku = LenientValue.Text(line.Sku),
        Name = Name(line.Name) ?? "",
        Quantity = LenientValue.Money(line.Quantity) ?? 0,
        Total = (LenientValue.Money(line.Total) ?? 0) + (LenientValue.Money(line.TotalTax) ?? 0),
        MenuPaths = pathsTo(line.ProductId),
    };

    static string? PickUpPlace(WooShippingLine line) => line.MethodId switch
    {
        "pickup_location" => Name(Meta(line.MetaData, "pickup_location")) ?? Name(line.MethodTitle),
        "local_pickup" => Name(line.MethodTitle),
        _ => null,
    };

    static string? Acquisition(List<WooMeta> entries)
        => LenientValue.Text(Meta(entries, AcquisitionKey)) is { } source && source != "(direct)" ? source : null;

    static PostalAddress? Address(WooAddress billing)
    {
        var street = string.Join(' ', new[] { Name(billing.Address1), Name(billing.Address2) }.OfType<string>());
        var address = new PostalAddress(
            LenientValue.Text(street),
            LenientValue.Text(billing.Postcode),
            Name(billing.City),
            LenientValue.Text(billing.Country)?.ToUpperInvariant(),
            Name(billing.State));
        return address == new PostalAddress() ? null : address;
    }

    static string? Name(string? text)
        => LenientValue.Text(text is not null && text.Contains('&', StringComparison.Ordinal) ? WebUtility.HtmlDecode(text) : text);

    static string? Plain(string? html)
    {
        if (LenientValue.Text(html) is not { } text)
            return null;
        var plain = White().Replace(WebUtility.HtmlDecode(Tag().Replace(text, " ")), " ").Trim();
        return plain.Length == 0 ? null : plain;
    }

    static Uri? Link(string? text)
        => Uri.TryCreate(text, UriKind.Absolute, out var link) && (link.Scheme == Uri.UriSchemeHttps || link.Scheme == Uri.UriSchemeHttp) ? link : null;

    static string Id(long id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex("<[^>]*>", RegexOptions.NonBacktracking)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex White();
}
