using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.App.Output;

/// <summary>The codes of engine, contract and rules as people read them in a terminal. Codes themselves stand in <c>--json</c> only.</summary>
static class Sentences
{
    static readonly PanelTexts English = new(Language.En);

    public static string Of(ConnectionProblem problem, string? detail) => English.Problems.Of(problem, detail);

    /// <summary>What a person can mend, and the setting it is about.</summary>
    public static string Of(NeedsOperatorException failure) => $"{Of(failure.Problem, failure.Detail)} ({failure.SettingKey}: {failure.Message})";

    /// <summary>A problem as stored with a store or a run; empty when there is none.</summary>
    public static string OfStored(string? problem) => problem is null ? "" : English.Problems.OfStored(problem);

    public static string Of(ReasonCode code) => English.Reasons.Of(code);

    public static string Of(RuleAnswer answer) => English.Reasons.Of(answer);

    public static string Of(StoreState state) => state switch
    {
        StoreState.Active => "active",
        StoreState.Paused => "paused",
        StoreState.NeedsOperator => "stopped until a setting is mended",
        StoreState.Disconnected => "disconnected",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "A state without words."),
    };

    /// <summary>The state of a store with what is wrong, for a sentence that begins with its name.</summary>
    public static string Of(Store store) => $"{Of(store.State)}{(store.Problem is null ? "" : $". {OfStored(store.Problem)}")}";

    public static string Of(ExportState state) => state switch
    {
        ExportState.Scheduled => "waiting to begin",
        ExportState.Running => "running",
        ExportState.Paused => "paused",
        ExportState.Cancelled => "cancelled",
        ExportState.Done => "done",
        ExportState.DoneWithRejects => "done, some rejected",
        ExportState.Failed => "stopped by a problem",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "A state without words."),
    };

    public static string Of(RecordOutcome outcome) => outcome switch
    {
        RecordOutcome.Withheld => "not sent",
        RecordOutcome.Rejected => "rejected",
        RecordOutcome.Queued => "on its way",
        RecordOutcome.Sent => "sent",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "An outcome without words."),
    };

    public static string Of(ConsentState state) => state switch
    {
        ConsentState.Granted => "consent",
        ConsentState.Withdrawn => "opt-out",
        ConsentState.NoStatement => "no decision",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "A state without words."),
    };

    public static string Of(ConsentChannel channel) => English.Contacts.Of(channel);

    public static string Of(ConsentSource source) => English.Contacts.Of(source);

    public static string Of(TagProblem problem) => problem.Kind switch
    {
        TagProblemKind.Character => $"it has the character {problem.Character}",
        TagProblemKind.TooLong => $"it is longer than {TagInput.MaxLength} characters",
        TagProblemKind.TooMany => $"there are {problem.Count} tags, and {TagInput.MaxCount} may be given at once",
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem.Kind, "A problem without words."),
    };
}
