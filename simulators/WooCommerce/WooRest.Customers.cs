using System.Text.Json;

namespace Pomost.Simulators.WooCommerce;

sealed partial class WooRest
{
    WooAnswer Customers(WooRequest request)
    {
        // No date argument exists: modified_after and its kin are ignored, and everything is returned.
        var arguments = Arguments(request).Paging();
        var role = arguments.OneOf("role", WooRoles.Customer, ["all", .. WooRoles.All]);
        var query = new CustomerQuery
        {
            Role = role == "all" ? null : role,
            Email = arguments.Text("email"),
            Search = arguments.Text("search"),
            Include = arguments.Ints("include"),
            Exclude = arguments.Ints("exclude"),
            Sort = arguments.OneOf("orderby", "name", "id", "include", "name", "registered_date") switch
            {
                "id" => CustomerSort.Id,
                "include" => CustomerSort.Include,
                "registered_date" => CustomerSort.RegisteredDate,
                _ => CustomerSort.Name,
            },
            Descending = arguments.OneOf("order", "asc", "asc", "desc") == "desc",
            Offset = arguments.Offset,
            Limit = arguments.PerPage,
        };
        if (query.Email is { } email && !WooBody.LooksLikeEmail(email))
            arguments.Wrong("email", "rest_invalid_email", "Invalid email address.");
        arguments.Check();
        request.Demand("view", list: true);
        var (rows, total) = shop.Find(query);
        return List(request, arguments, rows, total, (writer, row) => json.Customer(writer, row, request.Fields, alone: false));
    }

    WooAnswer Customer(WooRequest request, int id)
    {
        request.Demand("view");
        var customer = KnownCustomer(id);
        return One(writer => json.Customer(writer, customer, request.Fields, alone: true));
    }

    WooAnswer CreateCustomer(WooRequest request)
    {
        var body = Body(request);
        if (WooBody.Text(body, "email") is not { } email)
            throw WooError.MissingParameters("email");
        if (!WooBody.LooksLikeEmail(email))
            throw WooError.InvalidParameter("email", "rest_invalid_email", "Invalid email address.");
        request.Demand("create");
        var made = Register(body);
        return One(writer => json.Customer(writer, made, request.Fields, alone: true), status: 201);
    }

    WooAnswer UpdateCustomer(WooRequest request, int id)
    {
        request.Demand("edit");
        var changed = Update(id, Body(request), request.FaultPath);
        return One(writer => json.Customer(writer, changed, request.Fields, alone: true));
    }

    WooAnswer DeleteCustomer(WooRequest request, int id)
    {
        request.Demand("delete");
        var customer = KnownCustomer(id);
        if (!Arguments(request).Flag("force"))
            throw WooError.NoTrash("Customers");
        shop.DeleteCustomer(id);
        return One(writer => json.Customer(writer, customer, request.Fields, alone: true));
    }

    WooAnswer CustomerBatch(WooRequest request) => Batch(
        request,
        item =>
        {
            var made = Register(item);
            return writer => json.Customer(writer, made, null, alone: true);
        },
        (id, item) =>
        {
            var changed = Update(id, item, request.FaultPath);
            return writer => json.Customer(writer, changed, null, alone: true);
        },
        id =>
        {
            var gone = KnownCustomer(id);
            shop.DeleteCustomer(id);
            return writer => json.Customer(writer, gone, null, alone: true);
        });

    WooCustomer KnownCustomer(int id) => shop.Customer(id) ?? throw new WooError(404, "wc_user_invalid_id", "Invalid resource ID.");

    WooCustomer Register(JsonElement body)
    {
        var email = WooBody.Text(body, "email");
        if (email is null || !WooBody.LooksLikeEmail(email))
            throw new WooError(400, "registration-error-invalid-email", "Please provide a valid email address.");
        try
        {
            return shop.Register(new WooCustomer
            {
                Email = email,
                FirstName = WooBody.Text(body, "first_name") ?? "",
                LastName = WooBody.Text(body, "last_name") ?? "",
                Username = WooBody.Text(body, "username") ?? "",
                Billing = WooBody.Address(body, "billing", WooAddress.Empty),
                Shipping = WooBody.Address(body, "shipping", WooAddress.Empty),
                Meta = WooBody.Meta(body, []),
            });
        }
        catch (InvalidOperationException)
        {
            throw new WooError(400, "registration-error-email-exists", "An account is already registered with your email address. Please log in or use a different email address.");
        }
    }

    WooCustomer Update(int id, JsonElement body, string faultPath)
    {
        var before = KnownCustomer(id);
        if (WooBody.Text(body, "email") is { } email && !WooBody.LooksLikeEmail(email))
            throw new WooError(400, "woocommerce_rest_customer_invalid_email", "Email address is invalid.");
        try
        {
            var isPutBack = faults.Strikes(Fault.PutMetaBack, faultPath);
            if (faults.Strikes(Fault.PutMetaBackAtNextEdit, faultPath))
                shop.PutBackAtNextEdit(id, Differing(before.Meta, WooBody.Meta(body, before.Meta)));
            return shop.ChangeCustomerByInterface(id, old => old with
            {
                Email = WooBody.Text(body, "email") ?? old.Email,
                FirstName = WooBody.Text(body, "first_name") ?? old.FirstName,
                LastName = WooBody.Text(body, "last_name") ?? old.LastName,
                Billing = WooBody.Address(body, "billing", old.Billing),
                Shipping = WooBody.Address(body, "shipping", old.Shipping),
                Meta = isPutBack ? old.Meta : WooBody.Meta(body, old.Meta),
            });
        }
        catch (InvalidOperationException)
        {
            throw new WooError(400, "woocommerce_rest_customer_invalid_email", "Email address is invalid.");
        }
    }

    static Dictionary<string, string?> Differing(WooMeta[] before, WooMeta[] after) => after.Select(entry => entry.Key)
        .Concat(before.Select(entry => entry.Key)).Distinct(StringComparer.Ordinal)
        .Select(key => (Key: key, Before: ValueOf(before, key), After: ValueOf(after, key)))
        .Where(each => each.Before != each.After).ToDictionary(each => each.Key, each => each.Before, StringComparer.Ordinal);

    static string? ValueOf(WooMeta[] meta, string key)
        => meta.Where(entry => entry.Key == key).Select(entry => entry.Value).FirstOrDefault();

    WooAnswer AnalyticsCustomers(WooRequest request)
    {
        var arguments = Arguments(request).Paging();
        var descending = arguments.OneOf("order", "desc", "asc", "desc") == "desc";
        var sort = arguments.OneOf("orderby", "date_registered",
            "username", "name", "country", "city", "state", "postcode", "date_registered", "date_last_active", "date_last_order", "orders_count", "total_spend", "avg_order_value", "email", "id");
        long? activeAfter = arguments.Date("last_active_after"), activeBefore = arguments.Date("last_active_before");
        long? registeredAfter = arguments.Date("registered_after"), registeredBefore = arguments.Date("registered_before");
        long? orderedAfter = arguments.Date("last_order_after"), orderedBefore = arguments.Date("last_order_before");
        var search = arguments.Text("search");
        arguments.Check();
        request.Demand("view", list: true);

        var rows = shop.Analytics().Where(row =>
            Within(row.LastActiveAt, activeAfter, activeBefore)
            && Within(row.RegisteredAt, registeredAfter, registeredBefore)
            && Within(row.LastOrderAt, orderedAfter, orderedBefore)
            && (search is null || row.Email.Contains(search, StringComparison.OrdinalIgnoreCase))).ToList();
        Comparison<AnalyticsCustomer> compare = sort switch
        {
            "date_last_active" => (one, other) => Nullable.Compare(one.LastActiveAt, other.LastActiveAt),
            "date_last_order" => (one, other) => Nullable.Compare(one.LastOrderAt, other.LastOrderAt),
            "date_registered" => (one, other) => Nullable.Compare(one.RegisteredAt, other.RegisteredAt),
            "orders_count" => (one, other) => one.Orders.CompareTo(other.Orders),
            "total_spend" => (one, other) => one.Spend.CompareTo(other.Spend),
            "email" => (one, other) => string.CompareOrdinal(one.Email, other.Email),
            "username" => (one, other) => string.CompareOrdinal(one.Account?.Username, other.Account?.Username),
            "country" => (one, other) => string.CompareOrdinal(one.Person.Country, other.Person.Country),
            "city" => (one, other) => string.CompareOrdinal(one.Person.City, other.Person.City),
            "state" => (one, other) => string.CompareOrdinal(one.Person.State, other.Person.State),
            "postcode" => (one, other) => string.CompareOrdinal(one.Person.Postcode, other.Person.Postcode),
            "name" => (one, other) => string.CompareOrdinal(one.Person.FirstName + one.Person.LastName, other.Person.FirstName + other.Person.LastName),
            "avg_order_value" => (one, other) => Average(one).CompareTo(Average(other)),
            _ => (one, other) => one.Id.CompareTo(other.Id),
        };
        // List.Sort is not stable: the id settles rows that compare equal, so that pages do not overlap.
        rows.Sort((one, other) => compare(one, other) is not 0 and var difference ? difference : one.Id.CompareTo(other.Id));
        if (descending)
            rows.Reverse();
        return List(request, arguments, [.. rows.Skip(arguments.Offset).Take(arguments.PerPage)], rows.Count,
            (writer, row) => json.AnalyticsCustomer(writer, row, request.Fields));
    }

    static decimal Average(AnalyticsCustomer row) => row.Orders == 0 ? 0 : row.Spend / row.Orders;

    static bool Within(long? at, long? after, long? before) =>
        (after is null && before is null) || (at is { } value && (after is null || value > after) && (before is null || value < before));
}
