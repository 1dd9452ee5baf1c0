using System.Text.Json.Serialization;
using Pomost.Connectors.Shared;

namespace Pomost.Connectors.WooCommerce;

// Lists are settable, not init: generated code hands absent init members their type's default, and the empty list would be lost.

/// <summary>What every record of the API has.</summary>
interface IWooRecord
{
    long Id { get; }

    string? DateModifiedGmt { get; }

    /// <summary>Why the shop could not give more of it than its id; null = it gave all of it.</summary>
    string? Failure { get; set; }
}

sealed record WooCustomer : IWooRecord
{
    public const string Fields = "id,date_created_gmt,date_modified_gmt,email,first_name,last_name,role,billing,is_paying_customer,meta_data";

    [JsonIgnore]
    public string? Failure { get; set; }

    public long Id { get; init; }
    public string? DateCreatedGmt { get; init; }
    public string? DateModifiedGmt { get; init; }
    public string? Email { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? Role { get; init; }

    [JsonConverter(typeof(LenientObject<WooAddress>))]
    public WooAddress? Billing { get; init; }
    public bool IsPayingCustomer { get; init; }

    [JsonConverter(typeof(LenientList<WooMeta>))]
    public List<WooMeta> MetaData { get; set; } = [];
}

sealed record WooAddress
{
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? Company { get; init; }

    [JsonPropertyName("address_1")]
    public string? Address1 { get; init; }

    [JsonPropertyName("address_2")]
    public string? Address2 { get; init; }
    public string? City { get; init; }
    public string? Postcode { get; init; }
    public string? Country { get; init; }
    public string? State { get; init; }
    public string? Email { get; init; }
    public string? Phone { get; init; }
}

/// <summary>Value is null when it is a structure: nothing we look for is.</summary>
sealed record WooMeta
{
    public string? Key { get; init; }
    public string? Value { get; init; }
}

sealed record WooOrder : IWooRecord
{
    public const string Fields = "id,number,status,currency,date_created_gmt,date_modified_gmt,date_paid_gmt,total,customer_id,billing,"
        + "payment_method,payment_method_title,meta_data,line_items,shipping_lines,refunds";

    [JsonIgnore]
    public string? Failure { get; set; }

    public long Id { get; init; }
    public string? Number { get; init; }
    public string? Status { get; init; }
    public string? Currency { get; init; }
    public string? DateCreatedGmt { get; init; }
    public string? DateModifiedGmt { get; init; }
    public string? DatePaidGmt { get; init; }
    public string? Total { get; init; }
    public long CustomerId { get; init; }

    [JsonConverter(typeof(LenientObject<WooAddress>))]
    public WooAddress? Billing { get; init; }
    public string? PaymentMethod { get; init; }
    public string? PaymentMethodTitle { get; init; }

    [JsonConverter(typeof(LenientList<WooMeta>))]
    public List<WooMeta> MetaData { get; set; } = [];

    [JsonConverter(typeof(LenientList<WooLine>))]
    public List<WooLine> LineItems { get; set; } = [];

    [JsonConverter(typeof(LenientList<WooShippingLine>))]
    public List<WooShippingLine> ShippingLines { get; set; } = [];

    [JsonConverter(typeof(LenientList<WooRefund>))]
    public List<WooRefund> Refunds { get; set; } = [];
}

sealed record WooLine
{
    public string? Name { get; init; }
    public long ProductId { get; init; }
    public long VariationId { get; init; }
    public string? Quantity { get; init; }
    public string? Total { get; init; }
    public string? TotalTax { get; init; }
    public string? Sku { get; init; }
}

sealed record WooShippingLine
{
    public string? MethodTitle { get; init; }
    public string? MethodId { get; init; }

    [JsonConverter(typeof(LenientList<WooMeta>))]
    public List<WooMeta> MetaData { get; set; } = [];
}

sealed record WooRefund
{
    public long Id { get; init; }
    public string? Total { get; init; }
}

sealed record WooProduct : IWooRecord
{
    public const string Fields = "id,name,permalink,status,catalog_visibility,sku,price,regular_price,sale_price,on_sale,description,short_description,"
        + "stock_quantity,stock_status,categories,brands,images,date_modified_gmt";

    [JsonIgnore]
    public string? Failure { get; set; }

    public long Id { get; init; }
    public string? Name { get; init; }
    public string? Permalink { get; init; }
    public string? Status { get; init; }
    public string? Sku { get; init; }
    public string? Price { get; init; }
    public string? RegularPrice { get; init; }
    public string? SalePrice { get; init; }
    public bool OnSale { get; init; }
    public string? Description { get; init; }
    public string? ShortDescription { get; init; }
    public string? StockQuantity { get; init; }
    public string? StockStatus { get; init; }
    public string? CatalogVisibility { get; init; }
    public string? DateModifiedGmt { get; init; }

    [JsonConverter(typeof(LenientList<WooCategory>))]
    public List<WooCategory> Categories { get; set; } = [];

    /// <summary>Since WooCommerce 9.4; absent before.</summary>
    [JsonConverter(typeof(LenientList<WooBrand>))]
    public List<WooBrand> Brands { get; set; } = [];

    [JsonConverter(typeof(LenientList<WooImage>))]
    public List<WooImage> Images { get; set; } = [];
}

/// <summary>A category of the tree; on a product only id and name are filled.</summary>
sealed record WooCategory : IWooRecord
{
    [JsonIgnore]
    public string? Failure { get; set; }

    public long Id { get; init; }
    public string? Name { get; init; }
    public string? Slug { get; init; }
    public long Parent { get; init; }
    public string? DateModifiedGmt => null;
}

sealed record WooBrand
{
    public string? Name { get; init; }
}

sealed record WooCurrency
{
    public string? Code { get; init; }
}

sealed record WooImage
{
    public string? Src { get; init; }
}

sealed record WooWebhook : IWooRecord
{
    [JsonIgnore]
    public string? Failure { get; set; }

    public long Id { get; init; }
    public string? Name { get; init; }
    public string? Status { get; init; }
    public string? Topic { get; init; }
    public string? DeliveryUrl { get; init; }
    public string? DateModifiedGmt => null;
}

sealed record WooError
{
    public string? Code { get; init; }
}

/// <summary>The index of the site, readable without keys.</summary>
sealed record WooIndex
{
    public string? Name { get; init; }
    public string? Home { get; init; }
    public string? TimezoneString { get; init; }
    public string? GmtOffset { get; init; }

    public System.Text.Json.JsonElement Namespaces { get; init; }
}

sealed record WooSystemStatus
{
    [JsonConverter(typeof(LenientObject<WooEnvironment>))]
    public WooEnvironment? Environment { get; init; }

    [JsonConverter(typeof(LenientObject<WooShopSettings>))]
    public WooShopSettings? Settings { get; init; }
}

sealed record WooEnvironment
{
    public string? HomeUrl { get; init; }
    public string? Version { get; init; }
}

sealed record WooShopSettings
{
    public string? Currency { get; init; }
}

/// <summary>What the shop's server sends at the end of its authorisation flow.</summary>
sealed record WooGrantedKeys
{
    public string? UserId { get; init; }
    public string? ConsumerKey { get; init; }
    public string? ConsumerSecret { get; init; }
}

sealed record WooMetaChange(IReadOnlyList<WooMetaValue> MetaData);

/// <summary>A null must be written: it takes the key away.</summary>
sealed record WooMetaValue(string Key, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Value);

sealed record WooWebhookChange(string? Name, string? Topic, string? DeliveryUrl, string? Secret, string? Status);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(LenientText), typeof(LenientNumber), typeof(LenientBool)])]
[JsonSerializable(typeof(WooCustomer))]
[JsonSerializable(typeof(WooOrder))]
[JsonSerializable(typeof(WooProduct))]
[JsonSerializable(typeof(WooCurrency))]
[JsonSerializable(typeof(WooWebhook))]
[JsonSerializable(typeof(WooError))]
[JsonSerializable(typeof(WooIndex))]
[JsonSerializable(typeof(WooSystemStatus))]
[JsonSerializable(typeof(WooGrantedKeys))]
[JsonSerializable(typeof(WooMetaChange))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(WooWebhookChange))]
sealed partial class WooCommerceJson : JsonSerializerContext;
