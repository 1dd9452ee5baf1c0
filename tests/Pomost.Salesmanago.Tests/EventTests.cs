using System.Text.Json.Nodes;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Salesmanago.Tests;

public sealed class EventTests
{
    const string Path = "/api/v2/contact/addBatchContactExtEvent";
    const string Cards = "/api/contact/listAll";
    const string AllTaken = """{"success":true,"message":[],"createdAmount":1,"failedAmount":0,"failedContacts":[]}""";
    readonly SalesmanagoClient client = new();

    [Fact]
    public async Task An_event_goes_out_as_the_official_WooCommerce_plugin_fills_it()
    {
        var body = await SentAsync(Sample.Purchase);

        Assert.Equal(
            JsonNode.Parse("""
            {"date":1772368200000,"contactExtEventType":"PURCHASE","products":"7,9","value":149.9,"location":"sm_demo","description":"przelewy24",
             "externalId":"1001","shopDomain":"sklep.example","detail1":"Buty,Pasek","detail3":"1/2.5","detail5":"Paczkomat","detail6":"BU-7,",
             "detail9":"PLN","detail10":"KRA01A","detail11":"2026/03/1001"}
            """),
            body,
            JsonNode.DeepEquals);
    }

    [Fact]
    public async Task Long_lists_are_cut_between_items_and_long_texts_between_characters()
    {
        var body = await SentAsync(Sample.Purchase with
        {
            Products = [.. Enumerable.Range(1000, 300).Select(id => new OutgoingProduct($"{id}", $"Produkt {id}", 10, $"SKU-{id}"))],
            Description = new string('x', 2047) + "😀",
            DeliveryMethod = new string('ó', 300),
        });

        Assert.Equal(string.Join(',', Enumerable.Range(1000, 102)), body["products"]!.GetValue<string>());
        Assert.Equal(string.Join(',', Enumerable.Range(1000, 19).Select(id => $"Produkt {id}")), body["detail1"]!.GetValue<string>());
        Assert.Equal(string.Join('/', Enumerable.Repeat("10", 85)), body["detail3"]!.GetValue<string>());
        Assert.Equal(string.Join(',', Enumerable.Range(1000, 28).Select(id => $"SKU-{id}")), body["detail6"]!.GetValue<string>());
        Assert.Equal(new string('x', 2047), body["description"]!.GetValue<string>());
        Assert.Equal(255, body["detail5"]!.GetValue<string>().Length);
    }

    [Theory]
    [InlineData(256, 2)]    // 255 + comma + 256 = 512
    [InlineData(257, 1)]
    public async Task Product_ids_fill_512_characters_and_no_more(int lengthOfSecond, int sent)
    {
        var body = await SentAsync(Sample.Purchase with
        {
            Products = [new OutgoingProduct(new string('a', 255), "A", 1, null), new OutgoingProduct(new string('b', lengthOfSecond), "B", 1, null)],
        });

        Assert.Equal(sent, body["products"]!.GetValue<string>().Split(',').Length);
    }

    [Fact]
    public async Task M2_A_product_that_no_longer_exists_leaves_its_id_empty_so_that_the_lists_stay_side_by_side()
    {
        var body = await SentAsync(Sample.Purchase with
        {
            Products = [new("5", "Kawa, mielona 0,5 kg", 2, null), new OutgoingProduct(null, "Gone", 3, null), new OutgoingProduct("7", "Buty", 1, null)],
        });

        Assert.Equal(("5,,7", "Kawa mielona 0.5 kg,Gone,Buty", "2/3/1"), (Text("products"), Text("detail1"), Text("detail3")));
        Assert.False(body.ContainsKey("detail6"));

        string Text(string member) => body[member]!.GetValue<string>();
    }

    [Fact]
    public async Task A_price_of_twelve_decimals_is_rounded_to_two_and_a_cart_link_that_would_be_cut_is_left_out()
    {
        var body = await SentAsync(Sample.Purchase with
        {
            Kind = OutgoingEventKind.Cart,
            Value = 10.005000000001m,
            Description = "https://sklep.example/?c=" + new string('a', 2048),
        });

        Assert.Equal(10.01m, body["value"]!.GetValue<decimal>());
        Assert.Equal("CART", body["contactExtEventType"]!.GetValue<string>());
        Assert.False(body.ContainsKey("description"));
    }

    [Fact]
    public async Task An_identity_that_cannot_be_sent_whole_is_refused_without_a_call()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, AllTaken);

        var result = await client.AddEventsAsync(
            server.Destination,
            [
                Sample.Purchase with { ExternalId = new string('1', 256) },
                Sample.Purchase with { Location = "my shop" },
                Sample.Purchase with { Location = new string('a', 37) },
                Sample.Purchase,
                Sample.Purchase with { Value = 10_000_000_000_000_000_000m },
            ],
            default);

        Assert.Equal([0, 1, 2, 4], result.Refused.Select(refused => refused.Index));
        Assert.Single(server.Received[0].Body!["events"]!.AsArray());
    }

    [Fact]
    public async Task Events_of_the_contacts_that_failed_are_refused()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, """{"success":true,"message":[],"createdAmount":1,"failedAmount":2,"failedContacts":["Gone@example.test"]}""");

        var result = await client.AddEventsAsync(
            server.Destination, [Sample.Event(1, "gone@example.test"), Sample.Event(2, "anna@example.test"), Sample.Event(3, "gone@example.test")], default);

        Assert.Equal([0, 2], result.Refused.Select(refused => refused.Index));
    }

    [Fact]
    public async Task Where_the_answer_does_not_say_which_event_failed_the_card_does()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, """{"success":true,"message":[],"createdAmount":2,"failedAmount":1,"failedContacts":[{"email":"anna@example.test"}]}""")
            .Expect(Cards, """
            {"success":true,"message":[],"contacts":[{"id":"u1","email":"anna@example.test",
             "contactExtEvents":[{"contactExtEventType":"PURCHASE","externalId":2,"location":"sm_demo"}]}]}
            """);

        var result = await client.AddEventsAsync(
            server.Destination, [Sample.Event(1, "anna@example.test"), Sample.Event(2, "anna@example.test"), Sample.Event(3, "b@example.test")], default);

        Assert.Equal(0, Assert.Single(result.Refused).Index);
    }

    [Fact]
    public async Task A_batch_refused_as_a_whole_is_halved()
    {
        await using var server = await ScriptedServer.StartAsync();
        const string Refused = """{"success":false,"message":["contactEvent.date is required"]}""";
        server.Expect(Path, Refused).Expect(Path, AllTaken).Expect(Path, Refused);

        var result = await client.AddEventsAsync(server.Destination, [Sample.Event(1, "a@example.test"), Sample.Event(2, "b@example.test")], default);

        var refused = Assert.Single(result.Refused);
        Assert.Equal((1, "contactEvent.date is required"), (refused.Index, refused.Message));
    }

    [Fact]
    public async Task Members_missing_from_the_answer_are_read_as_empty()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, """{"success":true,"createdAmount":1}""").Expect(Cards, """{"success":true,"contacts":[{"email":"a@example.test"}]}""");

        Assert.Empty((await client.AddEventsAsync(server.Destination, [Sample.Purchase], default)).Refused);
        Assert.Empty(Assert.Single(await client.ReadContactsAsync(server.Destination, ["a@example.test"], default)).Events);
    }

    [Fact]
    public async Task Cards_are_read_fifty_at_a_time_with_tags_points_and_events()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Cards, """
            {"success":"true","message":"","contacts":[{"id":"u1","email":"c1@example.test","optedOut":"true","optedOutPhone":0,"unknownField":{"a":[1]},
             "contactTags":[{"tag":"VIP","tagName":"VIP","score":"3","createdOn":1}],
             "contactExtEvents":[{"contactExtEventType":"PURCHASE","externalId":1001,"location":"sm_demo","date":1},{"contactExtEventType":"VISIT","externalId":"x"},
              {"contactExtEventType":"RETURN","externalId":"7","location":null},{"contactExtEventType":"CART","externalId":null}]}]}
            """).Expect(Cards, """{"success":true,"message":[],"contacts":[]}""");

        string[] emails = [.. Enumerable.Range(0, 51).Select(number => $"c{number}@example.test"), "C1@EXAMPLE.TEST"];
        var card = Assert.Single(await client.ReadContactsAsync(server.Destination, emails, default));

        Assert.Equal([50, 1], server.Received.Select(request => request.Body!["email"]!.AsArray().Count));
        Assert.Equal(("u1", "c1@example.test", true, false), (card.ContactId, card.Email, card.EmailOptedOut, card.PhoneOptedOut));
        Assert.Equal(3, Assert.Single(card.Tags, tag => tag.Key == "VIP").Value);
        Assert.Equal(
            [new EventIdentity(OutgoingEventKind.Purchase, "1001", "sm_demo"), new EventIdentity(OutgoingEventKind.Return, "7", "")], card.Events);
    }

    async Task<JsonObject> SentAsync(OutgoingEvent happened)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, AllTaken);
        Assert.Empty((await client.AddEventsAsync(server.Destination, [happened], default)).Refused);
        return server.Received[0].Body!["events"]![0]!["contactEvent"]!.AsObject();
    }
}
