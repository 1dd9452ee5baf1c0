using System.Globalization;

namespace Pomost.Simulators.WooCommerce;

/// <summary>
/// Fills a shop with plausible Polish people, goods and orders. The same options on the same clock give the same shop. All
/// e-mail addresses end in <c>.example</c>.
/// </summary>
public sealed class PolishShopSeed
{
    public const string NewsletterKey = "pomost_newsletter_consent";
    public const string SmsKey = "pomost_sms_consent";
    public const string SharingKey = "pomost_sharing_consent";

    const int Day = 86_400;

    static readonly string[] Sizes = ["S", "M", "L"];

    static readonly (string Id, string Title)[] Payments =
        [("blik", "BLIK"), ("card", "Karta płatnicza"), ("bacs", "Przelew bankowy"), (WooCommerceShop.CashOnDelivery, "Za pobraniem"), ("transfer_online", "Szybki przelew")];

    readonly WooCommerceShop _shop;
    readonly Random _random;
    readonly long _now;
    int _persons;

    PolishShopSeed(WooCommerceShop shop, int seed)
    {
        _shop = shop;
        _random = new Random(seed);
        _now = shop.Now;
    }

    public static void Fill(WooCommerceShop shop, ShopSeedOptions options)
    {
        var seed = new PolishShopSeed(shop, options.Seed);
        var start = seed._now - (long)options.Past.TotalSeconds;
        var products = seed.Products(options.Products, start);
        var customers = seed.Customers(options.Customers, start);
        var orders = seed.Orders(options, customers, products, start);
        if (options.OddRecords)
            seed.AddOdd(customers, orders, products);
        shop.AddPast(customers, orders);
    }

    /// <summary>A person who could register in this shop next; used by <see cref="LivingShop"/>.</summary>
    internal static WooCustomer Visitor(WooCommerceShop shop, Random random, int number)
    {
        var address = Person(random, number, "nowy");
        return new WooCustomer
        {
            Email = address.Email,
            FirstName = address.FirstName,
            LastName = address.LastName,
            Billing = address,
            Meta = Consents(random, shop),
        };
    }

    /// <summary>What someone might order now.</summary>
    internal static WooOrder Basket(WooCommerceShop shop, Random random, IReadOnlyList<WooProduct> products, WooAddress buyer, int customerId)
    {
        var (method, title) = Payments[random.Next(Payments.Length)];
        return new WooOrder
        {
            CustomerId = customerId,
            Billing = buyer,
            Shipping = buyer with { Email = "" },
            Lines = Lines(random, products),
            ShippingLine = Delivery(random, shop),
            PaymentMethod = method,
            PaymentTitle = title,
            Status = method switch { "bacs" => "on-hold", WooCommerceShop.CashOnDelivery => "processing", _ => random.Next(10) == 0 ? "pending" : "processing" },
            Meta = random.Next(10) < 6 ? [new WooMeta(0, SharingKey, random.Next(8) > 0 ? "1" : "0")] : [],
        };
    }

    static WooAddress Person(Random random, int number, string mark)
    {
        var woman = random.Next(100) < 58;
        var first = woman ? Pick(random, PolishNames.Women) : Pick(random, PolishNames.Men);
        var surname = Pick(random, PolishNames.Surnames);
        var last = PolishNames.Surname(surname, woman);
        var (city, postcode) = PolishNames.Cities[random.Next(PolishNames.Cities.Length)];
        var flat = random.Next(3) == 0 ? "" : "/" + Text(random.Next(1, 90));
        var phone = random.Next(100) < 88 ? "+48 " + Text(random.Next(500, 900)) + " " + Text(random.Next(100, 1_000)) + " " + Text(random.Next(100, 1_000)) : "";
        return new WooAddress
        {
            FirstName = first,
            LastName = last,
            Company = random.Next(100) < 7 ? $"{Pick(random, PolishNames.Trades)} {last} sp. z o.o." : "",
            Address1 = $"ul. {Pick(random, PolishNames.Streets)} {Text(random.Next(1, 120))}{flat}",
            City = city,
            Postcode = postcode + "-" + random.Next(1, 1_000).ToString("000", CultureInfo.InvariantCulture),
            Country = "PL",
            // Some people type their number as they please.
            Phone = random.Next(6) == 0 ? phone.Replace(" ", "", StringComparison.Ordinal) : phone,
            Email = $"{PolishText.Plain(first).ToLowerInvariant()}.{PolishText.Plain(last).ToLowerInvariant()}.{mark}{Text(number)}@{Pick(random, PolishNames.MailHosts)}",
        };
    }

    static WooMeta[] Consents(Random random, WooCommerceShop shop)
    {
        var newsletter = random.Next(100) switch { < 45 => "1", < 70 => "0", _ => null };
        var sms = random.Next(100) switch { < 20 => "1", < 45 => "0", _ => null };
        if (newsletter is null && sms is null)
            return [];
        var meta = new List<WooMeta>(2);
        if (newsletter is not null)
            meta.Add(new WooMeta(shop.TakeMetaId(), NewsletterKey, newsletter));
        if (sms is not null)
            meta.Add(new WooMeta(shop.TakeMetaId(), SmsKey, sms));
        return [.. meta];
    }

    static WooOrderLine[] Lines(Random random, IReadOnlyList<WooProduct> products)
    {
        if (products.Count == 0)
            return [];
        var lines = new WooOrderLine[random.Next(10) switch { < 5 => 1, < 8 => 2, 8 => 3, _ => 4 }];
        for (var i = 0; i < lines.Length; i++)
        {
            var product = products[random.Next(products.Count)];
            var variation = product.IsVariable ? product.Variations[random.Next(product.Variations.Length)] : null;
            lines[i] = WooCommerceShop.LineOf(product, random.Next(5) == 0 ? random.Next(2, 5) : 1, variation);
        }
        return lines;
    }

    static WooShippingLine Delivery(Random random, WooCommerceShop shop)
    {
        switch (random.Next(10))
        {
            case < 5:
                return Courier;
            case < 8:
                var point = "PKT" + random.Next(100).ToString("00", CultureInfo.InvariantCulture) + "A";
                return new WooShippingLine("punkt_odbioru", "Punkt odbioru", 9.75m, 2.24m, [new WooMeta(shop.TakeMetaId(), "Punkt odbioru", point)]);
            default:
                return PickUps[random.Next(PickUps.Length)];
        }
    }

    static readonly WooShippingLine Courier = new("flat_rate", "Kurier", 13m, 2.99m, []);

    static readonly WooShippingLine[] PickUps =
        [.. PolishNames.PickUpPlaces.Select(place => new WooShippingLine("local_pickup", "Odbiór osobisty – " + place, 0m, 0m, []))];

    static string Pick(Random random, string[] from) => from[random.Next(from.Length)];

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    List<WooProduct> Products(int count, long start)
    {
        var leaves = new List<(int[] Path, string[] Goods)>();
        foreach (var (top, middles) in PolishNames.Assortment)
        {
            var topId = _shop.AddCategory(top).Id;
            foreach (var (middle, ends) in middles)
            {
                var middleId = _shop.AddCategory(middle, topId).Id;
                foreach (var (leaf, goods) in ends)
                    leaves.Add(([topId, middleId, _shop.AddCategory(leaf, middleId).Id], goods));
            }
        }
        var products = new List<WooProduct>(count);
        for (var i = 0; i < count; i++)
        {
            var (path, goods) = leaves[i % leaves.Count];
            // Shops usually tick the leaf alone; every seventh product stands in a second place, too.
            var categories = i % 7 == 3 ? [path[^1], leaves[(i + 5) % leaves.Count].Path[^1]] : new[] { path[^1] };
            var gross = (_random.Next(9, 400) * 1m) + (_random.Next(2) == 0 ? 0.99m : 0.49m);
            var variable = i % 9 == 4;
            products.Add(_shop.AddProduct(new WooProduct
            {
                Name = $"{goods[i / leaves.Count % goods.Length]} {PolishNames.Kinds[(i * 5 + (i / leaves.Count)) % PolishNames.Kinds.Length]}",
                Sku = "P" + (1_000 + i).ToString(CultureInfo.InvariantCulture),
                RegularPrice = gross,
                SalePrice = i % 11 == 0 && !variable ? Math.Round(gross * 0.8m, 2) : null,
                TaxRate = i % 8 == 5 ? 8 : 23,
                Description = "<p>Towar z <strong>polskiej</strong> pracowni.</p>",
                CategoryIds = categories,
                Tags = i % 4 == 0 ? ["nowość"] : [],
                Stock = i % 3 == 0 ? _random.Next(0, 200) : null,
                CreatedAt = start - (_random.Next(30, 400) * (long)Day),
                VariesBy = variable ? "Rozmiar" : "",
                Variations = variable
                    ? [.. Sizes.Select((size, at) => new WooVariation(0, $"P{Text(1_000 + i)}-{size}", size, gross + (at * 10m), null))]
                    : [],
            }));
        }
        return products;
    }

    List<WooCustomer> Customers(int count, long start)
    {
        var dates = Dates(count, start);
        var customers = new List<WooCustomer>(count + 4);
        for (var i = 0; i < count; i++)
        {
            var billing = Person(_random, ++_persons, "");
            var filled = _random.Next(10) > 0;
            var modified = Math.Min(_now, dates[i] + (_random.Next(4) == 0 ? _random.Next(60 * Day) : 5));
            customers.Add(new WooCustomer
            {
                Email = billing.Email,
                FirstName = billing.FirstName,
                LastName = billing.LastName,
                Username = billing.Email[..billing.Email.IndexOf('@', StringComparison.Ordinal)],
                Role = i % 50 == 49 ? "subscriber" : WooRoles.Customer,
                // Who registered without ever ordering has no billing address yet.
                Billing = filled ? billing : WooAddress.Empty,
                Shipping = filled && _random.Next(4) == 0 ? billing with { Email = "", Phone = "" } : WooAddress.Empty,
                CreatedAt = dates[i],
                ModifiedAt = i % 200 == 199 ? null : modified,
                LastActiveAt = _random.Next(3) == 0 ? null : modified,
                Meta = Consents(_random, _shop),
            });
        }
        return customers;
    }

    List<WooOrder> Orders(ShopSeedOptions options, List<WooCustomer> customers, List<WooProduct> products, long start)
    {
        var firstCustomer = _shop.NextCustomerId;
        var guests = new WooAddress[options.Guests];
        for (var i = 0; i < guests.Length; i++)
        {
            guests[i] = Person(_random, ++_persons, "g");
            if (i % 20 == 7 && customers.Count > 0)
                guests[i] = guests[i] with { Email = customers[_random.Next(customers.Count)].Email };
        }
        var dates = Dates(options.Orders, start);
        var orders = new List<WooOrder>(options.Orders + 8);
        var known = 0;
        for (var i = 0; i < dates.Length; i++)
        {
            while (known < customers.Count && customers[known].CreatedAt <= dates[i])
                known++;
            var byGuest = guests.Length > 0 && (known == 0 || _random.Next(100) < 25);
            if (!byGuest && known == 0)
                known = customers.Count > 0 ? 1 : 0;
            var at = byGuest || known == 0 ? -1 : _random.Next(known);
            WooAddress buyer;
            if (at >= 0)
            {
                var customer = customers[at];
                buyer = customer.Billing.Email.Length > 0 ? customer.Billing : new WooAddress { FirstName = customer.FirstName, LastName = customer.LastName, Email = customer.Email, Country = "PL" };
                if (customer.Billing.Email.Length == 0)
                    customers[at] = customer with { Billing = buyer };
            }
            else
            {
                buyer = guests.Length > 0 ? guests[_random.Next(guests.Length)] : Person(_random, ++_persons, "g");
            }
            var order = Past(at >= 0 ? firstCustomer + at : 0, buyer, dates[i], products);
            orders.Add(order);
            if (at >= 0)
            {
                var customer = customers[at];
                customers[at] = customer with
                {
                    IsPaying = customer.IsPaying || order.PaidAt is not null,
                    LastActiveAt = order.CreatedAt,
                    ModifiedAt = customer.ModifiedAt is { } modified ? Math.Max(modified, order.CreatedAt) : null,
                };
            }
        }
        return orders;
    }

    WooOrder Past(int customerId, WooAddress buyer, long created, List<WooProduct> products)
    {
        var (method, title) = Payments[_random.Next(Payments.Length)];
        var age = _now - created;
        var chance = _random.Next(100);
        var status = age > 7 * Day
            ? chance switch { < 83 => "completed", < 89 => "cancelled", < 93 => "refunded", < 96 => "failed", < 98 => "processing", < 99 => "on-hold", _ => "pending" }
            : chance switch { < 30 => "completed", < 75 => "processing", < 87 => "on-hold", < 95 => "pending", _ => "cancelled" };
        long? paid = status is "completed" or "processing" or "refunded" ? Math.Min(_now, created + _random.Next(30, method == "bacs" ? 2 * Day : 900)) : null;
        long? completed = status is "completed" or "refunded" ? Math.Min(_now, paid!.Value + _random.Next(3_600, 4 * Day)) : null;
        var changed = completed ?? paid;
        // The courier brings the money when the parcel is handed over.
        if (method == WooCommerceShop.CashOnDelivery)
            paid = completed;
        var modified = changed ?? Math.Min(_now, created + (status is "cancelled" or "failed" ? _random.Next(600, 2 * Day) : 1));
        var order = new WooOrder
        {
            CustomerId = customerId,
            Status = _shop.Statuses.Shared(status),
            CreatedAt = created,
            ModifiedAt = modified,
            PaidAt = paid,
            CompletedAt = completed,
            Billing = buyer,
            Shipping = buyer,
            Lines = Lines(_random, products),
            ShippingLine = Delivery(_random, _shop),
            PaymentMethod = method,
            PaymentTitle = title,
            TransactionId = paid is not null && method is "blik" or "card" ? "T" + created.ToString(CultureInfo.InvariantCulture) : "",
            Meta = _random.Next(10) < 6 ? [new WooMeta(_shop.TakeMetaId(), SharingKey, _random.Next(8) > 0 ? "1" : "0")] : [],
        };
        if (status == "refunded")
            order = order with { Refunds = [new WooRefund(_shop.TakeIds(1), order.Total, "Zwrot", modified)] };
        return order;
    }

    // More happens the nearer the present is, as in a shop that grows.
    long[] Dates(int count, long start)
    {
        var dates = new long[count];
        for (var i = 0; i < count; i++)
            dates[i] = start + (long)(Math.Sqrt(_random.NextDouble()) * (_now - 60 - start));
        Array.Sort(dates);
        return dates;
    }

    void AddOdd(List<WooCustomer> customers, List<WooOrder> orders, List<WooProduct> products)
    {
        var person = Person(_random, ++_persons, "o");
        var plain = Past(0, person, _now - Day, products);
        orders.Add(plain with { Billing = person with { Email = "" } });
        orders.Add(plain with { Billing = person with { Email = new string('a', 300 - "@poczta.example".Length) + "@poczta.example" } });
        orders.Add(plain with { Billing = person with { Email = "to nie jest adres" } });
        orders.Add(plain with { Lines = [new WooOrderLine { Name = "Nic za grosze", ParentName = "", Sku = "", Quantity = 3, Total = 0.01m, Tax = 0m, UnitPrice = 0.003333333333m }] });
        orders.Add(plain with { CreatedAt = 10, ModifiedAt = 10, PaidAt = 10, CompletedAt = 10, Status = _shop.Statuses.Shared("completed") });
        orders.Add(plain with { Lines = [.. plain.Lines.Select(line => line with { ProductId = 0, VariationId = 0 })] });
        orders.Add(plain with { Lines = [] });
        customers.Add(new WooCustomer
        {
            Email = new string('b', 300 - "@poczta.example".Length) + "@poczta.example",
            FirstName = "Ktoś",
            LastName = "Z długim adresem",
            Username = "dlugi",
            CreatedAt = _now - Day,
            ModifiedAt = _now - Day,
        });
        customers.Add(new WooCustomer
        {
            Email = "dawno.temu@poczta.example",
            FirstName = "Żółć <b>&amp;</b>",
            LastName = "O'Brien \"Zenek\" 🦊",
            Username = "dawno.temu",
            CreatedAt = 0,
            Billing = person with { Email = "", Phone = "tel. 12 345, wieczorem" },
        });
    }
}
