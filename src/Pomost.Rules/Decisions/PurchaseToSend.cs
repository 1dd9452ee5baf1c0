namespace Pomost.Rules;

/// <summary>What of an order is sent.</summary>
[Rule(
    "purchase-to-send",
    "Sent of an order: date, goods, value, the place of collection if any, and the shop's address as location. " +
    "One order is one event for ever: its identity is the shop's order id within the shop's location. Goods that no longer exist keep their place in its lists, " +
    "without an id. An order placed in an account is on the account's card, whatever address was billed; a guest's card ends with the data of the order placed last, " +
    "whatever order they are read in.",
    "FAQ, question 2: other data; Guide, section 4 (orders once only); whose card and which data is derived")]
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
    "Every event carries the shop it happened in as location id: the shop's domain and path in letters, digits and underscores, at most 36 characters; " +
    "what would look alike in these bears a short hash.",
    "FAQ, question on several shops: details hold the address of the shop; the form is SALESmanago's (API v2, external events)")]
public static class LocationId
{
    /// <summary>Longest id SALESmanago takes.</summary>
    public const int MaxLength = 36;

    /// <summary>The id for a shop's address. Scheme, case of the domain and a slash at the end make no difference; everything else does.</summary>
    /// <returns>A plain domain with underscores for dots (<c>sklep_example</c>). What that would not tell apart or is too long
    /// (hyphens, ports, paths) bears eight characters of a hash at its end.</returns>
    public static string For(Uri shop)
    {
        var address = $"{shop.IdnHost.ToLowerInvariant()}{(shop.IsDefaultPort ? "" : $":{shop.Port}")}{shop.AbsolutePath.TrimEnd('/')}";
        var id = new string([.. address.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_')]);
        var isPlain = address.All(c => char.IsAsciiLetterOrDigit(c) || c == '.') && char.IsAsciiLetter(address[0]);
        if (isPlain && id.Length <= MaxLength)
            return id;
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(address)).AsSpan(0, 4));
        return $"s_{id[..Math.Min(id.Length, MaxLength - 11)]}_{hash}";
    }
}
