using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Hub;
using Pomost.Rules;
using Pomost.Simulators.WooCommerce;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: the card follows what an account is now: emptied fields, ended roles, gender, and one account of several with one address.
/// Method: the simulated shop, the real hub. Letters are those of the findings.</summary>
public sealed class AccountDataTests
{
    const string Anna = "anna@poczta.example";
    const string TagsKey = "pomost_tags";
    static readonly WooAddress Filled = new()
    {
        FirstName = "Anna",
        LastName = "Kowal",
        Company = "Miód sp. z o.o.",
        Phone = "500600700",
        Address1 = "Lipowa 1",
        City = "Łódź",
        Postcode = "90-001",
        Country = "PL",
        State = "LD",
    };

    public static TheoryData<Dialect> Dialects => [Dialect.Sqlite, Dialect.PostgreSql];

    [Theory, MemberData(nameof(Dialects))]
    public async Task B8_emptied_fields_of_an_account_are_emptied_on_the_card_and_a_second_export_sends_nothing(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });
        var anna = engine.Shop.Register(new WooCustomer { Email = Anna, Billing = Filled });
        await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal(("Miód sp. z o.o.", "500600700", "Lipowa 1", "LD"), await FieldsAsync(engine));

        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { Billing = new WooAddress { FirstName = "Anna", LastName = "Kowal", City = "Łódź" } });
        Assert.Equal(1, (await engine.ExportAsync(ExportKind.Contacts)).Sent);

        Assert.Equal((null, null, null, null), await FieldsAsync(engine));
        var card = (await engine.CardAsync(Anna))!.Card;
        Assert.Equal(("Anna Kowal", "Łódź", null, null), (card.Name, card.City, card.ZipCode, card.Country));
        Assert.Equal(0, (await engine.ExportAsync(ExportKind.Contacts)).Sent);
    }

    [Fact]
    public async Task B8_an_address_emptied_as_a_whole_is_emptied_and_comes_back_when_typed_again()
    {
        await using var engine = await RunningEngine.StartAsync();
        var anna = engine.Shop.Register(new WooCustomer { Email = Anna, FirstName = "Anna", Billing = Filled });
        await engine.ExportAsync(ExportKind.Contacts);
        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { Billing = WooAddress.Empty });
        await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal((null, null, null, null), await FieldsAsync(engine));

        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { Billing = Filled });
        await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal(("Miód sp. z o.o.", "500600700", "Lipowa 1", "LD"), await FieldsAsync(engine));
    }

    [Fact]
    public async Task B8_two_changes_that_leave_in_one_call_end_with_the_later_one()
    {
        await using var engine = await RunningEngine.StartAsync();
        var anna = engine.Shop.Register(new WooCustomer { Email = Anna, Billing = Filled });
        await engine.ExportAsync(ExportKind.Contacts);
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        foreach (var company in new[] { "", "Inna" })
        {
            engine.Shop.ChangeCustomer(anna.Id, customer => customer with { Billing = Filled with { Company = company, Phone = company } });
            await engine.Get<Synchronization>().NowAsync(engine.Store.Key, full: true, default);
            await RoundsAsync(engine);
        }

        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { Billing = Filled with { Company = "Inna", Phone = "" } });
        await engine.Get<Synchronization>().NowAsync(engine.Store.Key, full: true, default);
        await RoundsAsync(engine);
        engine.Hub.Trouble = null;
        await RoundsAsync(engine, 12);
        var card = (await engine.CardAsync(Anna))!.Card;
        Assert.Equal(("Inna", null), (card.Company, card.Phone));
    }

    [Fact]
    public async Task B8_what_the_shop_never_held_and_what_a_guest_left_out_stays_on_the_card()
    {
        await using var engine = await RunningEngine.StartAsync();
        var anna = engine.Shop.Register(new WooCustomer { Email = Anna, FirstName = "Anna" });
        engine.PlaceOrder("gosc@poczta.example");
        await engine.ExportAsync(ExportKind.Contacts);
        await engine.ExportAsync(ExportKind.Transactions);
        await WriteCardAsync(engine, new OutgoingContact { Email = Anna, Phone = "600100200" });
        await WriteCardAsync(engine, new OutgoingContact { Email = "gosc@poczta.example", Phone = "600100300" });

        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { FirstName = "Hanna" });
        engine.PlaceOrder("gosc@poczta.example");
        engine.PlaceOrder(Anna);
        await engine.ExportAsync(ExportKind.Contacts);
        await engine.ExportAsync(ExportKind.Transactions);

        Assert.Equal(("600100200", "Hanna"), ((await engine.CardAsync(Anna))!.Card.Phone, (await engine.CardAsync(Anna))!.Card.Name));
        Assert.Equal("600100300", (await engine.CardAsync("gosc@poczta.example"))!.Card.Phone);
    }

    [Fact]
    public async Task B8_a_role_that_ended_takes_its_tag_along_and_leaves_the_tags_of_people()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Options = new StoreOptions { RegistrationTags = ["KLIENT"] } });
        var anna = engine.Shop.Register(new WooCustomer { Email = Anna, Role = "wholesale_customer" });
        await engine.ExportAsync(ExportKind.Contacts, new ExportOptions { Tags = ["WIOSNA"] });
        await WriteCardAsync(engine, new OutgoingContact { Email = Anna, Tags = ["RECZNY"] });
        Assert.Contains("WHOLESALER", await TagsAsync(engine));

        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { Role = "customer" });
        Assert.Equal(1, (await engine.ExportAsync(ExportKind.Contacts)).Sent);
        Assert.Equal(["KLIENT", "RECZNY", "REJESTRACJA", "WIOSNA"], await TagsAsync(engine));
        Assert.Equal(0, (await engine.ExportAsync(ExportKind.Contacts)).Sent);

        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { Role = "wholesaler" });
        await engine.ExportAsync(ExportKind.Contacts);
        Assert.Contains("WHOLESALER", await TagsAsync(engine));
    }

    [Fact]
    public async Task B8_a_tag_of_the_settings_stays_though_the_role_of_that_name_ended()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Options = new StoreOptions { RegistrationTags = ["WHOLESALER"] } });
        var anna = engine.Shop.Register(new WooCustomer { Email = Anna, Role = "wholesaler" });
        await engine.ExportAsync(ExportKind.Contacts);
        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { Role = "customer" });
        Assert.Equal(0, (await engine.ExportAsync(ExportKind.Contacts)).Sent);
        Assert.Contains("WHOLESALER", await TagsAsync(engine));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A13_two_accounts_of_one_address_are_one_person_and_a_second_export_sends_nothing(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });
        var (older, newer) = Twins(engine);
        var first = await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal((1, 1), (first.Sent, first.Skipped[ReasonCode.FurtherAccount]));
        Assert.Equal("Nowa Kowal", (await engine.CardAsync(Anna))!.Card.Name);
        Assert.Equal(1, (await engine.HubCountsAsync()).Contacts);
        Assert.Contains((await engine.ContactAsync(Anna)).Traces.SelectMany(line => line.Answers), answer => answer.Code == ReasonCode.FurtherAccount);

        var second = await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal((0, 1, 1), (second.Sent, second.Skipped[ReasonCode.FurtherAccount], second.Skipped[ReasonCode.Unchanged]));

        // Live changes of the one that does not count leave the card alone, those of the other do not.
        engine.Shop.ChangeCustomer(older, customer => customer with { FirstName = "Zmieniona" });
        await RoundsAsync(engine);
        Assert.Equal("Nowa Kowal", (await engine.CardAsync(Anna))!.Card.Name);
        engine.Shop.ChangeCustomer(newer, customer => customer with { FirstName = "Nowsza" });
        await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal("Nowsza Kowal", (await engine.CardAsync(Anna))!.Card.Name);
        Assert.Equal(0, (await engine.ExportAsync(ExportKind.Contacts)).Sent);
    }

    [Fact]
    public async Task A13_accounts_on_different_pages_end_with_the_same_one()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Shop.Register(new WooCustomer { Email = Anna, FirstName = "Stara", LastName = "Kowal" });
        for (var other = 0; other < 120; other++)
            engine.Shop.Register(new WooCustomer { Email = $"osoba{other}@poczta.example" });
        engine.Clock.Advance(TimeSpan.FromDays(1));
        engine.Shop.Register(new WooCustomer { Email = " ANNA@poczta.example ", FirstName = "Nowa", LastName = "Kowal" });
        await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal("Nowa Kowal", (await engine.CardAsync(Anna))!.Card.Name);
        Assert.Equal(0, (await engine.ExportAsync(ExportKind.Contacts)).Sent);
        Assert.Equal("Nowa Kowal", (await engine.CardAsync(Anna))!.Card.Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A13_an_opt_out_in_either_account_counts(bool inOlder)
    {
        await using var engine = await RunningEngine.StartAsync();
        var (older, newer) = Twins(engine, RunningEngine.Newsletter("1"));
        await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal(HubConsent.Granted, (await engine.CardAsync(Anna))!.Card.EmailConsent);

        engine.Clock.Advance(TimeSpan.FromHours(1));
        engine.Shop.SetCustomerMeta(inOlder ? older : newer, PolishShopSeed.NewsletterKey, "0");
        for (var export = 0; export < 3; export++)
        {
            engine.Clock.Advance(TimeSpan.FromHours(1));
            await engine.ExportAsync(ExportKind.Contacts);
            Assert.Equal(HubConsent.Withdrawn, (await engine.CardAsync(Anna))!.Card.EmailConsent);
        }
    }

    [Fact]
    public async Task A13_when_the_chosen_account_is_gone_the_other_takes_its_place_and_opts_nobody_in()
    {
        await using var engine = await RunningEngine.StartAsync();
        var (_, newer) = Twins(engine, RunningEngine.Newsletter("1"));
        await engine.ExportAsync(ExportKind.Contacts);
        engine.Clock.Advance(TimeSpan.FromHours(1));
        engine.Shop.SetCustomerMeta(newer, PolishShopSeed.NewsletterKey, "0");
        await engine.ExportAsync(ExportKind.Contacts);

        engine.Shop.DeleteCustomer(newer);
        await engine.ExportAsync(ExportKind.Contacts);
        var card = (await engine.CardAsync(Anna))!.Card;
        Assert.Equal(("Stara Kowal", HubConsent.Withdrawn), (card.Name, card.EmailConsent));
        Assert.Equal(0, (await engine.ExportAsync(ExportKind.Contacts)).Sent);
        Assert.Equal(HubConsent.Withdrawn, (await engine.CardAsync(Anna))!.Card.EmailConsent);
    }

    [Fact]
    public async Task A13_when_the_chosen_account_has_another_address_each_has_its_card()
    {
        await using var engine = await RunningEngine.StartAsync();
        var (_, newer) = Twins(engine);
        await engine.ExportAsync(ExportKind.Contacts);
        engine.Shop.ChangeCustomer(newer, customer => customer with { Email = "nowa@poczta.example" });
        await engine.ExportAsync(ExportKind.Contacts);
        await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal("Nowa Kowal", (await engine.CardAsync("nowa@poczta.example"))!.Card.Name);
        Assert.Equal("Stara Kowal", (await engine.CardAsync(Anna))!.Card.Name);
        Assert.Equal(0, (await engine.ExportAsync(ExportKind.Contacts)).Sent);
    }

    [Theory]
    [InlineData("""a:2:{i:0;s:3:"vip";i:1;s:4:"nowy";}""")]
    [InlineData("""s:34:"a:1:{i:0;s:3:"vip";}";""")]
    [InlineData("""{"vip":true}""")]
    public async Task A17_a_field_that_is_no_list_of_names_sends_nothing_and_is_traced(string field)
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Shop.Register(new WooCustomer { Email = Anna, Meta = [new WooMeta(0, TagsKey, field)] });
        await engine.ExportAsync(ExportKind.Contacts);
        Assert.Equal(["REJESTRACJA"], await TagsAsync(engine));
        Assert.Contains((await engine.ContactAsync(Anna)).Traces.SelectMany(line => line.Answers), answer => answer.Code == ReasonCode.TagsUnreadable);
    }

    [Fact]
    public async Task A15_a_store_whose_zone_is_none_waits_for_the_operator_and_goes_on_when_it_is_mended()
    {
        await using var engine = await RunningEngine.StartAsync();
        await engine.Stores.UpdateAsync(engine.Store with { Options = engine.Store.Options with { TimeZone = "Europe/Nowhere" } }, default);
        await engine.WorkAsync();
        var store = await engine.StoreNowAsync();
        Assert.Equal((StoreState.NeedsOperator, "InvalidSetting:time_zone"), (store.State, store.Problem));

        await engine.Setup.ChangeZoneAsync(store, "+05:30", default);
        await engine.WorkAsync();
        store = await engine.StoreNowAsync();
        Assert.Equal((StoreState.Active, "UTC+05:30"), (store.State, store.Options.TimeZone));
    }

    [Fact]
    public async Task A15_a_zone_that_is_none_is_refused_where_a_store_is_made_or_changed()
    {
        await using var engine = await RunningEngine.StartAsync();
        var (values, _) = engine.Setup.Read(engine.Get<IPlatformCatalogue>().Find("woocommerce")!.Info, engine.Form);
        var refused = await Assert.ThrowsAsync<NeedsOperatorException>(() => engine.Setup.AddAsync(
            engine.Account.Id, engine.Store.DestinationId, "woocommerce", "Drugi", values, new StoreOptions { TimeZone = "Europe/Nowhere" }, default));
        Assert.Equal("time_zone", refused.SettingKey);
        Assert.Single(await engine.Stores.ListAsync(engine.Account.Id, default));
        await Assert.ThrowsAsync<NeedsOperatorException>(() => engine.Setup.ChangeZoneAsync(engine.Store, "Europe/Nowhere", default));
    }

    [Theory]
    [InlineData("", -5, "UTC-05:00")]
    [InlineData("", 5.5, "UTC+05:30")]
    [InlineData("", 0, "UTC+00:00")]
    public async Task A15_a_shop_with_an_offset_keeps_it(string name, double hours, string zone)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Shop = ShopIn(name, hours) });
        var (check, _) = await CheckAsync(engine);
        Assert.Equal((true, zone), (check.IsReady, check.Facts.TimeZone));
    }

    [Fact]
    public async Task A15_a_shop_with_an_unknown_zone_is_not_ready_and_the_setting_is_named()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Shop = ShopIn("Europe/Nowhere", 1) });
        var (check, missing) = await CheckAsync(engine);
        Assert.False(check.IsReady);
        Assert.Equal(("time_zone", "Europe/Nowhere"), (missing!.SettingKey, missing.Detail));
    }

    [Fact]
    public async Task A15_days_of_an_export_are_those_of_the_shop_with_an_offset()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Options = new StoreOptions { TimeZone = "UTC-05:00" } });
        var range = DayRange.ToInstants(new(2026, 3, 1), new(2026, 3, 1), StoreSetup.ZoneOf(engine.Store));
        Assert.Equal((new DateTimeOffset(2026, 3, 1, 5, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 3, 2, 5, 0, 0, TimeSpan.Zero)), (range.From, range.Until));
    }

    static WooCommerceSimulatorOptions ShopIn(string name, double hours)
        => new() { TimeZone = TimeZoneInfo.CreateCustomTimeZone("shop", TimeSpan.FromHours(hours), "shop", "shop"), TimeZoneName = name };

    static async Task<(ConnectionCheck Check, CheckLine? Missing)> CheckAsync(RunningEngine engine)
    {
        var connector = engine.Get<IPlatformCatalogue>().Find("woocommerce")!;
        var (values, _) = engine.Setup.Read(connector.Info, engine.Form);
        var check = await engine.Setup.CheckAsync(connector, values, null, default);
        return (check, check.Lines.FirstOrDefault(line => line.State == CheckState.Missing && line.Required));
    }

    static (int Older, int Newer) Twins(RunningEngine engine, params WooMeta[] meta)
    {
        var older = engine.Shop.Register(new WooCustomer { Email = Anna, FirstName = "Stara", LastName = "Kowal", Meta = meta });
        engine.Clock.Advance(TimeSpan.FromDays(1));
        var newer = engine.Shop.Register(new WooCustomer { Email = " ANNA@poczta.example\u00A0", FirstName = "Nowa", LastName = "Kowal", Meta = meta });
        engine.Clock.Advance(TimeSpan.FromHours(1));
        return (older.Id, newer.Id);
    }

    static async Task WriteCardAsync(RunningEngine engine, OutgoingContact contact)
    {
        var target = (await engine.Stores.ListDestinationsAsync(engine.Account.Id, default)).Single();
        await engine.Get<IDestination>().UpsertContactsAsync(
            engine.Get<Connections>().DestinationOf(target), [contact], default);
    }

    static async Task RoundsAsync(RunningEngine engine, int rounds = 6)
    {
        for (var round = 0; round < rounds; round++)
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(10));
    }

    static async Task<(string?, string?, string?, string?)> FieldsAsync(RunningEngine engine)
    {
        var card = (await engine.CardAsync(Anna))!.Card;
        return (card.Company, card.Phone, card.Street, card.Province);
    }

    static async Task<List<string>> TagsAsync(RunningEngine engine)
        => [.. (await engine.CardAsync(Anna))!.Tags.Select(tag => tag.Tag).Order(StringComparer.Ordinal)];
}
