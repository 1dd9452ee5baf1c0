using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Pomost.Engine;
using Pomost.Panel.Features.Registration;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Features.Profile;

/// <summary>What the page of one's own profile shows.</summary>
public sealed record ProfileView
{
    public required PomostUser User { get; init; }

    public required IReadOnlyList<LoginSession> Sessions { get; init; }

    public required IReadOnlyList<UserPasskeyInfo> Passkeys { get; init; }

    public required int RecoveryCodesLeft { get; init; }

    public required ProfileInput Input { get; init; }

    /// <summary>They have just proved who they are.</summary>
    public bool IsConfirmed { get; init; }

    public IReadOnlyDictionary<string, string> Errors { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public string? Done { get; init; }

    /// <summary>A refused new address.</summary>
    public string? NewEmail { get; init; }
}

/// <summary>What a person typed into the form about themselves.</summary>
public sealed record ProfileInput
{
    public string Name { get; init; } = "";

    public string? Phone { get; init; }

    public string Language { get; init; } = "pl";

    public string? Theme { get; init; }

    public string? TimeZone { get; init; }

    public bool IsDense { get; init; }

    public bool HasShortcuts { get; init; }

    public static ProfileInput Of(PomostUser user) => new()
    {
        Name = user.FullName,
        Phone = user.PhoneNumber,
        Language = user.Language,
        Theme = user.Theme,
        TimeZone = user.TimeZone,
        IsDense = user.IsDense,
        HasShortcuts = user.HasShortcuts,
    };

    public static ProfileInput Read(IFormCollection form) => new()
    {
        Name = form["name"].ToString().Trim(),
        Phone = form["phone"].ToString().Trim() is { Length: > 0 } phone ? phone : null,
        Language = Languages.FromCode(form["language"])?.Code() ?? "pl",
        Theme = form["theme"] == "light" || form["theme"] == "dark" ? form["theme"].ToString() : null,
        TimeZone = form["zone"].ToString() is { Length: > 0 and < 64 } zone && ShopZone.TryFind(zone, out _) ? zone : null,
        IsDense = form["density"] == "dense",
        HasShortcuts = form["shortcuts"] == "1",
    };

    public Dictionary<string, string> Check(PanelTexts t)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        if (RegistrationInput.NameProblem(Name, t) is { } problem)
            errors["name"] = problem;
        if (Phone is not null && !RegistrationInput.IsPhone(Phone))
            errors["phone"] = t.Registration.PhoneBad;
        return errors;
    }

    /// <summary>Writes it into the person; gives what changed, for the audit log. Numbers of telephones are not told there.</summary>
    public IReadOnlyList<AuditChange> ApplyTo(PomostUser user)
    {
        AuditChange[] changes =
        [
            new("name", user.FullName, Name),
            new("phone", user.PhoneNumber is null ? "-" : "+", Phone is null ? "-" : "+"),
            new("language", user.Language, Language),
            new("theme", user.Theme ?? "system", Theme ?? "system"),
            new("time_zone", user.TimeZone ?? "browser", TimeZone ?? "browser"),
            new("dense", user.IsDense ? "yes" : "no", IsDense ? "yes" : "no"),
            new("shortcuts", user.HasShortcuts ? "yes" : "no", HasShortcuts ? "yes" : "no"),
        ];
        (user.FullName, user.PhoneNumber, user.Language, user.Theme, user.TimeZone, user.IsDense, user.HasShortcuts)
            = (Name, Phone, Language, Theme, TimeZone, IsDense, HasShortcuts);
        return changes;
    }
}
