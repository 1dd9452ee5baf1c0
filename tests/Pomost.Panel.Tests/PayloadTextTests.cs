using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Features.Deliveries;
using Pomost.Rules;

namespace Pomost.Panel.Tests;

/// <summary>What may be read of what is sent.</summary>
public sealed class PayloadTextTests
{
    static readonly OutgoingContact Person = new()
    {
        Email = "anna@poczta.example",
        Name = "Anna Maj",
        Phone = "600",
        ExternalId = "7",
        Address = new PostalAddress("Kwiatowa 7", "80-001", "Gdańsk", "PL"),
        BirthDate = new DateOnly(1990, 5, 5),
        EmailConsent = ConsentState.Granted,
        Tags = ["VIP"],
    };

    [Fact]
    public void Without_leave_nothing_of_the_person_is_left_and_the_rest_is()
    {
        var shown = PayloadText.Of(DeliveryPayload.Of(Person), showsPerson: false);
        foreach (var secret in new[] { "anna", "Maj", "600", "Kwiatowa", "80-001", "Gdańsk", "1990" })
            Assert.DoesNotContain(secret, shown, StringComparison.OrdinalIgnoreCase);
        foreach (var fact in new[] { "VIP", "Granted", "\"PL\"", "\"7\"" })
            Assert.Contains(fact, shown, StringComparison.Ordinal);
    }

    [Fact]
    public void An_order_shows_its_goods_and_not_who_bought_them()
    {
        var shown = PayloadText.Of(
            DeliveryPayload.Of(new OutgoingEvent
            {
                Kind = OutgoingEventKind.Purchase,
                Email = "anna@poczta.example",
                ExternalId = "10482",
                At = DateTimeOffset.UnixEpoch,
                Value = 349m,
                Currency = "PLN",
                Location = "sklep",
                ShopDomain = "sklep.example",
                Products = [new OutgoingProduct("1", "Obrus lniany", 2, "OB-1")],
                PickUpPlace = "ul. Kwiatowa 7",
            }),
            showsPerson: false);
        foreach (var fact in new[] { "Obrus lniany", "349", "10482" })
            Assert.Contains(fact, shown, StringComparison.Ordinal);
        foreach (var secret in new[] { "anna", "Kwiatowa" })
            Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Tags_written_into_a_shop_are_read_with_their_points()
    {
        var shown = PayloadText.Of(
            WriteBackPayload.Of("a@x.example", new TagChange("7", "a@x.example", new Dictionary<string, int?> { ["salesmanago_shop1_vip"] = 5 }, [])).Payload, showsPerson: false);
        Assert.Contains("\"salesmanago_shop1_vip\": 5", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("a@x.example", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Description":"https://sklep.example/koszyk?token=abc123"}""", "abc123")]
    [InlineData("""{"apiSecret":"abc123","Tags":["A"]}""", "abc123")]
    [InlineData("""{"Access_Token":"abc123"}""", "abc123")]
    [InlineData("abc123 is no JSON", "abc123")]
    public void Secrets_are_struck_out_even_for_those_who_may_see_the_person(string payload, string secret)
        => Assert.DoesNotContain(secret, PayloadText.Of(payload, showsPerson: true), StringComparison.Ordinal);

    [Fact]
    public void With_leave_the_person_is_there()
        => Assert.Contains("Kwiatowa 7", PayloadText.Of(DeliveryPayload.Of(Person), showsPerson: true), StringComparison.Ordinal);
}
