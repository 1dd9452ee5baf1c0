namespace Pomost.Rules;

/// <summary>When a statement was made that the shop stores without a date.</summary>
[Rule(
    "undated-withdrawal",
    "A withdrawal that the shop stores without a date counts as made when the record was last changed. A consent without a date stays without one, " +
    "so that it never overrides a dated choice.",
    "derived: the record's change is the latest moment at which the person can have said it; guessing late is safe for a no, never for a yes")]
public static class UndatedWithdrawal
{
    /// <summary>The statement with the date it counts from. Never throws.</summary>
    /// <param name="statement">As read from the shop.</param>
    /// <param name="recordModifiedAt">When the shop last changed the record, UTC; null = unknown, the statement stays as it is.</param>
    public static Consent Dated(Consent statement, DateTimeOffset? recordModifiedAt)
        => statement is { State: ConsentState.Withdrawn, At: null, Source: ConsentSource.ShopRecord }
            ? statement with { At = recordModifiedAt } : statement;
}
