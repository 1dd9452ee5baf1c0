using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Pomost.Rules;

/// <summary>An e-mail address that was checked, with the key under which one person is known.</summary>
/// <remarks>The key is the address in lower case: shops and SALESmanago compare without regard to case,
/// and the same person must not appear twice because a till typed capitals.
/// Limits: local part at most 64 characters, whole at most 254 (SALESmanago API v2, contact fields). Quoted local parts and domains
/// in square brackets are refused: no shop's customer has one. Letters of every script are accepted on both sides of the @.</remarks>
public sealed record EmailAddress
{
    /// <summary>Longest address accepted, in characters.</summary>
    public const int MaxLength = 254;

    /// <summary>Longest part before the @, in characters.</summary>
    public const int MaxLocalLength = 64;

    const int MaxDomainLabelLength = 63;

    EmailAddress(string value, string key) => (Value, Key) = (value, key);

    /// <summary>The address as the person wrote it, without surrounding white space, letters and their accents composed (NFC).</summary>
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
        var value = PlainText.Present(text) ?? "";
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
    /// <remarks>Never throws, and the key of a key is that key: composed again after lowering, since some accents compose with small letters only.</remarks>
    public static string KeyOf(string address) => PlainText.Composed(PlainText.Composed(address).Trim().ToLowerInvariant());

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
        return IsLocalPart(local) && IsDomain(domain) ? null : ReasonCode.EmailInvalid;
    }

    static bool IsLocalPart(ReadOnlySpan<char> text)
    {
        foreach (var range in text.Split('.'))
        {
            if (text[range].IsEmpty || !IsMadeOf(text[range], "!#$%&'*+/=?^_`{|}~-"))
                return false;
        }

        return true;
    }

    static bool IsDomain(ReadOnlySpan<char> text)
    {
        var (labels, isNumber) = (0, true);
        foreach (var range in text.Split('.'))
        {
            var label = text[range];
            if (label.IsEmpty || label.Length > MaxDomainLabelLength || !char.IsLetterOrDigit(label[0]) || label[^1] == '-' || !IsMadeOf(label, "-"))
                return false;
            labels++;
            isNumber = !label.ContainsAnyExceptInRange('0', '9');
        }

        // No top-level domain is a number; without this an IP address would pass.
        return labels > 1 && !isNumber;
    }

    static bool IsMadeOf(ReadOnlySpan<char> text, string signs)
    {
        foreach (var character in text)
        {
            if (!IsOfAWord(character) && !signs.Contains(character, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    // Marks are the vowels of Indian scripts and accents that have no composed form.
    static bool IsOfAWord(char c) => char.IsLetterOrDigit(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
