using Pomost.Panel.Features.Login;

namespace Pomost.Panel.Tests.Frame;

/// <summary>The codes of RFC 6238, appendix B (SHA-1), of which authenticator apps show the last six digits.</summary>
public sealed class OneTimeCodesTests
{
    // "12345678901234567890" of the RFC, as Identity keeps keys: Base32 without padding.
    const string Key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    [Theory]
    [InlineData(59, "287082", 0x1)]
    [InlineData(1111111109, "081804", 0x23523EC)]
    [InlineData(1111111111, "050471", 0x23523ED)]
    [InlineData(1234567890, "005924", 0x273EF07)]
    [InlineData(2000000000, "279037", 0x3F940AA)]
    [InlineData(20000000000, "353130", 0x27BC86AA)]
    public void A_code_of_the_standard_belongs_to_its_half_minute(long second, string code, long step)
    {
        Assert.Equal(step, OneTimeCodes.StepOf(Key, code, At(second)));
        Assert.Equal(step, OneTimeCodes.StepOf(Key.ToLowerInvariant(), code[..3] + " " + code[3..], At(second)));
        Assert.Equal(code, Authenticator.CodeAt(Key, At(second)));
    }

    [Theory]
    [InlineData(-30, true)]
    [InlineData(30, true)]
    [InlineData(-60, false)]
    [InlineData(60, false)]
    public void A_code_opens_one_step_early_or_late_and_no_more(int seconds, bool opens)
        => Assert.Equal(opens, OneTimeCodes.StepOf(Key, "050471", At(1111111111 + seconds)) is not null);

    [Theory]
    [InlineData("")]
    [InlineData("05047")]
    [InlineData("0050471")]
    [InlineData("14050471")]
    [InlineData("zażółć")]
    public void What_is_no_six_digits_opens_nothing(string typed)
        => Assert.Null(OneTimeCodes.StepOf(Key, typed, At(1111111111)));

    static DateTimeOffset At(long second) => DateTimeOffset.FromUnixTimeSeconds(second);
}
