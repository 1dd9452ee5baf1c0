namespace Pomost.Rules;

/// <summary>One tag of a person with the rule that gave, withheld or took it away, for people who ask why.</summary>
/// <param name="Tag">The tag, as it is or would be stored.</param>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Code">Why.</param>
/// <param name="From">What the rule made it of, when that reads differently; null otherwise.</param>
public sealed record TagLine(string Tag, string Rule, ReasonCode Code, string? From = null);
