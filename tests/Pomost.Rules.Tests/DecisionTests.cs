namespace Pomost.Rules.Tests;

public class DecisionTests
{
    static readonly RuleAnswer Yes = new("first", ReasonCode.SharingEveryone, true);
    static readonly RuleAnswer No = new("second", ReasonCode.OutsideDateRange, false);

    [Fact]
    public void The_first_refusal_ends_the_asking_and_gives_the_reason()
    {
        var decision = Decision.Of(() => Yes, () => No, () => throw new InvalidOperationException("Asked after a refusal."));

        Assert.Equal([Yes, No], decision.Answers);
        Assert.Equal((false, ReasonCode.OutsideDateRange), (decision.Send, decision.Code));
    }

    [Fact]
    public void Without_a_refusal_the_last_permission_gives_the_reason()
    {
        var decision = Decision.Of(() => Yes);
        Assert.Equal((true, ReasonCode.SharingEveryone), (decision.Send, decision.Code));
        Assert.Equal((true, ReasonCode.Allowed), (Decision.Of().Send, Decision.Of().Code));
    }
}
