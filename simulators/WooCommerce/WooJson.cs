using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pomost.Simulators.WooCommerce;

/// <summary>Writes records as <c>wc/v3</c> shows them.</summary>
sealed partial class WooJson(WooCommerceShop shop, TimeZoneInfo zone, Func<Uri> site, string restPrefix, string version)
{
    readonly ConcurrentBag<ArrayBufferWriter<byte>> _buffers = [];

    /// <summary>Renders into a buffer that is to be handed back: a page of orders is large enough to burden the garbage collector.</summary>
    public ArrayBufferWriter<byte> Render(Action<Utf8JsonWriter> write)
    {
        if (!_buffers.TryTake(out var buffer))
            buffer = new ArrayBufferWriter<byte>(4 * 1024);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        write(json);
        return buffer;
    }

    public void HandBack(ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        _buffers.Add(buffer);
    }

    public string SiteUrl => site().ToString().TrimEnd('/');

    public string RestUrl => SiteUrl + "/" + restPrefix + "/";

    public DateTime Local(long unixSeconds) => TimeZoneInfo.ConvertTimeFromUtc(DateTime.UnixEpoch.AddSeconds(unixSeconds), zone);

    public void Customer(Utf8JsonWriter json, WooCustomer customer, FieldFilter? fields, bool alone)
    {
        json.WriteStartObject();
        Number(json, fields, "id", customer.Id);
        Dates(json, fields, "date_created", "date_created_gmt", customer.CreatedAt);
        Dates(json, fields, "date_modified", "date_modified_gmt", customer.ModifiedAt);
        Text(json, fields, "email", customer.Email);
        Text(json, fields, "first_name", Html(customer.FirstName));
        Text(json, fields, "last_name", Html(customer.LastName));
        Text(json, fields, "role", customer.Role);
        Text(json, fields, "username", customer.Username);
        Address(json, fields, "billing", customer.Billing, withEmail: true);
        Address(json, fields, "shipping", customer.Shipping, withEmail: false);
        Flag(json, fields, "is_paying_customer", customer.IsPaying);
        if (fields?.Has("avatar_url") != false)
            json.WriteString("avatar_url", $"{SiteUrl}/avatar/{customer.Id.ToString(CultureInfo.InvariantCulture)}?s=96&d=mm&r=g");
        if (fields?.Has("meta_data") != false)
        {
            json.WriteStartArray("meta_data");
            if (fields?.Inside("meta_data") is null)
            {
                foreach (var entry in customer.Meta)
                    Meta(json, entry);
                // Changes with every log-in and order, so that comparing whole records finds changes nobody made.
                if (customer.LastActiveAt is { } active)
                    Meta(json, new WooMeta(100_000_000 + customer.Id, "wc_last_active", active.ToString(CultureInfo.InvariantCulture)));
            }
            json.WriteEndArray();
        }
        Links(json, fields, alone, "wc/v3/customers", customer.Id);
        json.WriteEndObject();
    }

    public void Order(Utf8JsonWriter json, WooOrder order, FieldFilter? fields, bool alone, int decimals = 2)
    {
        json.WriteStartObject();
        Number(json, fields, "id", order.Id);
        Number(json, fields, "parent_id", 0);
        Text(json, fields, "status", order.Status);
        Text(json, fields, "currency", order.Currency);
        Text(json, fields, "version", version);
        Flag(json, fields, "prices_include_tax", true);
        Dates(json, fields, "date_created", "date_created_gmt", order.CreatedAt);
        Dates(json, fields, "date_modified", "date_modified_gmt", order.ModifiedAt);
        var shipping = order.ShippingLine;
        decimal goodsTax = 0;
        foreach (var line in order.Lines)
            goodsTax += line.Tax;
        Money(json, fields, "discount_total", 0, decimals);
        Money(json, fields, "discount_tax", 0, decimals);
        Money(json, fields, "shipping_total", shipping?.Total ?? 0, decimals);
        Money(json, fields, "shipping_tax", shipping?.Tax ?? 0, decimals);
        Money(json, fields, "cart_tax", goodsTax, decimals);
        Money(json, fields, "total", order.Total, decimals);
        Money(json, fields, "total_tax", goodsTax + (shipping?.Tax ?? 0), decimals);
        Number(json, fields, "customer_id", order.CustomerId);
        if (fields?.Has("order_key") != false)
            json.WriteString("order_key", OrderKey(order.Id));
        Address(json, fields, "billing", order.Billing, withEmail: true);
        Address(json, fields, "shipping", order.Shipping, withEmail: false);
        Text(json, fields, "payment_method", order.PaymentMethod);
        Text(json, fields, "payment_method_title", order.PaymentTitle);
        Text(json, fields, "transaction_id", order.TransactionId);
        Text(json, fields, "customer_ip_address", order.CreatedVia == "checkout" ? "192.0.2.17" : "");
        Text(json, fields, "customer_user_agent", order.CreatedVia == "checkout" ? "Mozilla/5.0" : "");
        Text(json, fields, "created_via", order.CreatedVia);
        Text(json, fields, "customer_note", order.CustomerNote);
        Dates(json, fields, "date_completed", "date_completed_gmt", order.CompletedAt);
        Dates(json, fields, "date_paid", "date_paid_gmt", order.PaidAt);
        Text(json, fields, "cart_hash", "");
        if (fields?.Has("number") != false)
            json.WriteString("number", order.Id.ToString(CultureInfo.InvariantCulture));
        if (StartList(json, fields, "meta_data", out var whole))
        {
            if (whole)
            {
                foreach (var entry in order.Meta)
                    Meta(json, entry);
            }
            json.WriteEndArray();
        }
        if (StartList(json, fields, "line_items", out whole))
        {
            for (var i = 0; whole && i < order.Lines.Length; i++)
                Line(json, order.Lines[i], (order.Id * 10) + i + 1, decimals);
            json.WriteEndArray();
        }
        if (StartList(json, fields, "tax_lines", out whole))
        {
            if (whole && goodsTax > 0)
                TaxLine(json, order.Id * 10, goodsTax, shipping?.Tax ?? 0, decimals);
            json.WriteEndArray();
        }
        if (StartList(json, fields, "shipping_lines", out whole))
        {
            if (whole && shipping is not null)
                ShippingLine(json, shipping, (order.Id * 10) + 9, decimals);
            json.WriteEndArray();
        }
        EmptyList(json, fields, "fee_lines");
        EmptyList(json, fields, "coupon_lines");
        if (StartList(json, fields, "refunds", out whole))
        {
            for (var i = 0; whole && i < order.Refunds.Length; i++)
            {
                json.WriteStartObject();
                json.WriteNumber("id", order.Refunds[i].Id);
                json.WriteString("reason", order.Refunds[i].Reason);
                Money(json, null, "total", -order.Refunds[i].Amount, decimals);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        if (fields?.Has("payment_url") != false)
            json.WriteString("payment_url", $"{SiteUrl}/zamowienie/order-pay/{order.Id.ToString(CultureInfo.InvariantCulture)}/?pay_for_order=true");
        Flag(json, fields, "is_editable", order.Status is "pending" or "on-hold");
        Flag(json, fields, "needs_payment", order.Status is "pending" or "failed");
        Flag(json, fields, "needs_processing", true);
        Text(json, fields, "currency_symbol", "zł");
        Links(json, fields, alone, "wc/v3/orders", order.Id);
        json.WriteEndObject();
    }

    public void Refund(Utf8JsonWriter json, int orderId, WooRefund refund, FieldFilter? fields)
    {
        json.WriteStartObject();
        Number(json, fields, "id", refund.Id);
        Number(json, fields, "parent_id", orderId);
        Dates(json, fields, "date_created", "date_created_gmt", refund.CreatedAt);
        Money(json, fields, "amount", refund.Amount, 2);
        Text(json, fields, "reason", refund.Reason);
        Number(json, fields, "refunded_by", 1);
        Flag(json, fields, "refunded_payment", false);
        EmptyList(json, fields, "meta_data");
        EmptyList(json, fields, "line_items");
        json.WriteEndObject();
    }

    public void Product(Utf8JsonWriter json, WooProduct product, IReadOnlyDictionary<int, WooCategory> categories, FieldFilter? fields, bool alone)
    {
        json.WriteStartObject();
        Number(json, fields, "id", product.Id);
        Text(json, fields, "name", product.Name);
        Text(json, fields, "slug", product.Slug);
        if (fields?.Has("permalink") != false)
            json.WriteString("permalink", Permalink(product));
        Dates(json, fields, "date_created", "date_created_gmt", product.CreatedAt);
        Dates(json, fields, "date_modified", "date_modified_gmt", product.ModifiedAt);
        Text(json, fields, "type", product.IsVariable ? "variable" : "simple");
        Text(json, fields, "status", product.Status);
        Flag(json, fields, "featured", false);
        Text(json, fields, "catalog_visibility", product.CatalogVisibility);
        Text(json, fields, "description", product.Description);
        Text(json, fields, "short_description", "");
        Text(json, fields, "sku", product.Sku);
        Text(json, fields, "global_unique_id", "");
        Text(json, fields, "price", Price(product.Price));
        Text(json, fields, "regular_price", product.IsVariable ? "" : Price(product.RegularPrice));
        Text(json, fields, "sale_price", product.SalePrice is { } sale && !product.IsVariable ? Price(sale) : "");
        Flag(json, fields, "on_sale", product.SalePrice is not null && !product.IsVariable);
        Text(json, fields, "price_html", $"<span class=\"woocommerce-Price-amount amount\"><bdi>{Price(product.Price)}&nbsp;&#122;&#322;</bdi></span>");
        Number(json, fields, "total_sales", product.TotalSales);
        Flag(json, fields, "manage_stock", product.Stock is not null);
        NumberOrNull(json, fields, "stock_quantity", product.Stock);
        Text(json, fields, "stock_status", product.Stock == 0 ? "outofstock" : "instock");
        Number(json, fields, "parent_id", 0);
        if (StartList(json, fields, "categories", out var whole))
        {
            foreach (var id in whole ? product.CategoryIds : [])
            {
                if (!categories.TryGetValue(id, out var category))
                    continue;
                json.WriteStartObject();
                json.WriteNumber("id", id);
                json.WriteString("name", Html(category.Name));
                json.WriteString("slug", category.Slug);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        EmptyList(json, fields, "brands");
        if (StartList(json, fields, "tags", out whole))
        {
            for (var i = 0; whole && i < product.Tags.Length; i++)
            {
                json.WriteStartObject();
                json.WriteNumber("id", 900 + i);
                json.WriteString("name", Html(product.Tags[i]));
                json.WriteString("slug", WooCommerceShop.Slug(product.Tags[i]));
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        if (StartList(json, fields, "images", out whole))
        {
            for (var i = 0; whole && i < Math.Max(1, product.Pictures.Length); i++)
            {
                json.WriteStartObject();
                if (product.Pictures.Length == 0)
                    Image(json, product.Id);
                else
                    Image(json, (product.Id + 1_000_000) * 10 + i, product.Pictures[i]);
                json.WriteString("name", product.Slug);
                json.WriteString("alt", product.Name);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        if (StartList(json, fields, "attributes", out whole))
        {
            if (whole && product.IsVariable)
            {
                json.WriteStartObject();
                json.WriteNumber("id", 1);
                json.WriteString("name", product.VariesBy);
                json.WriteBoolean("variation", value: true);
                json.WriteStartArray("options");
                foreach (var variation in product.Variations)
                    json.WriteStringValue(variation.Option);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        if (StartList(json, fields, "variations", out whole))
        {
            foreach (var variation in whole ? product.Variations : [])
                json.WriteNumberValue(variation.Id);
            json.WriteEndArray();
        }
        if (StartList(json, fields, "meta_data", out whole))
        {
            foreach (var entry in whole ? product.Meta : [])
                Meta(json, entry);
            json.WriteEndArray();
        }
        Links(json, fields, alone, "wc/v3/products", product.Id);
        json.WriteEndObject();
    }

    public void Variation(Utf8JsonWriter json, WooProduct product, WooVariation variation, FieldFilter? fields)
    {
        json.WriteStartObject();
        Number(json, fields, "id", variation.Id);
        Number(json, fields, "parent_id", product.Id);
        Text(json, fields, "type", "variation");
        Dates(json, fields, "date_created", "date_created_gmt", product.CreatedAt);
        Dates(json, fields, "date_modified", "date_modified_gmt", product.ModifiedAt);
        Text(json, fields, "permalink", Permalink(product) + "?attribute=" + variation.Option);
        Text(json, fields, "sku", variation.Sku);
        Text(json, fields, "price", Price(variation.RegularPrice));
        Text(json, fields, "regular_price", Price(variation.RegularPrice));
        Text(json, fields, "sale_price", "");
        Text(json, fields, "status", product.Status);
        Flag(json, fields, "manage_stock", variation.Stock is not null);
        NumberOrNull(json, fields, "stock_quantity", variation.Stock);
        Text(json, fields, "stock_status", variation.Stock == 0 ? "outofstock" : "instock");
        if (fields?.Has("image") != false)
        {
            json.WriteStartObject("image");
            Image(json, product.Id);
            json.WriteEndObject();
        }
        if (StartList(json, fields, "attributes", out var whole))
        {
            if (whole)
            {
                json.WriteStartObject();
                json.WriteNumber("id", 1);
                json.WriteString("name", product.VariesBy);
                json.WriteString("slug", WooCommerceShop.Slug(product.VariesBy));
                json.WriteString("option", variation.Option);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    public void Category(Utf8JsonWriter json, WooCategory category, int count, FieldFilter? fields, bool alone)
    {
        json.WriteStartObject();
        Number(json, fields, "id", category.Id);
        Text(json, fields, "name", Html(category.Name));
        Text(json, fields, "slug", category.Slug);
        Number(json, fields, "parent", category.Parent);
        Text(json, fields, "description", "");
        Text(json, fields, "display", "default");
        if (fields?.Has("image") != false)
            json.WriteNull("image");
        Number(json, fields, "menu_order", 0);
        Number(json, fields, "count", count);
        Links(json, fields, alone, "wc/v3/products/categories", category.Id);
        json.WriteEndObject();
    }

    public void AnalyticsCustomer(Utf8JsonWriter json, AnalyticsCustomer row, FieldFilter? fields)
    {
        json.WriteStartObject();
        Number(json, fields, "id", row.Id);
        Number(json, fields, "user_id", row.Account?.Id ?? 0);
        Text(json, fields, "username", row.Account?.Username ?? "");
        var first = row.Account?.FirstName ?? row.Person.FirstName;
        var last = row.Account?.LastName ?? row.Person.LastName;
        Text(json, fields, "name", (first + " " + last).Trim());
        Text(json, fields, "first_name", first);
        Text(json, fields, "last_name", last);
        Text(json, fields, "email", row.Email);
        Text(json, fields, "country", row.Person.Country);
        Text(json, fields, "city", row.Person.City);
        Text(json, fields, "state", row.Person.State);
        Text(json, fields, "postcode", row.Person.Postcode);
        Dates(json, fields, "date_registered", "date_registered_gmt", row.RegisteredAt);
        // Seen in 10.9.1: the two values stand under each other's name.
        Dates(json, fields, "date_last_active_gmt", "date_last_active", row.LastActiveAt);
        if (fields?.Has("date_last_order") != false)
            Date(json, "date_last_order", row.LastOrderAt, local: true);
        Number(json, fields, "orders_count", row.Orders);
        if (fields?.Has("total_spend") != false)
            json.WriteNumber("total_spend", row.Spend);
        if (fields?.Has("avg_order_value") != false)
            json.WriteNumber("avg_order_value", row.Orders == 0 ? 0 : Math.Round(row.Spend / row.Orders, 2));
        json.WriteEndObject();
    }

    public void Meta(Utf8JsonWriter json, WooMeta entry)
    {
        json.WriteStartObject();
        json.WriteNumber("id", entry.Id);
        json.WriteString("key", entry.Key);
        json.WritePropertyName("value");
        if (entry.IsJson)
            json.WriteRawValue(entry.Value);
        else
            json.WriteStringValue(entry.Value);
        json.WriteEndObject();
    }

    public void Dates(Utf8JsonWriter json, FieldFilter? fields, string localName, string gmtName, long? at)
    {
        if (fields?.Has(localName) != false)
            Date(json, localName, at, local: true);
        if (fields?.Has(gmtName) != false)
            Date(json, gmtName, at, local: false);
    }

    public static void Number(Utf8JsonWriter json, FieldFilter? fields, string name, int value)
    {
        if (fields?.Has(name) != false)
            json.WriteNumber(name, value);
    }

    public static void Text(Utf8JsonWriter json, FieldFilter? fields, string name, string value)
    {
        if (fields?.Has(name) != false)
            json.WriteString(name, value);
    }

    public static void Flag(Utf8JsonWriter json, FieldFilter? fields, string name, bool value)
    {
        if (fields?.Has(name) != false)
            json.WriteBoolean(name, value);
    }

    public void Links(Utf8JsonWriter json, FieldFilter? fields, bool alone, string resource, int id)
    {
        // The links of a single object are added after the fields were picked; those of a list before.
        if (fields is not null && !alone && !fields.Has("_links"))
            return;
        json.WriteStartObject("_links");
        json.WriteStartArray("self");
        json.WriteStartObject();
        json.WriteString("href", $"{RestUrl}{resource}/{id.ToString(CultureInfo.InvariantCulture)}");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("collection");
        json.WriteStartObject();
        json.WriteString("href", RestUrl + resource);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A name as WordPress stores those of accounts, categories and tags: no HTML tags; <c>&amp;</c>, <c>&lt;</c> and <c>&gt;</c> as entities; quotes stay.</summary>
    public static string Html(string text)
    {
        if (text.AsSpan().IndexOfAny('&', '<', '>') < 0)
            return text;
        var bare = LooseAmpersand().Replace(HtmlTag().Replace(text, ""), "&amp;");
        return bare.Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal).Trim();
    }

    [GeneratedRegex(@"<[^\s<>][^<>]*>", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex HtmlTag();

    [GeneratedRegex(@"&(?!#?\w+;)", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex LooseAmpersand();

    static string Price(decimal value) => value.ToString("0.00##########", CultureInfo.InvariantCulture);

    static string OrderKey(int id) =>
        "wc_order_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes("order" + id.ToString(CultureInfo.InvariantCulture))))[..13];

    static void NumberOrNull(Utf8JsonWriter json, FieldFilter? fields, string name, int? value)
    {
        if (fields?.Has(name) == false)
            return;
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    static void Money(Utf8JsonWriter json, FieldFilter? fields, string name, decimal value, int decimals)
    {
        if (fields?.Has(name) == false)
            return;
        Span<char> text = stackalloc char[40];
        ReadOnlySpan<char> format = decimals == 2 ? "F2" : "F" + decimals.ToString(CultureInfo.InvariantCulture);
        value.TryFormat(text, out var length, format, CultureInfo.InvariantCulture);
        json.WriteString(name, text[..length]);
    }

    static bool StartList(Utf8JsonWriter json, FieldFilter? fields, string name, out bool whole)
    {
        whole = fields is null || (fields.Has(name) && fields.Inside(name) is null);
        if (fields?.Has(name) == false)
            return false;
        json.WriteStartArray(name);
        return true;
    }

    static void EmptyList(Utf8JsonWriter json, FieldFilter? fields, string name)
    {
        if (StartList(json, fields, name, out _))
            json.WriteEndArray();
    }

    void Date(Utf8JsonWriter json, string name, long? at, bool local)
    {
        if (at is not { } seconds)
        {
            json.WriteNull(name);
            return;
        }
        Span<char> text = stackalloc char[32];
        var time = local ? Local(seconds) : DateTime.UnixEpoch.AddSeconds(seconds);
        time.TryFormat(text, out var length, "s", CultureInfo.InvariantCulture);
        json.WriteString(name, text[..length]);
    }

    void Line(Utf8JsonWriter json, WooOrderLine line, int id, int decimals)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteString("name", line.Name);
        json.WriteNumber("product_id", line.ProductId);
        json.WriteNumber("variation_id", line.VariationId);
        json.WriteNumber("quantity", line.Quantity);
        json.WriteString("tax_class", "");
        Money(json, null, "subtotal", line.Total, decimals);
        Money(json, null, "subtotal_tax", line.Tax, decimals);
        Money(json, null, "total", line.Total, decimals);
        Money(json, null, "total_tax", line.Tax, decimals);
        json.WriteStartArray("taxes");
        json.WriteStartObject();
        json.WriteNumber("id", 1);
        Money(json, null, "total", line.Tax, decimals);
        Money(json, null, "subtotal", line.Tax, decimals);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("meta_data");
        json.WriteEndArray();
        // Of goods that were deleted the line knows its own name only.
        var deleted = line.ProductId == 0;
        json.WriteString("sku", deleted ? null : line.Sku);
        json.WriteString("global_unique_id", deleted ? null : "");
        json.WriteNumber("price", line.UnitPrice ?? (line.Quantity == 0 ? 0 : Math.Round(line.Total / line.Quantity, 6)));
        json.WriteStartObject("image");
        if (deleted)
        {
            json.WriteNumber("id", 0);
            json.WriteString("src", "");
        }
        else
        {
            Image(json, line.ProductId);
        }
        json.WriteEndObject();
        json.WriteString("parent_name", deleted || line.ParentName.Length == 0 ? null : line.ParentName);
        json.WriteEndObject();
    }

    static void TaxLine(Utf8JsonWriter json, int id, decimal goods, decimal shipping, int decimals)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteString("rate_code", "PL-VAT-1");
        json.WriteNumber("rate_id", 1);
        json.WriteString("label", "VAT");
        json.WriteBoolean("compound", value: false);
        Money(json, null, "tax_total", goods, decimals);
        Money(json, null, "shipping_tax_total", shipping, decimals);
        json.WriteStartArray("meta_data");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    void ShippingLine(Utf8JsonWriter json, WooShippingLine line, int id, int decimals)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteString("method_title", line.Title);
        json.WriteString("method_id", line.MethodId);
        json.WriteString("instance_id", "1");
        Money(json, null, "total", line.Total, decimals);
        Money(json, null, "total_tax", line.Tax, decimals);
        json.WriteStartArray("meta_data");
        foreach (var entry in line.Meta)
            Meta(json, entry);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    void Image(Utf8JsonWriter json, int productId) => Image(json, productId + 1_000_000, $"{productId.ToString(CultureInfo.InvariantCulture)}.jpg");

    void Image(Utf8JsonWriter json, int id, string file)
    {
        json.WriteNumber("id", id);
        json.WriteString("src", $"{SiteUrl}/wp-content/uploads/{file}");
    }

    string Permalink(WooProduct product) => $"{SiteUrl}/produkt/{product.Slug}/";

    static void Address(Utf8JsonWriter json, FieldFilter? fields, string name, WooAddress address, bool withEmail)
    {
        if (fields?.Has(name) == false)
            return;
        var inside = fields?.Inside(name);
        json.WriteStartObject(name);
        Text(json, inside, "first_name", address.FirstName);
        Text(json, inside, "last_name", address.LastName);
        Text(json, inside, "company", address.Company);
        Text(json, inside, "address_1", address.Address1);
        Text(json, inside, "address_2", address.Address2);
        Text(json, inside, "city", address.City);
        Text(json, inside, "state", address.State);
        Text(json, inside, "postcode", address.Postcode);
        Text(json, inside, "country", address.Country);
        if (withEmail)
            Text(json, inside, "email", address.Email);
        Text(json, inside, "phone", address.Phone);
        json.WriteEndObject();
    }

    public IReadOnlyDictionary<int, WooCategory> CategoriesById() => shop.Categories.ToDictionary(category => category.Id);
}
