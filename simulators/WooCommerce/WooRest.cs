using System.Globalization;
using System.Text.Json;

namespace Pomost.Simulators.WooCommerce;

/// <summary>The routes below <c>/wp-json/</c>. One part of this class per resource.</summary>
sealed partial class WooRest(
    WooCommerceShop shop, WooCommerceSimulatorOptions options, WooJson json, SimulatorFaults faults, WooWebhooks webhooks, TimeProvider clock)
{
    const int LargestBatch = 100;

    public async Task<WooAnswer> AnswerAsync(WooRequest request)
    {
        var parts = request.Parts;
        if (request.Key is { } key && !(request.Method is "OPTIONS" || (request.Method is "GET" or "HEAD" ? key.Reads : key.Writes)))
        {
            throw new WooError(401, "woocommerce_rest_authentication_error",
                $"The API key provided does not have {(request.Method is "GET" or "HEAD" ? "read" : "write")} permissions.");
        }
        if (parts is [""])
            return Index();
        if (parts is ["wc-analytics", "reports", "customers"] && options.AnalyticsEnabled)
            return request.Method == "GET" ? AnalyticsCustomers(request) : throw WooError.NoRoute();
        if (parts is not ["wc", "v3", ..])
            throw WooError.NoRoute();
        return (request.Method, parts[2..]) switch
        {
            ("OPTIONS", [var resource]) => Describe(resource),

            ("GET", ["customers"]) => Customers(request),
            ("POST", ["customers"]) => CreateCustomer(request),
            ("POST" or "PUT", ["customers", "batch"]) => CustomerBatch(request),
            ("GET", ["customers", var id]) => Customer(request, Id(id)),
            ("PUT" or "PATCH" or "POST", ["customers", var id]) => UpdateCustomer(request, Id(id)),
            ("DELETE", ["customers", var id]) => DeleteCustomer(request, Id(id)),

            ("GET", ["orders"]) => Orders(request),
            ("POST", ["orders"]) => CreateOrder(request),
            ("POST" or "PUT", ["orders", "batch"]) => OrderBatch(request),
            ("GET", ["orders", var id]) => Order(request, Id(id)),
            ("PUT" or "PATCH" or "POST", ["orders", var id]) => UpdateOrder(request, Id(id)),
            ("DELETE", ["orders", var id]) => DeleteOrder(request, Id(id)),
            ("GET", ["orders", var id, "refunds"]) => Refunds(request, Id(id)),
            ("POST", ["orders", var id, "refunds"]) => CreateRefund(request, Id(id)),
            ("GET", ["orders", var id, "refunds", var refund]) => Refund(request, Id(id), Id(refund)),

            ("GET", ["products"]) => Products(request),
            ("GET", ["products", "categories"]) => Categories(request),
            ("GET", ["products", "categories", var id]) => Category(request, Id(id)),
            ("GET", ["products", var id]) => Product(request, Id(id)),
            ("GET", ["products", var id, "variations"]) => Variations(request, Id(id)),
            ("GET", ["products", var id, "variations", var variation]) => Variation(request, Id(id), Id(variation)),

            ("GET", ["webhooks"]) => Webhooks(request),
            ("POST", ["webhooks"]) => await CreateWebhookAsync(request),
            ("GET", ["webhooks", var id]) => Webhook(request, Id(id)),
            ("PUT" or "PATCH" or "POST", ["webhooks", var id]) => UpdateWebhook(request, Id(id)),
            ("DELETE", ["webhooks", var id]) => DeleteWebhook(request, Id(id)),

            ("GET", ["system_status"]) => SystemStatus(request),
            ("GET", ["data", "currencies", "current"]) => CurrentCurrency(request),
            _ => throw WooError.NoRoute(),
        };
    }

    /// <summary>The body a webhook sends for an object as it is now; null when there is no such object.</summary>
    public byte[]? Representation(string resource, int id)
    {
        var body = resource switch
        {
            "customer" when shop.Customer(id) is { } customer => json.Render(writer => json.Customer(writer, customer, null, alone: true)),
            "order" when shop.Order(id) is { } order => json.Render(writer => json.Order(writer, order, null, alone: true)),
            "product" when shop.Product(id) is { } product =>
                json.Render(writer => json.Product(writer, product, json.CategoriesById(), null, alone: true)),
            _ => null,
        };
        if (body is null)
            return null;
        var bytes = body.WrittenSpan.ToArray();
        json.HandBack(body);
        return bytes;
    }

    public WooAnswer Refuse(WooError error) => One(error.Write, error.Status);

    /// <summary>To be called when an answer was sent.</summary>
    public void Done(WooAnswer answer) => json.HandBack(answer.Body);

    WooAnswer List<T>(WooRequest request, WooArguments arguments, T[] rows, int total, Action<Utf8JsonWriter, T> write)
    {
        if (faults.Strikes(Fault.DuplicateRows, request.FaultPath))
            rows = faults.Duplicate(rows);
        if (faults.Strikes(Fault.ShuffledRows, request.FaultPath))
            rows = faults.Shuffle(rows);
        if (rows.Any(row => IsPoisoned(request, row)))
            throw new WooError(500, "internal_server_error", "There has been a critical error on this website.");
        var body = json.Render(writer =>
        {
            writer.WriteStartArray();
            foreach (var row in rows)
                write(writer, row);
            writer.WriteEndArray();
        });
        // With an offset the totals and links stay those of the page numbers, as in the real shop.
        var pages = (total + arguments.PerPage - 1) / arguments.PerPage;
        return new WooAnswer(200, body)
        {
            Rows = rows.Length,
            Total = total,
            TotalPages = pages,
            Links = PageLinks(request, arguments.Page, pages),
        };
    }

    // What is asked for when more than the bare record is wanted.
    static readonly string[] Content = ["status", "email", "name", "billing"];

    bool IsPoisoned<T>(WooRequest request, T row)
    {
        var id = row switch
        {
            WooOrder order => order.Id,
            WooCustomer customer => customer.Id,
            WooProduct product => product.Id,
            _ => 0,
        };
        return id > 0 && faults.IsPoisoned(request.FaultPath, id, request.Fields is { } fields && !Array.Exists(Content, fields.Has));
    }

    string? PageLinks(WooRequest request, int page, int pages)
    {
        var address = json.RestUrl + request.Route;
        var links = new List<string>(2);
        if (page > 1)
            links.Add($"<{address}?{request.Query.With("page", Math.Min(page - 1, pages))}>; rel=\"prev\"");
        if (page < pages)
            links.Add($"<{address}?{request.Query.With("page", page + 1)}>; rel=\"next\"");
        return links.Count == 0 ? null : string.Join(", ", links);
    }

    WooAnswer One(Action<Utf8JsonWriter> write, int status = 200) => new(status, json.Render(write));

    static int Id(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw WooError.NoRoute();

    WooArguments Arguments(WooRequest request) => new(request.Query, options.TimeZone);

    static JsonElement Body(WooRequest request) => request.Body is { ValueKind: JsonValueKind.Object } body ? body : JsonDocument.Parse("{}").RootElement;

    /// <summary>Runs a batch: every item succeeds or fails for itself.</summary>
    WooAnswer Batch(WooRequest request, Func<JsonElement, Action<Utf8JsonWriter>> create, Func<int, JsonElement, Action<Utf8JsonWriter>> update, Func<int, Action<Utf8JsonWriter>> delete)
    {
        request.Demand("batch");
        var body = Body(request);
        var work = new List<(string Group, JsonElement Item)>();
        foreach (var group in (string[])["create", "update", "delete"])
        {
            if (body.TryGetProperty(group, out var items) && items.ValueKind == JsonValueKind.Array)
                work.AddRange(items.EnumerateArray().Select(item => (group, item)));
        }
        if (work.Count > LargestBatch)
        {
            throw new WooError(413, "woocommerce_rest_request_entity_too_large",
                $"Unable to accept more than {LargestBatch.ToString(CultureInfo.InvariantCulture)} items for this request.");
        }
        return One(writer =>
        {
            writer.WriteStartObject();
            foreach (var group in work.GroupBy(each => each.Group))
            {
                writer.WriteStartArray(group.Key);
                foreach (var (_, item) in group)
                {
                    var id = group.Key == "delete" ? WooBody.Int(item) ?? 0 : WooBody.Int(item, "id") ?? 0;
                    try
                    {
                        var write = group.Key switch
                        {
                            "create" => create(item),
                            "update" => update(id, item),
                            _ => delete(id),
                        };
                        write(writer);
                    }
                    catch (WooError error)
                    {
                        writer.WriteStartObject();
                        writer.WriteNumber("id", id);
                        writer.WritePropertyName("error");
                        error.Write(writer);
                        writer.WriteEndObject();
                    }
                }
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
        });
    }
}
