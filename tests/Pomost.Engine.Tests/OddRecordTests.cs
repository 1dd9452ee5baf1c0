using System.Globalization;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Engine.Tests;

/// <summary>Goal: a record that cannot be used is listed with field and reason, and stops no other. Method: odd records among good ones.</summary>
public sealed class OddRecordTests
{
    [Theory]
    [InlineData("", ReasonCode.EmailMissing)]
    [InlineData("to nie jest adres", ReasonCode.EmailInvalid)]
    [InlineData("LONG", ReasonCode.EmailTooLong)]
    public async Task An_order_whose_address_is_unusable_is_rejected_by_name(string email, ReasonCode code)
    {
        await using var engine = await RunningEngine.StartAsync();
        var address = email == "LONG" ? new string('a', 300 - "@poczta.example".Length) + "@poczta.example" : email;
        var odd = engine.PlaceOrder(address);
        var good = engine.PlaceOrder("dobry@poczta.example");

        var run = await engine.ExportAsync(ExportKind.Transactions);

        ExportTests.AssertAddsUp(run, ExportState.DoneWithRejects);
        Assert.Equal((2, 1, 1), (run.Read, run.Sent, run.Rejected));
        Assert.Equal([Text(good)], await engine.PurchasesAsync());
        var row = Assert.Single(await engine.Get<IExportRuns>().RejectedAsync(engine.Account.Id, run.Id, 0, 10, default));
        Assert.Equal((Text(odd), code, "email"), (row.SourceId, row.Code, row.Field));
        Assert.True((row.Email?.Length ?? 0) <= 300);
        var trace = Assert.Single(await engine.Views.TracesAsync(engine.Store.Key, Contract.ShopStream.Orders, Text(odd), 10, default));
        Assert.Equal((RecordOutcome.Rejected, code), (trace.Outcome, trace.Code));
        Assert.Equal(["dobry@poczta.example"], await engine.HubAddressesAsync());
    }

    [Fact]
    public async Task An_order_in_a_currency_the_destination_does_not_know_is_a_purchase_that_names_it()
    {
        await using var engine = await RunningEngine.StartAsync();
        var order = engine.PlaceOrder("dobry@poczta.example");
        engine.Shop.ChangeOrder(order.Id, each => each with { Currency = "XTS" });
        var run = await engine.ExportAsync(ExportKind.Transactions);
        ExportTests.AssertAddsUp(run, ExportState.Done);
        var purchase = Assert.Single((await engine.CardAsync("dobry@poczta.example"))!.Events);
        Assert.Equal(("PURCHASE", 12.30m), (purchase.Type, purchase.Value));
        Assert.Contains("XTS", purchase.Details!.Values);
    }

    [Fact]
    public async Task What_could_not_be_read_is_shown_as_the_shop_gave_it()
    {
        await using var engine = await RunningEngine.StartAsync();
        var currency = engine.PlaceOrder("b@poczta.example");
        engine.Shop.ChangeOrder(currency.Id, each => each with { Currency = "złote" });
        engine.PlaceOrder("c\u200b@poczta.example");

        var run = await engine.ExportAsync(ExportKind.Transactions);

        var rows = await engine.Get<IExportRuns>().RejectedAsync(engine.Account.Id, run.Id, 0, 10, default);
        Assert.Equal(
            [("currency", "złote"), ("email", "c⟨U+200B⟩@poczta.example")],
            rows.Select(row => (row.Field, row.Value)).OrderBy(row => row.Field, StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_account_with_an_address_of_300_characters_is_rejected()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Shop.Register(new WooCustomer { Email = new string('b', 300 - "@poczta.example".Length) + "@poczta.example" });
        engine.Shop.Register(new WooCustomer { Email = "dobra@poczta.example" });

        var run = await engine.ExportAsync(ExportKind.Contacts);

        Assert.Equal((2, 1, 1), (run.Read, run.Sent, run.Rejected));
        var row = Assert.Single(await engine.Get<IExportRuns>().RejectedAsync(engine.Account.Id, run.Id, 0, 10, default));
        Assert.Equal((ReasonCode.EmailTooLong, "email"), (row.Code, row.Field));
    }

    [Fact]
    public async Task Every_odd_record_of_a_shop_is_either_sent_or_listed()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup
        {
            Seed = new Simulators.ShopSeedOptions { Customers = 10, Guests = 2, Orders = 10, OddRecords = true },
        });

        var contacts = await engine.ExportAsync(ExportKind.Contacts);
        var transactions = await engine.ExportAsync(ExportKind.Transactions);

        ExportTests.AssertAddsUp(contacts, ExportState.DoneWithRejects);
        ExportTests.AssertAddsUp(transactions, ExportState.DoneWithRejects);
        var rows = await engine.Get<IExportRuns>().RejectedAsync(engine.Account.Id, transactions.Id, 0, 100, default);
        Assert.Equal(transactions.Rejected, rows.Count);
        var row = Assert.Single(rows, one => one.Code == ReasonCode.DateImplausible);
        Assert.Equal("date", row.Field);
        Assert.StartsWith("1970-01-01T", row.Value, StringComparison.Ordinal);
        Assert.Superset(new HashSet<ReasonCode> { ReasonCode.EmailMissing, ReasonCode.EmailInvalid, ReasonCode.EmailTooLong }, rows.Select(one => one.Code).ToHashSet());
        var card = (await engine.CardAsync("dawno.temu@poczta.example"))!;
        Assert.Contains("O'Brien \"Zenek\" 🦊", card.Card.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_category_with_a_comma_becomes_one_tag_and_a_product_in_two_categories_gives_both_paths()
    {
        await using var engine = await RunningEngine.StartAsync();
        var honey = engine.Shop.AddCategory("Miody, syropy");
        var gifts = engine.Shop.AddCategory("Prezenty");
        var spring = engine.Shop.AddCategory("Wiosna", gifts.Id);
        var product = engine.Shop.AddProduct(new WooProduct { Name = "Miód lipowy", Sku = "M1", RegularPrice = 30m, CategoryIds = [honey.Id, spring.Id] });
        engine.Shop.PlaceOrder(new WooOrder
        {
            Status = "completed",
            PaymentMethod = "bacs",
            Billing = new WooAddress { Email = "gosc@poczta.example" },
            Lines = [WooCommerceShop.LineOf(product, 1)],
        });

        var run = await engine.ExportAsync(ExportKind.Transactions);

        Assert.Equal(1, run.Sent);
        var tags = (await engine.CardAsync("gosc@poczta.example"))!.Tags.Select(tag => tag.Tag).Order().ToList();
        Assert.Equal(new[] { TagInput.Normalise("Miody, syropy"), "PREZENTY", "WIOSNA" }.Order(), tags);
        Assert.DoesNotContain(tags, tag => tag.Contains(',', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_price_of_twelve_decimals_is_sent_rounded_to_two()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Shop.PlaceOrder(new WooOrder
        {
            Status = "completed",
            PaymentMethod = "bacs",
            Billing = new WooAddress { Email = "gosc@poczta.example" },
            Lines = [new WooOrderLine { Name = "Nic za grosze", ParentName = "", Sku = "", Quantity = 3, Total = 9.999999999999m, UnitPrice = 3.333333333333m }],
        });

        await engine.ExportAsync(ExportKind.Transactions);

        var purchase = Assert.Single((await engine.CardAsync("gosc@poczta.example"))!.Events);
        Assert.Equal(10.00m, purchase.Value);
    }

    static string Text(WooOrder order) => order.Id.ToString(CultureInfo.InvariantCulture);
}
