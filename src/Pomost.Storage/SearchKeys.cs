using System.Text;
using Pomost.Rules;

namespace Pomost.Storage;

/// <summary>The form in which names and telephones are searched by their beginning, without regard to case.</summary>
internal static class SearchKeys
{
    private const string Separators = "+ -()./\u00a0";

    // Shops of this program's home write the code or leave it out.
    private const string HomeCountry = "+48";

    public static string? OfName(string? name) => Present(name?.Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant());

    public static string? OfPhone(string? phone) => Present(phone is null ? null : string.Concat(phone.Where(c => char.IsAsciiDigit(c) || c == '+')));

    /// <summary>What of a typed text can be searched for; null = nothing. PostgreSQL takes no control characters.</summary>
    public static string? Searched(string? typed) => OfName(typed is null ? null : string.Concat(typed.Where(c => !char.IsControl(c))));

    /// <summary>Beginnings of telephones that a typed number may mean, with its country's code left out or not; none when it is no number.</summary>
    public static IReadOnlyList<string> PhonesMeant(string typed, int shortest)
    {
        if (typed.Any(c => !char.IsAsciiDigit(c) && !Separators.Contains(c)) || OfPhone(typed) is not { } phone || phone.Length < shortest) return [];
        if (phone[0] == '+') return [phone];
        return phone.StartsWith("00", StringComparison.Ordinal) ? ["+" + phone[2..]] : [phone, "+" + phone, HomeCountry + phone];
    }

    /// <summary>Tags as stored that a typed one may mean: typed ones are capitals, automatic ones small letters.</summary>
    public static IReadOnlyList<string> TagsMeant(string typed)
    {
        var tag = TagInput.Normalise(typed);
        return [.. new[] { typed.Trim(), tag, tag.ToLowerInvariant() }.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The first text after all that begin so.</summary>
    public static string After(string prefix) => prefix + "\U0010FFFF";

    private static string? Present(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
