using System.Net.Mail;
using Microsoft.AspNetCore.Http;
using Pomost.Engine;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Features.Registration;

/// <summary>What a person typed into the registration form.</summary>
public sealed record RegistrationInput
{
    const int LongestPhone = 24;

    public string Name { get; init; } = "";

    public string Email { get; init; } = "";

    public string Password { get; init; } = "";

    public string? Phone { get; init; }

    public string Language { get; init; } = "pl";

    /// <summary>Language the form was read in: that of the consents' wording. The person may choose another for the panel.</summary>
    public string WordsIn { get; init; } = "pl";

    public bool Agree { get; init; }

    public bool News { get; init; }

    public static RegistrationInput From(IFormCollection form, Language read) => new()
    {
        WordsIn = read.Code(),
        Name = form["name"].ToString().Trim(),
        Email = form["email"].ToString().Trim(),
        Password = form["password"].ToString(),
        Phone = form["phone"].ToString().Trim() is { Length: > 0 } phone ? phone : null,
        Language = Languages.FromCode(form["language"])?.Code() ?? "pl",
        Agree = form["agree"] == "1",
        News = form["news"] == "1",
    };

    /// <summary>As an answer may show it: without the password, and no longer than its fields.</summary>
    public RegistrationInput Shown() => this with
    {
        Password = "",
        Name = TypedText.Cut(Name, TypedText.LongestName),
        Email = TypedText.Cut(Email, TypedText.LongestEmail),
        Phone = Phone is null ? null : TypedText.Cut(Phone, LongestPhone),
    };

    /// <summary>Messages by field, in the reader's language; empty when all is well.</summary>
    /// <param name="t">The reader's texts.</param>
    /// <param name="words">Words that must not be most of the password, besides the person's own.</param>
    public Dictionary<string, string> Check(PanelTexts t, PasswordWords words)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        if (NameProblem(Name, t) is { } wrong)
            errors["name"] = wrong;
        if (Email.Length == 0)
            errors["email"] = t.Common.Required;
        else if (!IsAddress(Email))
            errors["email"] = t.Common.Email;
        if (WeakPasswords.Problem(Password, words.Of(Email, Name), t) is { } problem)
            errors["password"] = problem;
        if (Phone is not null && !IsPhone(Phone))
            errors["phone"] = t.Registration.PhoneBad;
        if (!Agree)
            errors["agree"] = t.Registration.MustAgree;
        return errors;
    }

    public static bool IsAddress(string text)
        => text.Length <= TypedText.LongestEmail && TypedText.IsOneLine(text) && !text.Any(sign => char.IsWhiteSpace(sign) || sign is '"' or '<' or '>' or '(' or ')' or ',' or ';')
            && MailAddress.TryCreate(text, out var address) && address.Address == text && address.Host.Contains('.', StringComparison.Ordinal);

    /// <summary>Why a person, a key or a store cannot be called so, in the reader's words; null when they can.</summary>
    public static string? NameProblem(string name, PanelTexts t, int longest = TypedText.LongestName)
        => name.Length == 0 ? t.Common.Required
            : name.Length > longest || !TypedText.IsName(name) ? t.Common.NameBad(longest.ToString(System.Globalization.CultureInfo.InvariantCulture)) : null;

    public static bool IsPhone(string text)
    {
        var digits = text.Count(char.IsAsciiDigit);
        return text.Length <= LongestPhone && text[0] == '+' && digits is >= 8 and <= 15 && text.Skip(1).All(c => char.IsAsciiDigit(c) || c is ' ' or '-' or '(' or ')');
    }
}
