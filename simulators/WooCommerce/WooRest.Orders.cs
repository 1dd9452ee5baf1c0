using System.Text.Json;

namespace Pomost.Simulators.WooCommerce;

sealed partial class WooRest
{
    WooAnswer Orders(WooRequest request)
    {
        var arguments = Arguments(request).Paging();
        var decimals = arguments.Int("dp", 2, 0, 8);
        var query = new OrderQuery
        {
            Statuses = StatusMask(arguments),
            Customer = arguments.IntOrNull("customer"),
            CreatedAbove = arguments.Date("after") ?? long.MinValue,
            CreatedBelow = arguments.Date("before") ?? long.MaxValue,
            ModifiedAbove = arguments.Date("modified_after") ?? long.MinValue,
            ModifiedBelow = arguments.Date("modified_before") ?? long.MaxValue,
            Include = arguments.Ints("include"),
            Exclude = arguments.Ints("exclude"),
            Search = arguments.Text("search"),
            Product = arguments.IntOrNull("product"),
            CreatedVia = arguments.Texts("created_via") is { Count: > 0 } via ? [.. via] : null,
            Sort = arguments.OneOf("orderby", "date", "date", "id", "include", "title", "slug", "modified") switch
            {
                "id" => OrderSort.Id,
                "include" => OrderSort.Include,
                "title" => OrderSort.Title,
                "slug" => OrderSort.Slug,
                "modified" => OrderSort.Modified,
                _ => OrderSort.Date,
            },
            Descending = arguments.OneOf("order", "desc", "asc", "desc") == "desc",
            Offset = arguments.Offset,
            Limit = arguments.PerPage,
        };
        arguments.Check();
        request.Demand("view", list: true);
        // Orders in their own tables have neither title nor slug: rows then come by id, whatever the direction.
        if (options.OrdersInOwnTables && query.Sort is OrderSort.Title or OrderSort.Slug)
            query = query with { Sort = OrderSort.Id, Descending = false };
        var (rows, total) = shop.Find(query);
        return List(request, arguments, rows, TotalOfOrders(rows.Length, total), (writer, row) => json.Order(writer, row, request.Fields, alone: false, decimals));
    }

    WooAnswer Order(WooRequest request, int id)
    {
        var arguments = Arguments(request);
        var decimals = arguments.Int("dp", 2, 0, 8);
        arguments.Check();
        request.Demand("view");
        var order = KnownOrder(id);
        return One(writer => json.Order(writer, order, request.Fields, alone: true, decimals));
    }

    WooAnswer CreateOrder(WooRequest request)
    {
        request.Demand("create");
        var made = Place(Body(request));
        return One(writer => json.Order(writer, made, request.Fields, alone: true), status: 201);
    }

    WooAnswer UpdateOrder(WooRequest request, int id)
    {
        request.Demand("edit");
        var changed = Change(id, Body(request));
        return One(writer => json.Order(writer, changed, request.Fields, alone: true));
    }

    WooAnswer DeleteOrder(WooRequest request, int id)
    {
        request.Demand("delete");
        var order = KnownOrder(id);
        if (Arguments(request).Flag("force"))
            shop.DeleteOrder(id);
        else
            shop.TrashOrder(id);
        return One(writer => json.Order(writer, order, request.Fields, alone: true));
    }

    WooAnswer OrderBatch(WooRequest request) => Batch(
        request,
        item =>
        {
            var made = Place(item);
            return writer => json.Order(writer, made, null, alone: true);
        },
        (id, item) =>
        {
            var changed = Change(id, item);
            return writer => json.Order(writer, changed, null, alone: true);
        },
        id =>
        {
            var gone = KnownOrder(id);
            shop.DeleteOrder(id);
            return writer => json.Order(writer, gone, null, alone: true);
        });

    WooAnswer Refunds(WooRequest request, int id)
    {
        var arguments = Arguments(request).Paging();
        arguments.Check();
        request.Demand("view", list: true);
        var refunds = shop.Order(id)?.Refunds ?? [];
        WooRefund[] page = [.. refunds.Reverse().Skip(arguments.Offset).Take(arguments.PerPage)];
        return List(request, arguments, page, TotalOfOrders(page.Length, refunds.Length), (writer, refund) => json.Refund(writer, id, refund, request.Fields));
    }

    WooAnswer Refund(WooRequest request, int id, int refundId)
    {
        request.Demand("view");
        var refund = Array.Find(shop.Order(id)?.Refunds ?? [], each => each.Id == refundId);
        if (refund.Id == 0)
            throw new WooError(404, "woocommerce_rest_shop_order_refund_invalid_id", "Invalid ID.");
        return One(writer => json.Refund(writer, id, refund, request.Fields));
    }

    WooAnswer CreateRefund(WooRequest request, int id)
    {
        request.Demand("create");
        var order = KnownOrder(id);
        var amount = WooBody.Decimal(Body(request), "amount") ?? 0;
        if (amount <= 0 || amount > order.Total - order.Refunds.Sum(each => each.Amount))
            throw new WooError(400, "woocommerce_rest_invalid_order_refund", "Refund amount must be greater than zero.");
        var refund = shop.Refund(id, amount, WooBody.Text(Body(request), "reason") ?? "");
        return One(writer => json.Refund(writer, id, refund, request.Fields), status: 201);
    }

    // Beyond the last page orders and refunds forget how many there are; other resources do not.
    static int TotalOfOrders(int rows, int total) => rows == 0 ? 0 : total;

    WooOrder KnownOrder(int id) => shop.Order(id) ?? throw new WooError(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.");

    ulong StatusMask(WooArguments arguments)
    {
        if (arguments.Texts("status") is not { Count: > 0 } wanted)
            return shop.Statuses.AnyMask;
        foreach (var status in wanted)
        {
            if (status != "any" && !shop.Statuses.Names.Contains(status, StringComparer.Ordinal))
                arguments.Wrong("status", "rest_not_in_enum", $"status[0] is not one of any, {string.Join(", ", shop.Statuses.Names)}.");
        }
        // Beside "any" other names mean nothing: any,trash leaves the bin out.
        return wanted.Contains("any", StringComparer.Ordinal)
            ? shop.Statuses.AnyMask
            : shop.Statuses.Names.Intersect(wanted, StringComparer.Ordinal).Aggregate(0UL, (mask, name) => mask | (1UL << shop.Statuses.TagOf(name)));
    }

    string Status(JsonElement body, string otherwise)
    {
        if (WooBody.Text(body, "status") is not { } status)
            return WooBody.Text(body, "set_paid") == "true" ? WooBody.Text(body, "payment_method") == WooCommerceShop.CashOnDelivery ? "completed" : "processing" : otherwise;
        return shop.Statuses.Writable.Contains(status, StringComparer.Ordinal)
            ? status
            : throw WooError.InvalidParameter("status", "rest_not_in_enum", $"status is not one of {string.Join(", ", shop.Statuses.Writable)}.");
    }

    WooOrder Place(JsonElement body)
    {
        var lines = new List<WooOrderLine>();
        if (body.TryGetProperty("line_items", out var items) && items.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in items.EnumerateArray())
            {
                if (WooBody.Int(item, "product_id") is not { } productId || shop.Product(productId) is not { } product)
                    throw new WooError(400, "woocommerce_rest_required_product_reference", "Product ID or SKU is required.");
                var variation = WooBody.Int(item, "variation_id") is { } wanted ? Array.Find(product.Variations, each => each.Id == wanted) : null;
                lines.Add(WooCommerceShop.LineOf(product, WooBody.Int(item, "quantity") ?? 1, variation));
            }
        }
        WooShippingLine? shipping = null;
        if (body.TryGetProperty("shipping_lines", out var given) && given.ValueKind == JsonValueKind.Array && given.GetArrayLength() > 0)
        {
            var first = given[0];
            shipping = new WooShippingLine(WooBody.Text(first, "method_id") ?? "", WooBody.Text(first, "method_title") ?? "",
                WooBody.Decimal(first, "total") ?? 0, 0, []);
        }
        var customerId = WooBody.Int(body, "customer_id") ?? 0;
        if (customerId != 0 && shop.Customer(customerId) is null)
            throw new WooError(400, "woocommerce_rest_invalid_customer_id", "Customer ID is invalid.");
        return shop.PlaceOrder(new WooOrder
        {
            CustomerId = customerId,
            Status = Status(body, "pending"),
            Billing = WooBody.Address(body, "billing", WooAddress.Empty),
            Shipping = WooBody.Address(body, "shipping", WooAddress.Empty),
            PaymentMethod = WooBody.Text(body, "payment_method") ?? "",
            PaymentTitle = WooBody.Text(body, "payment_method_title") ?? "",
            TransactionId = WooBody.Text(body, "transaction_id") ?? "",
            CustomerNote = WooBody.Text(body, "customer_note") ?? "",
            Lines = [.. lines],
            ShippingLine = shipping,
            CreatedVia = "rest-api",
            Meta = WooBody.Meta(body, []),
        });
    }

    WooOrder Change(int id, JsonElement body)
    {
        // Arguments are checked before the order is looked for.
        var status = Status(body, shop.Order(id)?.Status ?? "");
        KnownOrder(id);
        var onlyMeta = body.EnumerateObject().All(field => field.Name is "meta_data" or "id");
        return shop.ChangeOrder(
            id,
            old => old with
            {
                Status = status,
                CustomerId = WooBody.Int(body, "customer_id") ?? old.CustomerId,
                Billing = WooBody.Address(body, "billing", old.Billing),
                Shipping = WooBody.Address(body, "shipping", old.Shipping),
                PaymentMethod = WooBody.Text(body, "payment_method") ?? old.PaymentMethod,
                PaymentTitle = WooBody.Text(body, "payment_method_title") ?? old.PaymentTitle,
                TransactionId = WooBody.Text(body, "transaction_id") ?? old.TransactionId,
                CustomerNote = WooBody.Text(body, "customer_note") ?? old.CustomerNote,
                Meta = WooBody.Meta(body, old.Meta),
            },
            onlyMeta);
    }
}
