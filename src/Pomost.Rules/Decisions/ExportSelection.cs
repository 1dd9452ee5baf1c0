namespace Pomost.Rules;

/// <summary>What the person who starts an export ticked.</summary>
public sealed record ExportChoice
{
    /// <summary>Consent states to export, by the e-mail channel.</summary>
    public IReadOnlyCollection<ConsentState> States { get; init; } = [ConsentState.Granted, ConsentState.Withdrawn, ConsentState.NoStatement];

    /// <summary>First instant of the range, UTC; null = from the beginning.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>First instant after the range, UTC (the end day is included in the shop's zone); null = no end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>True when this is the one-off import of earlier subscribers without account.</summary>
    public bool IncludesEarlierSubscribers { get; init; }
}

/// <summary>Status and date choices of an export.</summary>
[Rule(
    "export-selection",
    "An export sends the consent states that were ticked, acquired within the chosen dates (end day included, in the shop's time zone). An order whose buyer is not " +
    "at SALESmanago yet adds the buyer, so it is sent when the buyer's state was ticked. " +
    "Everybody keeps the state they have in the shop; nobody is subscribed by force.",
    "Guide, section 4, step 1: opt-in or opt-out, date range")]
public static class ExportSelection
{
    /// <summary>Says whether the contact belongs to the export. Never throws.</summary>
    /// <param name="state">The contact's e-mail consent.</param>
    /// <param name="acquiredAt">When the contact registered, or the order was placed, UTC; unknown = inside every range.</param>
    /// <param name="choice">What was ticked.</param>
    public static RuleAnswer Ask(ConsentState state, DateTimeOffset? acquiredAt, ExportChoice choice)
    {
        if (!InRange(acquiredAt, choice))
            return new RuleAnswer("export-selection", ReasonCode.OutsideDateRange, false);
        return choice.States.Contains(state)
            ? new RuleAnswer("export-selection", ReasonCode.Allowed, true, state.ToString())
            : new RuleAnswer("export-selection", ReasonCode.ConsentStateNotChosen, false, state.ToString());
    }

    /// <summary>Says whether an order's date belongs to the export. Never throws.</summary>
    public static RuleAnswer AskOrder(DateTimeOffset placedAt, ExportChoice choice) => InRange(placedAt, choice)
        ? new RuleAnswer("export-selection", ReasonCode.Allowed, true)
        : new RuleAnswer("export-selection", ReasonCode.OutsideDateRange, false);

    /// <summary>Says whether an order belongs to the export by what its buyer said: who is at SALESmanago already may buy whatever was ticked. Never throws.</summary>
    /// <param name="state">The buyer's e-mail consent, this order included.</param>
    /// <param name="isThere">True when SALESmanago has the buyer, or is owed it.</param>
    /// <param name="choice">What was ticked.</param>
    public static RuleAnswer AskBuyer(ConsentState state, bool isThere, ExportChoice choice) => isThere || choice.States.Contains(state)
        ? new RuleAnswer("export-selection", ReasonCode.Allowed, true, state.ToString())
        : new RuleAnswer("export-selection", ReasonCode.ConsentStateNotChosen, false, state.ToString());

    static bool InRange(DateTimeOffset? at, ExportChoice choice)
        => at is not { } time || ((choice.From is not { } from || time >= from) && (choice.Until is not { } until || time < until));
}
