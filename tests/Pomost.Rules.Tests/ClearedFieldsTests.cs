namespace Pomost.Rules.Tests;

public class ClearedFieldsTests
{
    static readonly ShopContact Before = new()
    {
        HasAccount = true,
        FirstName = "Anna",
        LastName = "Kowal",
        Company = "Miód",
        Phone = "500",
        BirthDate = new DateOnly(1990, 4, 25),
        BillingAddress = new PostalAddress("Lipowa 1", "90-001", "Łódź", "PL", "LD"),
    };

    static readonly ShopContact Empty = new() { Email = "anna@poczta.example", HasAccount = true, IsWholeRecord = true };

    [Fact]
    public void A_whole_record_empties_what_was_sent()
    {
        var sent = Of(Empty, Before);
        Assert.Equal(("", "", "", OutgoingContact.NoBirthDate), (sent.Name, sent.Company, sent.Phone, sent.BirthDate));
        Assert.Equal(new PostalAddress("", "", "", "", ""), sent.Address);
    }

    [Fact]
    public void A_record_in_parts_empties_only_what_it_calls_empty()
    {
        var sent = Of(Empty with { IsWholeRecord = false, Phone = "", BillingAddress = new PostalAddress(Street: "", City: "Gdynia") }, Before);
        Assert.Equal((null, null, "", null), (sent.Name, sent.Company, sent.Phone, sent.BirthDate));
        Assert.Equal(new PostalAddress(Street: "", City: "Gdynia"), sent.Address);
    }

    [Fact]
    public void What_is_there_is_sent_as_it_is() => Assert.Equal(
        ("Anna Kowal", "Miód", "500", Before.BillingAddress, Before.BirthDate),
        (Of(Before, Before) is var sent ? sent.Name : null, sent.Company, sent.Phone, sent.Address, sent.BirthDate));

    [Fact]
    public void Nothing_is_emptied_that_was_never_sent_or_that_is_not_an_account()
    {
        var never = Of(Empty, null);
        Assert.Equal((null, null, null, null), (never.Name, never.Company, never.Phone, never.Address));
        var blank = Of(Empty, new ShopContact { HasAccount = true });
        Assert.Equal((null, null, null, null, null), (blank.Name, blank.Company, blank.Phone, blank.Address, blank.BirthDate));
        var guest = Of(Empty with { HasAccount = false, Company = "", BillingAddress = new PostalAddress("", "", "", "", "") }, Before);
        Assert.Equal((null, null, null), (guest.Name, guest.Company, guest.Address));
    }

    static OutgoingContact Of(ShopContact read, ShopContact? before)
        => ClearedFields.Of(ContactToSend.Of(read, Address(), ConsentState.NoStatement, ConsentState.NoStatement, []), read, before);

    static EmailAddress Address() => EmailAddress.TryParse("anna@poczta.example", out var address, out _) ? address : throw new InvalidOperationException();
}
