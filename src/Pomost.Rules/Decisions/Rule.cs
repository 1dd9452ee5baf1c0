namespace Pomost.Rules;

/// <summary>Marks a rule and carries the sentence and the source that <c>docs/rules.md</c> is generated from.</summary>
/// <param name="name">Stable name, words joined by hyphens; shown in traces.</param>
/// <param name="sentence">The rule in one sentence, as a shop owner would say it.</param>
/// <param name="source">Where it comes from: Guide, FAQ or derived, with the place.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RuleAttribute(string name, string sentence, string source) : Attribute
{
    /// <summary>Stable name, words joined by hyphens.</summary>
    public string Name { get; } = name;

    /// <summary>The rule in one sentence.</summary>
    public string Sentence { get; } = sentence;

    /// <summary>Where the rule comes from.</summary>
    public string Source { get; } = source;
}

/// <summary>The answer of one rule about one record.</summary>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Code">Why it answered so.</param>
/// <param name="Allows">True when the rule lets the record pass.</param>
/// <param name="Fact">The fact it was decided by, in a form safe to show (never an address); may be null.</param>
public sealed record RuleAnswer(string Rule, ReasonCode Code, bool Allows, string? Fact = null);

/// <summary>What all rules together decided, in the order they were asked. The first refusal ends the asking.</summary>
/// <param name="Answers">Each rule's answer.</param>
public sealed record Decision(IReadOnlyList<RuleAnswer> Answers)
{
    /// <summary>True when every rule asked let the record pass.</summary>
    public bool Send => Answers.All(answer => answer.Allows);

    /// <summary>The code to count and show: the refusal, or the last permission.</summary>
    public ReasonCode Code => Answers.Count == 0 ? ReasonCode.Allowed : Answers[^1].Code;

    /// <summary>Asks rules one after the other until one refuses.</summary>
    public static Decision Of(params ReadOnlySpan<Func<RuleAnswer>> rules)
    {
        var answers = new List<RuleAnswer>(rules.Length);
        foreach (var rule in rules)
        {
            answers.Add(rule());
            if (!answers[^1].Allows)
                break;
        }

        return new Decision(answers);
    }
}
