namespace Pomost.Engine;

/// <summary>Why a write-back was given up when the shop restores its own value, as it is kept with the row.</summary>
public static class PutBackReason
{
    const string Before = "The shop keeps putting back its own value of the field ";

    public static string Of(string field) => $"{Before}{field}.";

    /// <summary>The field a kept reason speaks of; null = it speaks of something else.</summary>
    public static string? FieldOf(string? reason)
        => reason is not null && reason.StartsWith(Before, StringComparison.Ordinal) && reason.Length > Before.Length + 1 ? reason[Before.Length..^1] : null;
}
