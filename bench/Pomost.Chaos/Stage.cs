using System.Globalization;
using Pomost.Hub;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Chaos;

/// <summary>A shop, a destination and the program between them; makes changes on both sides and knows what must follow.</summary>
sealed class Stage : IAsyncDisposable
{
    readonly Random _chance = new(7);
    readonly Dictionary<string, bool> _newest = new(StringComparer.Ordinal);
    readonly List<(int Id, string Email)> _people = [];
    bool _isKept;

    Stage(string folder, WooCommerceSimulator shop, HubUnderTest hub, ServedPomost pomost) => (Folder, Shop, Hub, Pomost) = (folder, shop, hub, pomost);

    public string Folder { get; }

    public WooCommerceSimulator Shop { get; }

    public HubUnderTest Hub { get; }

    public ServedPomost Pomost { get; }

    public int Changes { get; private set; }

    public static async Task<Stage> BuildAsync(string executable)
    {
        var folder = Directory.CreateTempSubdirectory("pomost-chaos-").FullName;
        var shop = await WooCommerceSimulator.StartAsync(new WooCommerceSimulatorOptions());
        var stage = new Stage(folder, shop, await HubUnderTest.StartAsync(folder), new ServedPomost(executable, folder));
        await stage.Pomost.RunAsync("account", "add", "--email", "ewa@chaos.example");
        var account = stage.Hub.Account;
        var destination = (await stage.Pomost.RunAsync(
            "destination", "add", "--endpoint", stage.Hub.Address.ToString(), "--client-id", account.ClientId, "--api-secret", account.ApiSecret,
            "--owner", account.OwnerEmail)).GetProperty("destination").GetInt64();
        await stage.Pomost.RunAsync(
            "store", "add", "woocommerce", "--url", shop.BaseAddress.ToString(), "--consumer-key", shop.ConsumerKey, "--consumer-secret", shop.ConsumerSecret,
            "--destination", destination.ToString(CultureInfo.InvariantCulture));
        await stage.Pomost.ServeAsync();
        // The first run notes where the shop ends and makes the webhooks.
        await Task.Delay(TimeSpan.FromSeconds(5));
        return stage;
    }

    /// <summary>Somebody registers; half of them tick the newsletter.</summary>
    public string Register()
    {
        Changes++;
        var email = $"osoba{_people.Count}@chaos.example";
        var ticked = _chance.Next(2) == 0;
        var person = Shop.Shop.Register(new WooCustomer { Email = email, FirstName = "Osoba", LastName = Changes.ToString(CultureInfo.InvariantCulture), Meta = [Newsletter(ticked ? "1" : null)] });
        _people.Add((person.Id, email));
        if (ticked)
            _newest[email] = true;
        return email;
    }

    /// <summary>Somebody changes their name.</summary>
    public string Rename()
    {
        Changes++;
        var person = _people[_chance.Next(_people.Count)];
        Shop.Shop.ChangeCustomer(person.Id, customer => customer with { LastName = $"Zmieniona{Changes}" });
        return person.Email;
    }

    /// <summary>Somebody buys.</summary>
    public void Buy()
    {
        Changes++;
        var person = _people[_chance.Next(_people.Count)];
        Shop.Shop.PlaceOrder(new WooOrder
        {
            CustomerId = person.Id,
            Status = "completed",
            PaymentMethod = "bacs",
            PaidAt = Shop.Shop.Now,
            Billing = new WooAddress { Email = person.Email, FirstName = "Osoba", City = "Gdynia", Country = "PL" },
            Lines = [new WooOrderLine { Name = "Miód", ParentName = "Miód", Sku = "M1", Quantity = 1, Total = 10m, Tax = 2.3m }],
        });
    }

    /// <summary>Somebody who has subscribed decides anew: every second person always in the shop, the others always at the destination.</summary>
    public async Task DecideAsync()
    {
        var (id, email) = _people[_chance.Next(_people.Count)];
        if (!_newest.TryGetValue(email, out var before))
            return;
        if (id % 2 == 0)
        {
            Changes++;
            _newest[email] = !before;
            Shop.Shop.SetCustomerMeta(id, PolishShopSeed.NewsletterKey, before ? "0" : "1");
            return;
        }

        // At the destination only somebody who is already there can decide.
        if (await Hub.Accounts.ReadContactAsync(Hub.Account.AccountId, email) is not { Card.EmailConsent: HubConsent.Granted or HubConsent.Withdrawn } card
            || card.Card.EmailConsent == HubConsent.Granted != before)
            return;
        Changes++;
        _newest[email] = !before;
        await Hub.Accounts.SetEmailConsentAsync(Hub.Account.AccountId, card.Card.Id, granted: !before);
    }

    /// <summary>What is not equal on both sides; empty = all is well.</summary>
    public async Task<List<string>> DifferencesAsync()
    {
        var wrong = new List<string>();
        foreach (var (id, email) in _people)
        {
            var card = await Hub.Accounts.ReadContactAsync(Hub.Account.AccountId, email);
            var customer = Shop.Shop.Customer(id)!;
            if (card is null)
                wrong.Add($"{email} has no card");
            else if (card.Card.Name != $"{customer.FirstName} {customer.LastName}")
                wrong.Add($"{email} is {card.Card.Name}, not {customer.LastName}");
            if (card is null || !_newest.TryGetValue(email, out var granted))
                continue;
            if (card.Card.EmailConsent == HubConsent.Granted != granted)
                wrong.Add($"{email}: card {card.Card.EmailConsent}, chosen {granted} {(id % 2 == 0 ? "in the shop" : "at the destination")}");
            var meta = customer.Meta.Where(entry => entry.Key == PolishShopSeed.NewsletterKey).Select(entry => entry.Value.ToString()).FirstOrDefault();
            if (meta == "1" != granted)
                wrong.Add($"{email}: shop {meta}, chosen {granted} {(id % 2 == 0 ? "in the shop" : "at the destination")}");
        }

        var orders = Shop.Shop.OrderIds().Select(order => order.ToString(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal).ToList();
        var purchases = (await Hub.TextsAsync("SELECT external_id AS text FROM hub_event WHERE type = 'PURCHASE'")).Order(StringComparer.Ordinal).ToList();
        wrong.AddRange(orders.Except(purchases, StringComparer.Ordinal).Select(order => $"order {order} is missing"));
        wrong.AddRange(purchases.GroupBy(order => order, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => $"order {group.Key} is there {group.Count()} times"));
        return wrong;
    }

    /// <summary>Waits until both sides are equal.</summary>
    public async Task<(bool IsEqual, TimeSpan After, List<string> Differences)> SettleAsync(TimeSpan patience)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var wrong = await DifferencesAsync();
            var after = TimeProvider.System.GetElapsedTime(start);
            if (wrong.Count == 0 || after > patience)
                return (wrong.Count == 0, after, wrong);
            Console.Error.WriteLine(FormattableString.Invariant($"{after.TotalSeconds:0} s: {wrong.Count} differences, the first: {wrong[0]}"));
            await Task.Delay(TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>Keeps the data folder for whoever looks into it.</summary>
    public string Keep()
    {
        _isKept = true;
        return Folder;
    }

    public async ValueTask DisposeAsync()
    {
        await Pomost.DisposeAsync();
        await Shop.DisposeAsync();
        await Hub.DisposeAsync();
        if (!_isKept)
            Directory.Delete(Folder, recursive: true);
    }

    static WooMeta Newsletter(string? value) => new(0, PolishShopSeed.NewsletterKey, value ?? "");
}
