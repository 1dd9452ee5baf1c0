namespace Pomost.Rules;

/// <summary>What of an order is sent.</summary>
[Rule(
    "purchase-to-send",
    "Sent of an order: date, goods, value, the place of collection if any, and the shop's address as location. " +
    "One order is one event for ever: its identity is the shop's order id within the shop's location.",
    "FAQ, question 2: other data; Guide, section 4 (orders once only)")]
public static class PurchaseToSend
{
    /// <summary>Makes the purchase event of an order that counts.</summary>
    /// <param name="order">The order.</param>
    /// <param name="address">Its buyer's checked address.</param>
    /// <param name="location">Location id of the store (<see cref="LocationId"/>).</param>
    /// <param name="shopDomain">Domain of the shop.</param>
    public static OutgoingEvent Of(ShopOrder order, EmailAddress address, string location, string shopDomain) => new()
    {
        Kind = OutgoingEventKind.Purchase,
        Email = address.Value,
        ExternalId = order.SourceId,
        At = order.PlacedAt,
        Value = decimal.Round(order.Total, 2, MidpointRounding.AwayFromZero),
        Currency = order.Currency,
        Location = location,
        ShopDomain = shopDomain,
        Description = order.PaymentMethod,
        DeliveryMethod = order.DeliveryMethod,
        PickUpPlace = order.PickUpPlace,
        OrderNumber = order.Number,
        Products = [.. order.Lines.Select(line => new OutgoingProduct(line.ProductId, line.Name, line.Quantity, line.Sku))],
    };
}

/// <summary>Identity of a shop within one destination.</summary>
[Rule(
    "location-id",
    "Every event carries the shop it happened in as location id: the shop's domain and path in letters, digits and underscores, at most 36 characters.",
    "FAQ, question on several shops: details hold the address of the shop; the form is SALESmanago's (API v2, external events)")]
public static class LocationId
{
    /// <summary>Longest id SALESmanago takes.</summary>
    public const int MaxLength = 36;

    /// <summary>The id for a shop's address; long addresses keep their end distinct by a short hash.</summary>
    public static string For(Uri shop)
    {
        var text = new string([.. $"{shop.IdnHost}{(shop.IsDefaultPort ? "" : $"_{shop.Port}")}{shop.AbsolutePath}".TrimEnd('/')
            .Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_')]);
        if (text.Length < MaxLength && char.IsAsciiLetter(text[0]))
            return text;
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)).AsSpan(0, 4));
        return $"s_{text[..Math.Min(text.Length, MaxLength - 11)]}_{hash}";
    }
}
