namespace Pomost.Rules.Tests;

/// <summary>Goal: the answers of the IdoSell FAQ on SALESmanago hold here. Method: one test per question, named as in <see cref="FaqBook"/>, with the FAQ's own examples.</summary>
public class FaqTests
{
    static readonly TagSources Sources = new("idosell", "sklep.iai-shop.com", Automatic: true, [], [], [], []);

    [Fact]
    public void Is_the_whole_base_of_customers_sent()
    {
        var consented = new Relation(HasAccount: true, IsSubscriber: false, HasBought: true, SharingConsented: true, false, false);
        Assert.True(WhoIsSent.Ask(SharingMode.ConsentedWhenOrdering, consented).Allows);
        Assert.False(WhoIsSent.Ask(SharingMode.ConsentedWhenOrdering, consented with { SharingConsented = false, IsSubscriber = true }).Allows);

        var account = new Relation(HasAccount: true, false, false, false, false, false);
        var earlier = new Relation(false, IsSubscriber: true, false, false, SubscribedSinceActivation: false, ByExplicitImport: false);
        Assert.True(WhoIsSent.Ask(SharingMode.Everyone, account).Allows);
        Assert.True(WhoIsSent.Ask(SharingMode.Everyone, earlier with { SubscribedSinceActivation = true }).Allows);
        Assert.Equal(ReasonCode.SubscriberBeforeActivation, WhoIsSent.Ask(SharingMode.Everyone, earlier).Code);
        Assert.True(WhoIsSent.Ask(SharingMode.Everyone, earlier with { ByExplicitImport = true }).Allows);
    }

    [Fact]
    public void Which_data_is_passed_on()
    {
        var contact = Given.Outgoing(Given.Contact);
        Assert.Equal(("Buty i spółka", "Anna Żółć", Gender.Female, "+48 600 100 200"), (contact.Company, contact.Name, contact.Gender, contact.Phone));
        Assert.Equal(("Długa 1/2", "00-001", "Łódź", "PL"), (contact.Address!.Street, contact.Address.PostCode, contact.Address.City, contact.Address.Country));
        Assert.Equal((ConsentState.Granted, ConsentState.NoStatement), (contact.EmailConsent, contact.SmsConsent));

        var purchase = PurchaseToSend.Of(Given.Order, Given.Anna, "sklep_example", "sklep.example");
        Assert.Equal((Given.Noon, 149.90m, "LOD01A", "Trampki"), (purchase.At, purchase.Value, purchase.PickUpPlace, purchase.Products[0].Name));
        Assert.False(OrdersThatCount.Ask(Given.Order with { Stage = OrderStage.Open }, null).Allows);
    }

    [Fact]
    public void What_if_the_checkbox_for_the_consent_is_hidden()
    {
        // Nobody was asked, so nobody consented: silence is no yes.
        var neverAsked = new Relation(HasAccount: true, IsSubscriber: true, HasBought: true, SharingConsented: false, true, true);
        Assert.Equal(ReasonCode.SharingNotConsented, WhoIsSent.Ask(SharingMode.ConsentedWhenOrdering, neverAsked).Code);
        Assert.True(WhoIsSent.Ask(SharingMode.Everyone, neverAsked).Allows);
    }

    [Fact]
    public void May_several_shops_share_one_account()
    {
        Assert.NotEqual(LocationId.For(new Uri("https://sklep.example")), LocationId.For(new Uri("https://drugi.example")));
        var card = new Dictionary<string, int> { ["MENU1"] = 1 };
        Assert.Equal(
            ["salesmanago_shop1_menu1", "salesmanago_shop2_menu1"],
            new[] { 1, 2 }.Select(number => CardTagsToWrite.Of(card, number, new(true, true, 100), new Dictionary<string, int?>(), null).Set.Keys.Single()));
    }

    [Fact]
    public void Do_contacts_bear_tags()
    {
        Assert.Equal(["REJESTRACJA"], Tags(new ShopContact { HasAccount = true }));
        Assert.Equal(["REJESTRACJA", "WHOLESALER"], Tags(new ShopContact { HasAccount = true, IsWholesaler = true }));
        Assert.Equal(["NEWSLETTER"], Tags(new ShopContact { IsSubscriber = true }));
        var shoes = Given.Order with { Buyer = new ShopContact(), Lines = [Given.Line("Buty", ["Obuwie", "Męskie", "Sportowe"], ["Wyprzedaże", "Wiosna 2015"])] };
        Assert.Equal(["OBUWIE", "MĘSKIE", "SPORTOWE", "WYPRZEDAŻE", "WIOSNA_2015"], TagsOfPerson.OfOrder(shoes, Sources).Select(line => line.Tag));
        foreach (var source in new[] { "allegro", "younity", "facebook", "ceneo", "google" })
            Assert.Equal($"idosell_{source}_sklep.iai-shop.com", SourceTag.For("idosell", source, "sklep.iai-shop.com")!.ToLowerInvariant());

        // The menu's tags come back into the shop, and source tags without the prefix from before 2017 are never removed.
        Assert.Equal("salesmanago_shop1_obuwie", ToShop(new() { ["OBUWIE"] = 0 }).Set.Keys.Single());
        Assert.Empty(ShopTagsToSend.Of([], "idosell", ["ALLEGRO_SKLEP.IAI-SHOP.COM"], []).Remove);
    }

    [Fact]
    public void When_is_an_unsubscription_without_account_passed_on()
    {
        // Confirmed: the list says withdrawn, as of the record's change, and that beats the earlier consent.
        var consent = new Consent(ConsentState.Granted, Given.Noon, ConsentSource.NewsletterForm);
        var withdrawn = UndatedWithdrawal.Dated(new Consent(ConsentState.Withdrawn), Given.Noon.AddDays(3));
        Assert.Equal(ConsentState.Withdrawn, NewestStatement.Of(consent, withdrawn).State);

        // Merely gone from the list: nothing was stated, and silence changes nothing.
        Assert.Equal(consent, NewestStatement.Of(consent, Consent.None));
    }

    [Fact]
    public void Are_tags_synchronised()
    {
        Assert.Equal(
            ["salesmanago_shop1_koszyk", "salesmanago_shop1_menu1"],
            ToShop(new() { ["MENU1"] = 0, ["KOSZYK"] = 0 }).Set.Keys.Order(StringComparer.Ordinal));

        var first = ShopTagsToSend.Of(["salesmanago_shop1_menu1", "brak_aktywności"], "idosell", [], []);
        Assert.Equal(["IDOSELL_BRAK_AKTYWNOŚCI"], first.Own);
        var edited = ShopTagsToSend.Of(["salesmanago_shop1_menu1", "brak_aktywności2"], "idosell", first.Own, []);
        Assert.Equal(["IDOSELL_BRAK_AKTYWNOŚCI2"], edited.Own);
        Assert.Equal(["IDOSELL_BRAK_AKTYWNOŚCI"], edited.Remove);

        // Deleted only at SALESmanago: added again. And it does not come back into the shop with two prefixes.
        Assert.Equal(["IDOSELL_BRAK_AKTYWNOŚCI2"], ShopTagsToSend.MissingOn(edited.Own, ["MENU1", "KOSZYK"]));
        Assert.Empty(ToShop(new() { ["IDOSELL_BRAK_AKTYWNOSCI2"] = 5 }).Set);
    }

    [Fact]
    public void Are_points_of_tags_synchronised()
    {
        Assert.Equal(12, ToShop(new() { ["MENU1"] = 12 }).Set["salesmanago_shop1_menu1"]);
        // Nothing that is owed to SALESmanago has room for points.
        Assert.All(typeof(OutgoingContact).GetProperties(), property => Assert.DoesNotContain("Point", property.Name, StringComparison.Ordinal));
        Assert.Equal(typeof(IReadOnlyList<string>), typeof(OutgoingContact).GetProperty(nameof(OutgoingContact.Tags))!.PropertyType);
    }

    [Fact]
    public void Is_a_newsletter_sign_up_passed_on()
    {
        var signedUp = new Relation(false, IsSubscriber: true, HasBought: false, SharingConsented: false, SubscribedSinceActivation: true, false);
        Assert.Equal(ReasonCode.SharingNotConsented, WhoIsSent.Ask(SharingMode.ConsentedWhenOrdering, signedUp).Code);
        Assert.Equal(ReasonCode.SharingEveryone, WhoIsSent.Ask(SharingMode.Everyone, signedUp).Code);
    }

    [Fact]
    public void What_do_opt_in_and_opt_out_mean()
    {
        foreach (var state in Enum.GetValues<ConsentState>())
            Assert.Equal(state, ContactToSend.Of(Given.Contact, Given.Anna, state, ConsentState.NoStatement, []).EmailConsent);
        Assert.Equal(ConsentState.NoStatement, default);
    }

    static IEnumerable<string> Tags(ShopContact contact) => TagsOfPerson.OfContact(contact, Sources).Select(line => line.Tag);

    static CardTagPlan ToShop(Dictionary<string, int> card) => CardTagsToWrite.Of(card, 1, new(true, true, 100), new Dictionary<string, int?>(), null);
}
