using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Pomost.Rules;

/// <summary>An e-mail address that was checked, with the key under which one person is known.</summary>
/// <remarks>The key is the address in lower case: shops and SALESmanago compare without regard to case,
/// and the same person must not appear twice because a till typed capitals.
/// Limits: local part at most 64 characters, whole at most 254 (SALESmanago API v2, contact fields).</remarks>
public sealed record EmailAddress
{
    /// <summary>Longest address accepted, in characters.</summary>
    public const int MaxLength = 254;

    /// <summary>Longest part before the @, in characters.</summary>
    public const int MaxLocalLength = 64;

    EmailAddress(string value, string key) => (Value, Key) = (value, key);

    /// <summary>The address as the person wrote it, without surrounding white space.</summary>
    public string Value { get; }

    /// <summary>The address in lower case: the identity of a contact within an account.</summary>
    public string Key { get; }

    /// <summary>Checks an address. Never throws.</summary>
    /// <param name="text">What a shop or a person gave; null and white space are allowed input.</param>
    /// <param name="address">The checked address, or null.</param>
    /// <param name="problem">One of the <see cref="ReasonCode"/> values that start with <c>Email</c>, or null.</param>
    /// <returns>True when the text is one usable address.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out EmailAddress? address, [NotNullWhen(false)] out ReasonCode? problem)
    {
        address = null;
        var value = text?.Trim() ?? "";
        problem = value switch
        {
            "" => ReasonCode.EmailMissing,
            { Length: > MaxLength } => ReasonCode.EmailTooLong,
            _ => ProblemOf(value),
        };
        if (problem is not null)
            return false;
        address = new EmailAddress(value, KeyOf(value));
        return true;
    }

    /// <summary>The key of an address that was already checked, for look-ups.</summary>
    public static string KeyOf(string address) => address.Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant();

    /// <inheritdoc/>
    public override string ToString() => "(e-mail address)";

    static ReasonCode? ProblemOf(string value)
    {
        var at = value.LastIndexOf('@');
        if (at <= 0 || at == value.Length - 1 || value.IndexOf('@', StringComparison.Ordinal) != at)
            return ReasonCode.EmailInvalid;
        var local = value.AsSpan(0, at);
        var domain = value.AsSpan(at + 1);
        if (local.Length > MaxLocalLength)
            return ReasonCode.EmailTooLong;
        var wellFormed = IsDotted(local, IsLocalCharacter) && IsDotted(domain, IsDomainCharacter) && domain.Contains('.')
            && domain[0] != '-' && domain[^1] != '-';
        return wellFormed ? null : ReasonCode.EmailInvalid;
    }

    static bool IsDotted(ReadOnlySpan<char> text, Func<char, bool> allowed)
    {
        var previous = '.';
        foreach (var character in text)
        {
            if (character == '.' ? previous == '.' : !allowed(character))
                return false;
            previous = character;
        }

        return previous != '.';
    }

    static bool IsLocalCharacter(char c) => char.IsLetterOrDigit(c) || "!#$%&'*+/=?^_`{|}~-".Contains(c, StringComparison.Ordinal);

    static bool IsDomainCharacter(char c) => char.IsLetterOrDigit(c) || c == '-';
}
