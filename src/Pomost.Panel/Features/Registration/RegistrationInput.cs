using System.Net.Mail;
using Microsoft.AspNetCore.Http;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Features.Registration;

/// <summary>What a person typed into the registration form.</summary>
public sealed record RegistrationInput
{
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

    /// <summary>Messages by field, in the reader's language; empty when all is well.</summary>
    public Dictionary<string, string> Check(PanelTexts t)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Name.Length == 0)
            errors["name"] = t.Common.Required;
        if (Email.Length == 0)
            errors["email"] = t.Common.Required;
        else if (!IsAddress(Email))
            errors["email"] = t.Common.Email;
        if (WeakPasswords.Problem(Password, Email, t) is { } problem)
            errors["password"] = problem;
        if (Phone is not null && !IsPhone(Phone))
            errors["phone"] = t.Registration.PhoneBad;
        if (!Agree)
            errors["agree"] = t.Registration.MustAgree;
        return errors;
    }

    public static bool IsAddress(string text)
        => text.Length <= 254 && MailAddress.TryCreate(text, out var address) && address.Address == text && address.Host.Contains('.', StringComparison.Ordinal);

    public static bool IsPhone(string text)
    {
        var digits = text.Count(char.IsAsciiDigit);
        return text[0] == '+' && digits is >= 8 and <= 15 && text.Skip(1).All(c => char.IsAsciiDigit(c) || c is ' ' or '-' or '(' or ')');
    }
}
