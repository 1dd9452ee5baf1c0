using System.Text.Json;

namespace Pomost.Simulators.WooCommerce;

sealed partial class WooRest
{
    static readonly string[] Namespaces =
        ["oembed/1.0", "wc/v1", "wc/v2", "wc/v3", "wc-telemetry", "wc-admin", "wc-analytics", "wc/store", "wc/store/v1", "wp/v2", "wp-site-health/v1"];

    static readonly (string Route, string[] Methods)[] Routes =
    [
        ("/wc/v3/customers", ["GET", "POST"]),
        ("/wc/v3/customers/(?P<id>[\\d]+)", ["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ("/wc/v3/customers/batch", ["POST", "PUT", "PATCH"]),
        ("/wc/v3/orders", ["GET", "POST"]),
        ("/wc/v3/orders/(?P<id>[\\d]+)", ["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ("/wc/v3/orders/batch", ["POST", "PUT", "PATCH"]),
        ("/wc/v3/orders/(?P<order_id>[\\d]+)/refunds", ["GET", "POST"]),
        ("/wc/v3/products", ["GET"]),
        ("/wc/v3/products/(?P<id>[\\d]+)", ["GET"]),
        ("/wc/v3/products/categories", ["GET"]),
        ("/wc/v3/products/(?P<product_id>[\\d]+)/variations", ["GET"]),
        ("/wc/v3/webhooks", ["GET", "POST"]),
        ("/wc/v3/webhooks/(?P<id>[\\d]+)", ["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ("/wc/v3/system_status", ["GET"]),
        ("/wc/v3/data/currencies/current", ["GET"]),
    ];

    WooAnswer Index() => One(writer =>
    {
        var offset = options.TimeZone.GetUtcOffset(clock.GetUtcNow());
        writer.WriteStartObject();
        writer.WriteString("name", WooJson.Html(options.ShopName).Replace("\"", "&quot;", StringComparison.Ordinal).Replace("'", "&#039;", StringComparison.Ordinal));
        writer.WriteString("description", "");
        writer.WriteString("url", json.SiteUrl);
        writer.WriteString("home", json.SiteUrl);
        writer.WriteNumber("gmt_offset", offset.TotalHours);
        writer.WriteString("timezone_string", options.TimeZoneName ?? options.TimeZone.Id);
        writer.WriteStartArray("namespaces");
        foreach (var name in Namespaces.Where(name => options.AnalyticsEnabled || name != "wc-analytics"))
            writer.WriteStringValue(name);
        writer.WriteEndArray();
        writer.WriteStartObject("authentication");
        writer.WriteEndObject();
        writer.WriteStartObject("routes");
        foreach (var (route, methods) in Routes)
        {
            writer.WriteStartObject(route);
            writer.WriteString("namespace", "wc/v3");
            writer.WriteStartArray("methods");
            foreach (var method in methods)
                writer.WriteStringValue(method);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    WooAnswer SystemStatus(WooRequest request)
    {
        request.Demand("view");
        var fields = request.Fields;
        return One(writer =>
        {
            writer.WriteStartObject();
            if (fields?.Has("environment") != false)
            {
                var inside = fields?.Inside("environment");
                writer.WriteStartObject("environment");
                WooJson.Text(writer, inside, "home_url", json.SiteUrl);
                WooJson.Text(writer, inside, "site_url", json.SiteUrl);
                WooJson.Text(writer, inside, "version", WooCommerceSimulatorOptions.WooCommerceVersion);
                WooJson.Text(writer, inside, "wp_version", WooCommerceSimulatorOptions.WordPressVersion);
                WooJson.Flag(writer, inside, "wp_multisite", false);
                WooJson.Flag(writer, inside, "wp_cron", true);
                WooJson.Text(writer, inside, "language", "pl_PL");
                WooJson.Text(writer, inside, "server_info", "nginx");
                WooJson.Text(writer, inside, "php_version", "8.2.20");
                writer.WriteEndObject();
            }
            if (fields?.Has("settings") != false)
            {
                var inside = fields?.Inside("settings");
                writer.WriteStartObject("settings");
                WooJson.Flag(writer, inside, "api_enabled", false);
                WooJson.Text(writer, inside, "currency", options.Currency);
                WooJson.Text(writer, inside, "currency_symbol", "&#122;&#322;");
                WooJson.Flag(writer, inside, "HPOS_enabled", options.OrdersInOwnTables);
                WooJson.Text(writer, inside, "order_datastore", options.OrdersInOwnTables
                    ? "Automattic\\WooCommerce\\Internal\\DataStores\\Orders\\OrdersTableDataStore"
                    : "WC_Order_Data_Store_CPT");
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        });
    }

    WooAnswer CurrentCurrency(WooRequest request)
    {
        request.Demand("view");
        return One(writer =>
        {
            writer.WriteStartObject();
            WooJson.Text(writer, request.Fields, "code", options.Currency);
            WooJson.Text(writer, request.Fields, "name", options.Currency == "PLN" ? "Polish z&#x142;oty" : options.Currency);
            WooJson.Text(writer, request.Fields, "symbol", options.Currency == "PLN" ? "&#122;&#322;" : options.Currency);
            writer.WriteEndObject();
        });
    }

    WooAnswer Describe(string resource)
    {
        (string Name, string Type, string? Default, IReadOnlyList<string> Enum)[] arguments = resource switch
        {
            "customers" =>
            [
                ("page", "integer", "1", []), ("per_page", "integer", "10", []), ("search", "string", null, []), ("exclude", "array", null, []),
                ("include", "array", null, []), ("offset", "integer", null, []), ("order", "string", "asc", ["asc", "desc"]),
                ("orderby", "string", "name", ["id", "include", "name", "registered_date"]), ("email", "string", null, []),
                ("role", "string", WooRoles.Customer, ["all", .. WooRoles.All]),
            ],
            "orders" =>
            [
                ("page", "integer", "1", []), ("per_page", "integer", "10", []), ("search", "string", null, []), ("after", "string", null, []),
                ("before", "string", null, []), ("modified_after", "string", null, []), ("modified_before", "string", null, []),
                ("dates_are_gmt", "boolean", "false", []), ("exclude", "array", null, []), ("include", "array", null, []),
                ("offset", "integer", null, []), ("order", "string", "desc", ["asc", "desc"]),
                ("orderby", "string", "date", ["date", "id", "include", "title", "slug", "modified"]),
                ("status", "array", "any", ["any", .. shop.Statuses.Names]), ("customer", "integer", null, []), ("product", "integer", null, []),
                ("dp", "integer", "2", []), ("created_via", "array", null, []),
            ],
            "products" =>
            [
                ("page", "integer", "1", []), ("per_page", "integer", "10", []), ("search", "string", null, []), ("modified_after", "string", null, []),
                ("order", "string", "desc", ["asc", "desc"]), ("category", "string", null, []), ("sku", "string", null, []),
            ],
            "webhooks" => [("page", "integer", "1", []), ("per_page", "integer", "10", []), ("status", "string", "all", ["all", .. WooWebhooks.States])],
            _ => throw WooError.NoRoute(),
        };
        (string Name, string Type, IReadOnlyList<string> Enum)[] properties = resource switch
        {
            "customers" =>
            [
                ("id", "integer", []), ("date_created", "date-time", []), ("date_created_gmt", "date-time", []), ("date_modified", "date-time", []),
                ("date_modified_gmt", "date-time", []), ("email", "string", []), ("first_name", "string", []), ("last_name", "string", []),
                ("role", "string", []), ("username", "string", []), ("billing", "object", []), ("shipping", "object", []),
                ("is_paying_customer", "bool", []), ("avatar_url", "string", []), ("meta_data", "array", []),
            ],
            "orders" =>
            [
                ("id", "integer", []), ("number", "string", []), ("status", "string", shop.Statuses.Writable), ("currency", "string", []),
                ("date_created_gmt", "date-time", []), ("date_modified_gmt", "date-time", []), ("date_paid_gmt", "date-time", []),
                ("total", "string", []), ("total_tax", "string", []), ("customer_id", "integer", []), ("billing", "object", []),
                ("shipping", "object", []), ("line_items", "array", []), ("meta_data", "array", []), ("refunds", "array", []),
            ],
            "products" => [("id", "integer", []), ("name", "string", []), ("price", "string", []), ("categories", "array", []), ("variations", "array", [])],
            _ => [("id", "integer", []), ("topic", "string", []), ("delivery_url", "string", []), ("status", "string", [.. WooWebhooks.States])],
        };
        // Asks for no credentials.
        return One(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("namespace", "wc/v3");
            writer.WriteStartArray("methods");
            writer.WriteStringValue("GET");
            writer.WriteStringValue("POST");
            writer.WriteEndArray();
            writer.WriteStartArray("endpoints");
            writer.WriteStartObject();
            writer.WriteStartArray("methods");
            writer.WriteStringValue("GET");
            writer.WriteEndArray();
            writer.WriteStartObject("args");
            foreach (var (name, type, otherwise, allowed) in arguments)
            {
                writer.WriteStartObject(name);
                writer.WriteString("type", type);
                if (otherwise is not null)
                    writer.WriteString("default", otherwise);
                if (type == "array" && allowed.Count > 0)
                {
                    writer.WriteStartObject("items");
                    writer.WriteString("type", "string");
                    WriteEnum(writer, allowed);
                    writer.WriteEndObject();
                }
                else
                {
                    WriteEnum(writer, allowed);
                }
                writer.WriteBoolean("required", value: false);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteStartObject("schema");
            writer.WriteString("$schema", "http://json-schema.org/draft-04/schema#");
            writer.WriteString("title", resource == "orders" ? "shop_order" : resource.TrimEnd('s'));
            writer.WriteString("type", "object");
            writer.WriteStartObject("properties");
            foreach (var (name, type, allowed) in properties)
            {
                writer.WriteStartObject(name);
                writer.WriteString("type", type);
                WriteEnum(writer, allowed);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    static void WriteEnum(Utf8JsonWriter writer, IReadOnlyList<string> allowed)
    {
        if (allowed.Count == 0)
            return;
        writer.WriteStartArray("enum");
        foreach (var value in allowed)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
