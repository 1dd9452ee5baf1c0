namespace Pomost.Rules.Tests;

public class OneAccountPerAddressTests
{
    static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, "5", 0, "9", true)]
    [InlineData(0, "9", 1, "5", false)]
    [InlineData(0, "10", 0, "9", true)]
    [InlineData(0, "9", 0, "10", false)]
    [InlineData(0, "b", 0, "a", true)]
    [InlineData(0, "9", null, "10", true)]
    [InlineData(null, "10", null, "9", true)]
    public void The_account_registered_last_counts_and_then_the_greater_number(int? day, string id, int? otherDay, string otherId, bool precedes)
        => Assert.Equal(precedes, OneAccountPerAddress.Precedes(Account(day, id), Account(otherDay, otherId)));

    [Fact]
    public void Of_a_further_account_only_a_withdrawal_is_heard()
    {
        Assert.Equal(Consent.None, OneAccountPerAddress.OfFurther(new Consent(ConsentState.Granted, Noon), Noon));
        Assert.Equal(new Consent(ConsentState.Withdrawn, Noon), OneAccountPerAddress.OfFurther(new Consent(ConsentState.Withdrawn), Noon));
    }

    [Fact]
    public void A_successor_undoes_no_withdrawal_without_a_date()
    {
        var withdrawn = new Consent(ConsentState.Withdrawn, Noon);
        Assert.Equal(Consent.None, OneAccountPerAddress.OfSuccessor(new Consent(ConsentState.Granted), withdrawn));
        Assert.Equal(ConsentState.Granted, OneAccountPerAddress.OfSuccessor(new Consent(ConsentState.Granted, Noon.AddDays(1)), withdrawn).State);
        Assert.Equal(ConsentState.Granted, OneAccountPerAddress.OfSuccessor(new Consent(ConsentState.Granted), Consent.None).State);
    }

    static ShopContact Account(int? day, string id) => new() { HasAccount = true, SourceId = id, RegisteredAt = day is { } days ? Noon.AddDays(days) : null };
}
