namespace Pomost.Simulators.WooCommerce;

// Records are immutable: a page is picked under the shop's lock and rendered outside it. Times are Unix seconds, UTC.

public sealed record WooAddress
{
    public static readonly WooAddress Empty = new();

    public string FirstName { get; init; } = "";
    public string LastName { get; init; } = "";
    public string Company { get; init; } = "";
    public string Address1 { get; init; } = "";
    public string Address2 { get; init; } = "";
    public string City { get; init; } = "";
    public string Postcode { get; init; } = "";
    public string Country { get; init; } = "";
    public string State { get; init; } = "";
    public string Email { get; init; } = "";
    public string Phone { get; init; } = "";
}

/// <summary>An entry of <c>meta_data</c>.</summary>
/// <param name="Value">The text, or JSON when <paramref name="IsJson"/>.</param>
public readonly record struct WooMeta(int Id, string Key, string Value, bool IsJson = false);

public sealed record WooCustomer
{
    public int Id { get; init; }
    public string Email { get; init; } = "";
    public string FirstName { get; init; } = "";
    public string LastName { get; init; } = "";
    public string Role { get; init; } = WooRoles.Customer;
    public string Username { get; init; } = "";
    public WooAddress Billing { get; init; } = WooAddress.Empty;
    public WooAddress Shipping { get; init; } = WooAddress.Empty;
    public long CreatedAt { get; init; }

    /// <summary>Null for a user whom WooCommerce never saved.</summary>
    public long? ModifiedAt { get; init; }

    public long? LastActiveAt { get; init; }
    public bool IsPaying { get; init; }
    public WooMeta[] Meta { get; init; } = [];
}

public readonly record struct WooOrderLine
{
    public int ProductId { get; init; }
    public int VariationId { get; init; }
    public string Name { get; init; }
    public string ParentName { get; init; }
    public string Sku { get; init; }
    public int Quantity { get; init; }

    /// <summary>Net of tax.</summary>
    public decimal Total { get; init; }

    public decimal Tax { get; init; }

    /// <summary>The net unit price as written by another program; computed from the total when null.</summary>
    public decimal? UnitPrice { get; init; }
}

public sealed record WooShippingLine(string MethodId, string Title, decimal Total, decimal Tax, WooMeta[] Meta);

public readonly record struct WooRefund(int Id, decimal Amount, string Reason, long CreatedAt);

public sealed record WooOrder
{
    public int Id { get; init; }
    public int CustomerId { get; init; }
    public string Status { get; init; } = "pending";
    public string Currency { get; init; } = "PLN";
    public long CreatedAt { get; init; }
    public long ModifiedAt { get; init; }
    public long? PaidAt { get; init; }
    public long? CompletedAt { get; init; }
    public WooAddress Billing { get; init; } = WooAddress.Empty;
    public WooAddress Shipping { get; init; } = WooAddress.Empty;
    public WooOrderLine[] Lines { get; init; } = [];
    public WooShippingLine? ShippingLine { get; init; }
    public string PaymentMethod { get; init; } = "";
    public string PaymentTitle { get; init; } = "";
    public string TransactionId { get; init; } = "";
    public string CustomerNote { get; init; } = "";
    public string CreatedVia { get; init; } = "checkout";
    public WooMeta[] Meta { get; init; } = [];
    public WooRefund[] Refunds { get; init; } = [];

    /// <summary>Gross: goods, delivery and tax.</summary>
    public decimal Total
    {
        get
        {
            var total = ShippingLine is { } shipping ? shipping.Total + shipping.Tax : 0m;
            foreach (var line in Lines)
                total += line.Total + line.Tax;
            return total;
        }
    }
}

public sealed record WooVariation(int Id, string Sku, string Option, decimal RegularPrice, int? Stock);

public sealed record WooProduct
{
    public int Id { get; init; }
    public string Name { get; init; } = "";
    public string Slug { get; init; } = "";
    public string Status { get; init; } = "publish";

    /// <summary>visible, catalog, search or hidden.</summary>
    public string CatalogVisibility { get; init; } = "visible";

    public string Sku { get; init; } = "";

    /// <summary>Gross, as the shop's owner types it.</summary>
    public decimal RegularPrice { get; init; }

    public decimal? SalePrice { get; init; }

    /// <summary>Percent, for example 23.</summary>
    public int TaxRate { get; init; } = 23;

    public string Description { get; init; } = "";
    public int[] CategoryIds { get; init; } = [];
    public string[] Tags { get; init; } = [];

    /// <summary>Files of its pictures, the main one first; empty = one picture named by its id.</summary>
    public string[] Pictures { get; init; } = [];

    /// <summary>Null when the shop does not count this product's stock.</summary>
    public int? Stock { get; init; }

    public int TotalSales { get; init; }
    public long CreatedAt { get; init; }
    public long ModifiedAt { get; init; }

    /// <summary>The attribute the variations differ in; not empty exactly for variable products.</summary>
    public string VariesBy { get; init; } = "";

    public WooVariation[] Variations { get; init; } = [];
    public WooMeta[] Meta { get; init; } = [];

    public bool IsVariable => Variations.Length > 0;

    public decimal Price => IsVariable ? Variations.Min(variation => variation.RegularPrice) : SalePrice ?? RegularPrice;
}

/// <summary>A product category. The name is plain text; the API encodes it as HTML.</summary>
public sealed record WooCategory(int Id, string Name, string Slug, int Parent);

public static class WooRoles
{
    public const string Customer = "customer";

    /// <summary>The roles a query may name besides <c>all</c>.</summary>
    public static readonly IReadOnlyList<string> All =
        ["administrator", "editor", "author", "contributor", "subscriber", Customer, "shop_manager"];
}

/// <summary>Something that happened in the shop, as its webhooks name it.</summary>
/// <param name="Topic">For example <c>order.updated</c>, or <c>action.woocommerce_payment_complete</c>.</param>
public readonly record struct WooShopChange(string Topic, int Id);
