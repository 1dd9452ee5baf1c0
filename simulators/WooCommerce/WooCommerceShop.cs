namespace Pomost.Simulators.WooCommerce;

/// <summary>
/// The state of a simulated WooCommerce shop: people, orders, goods. Everything is in memory and thread-safe. Methods that change
/// something behave like the shop's own pages and raise the webhook topics the real shop raises.
/// </summary>
public sealed partial class WooCommerceShop
{
    /// <summary>The payment method with which an order in processing is not paid yet.</summary>
    public const string CashOnDelivery = "cod";

    readonly Lock _lock = new();
    readonly TimeProvider _clock;
    readonly bool _ordersInOwnTables;

    readonly Dictionary<int, WooCustomer> _customers = [];
    readonly Dictionary<string, int> _customerByEmail = new(StringComparer.OrdinalIgnoreCase);
    readonly HashSet<string> _usernames = new(StringComparer.OrdinalIgnoreCase);
    readonly SortedIndex _customersById = new();
    readonly SortedIndex _customersByDate = new();

    readonly Dictionary<int, WooOrder> _orders = [];
    readonly SortedIndex _ordersById = new();
    readonly SortedIndex _ordersByCreated = new();
    readonly SortedIndex _ordersByModified = new();
    readonly SortedIndex _ordersByCustomer = new();

    readonly SortedDictionary<int, WooProduct> _products = [];
    readonly SortedDictionary<int, WooCategory> _categories = [];

    int _lastCustomerId = 1;
    int _lastPostId = 100;
    int _lastCategoryId = 15;
    int _lastMetaId = 1_000;
    long _version;

    readonly Dictionary<int, Dictionary<string, string?>> _putBackAtNextEdit = [];
    Action<Action<WooCommerceShop>>? _copied;

    public WooCommerceShop(TimeProvider clock, bool ordersInOwnTables = true, IEnumerable<string>? extraOrderStatuses = null)
        : this(clock, ordersInOwnTables, new WooOrderStatuses(extraOrderStatuses ?? []))
    {
        AddLocked(new WooCustomer
        {
            Id = 1,
            Email = "admin@sklep.example",
            Role = "administrator",
            Username = "admin",
            CreatedAt = Now - (long)TimeSpan.FromDays(1_000).TotalSeconds,
        });
    }

    WooCommerceShop(TimeProvider clock, bool ordersInOwnTables, WooOrderStatuses statuses)
        => (_clock, _ordersInOwnTables, Statuses) = (clock, ordersInOwnTables, statuses);

    /// <summary>Raised under the shop's lock, in the order of events; handlers must only take note.</summary>
    public event Action<WooShopChange>? Changed;

    public WooOrderStatuses Statuses { get; }

    /// <summary>The shop's present time, Unix seconds.</summary>
    public long Now => _clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Accounts of every role, the administrator included.</summary>
    public int AccountCount
    {
        get
        {
            lock (_lock)
                return _customers.Count;
        }
    }

    /// <summary>Orders of every status, the bin included.</summary>
    public int OrderCount
    {
        get
        {
            lock (_lock)
                return _orders.Count;
        }
    }

    public IReadOnlyList<WooProduct> Products
    {
        get
        {
            lock (_lock)
                return [.. _products.Values];
        }
    }

    public IReadOnlyList<WooCategory> Categories
    {
        get
        {
            lock (_lock)
                return [.. _categories.Values];
        }
    }

    /// <summary>Ids of all accounts, ascending.</summary>
    public IReadOnlyList<int> CustomerIds()
    {
        lock (_lock)
            return Ids(_customersById);
    }

    /// <summary>Ids of all orders, ascending.</summary>
    public IReadOnlyList<int> OrderIds()
    {
        lock (_lock)
            return Ids(_ordersById);
    }

    public WooCustomer? Customer(int id)
    {
        lock (_lock)
            return _customers.GetValueOrDefault(id);
    }

    public WooCustomer? CustomerByEmail(string email)
    {
        lock (_lock)
            return _customerByEmail.TryGetValue(email, out var id) ? _customers[id] : null;
    }

    public WooOrder? Order(int id)
    {
        lock (_lock)
            return _orders.GetValueOrDefault(id);
    }

    public WooProduct? Product(int id)
    {
        lock (_lock)
            return _products.GetValueOrDefault(id);
    }

    /// <summary>Someone makes an account. Id, user name and times are given by the shop; entries of <c>Meta</c> need no id.</summary>
    /// <exception cref="InvalidOperationException">An account with this e-mail exists.</exception>
    public WooCustomer Register(WooCustomer customer)
    {
        lock (_lock)
        {
            if (_customerByEmail.ContainsKey(customer.Email))
                throw new InvalidOperationException("An account with this e-mail exists.");
            var made = customer with
            {
                Id = ++_lastCustomerId,
                Username = FreeUsername(customer.Username.Length > 0 ? customer.Username : customer.Email.Split('@')[0]),
                CreatedAt = Now,
                ModifiedAt = Now,
                LastActiveAt = Now,
                Meta = Numbered(customer.Meta),
            };
            AddLocked(made);
            Raise("customer.created", made.Id);
            return made;
        }
    }

    /// <summary>An account is saved, by its owner or by the shop's staff. Raises <c>customer.updated</c>.</summary>
    public WooCustomer ChangeCustomer(int id, Func<WooCustomer, WooCustomer> change)
    {
        lock (_lock)
        {
            _putBackAtNextEdit.Remove(id, out var putBack);
            return ChangeCustomerLocked(id, customer => change(customer with { Meta = WithAll(customer.Meta, putBack ?? []) }));
        }
    }

    /// <summary>The same by the interface: a plug-in that guards its own meta does not act on it.</summary>
    internal WooCustomer ChangeCustomerByInterface(int id, Func<WooCustomer, WooCustomer> change)
    {
        lock (_lock)
            return ChangeCustomerLocked(id, change);
    }

    /// <summary>A plug-in will put these values back when the account is next saved on a page of the shop.</summary>
    internal void PutBackAtNextEdit(int id, IReadOnlyDictionary<string, string?> values)
    {
        lock (_lock)
        {
            if (!_putBackAtNextEdit.TryGetValue(id, out var kept))
                _putBackAtNextEdit.Add(id, kept = new(StringComparer.Ordinal));
            foreach (var (key, value) in values)
                kept.TryAdd(key, value);
        }
    }

    WooCustomer ChangeCustomerLocked(int id, Func<WooCustomer, WooCustomer> change)
    {
        var old = _customers[id];
        var changed = change(old) with { Id = id, CreatedAt = old.CreatedAt, Username = old.Username, ModifiedAt = Now };
        changed = changed with { Meta = Numbered(changed.Meta) };
        if (!string.Equals(old.Email, changed.Email, StringComparison.OrdinalIgnoreCase))
        {
            if (!_customerByEmail.TryAdd(changed.Email, id))
                throw new InvalidOperationException("An account with this e-mail exists.");
            _customerByEmail.Remove(old.Email);
        }
        StoreLocked(old, changed);
        Raise("customer.updated", id);
        return changed;
    }

    /// <summary>Sets one meta value of an account; null removes the key. This is how a newsletter box is ticked or cleared.</summary>
    public WooCustomer SetCustomerMeta(int id, string key, string? value) =>
        ChangeCustomer(id, customer => customer with { Meta = With(customer.Meta, key, value) });

    /// <summary>
    /// Deletes an account; its orders become orders of a guest. Those in their own tables move their <c>date_modified</c>; no webhook tells of it.
    /// </summary>
    public bool DeleteCustomer(int id)
    {
        lock (_lock)
        {
            if (!_customers.TryGetValue(id, out var customer))
                return false;
            RemoveLocked(customer);
            foreach (var entry in _ordersByCustomer.Between(id - 1L, id + 1L).ToArray())
            {
                var order = _orders[entry.Id];
                StoreLocked(order, order with { CustomerId = 0, ModifiedAt = _ordersInOwnTables ? Now : order.ModifiedAt });
            }
            if (customer.Role == WooRoles.Customer)
                Raise("customer.deleted", id);
            else
                _version++;
            return true;
        }
    }

    /// <summary>Someone orders. Id and times are given by the shop; stock is taken. Raises <c>order.created</c> and <c>order.updated</c>.</summary>
    /// <param name="order">What is ordered.</param>
    /// <param name="placedAt">Unix seconds, of an order of the past that is brought in now; null = now.</param>
    public WooOrder PlaceOrder(WooOrder order, long? placedAt = null)
    {
        lock (_lock)
        {
            var now = Now;
            var made = Settled(order with
            {
                Id = ++_lastPostId,
                Status = Statuses.Shared(order.Status),
                CreatedAt = placedAt ?? now,
                ModifiedAt = now,
                Meta = Numbered(order.Meta),
                Refunds = [],
            }, now);
            AddLocked(made);
            foreach (var line in made.Lines)
                TakeStock(line, now);
            Raise("order.created", made.Id);
            Raise("order.updated", made.Id);
            if (made.PaidAt is not null)
                Raise("action.woocommerce_payment_complete", made.Id);
            CustomerActed(made, now);
            return made;
        }
    }

    /// <summary>An order is saved; a new status moves the dates of payment and completion as the shop does.</summary>
    /// <param name="onlyMeta">Nothing but meta changed: with orders kept as posts this leaves <c>date_modified</c> alone.</param>
    public WooOrder ChangeOrder(int id, Func<WooOrder, WooOrder> change, bool onlyMeta = false)
    {
        lock (_lock)
        {
            var old = _orders[id];
            var now = Now;
            var changed = change(old) with { Id = id, CreatedAt = old.CreatedAt };
            changed = changed with { Meta = Numbered(changed.Meta), Status = Statuses.Shared(changed.Status) };
            if (!onlyMeta || _ordersInOwnTables)
                changed = changed with { ModifiedAt = now };
            if (changed.Status != old.Status)
                changed = Settled(changed, now);
            StoreLocked(old, changed);
            Raise("order.updated", id);
            if (changed.Status != old.Status)
            {
                if (old.PaidAt is null && changed.PaidAt is not null)
                    Raise("action.woocommerce_payment_complete", id);
                CustomerActed(changed, now);
            }
            return changed;
        }
    }

    public WooOrder SetOrderStatus(int id, string status) => ChangeOrder(id, order => order with { Status = status });

    public WooOrder SetOrderMeta(int id, string key, string? value) =>
        ChangeOrder(id, order => order with { Meta = With(order.Meta, key, value) }, onlyMeta: true);

    /// <summary>Gives money back. A part changes neither status nor total; the whole sets the status to <c>refunded</c>.</summary>
    /// <param name="amount">Gross, positive, in the order's currency.</param>
    public WooRefund Refund(int orderId, decimal amount, string reason)
    {
        lock (_lock)
        {
            var order = _orders[orderId];
            var refund = new WooRefund(++_lastPostId, amount, reason, Now);
            WooRefund[] refunds = [.. order.Refunds, refund];
            var whole = refunds.Sum(each => each.Amount) >= order.Total;
            ChangeOrder(orderId, each => each with { Refunds = refunds, Status = whole ? "refunded" : each.Status });
            return refund;
        }
    }

    /// <summary>Moves an order to the bin, from where <c>status=any</c> no longer lists it. Raises <c>order.deleted</c>.</summary>
    public bool TrashOrder(int id)
    {
        lock (_lock)
        {
            if (!_orders.TryGetValue(id, out var order))
                return false;
            StoreLocked(order, order with { Status = Statuses.Shared("trash"), ModifiedAt = Now });
            Raise("order.deleted", id);
            return true;
        }
    }

    public bool DeleteOrder(int id)
    {
        lock (_lock)
        {
            if (!_orders.TryGetValue(id, out var order))
                return false;
            RemoveLocked(order);
            Raise("order.deleted", id);
            return true;
        }
    }

    /// <summary>
    /// Erases the person of an order, as the shop's privacy tools do: texts become <c>[deleted]</c>, the digits of the phone zeros, the
    /// e-mail <c>deleted@site.invalid</c>, the customer 0; what was empty stays so. Raises <c>order.updated</c>.
    /// </summary>
    public WooOrder AnonymizeOrder(int id) => ChangeOrder(id, order => order with
    {
        CustomerId = 0,
        Billing = Anonymous(order.Billing),
        Shipping = Anonymous(order.Shipping),
        TransactionId = order.TransactionId.Length > 0 ? "0" : "",
        Meta = With(order.Meta, "_anonymized", "yes"),
    });

    public WooCategory AddCategory(string name, int parent = 0)
    {
        lock (_lock)
        {
            var category = new WooCategory(++_lastCategoryId, name, Slug(name), parent);
            StoreLocked(category);
            return category;
        }
    }

    /// <summary>Renames or moves a section of the menu. No product changes by it, and nothing is announced.</summary>
    public void ChangeCategory(int id, string name, int parent)
    {
        lock (_lock)
        {
            StoreLocked(_categories[id] with { Name = name, Parent = parent });
        }
    }

    /// <summary>Adds a product. Ids (of variations, too), slug and times are given by the shop; a given creation time is kept.</summary>
    public WooProduct AddProduct(WooProduct product)
    {
        lock (_lock)
        {
            var id = ++_lastPostId;
            var made = product with
            {
                Id = id,
                Slug = Slug(product.Name),
                CreatedAt = product.CreatedAt > 0 ? product.CreatedAt : Now,
                ModifiedAt = product.CreatedAt > 0 ? product.CreatedAt : Now,
                Meta = Numbered(product.Meta),
                Variations = [.. product.Variations.Select(variation => variation with { Id = ++_lastPostId })],
            };
            StoreLocked(made);
            Raise("product.created", id);
            return made;
        }
    }

    public WooProduct ChangeProduct(int id, Func<WooProduct, WooProduct> change)
    {
        lock (_lock)
        {
            var changed = change(_products[id]) with { Id = id, ModifiedAt = Now };
            StoreLocked(changed);
            Raise("product.updated", id);
            return changed;
        }
    }

    /// <summary>Deletes a product for good; order lines that held it show product 0 from now on.</summary>
    public bool DeleteProduct(int id)
    {
        lock (_lock)
        {
            if (!_products.Remove(id))
                return false;
            _copied?.Invoke(copy => copy.Write(() => copy._products.Remove(id)));
            foreach (var order in _orders.Values.Where(each => Array.Exists(each.Lines, line => line.ProductId == id)).ToList())
            {
                StoreLocked(order, order with
                {
                    Lines = [.. order.Lines.Select(line => line.ProductId == id ? line with { ProductId = 0, VariationId = 0 } : line)],
                });
            }
            Raise("product.deleted", id);
            return true;
        }
    }

    /// <summary>The goods of an order line, priced and taxed as the shop does it: gross price, net and tax rounded per line.</summary>
    /// <param name="variation">Which variation, for a variable product.</param>
    public static WooOrderLine LineOf(WooProduct product, int quantity, WooVariation? variation = null)
    {
        var gross = (variation?.RegularPrice ?? product.Price) * quantity;
        var net = Math.Round(gross * 100 / (100 + product.TaxRate), 2, MidpointRounding.AwayFromZero);
        return new WooOrderLine
        {
            ProductId = product.Id,
            VariationId = variation?.Id ?? 0,
            Name = variation is null ? product.Name : product.Name + " - " + variation.Option,
            ParentName = variation is null ? "" : product.Name,
            Sku = variation?.Sku ?? product.Sku,
            Quantity = quantity,
            Total = net,
            Tax = gross - net,
        };
    }

    /// <summary>Meta with one key set; null removes it. An existing key keeps its id.</summary>
    public static WooMeta[] With(WooMeta[] meta, string key, string? value, bool isJson = false)
    {
        var at = Array.FindIndex(meta, entry => entry.Key == key);
        if (value is null)
            return at < 0 ? meta : [.. meta.Where(entry => entry.Key != key)];
        if (at < 0)
            return [.. meta, new WooMeta(0, key, value, isJson)];
        var changed = (WooMeta[])meta.Clone();
        changed[at] = new WooMeta(meta[at].Id, key, value, isJson);
        return changed;
    }

    static WooMeta[] WithAll(WooMeta[] meta, Dictionary<string, string?> values)
        => values.Aggregate(meta, (all, pair) => With(all, pair.Key, pair.Value));

    /// <summary>A copy of the shop as it is now; every later write is handed over, to be carried out on the copy.</summary>
    internal WooCommerceShop CopyAnd(Action<Action<WooCommerceShop>> handOver)
    {
        lock (_lock)
        {
            var copy = new WooCommerceShop(_clock, _ordersInOwnTables, Statuses);
            foreach (var customer in _customers.Values)
                copy.AddLocked(customer, sorted: false);
            foreach (var order in _orders.Values)
                copy.AddLocked(order, sorted: false);
            foreach (var category in _categories.Values)
                copy.StoreLocked(category);
            foreach (var product in _products.Values)
                copy.StoreLocked(product);
            _copied += handOver;
            return copy;
        }
    }

    /// <summary>Adds past records in bulk: no webhook, times as given, sorted by the first reader.</summary>
    internal void AddPast(IEnumerable<WooCustomer> customers, IEnumerable<WooOrder> orders)
    {
        lock (_lock)
        {
            foreach (var customer in customers)
            {
                var made = customer with { Id = ++_lastCustomerId, Username = FreeUsername(customer.Username) };
                AddLocked(made, sorted: false);
            }
            foreach (var order in orders)
                AddLocked(order with { Id = ++_lastPostId }, sorted: false);
        }
    }

    internal int NextCustomerId
    {
        get
        {
            lock (_lock)
                return _lastCustomerId + 1;
        }
    }

    internal int TakeIds(int count)
    {
        lock (_lock)
        {
            var first = _lastPostId + 1;
            _lastPostId += count;
            return first;
        }
    }

    /// <summary>Ids for meta entries made outside the shop's own methods.</summary>
    internal int TakeMetaId() => Interlocked.Increment(ref _lastMetaId);

    static int[] Ids(SortedIndex index)
    {
        var entries = index.Between(long.MinValue, long.MaxValue);
        var ids = new int[entries.Length];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = entries[i].Id;
        return ids;
    }

    // An order counts as paid once it is processed, or completed when the courier collects the money, whoever set the status.
    // The date of payment then stays through every other status; that of completion moves with each.
    static WooOrder Settled(WooOrder order, long now) => order.Status switch
    {
        "processing" when order.PaymentMethod != CashOnDelivery => order with { PaidAt = order.PaidAt ?? now },
        "completed" => order with { PaidAt = order.PaidAt ?? now, CompletedAt = now },
        _ => order,
    };

    static WooAddress Anonymous(WooAddress address)
    {
        return new WooAddress
        {
            FirstName = Deleted(address.FirstName),
            LastName = Deleted(address.LastName),
            Company = Deleted(address.Company),
            Address1 = Deleted(address.Address1),
            Address2 = Deleted(address.Address2),
            City = Deleted(address.City),
            Postcode = Deleted(address.Postcode),
            Email = address.Email.Length > 0 ? "deleted@site.invalid" : "",
            Phone = string.Concat(address.Phone.Select(letter => char.IsDigit(letter) ? '0' : letter)),
        };

        static string Deleted(string text) => text.Length > 0 ? "[deleted]" : "";
    }

    void CustomerActed(WooOrder order, long now)
    {
        if (!_customers.TryGetValue(order.CustomerId, out var customer))
            return;
        StoreLocked(customer, customer with { LastActiveAt = now, ModifiedAt = now, IsPaying = customer.IsPaying || order.PaidAt is not null });
        Raise("customer.updated", customer.Id);
    }

    void TakeStock(WooOrderLine line, long now)
    {
        if (!_products.TryGetValue(line.ProductId, out var product))
            return;
        var sold = product with { TotalSales = product.TotalSales + line.Quantity };
        if (product.Stock is { } stock)
            sold = sold with { Stock = Math.Max(0, stock - line.Quantity), ModifiedAt = now };
        StoreLocked(sold);
        if (product.Stock is not null)
            Raise("product.updated", product.Id);
    }

    void AddLocked(WooCustomer customer, bool sorted = true)
    {
        _customers.Add(customer.Id, customer);
        _customerByEmail.TryAdd(customer.Email, customer.Id);
        _usernames.Add(customer.Username);
        var tag = RoleTag(customer.Role);
        if (sorted)
        {
            _customersById.Add(customer.Id, customer.Id, tag);
            _customersByDate.Add(customer.CreatedAt, customer.Id, tag);
        }
        else
        {
            _customersById.AddUnsorted(customer.Id, customer.Id, tag);
            _customersByDate.AddUnsorted(customer.CreatedAt, customer.Id, tag);
        }
        _version++;
        _copied?.Invoke(copy => copy.Write(() => copy.AddLocked(customer)));
    }

    void Write(Action write)
    {
        lock (_lock)
            write();
    }

    void RemoveLocked(WooCustomer customer)
    {
        _customers.Remove(customer.Id);
        _customerByEmail.Remove(customer.Email);
        _usernames.Remove(customer.Username);
        _customersById.Remove(customer.Id, customer.Id);
        _customersByDate.Remove(customer.CreatedAt, customer.Id);
        _copied?.Invoke(copy => copy.Write(() => copy.RemoveLocked(customer)));
    }

    void RemoveLocked(WooOrder order)
    {
        _orders.Remove(order.Id);
        _ordersById.Remove(order.Id, order.Id);
        _ordersByCreated.Remove(order.CreatedAt, order.Id);
        _ordersByModified.Remove(order.ModifiedAt, order.Id);
        _ordersByCustomer.Remove(order.CustomerId, order.Id);
        _copied?.Invoke(copy => copy.Write(() => copy.RemoveLocked(order)));
    }

    void StoreLocked(WooCategory category)
    {
        _categories[category.Id] = category;
        _version++;
        _copied?.Invoke(copy => copy.Write(() => copy.StoreLocked(category)));
    }

    void StoreLocked(WooProduct product)
    {
        _products[product.Id] = product;
        _version++;
        _copied?.Invoke(copy => copy.Write(() => copy.StoreLocked(product)));
    }

    void StoreLocked(WooCustomer old, WooCustomer changed)
    {
        _customers[old.Id] = changed;
        var tag = RoleTag(changed.Role);
        _customersById.Replace(old.Id, old.Id, old.Id, tag);
        _customersByDate.Replace(old.CreatedAt, changed.CreatedAt, old.Id, tag);
        _version++;
        _copied?.Invoke(copy => copy.Write(() => copy.StoreCopied(old, changed)));
    }

    void AddLocked(WooOrder order, bool sorted = true)
    {
        _orders.Add(order.Id, order);
        NoteGuest(order);
        var tag = Statuses.TagOf(order.Status);
        if (sorted)
        {
            _ordersById.Add(order.Id, order.Id, tag);
            _ordersByCreated.Add(order.CreatedAt, order.Id, tag);
            _ordersByModified.Add(order.ModifiedAt, order.Id, tag);
            _ordersByCustomer.Add(order.CustomerId, order.Id, tag);
        }
        else
        {
            _ordersById.AddUnsorted(order.Id, order.Id, tag);
            _ordersByCreated.AddUnsorted(order.CreatedAt, order.Id, tag);
            _ordersByModified.AddUnsorted(order.ModifiedAt, order.Id, tag);
            _ordersByCustomer.AddUnsorted(order.CustomerId, order.Id, tag);
        }
        _version++;
        _copied?.Invoke(copy => copy.Write(() => copy.AddLocked(order)));
    }

    void StoreCopied(WooCustomer old, WooCustomer changed)
    {
        if (!string.Equals(old.Email, changed.Email, StringComparison.OrdinalIgnoreCase))
        {
            _customerByEmail.Remove(old.Email);
            _customerByEmail[changed.Email] = changed.Id;
        }
        StoreLocked(old, changed);
    }

    void StoreLocked(WooOrder old, WooOrder changed)
    {
        _orders[old.Id] = changed;
        NoteGuest(changed);
        var tag = Statuses.TagOf(changed.Status);
        _ordersById.Replace(old.Id, old.Id, old.Id, tag);
        _ordersByCreated.Replace(old.CreatedAt, changed.CreatedAt, old.Id, tag);
        _ordersByModified.Replace(old.ModifiedAt, changed.ModifiedAt, old.Id, tag);
        _ordersByCustomer.Replace(old.CustomerId, changed.CustomerId, old.Id, tag);
        _version++;
        _copied?.Invoke(copy => copy.Write(() => copy.StoreLocked(old, changed)));
    }

    void Raise(string topic, int id)
    {
        _version++;
        Changed?.Invoke(new WooShopChange(topic, id));
    }

    WooMeta[] Numbered(WooMeta[] meta) =>
        Array.Exists(meta, entry => entry.Id == 0) ? [.. meta.Select(entry => entry.Id == 0 ? entry with { Id = TakeMetaId() } : entry)] : meta;

    string FreeUsername(string wish)
    {
        if (!_usernames.Contains(wish))
            return wish;
        var number = 2;
        while (_usernames.Contains(wish + number))
            number++;
        return wish + number;
    }

    static byte RoleTag(string role)
    {
        for (var i = 0; i < WooRoles.All.Count; i++)
        {
            if (WooRoles.All[i] == role)
                return (byte)i;
        }
        return (byte)WooRoles.All.Count;
    }

    internal static string Slug(string name) => PolishText.Plain(name).ToLowerInvariant().Replace(" & ", "-", StringComparison.Ordinal).Replace(' ', '-');
}
