using System.Text;

namespace Pomost.Storage;

/// <summary>The form in which names and telephones are searched by their beginning, without regard to case.</summary>
internal static class SearchKeys
{
    public static string? OfName(string? name) => Present(name?.Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant());

    public static string? OfPhone(string? phone) => Present(phone is null ? null : string.Concat(phone.Where(c => char.IsAsciiDigit(c) || c == '+')));

    /// <summary>The first text after all that begin so.</summary>
    public static string After(string prefix) => prefix + "\U0010FFFF";

    private static string? Present(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
