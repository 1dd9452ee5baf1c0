namespace Pomost.Simulators.WooCommerce;

enum OrderSort
{
    Date,
    Id,
    Modified,
    Include,
    Title,
    Slug,
}

sealed record OrderQuery
{
    public required ulong Statuses { get; init; }
    public int? Customer { get; init; }
    public long CreatedAbove { get; init; } = long.MinValue;
    public long CreatedBelow { get; init; } = long.MaxValue;
    public long ModifiedAbove { get; init; } = long.MinValue;
    public long ModifiedBelow { get; init; } = long.MaxValue;
    public int[]? Include { get; init; }
    public int[]? Exclude { get; init; }
    public string? Search { get; init; }
    public int? Product { get; init; }
    public string[]? CreatedVia { get; init; }
    public OrderSort Sort { get; init; }
    public bool Descending { get; init; } = true;
    public int Offset { get; init; }
    public int Limit { get; init; }
}

enum CustomerSort
{
    Name,
    Id,
    Include,
    RegisteredDate,
}

sealed record CustomerQuery
{
    /// <summary>Null means every role.</summary>
    public string? Role { get; init; } = WooRoles.Customer;

    public string? Email { get; init; }
    public string? Search { get; init; }
    public int[]? Include { get; init; }
    public int[]? Exclude { get; init; }
    public CustomerSort Sort { get; init; }
    public bool Descending { get; init; }
    public int Offset { get; init; }
    public int Limit { get; init; }
}

/// <summary>A row of WooCommerce Analytics: an account, or a guest known from orders.</summary>
sealed record AnalyticsCustomer(
    int Id, WooCustomer? Account, WooAddress Person, string Email, long? RegisteredAt, long? LastActiveAt, long? LastOrderAt, int Orders, decimal Spend);

public sealed partial class WooCommerceShop
{
    readonly Dictionary<string, int> _guests = new(StringComparer.OrdinalIgnoreCase);
    (long Version, WooCustomer[] Rows)? _customersByName;
    (long Version, AnalyticsCustomer[] Rows)? _analytics;

    internal (WooOrder[] Rows, int Total) Find(OrderQuery query)
    {
        lock (_lock)
        {
            if (query.Include is { } include)
                return FindAmong(query, include.Distinct().Where(_orders.ContainsKey).Select(id => Row(query.Sort, _orders[id])), sorted: query.Sort is OrderSort.Include);

            var created = _ordersByCreated.Between(query.CreatedAbove, query.CreatedBelow);
            var modified = _ordersByModified.Between(query.ModifiedAbove, query.ModifiedBelow);
            var length = query.Sort switch
            {
                OrderSort.Modified => modified.Length,
                OrderSort.Date or OrderSort.Title or OrderSort.Slug => created.Length,
                _ => _ordersById.Count,
            };
            var owned = query.Customer is { } customer ? _ordersByCustomer.Between(customer - 1L, customer + 1L) : default;
            // The orders of one customer stand in the order of their ids.
            if (query.Customer is { } buyer && query.Sort is OrderSort.Id)
                return FindInOrder(query with { Customer = null }, _ordersByCustomer, buyer - 1L, buyer + 1L);
            var smallest = created.Length < modified.Length ? created : modified;
            if (query.Customer is not null && owned.Length < smallest.Length)
                smallest = owned;
            // Sorting a few rows is cheaper than walking all of them in the wanted order.
            if (smallest.Length < length / 4)
                return FindAmong(query, [.. smallest.ToArray().Select(entry => Row(query.Sort, _orders[entry.Id]))], sorted: false);
            return query.Sort switch
            {
                OrderSort.Modified => FindInOrder(query, _ordersByModified, query.ModifiedAbove, query.ModifiedBelow),
                OrderSort.Date or OrderSort.Title or OrderSort.Slug => FindInOrder(query, _ordersByCreated, query.CreatedAbove, query.CreatedBelow),
                _ => FindInOrder(query, _ordersById, long.MinValue, long.MaxValue),
            };
        }
    }

    internal (WooCustomer[] Rows, int Total) Find(CustomerQuery query)
    {
        lock (_lock)
        {
            IEnumerable<WooCustomer> candidates;
            if (query.Include is { } include)
                candidates = (query.Sort is CustomerSort.Include ? include.Distinct() : include.Distinct().Order()).Where(_customers.ContainsKey).Select(id => _customers[id]);
            else if (query.Email is { } email)
                candidates = _customerByEmail.TryGetValue(email, out var id) ? [_customers[id]] : [];
            else if (query.Sort is CustomerSort.Name)
                candidates = CustomersByName();
            else
                return FindInOrder(query, query.Sort is CustomerSort.RegisteredDate ? _customersByDate : _customersById);

            var found = candidates.Where(customer => Matches(query, customer)).ToList();
            if (query.Include is not null && query.Sort is CustomerSort.Name)
                found.Sort(CompareNames);
            if (query.Descending)
                found.Reverse();
            return ([.. found.Skip(query.Offset).Take(query.Limit)], found.Count);
        }
    }

    /// <summary>All accounts and guests as Analytics knows them, by id.</summary>
    internal AnalyticsCustomer[] Analytics()
    {
        lock (_lock)
        {
            if (_analytics is { } known && known.Version == _version)
                return known.Rows;
            var sums = new Dictionary<int, (int Orders, decimal Spend, long Last)>();
            var guestSums = new Dictionary<string, (int Orders, decimal Spend, long Last, WooAddress Person)>(StringComparer.OrdinalIgnoreCase);
            foreach (var entry in _ordersByCreated.Between(long.MinValue, long.MaxValue))
            {
                var order = _orders[entry.Id];
                var counts = order.Status is "processing" or "completed" or "on-hold" or "refunded";
                var spend = counts ? order.Total : 0m;
                if (order.CustomerId > 0)
                {
                    var sum = sums.GetValueOrDefault(order.CustomerId);
                    sums[order.CustomerId] = (sum.Orders + (counts ? 1 : 0), sum.Spend + spend, order.CreatedAt);
                }
                else if (order.Billing.Email.Length > 0)
                {
                    var sum = guestSums.GetValueOrDefault(order.Billing.Email);
                    guestSums[order.Billing.Email] = (sum.Orders + (counts ? 1 : 0), sum.Spend + spend, order.CreatedAt, order.Billing);
                }
            }
            var rows = new List<AnalyticsCustomer>(_customers.Count + guestSums.Count);
            foreach (var customer in _customers.Values)
            {
                var known2 = sums.TryGetValue(customer.Id, out var sum);
                rows.Add(new AnalyticsCustomer(customer.Id * 2, customer, customer.Billing, customer.Email, customer.CreatedAt,
                    customer.LastActiveAt, known2 ? sum.Last : null, sum.Orders, sum.Spend));
            }
            foreach (var (email, sum) in guestSums)
                rows.Add(new AnalyticsCustomer((_guests[email] * 2) + 1, null, sum.Person, email, null, sum.Last, sum.Last, sum.Orders, sum.Spend));
            rows.Sort((one, other) => one.Id.CompareTo(other.Id));
            _analytics = (_version, [.. rows]);
            return _analytics.Value.Rows;
        }
    }

    static (long Key, WooOrder Order) Row(OrderSort sort, WooOrder order) => (sort switch
    {
        OrderSort.Modified => order.ModifiedAt,
        OrderSort.Id => order.Id,
        _ => order.CreatedAt,
    }, order);

    (WooOrder[] Rows, int Total) FindAmong(OrderQuery query, IEnumerable<(long Key, WooOrder Order)> candidates, bool sorted)
    {
        var found = candidates.Where(each => (query.Statuses >> Statuses.TagOf(each.Order.Status) & 1) == 1 && Matches(query, each.Order)).ToList();
        if (!sorted)
            found.Sort(static (one, other) => one.Key != other.Key ? one.Key.CompareTo(other.Key) : one.Order.Id.CompareTo(other.Order.Id));
        if (query.Descending)
            found.Reverse();
        return ([.. found.Skip(query.Offset).Take(query.Limit).Select(each => each.Order)], found.Count);
    }

    (WooOrder[] Rows, int Total) FindInOrder(OrderQuery query, SortedIndex index, long above, long below)
    {
        var boundByOther = query.Sort is OrderSort.Modified
            ? query.CreatedAbove != long.MinValue || query.CreatedBelow != long.MaxValue
            : query.ModifiedAbove != long.MinValue || query.ModifiedBelow != long.MaxValue
                || (query.Sort is OrderSort.Id or OrderSort.Include && (query.CreatedAbove != long.MinValue || query.CreatedBelow != long.MaxValue));
        var looksInside = boundByOther || query.Customer is not null || query.Exclude is not null || query.Search is not null
            || query.Product is not null || query.CreatedVia is not null;
        var (ids, total) = index.Page(above, below, query.Statuses, query.Descending, query.Offset, query.Limit,
            looksInside ? id => Matches(query, _orders[id]) : null);
        return ([.. ids.Select(id => _orders[id])], total);
    }

    (WooCustomer[] Rows, int Total) FindInOrder(CustomerQuery query, SortedIndex index)
    {
        var roles = query.Role is null ? ulong.MaxValue : 1UL << RoleTag(query.Role);
        var looksInside = query.Search is not null || query.Exclude is not null;
        var (ids, total) = index.Page(long.MinValue, long.MaxValue, roles, query.Descending, query.Offset, query.Limit,
            looksInside ? id => Matches(query, _customers[id]) : null);
        return ([.. ids.Select(id => _customers[id])], total);
    }

    static bool Matches(OrderQuery query, WooOrder order) =>
        order.CreatedAt > query.CreatedAbove && order.CreatedAt < query.CreatedBelow
        && order.ModifiedAt > query.ModifiedAbove && order.ModifiedAt < query.ModifiedBelow
        && (query.Customer is not { } customer || order.CustomerId == customer)
        && (query.Exclude is not { } exclude || !exclude.Contains(order.Id))
        && (query.Product is not { } product || Array.Exists(order.Lines, line => line.ProductId == product))
        && (query.CreatedVia is not { } via || via.Contains(order.CreatedVia, StringComparer.Ordinal))
        && (query.Search is not { } search || Mentions(order, search));

    static bool Mentions(WooOrder order, string search) =>
        order.Billing.Email.Contains(search, StringComparison.OrdinalIgnoreCase)
        || order.Billing.FirstName.Contains(search, StringComparison.OrdinalIgnoreCase)
        || order.Billing.LastName.Contains(search, StringComparison.OrdinalIgnoreCase)
        || order.Id.ToString(System.Globalization.CultureInfo.InvariantCulture) == search;

    static bool Matches(CustomerQuery query, WooCustomer customer) =>
        (query.Role is null || customer.Role == query.Role)
        && (query.Email is null || customer.Email.Equals(query.Email, StringComparison.OrdinalIgnoreCase))
        && (query.Exclude is not { } exclude || !exclude.Contains(customer.Id))
        && (query.Search is not { } search
            || customer.Email.Contains(search, StringComparison.OrdinalIgnoreCase)
            || customer.Username.Contains(search, StringComparison.OrdinalIgnoreCase)
            || customer.FirstName.Contains(search, StringComparison.OrdinalIgnoreCase)
            || customer.LastName.Contains(search, StringComparison.OrdinalIgnoreCase));

    WooCustomer[] CustomersByName()
    {
        if (_customersByName is { } known && known.Version == _version)
            return known.Rows;
        var customers = _customers.Values.ToArray();
        Array.Sort(customers, CompareNames);
        _customersByName = (_version, customers);
        return customers;
    }

    static int CompareNames(WooCustomer one, WooCustomer other)
    {
        var byName = string.Compare(one.FirstName, other.FirstName, StringComparison.OrdinalIgnoreCase);
        if (byName == 0)
            byName = string.Compare(one.LastName, other.LastName, StringComparison.OrdinalIgnoreCase);
        return byName != 0 ? byName : one.Id.CompareTo(other.Id);
    }

    // Guests keep one number for ever, as rows of the real look-up table do.
    void NoteGuest(WooOrder order)
    {
        if (order.CustomerId == 0 && order.Billing.Email.Length > 0)
            _guests.TryAdd(order.Billing.Email, _guests.Count + 1);
    }
}
