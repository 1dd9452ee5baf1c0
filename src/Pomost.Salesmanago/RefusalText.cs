using System.Text.RegularExpressions;

namespace Pomost.Salesmanago;

/// <summary>What the destination said, made fit for a log: no address, no telephone, no name that we sent.</summary>
static partial class RefusalText
{
    const int MaxLength = 300;

    public static string Of(IReadOnlyList<string> messages, params ReadOnlySpan<string?> known)
    {
        var text = string.Join("; ", messages);
        foreach (var value in known)
        {
            // Two letters would tear words apart and identify nobody.
            if (value is { Length: > 2 })
                text = text.Replace(value, "(…)", StringComparison.OrdinalIgnoreCase);
        }

        text = Address().Replace(text, "(e-mail)");
        text = LongNumber().Replace(text, "(number)");
        text = Unprintable().Replace(text, " ").Trim();
        return text.Length switch
        {
            0 => "Refused without a reason.",
            > MaxLength => string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength), "…"),
            _ => text,
        };
    }

    [GeneratedRegex(@"[^\s""'<>(),;:\[\]{}|]+(?:@|%40)[^\s""'<>(),;:\[\]{}|]+", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Address();

    [GeneratedRegex(@"\+?\d[\d \-]{5,}\d", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LongNumber();

    [GeneratedRegex(@"[\p{Cc}\p{Cf}]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Unprintable();
}
