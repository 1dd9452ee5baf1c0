using Microsoft.AspNetCore.Identity;

namespace Pomost.Engine;

/// <summary>A person who logs in to the panel.</summary>
public sealed class PomostUser : IdentityUser<Guid>
{
    /// <summary>First and last name.</summary>
    public string FullName { get; set; } = "";

    /// <summary>Two-letter language of the panel: <c>pl</c> or <c>en</c>.</summary>
    public string Language { get; set; } = "pl";

    /// <summary>When the account was made, unix milliseconds.</summary>
    public long CreatedAt { get; set; }

    /// <summary>Wording of the data-processing consent given at registration.</summary>
    public string ProcessingConsentWording { get; set; } = "";

    /// <summary>When that consent was given, UTC; null for an account that somebody else made.</summary>
    public DateTimeOffset? ProcessingConsentAt { get; set; }

    /// <summary>Language the wording was read in.</summary>
    public string? ProcessingConsentLanguage { get; set; }

    /// <summary>Wording of the product-news consent; null when it was never given.</summary>
    public string? NewsConsentWording { get; set; }

    /// <summary>When it was given last, UTC.</summary>
    public DateTimeOffset? NewsConsentAt { get; set; }

    /// <summary>Language the wording was read in.</summary>
    public string? NewsConsentLanguage { get; set; }

    /// <summary>When it was taken back, UTC; null while it holds.</summary>
    public DateTimeOffset? NewsConsentWithdrawnAt { get; set; }

    /// <summary>Runs this installation: sees its mail and decides who may register. Says nothing about anybody's stores.</summary>
    public bool IsOperator { get; set; }

    /// <summary><c>light</c>, <c>dark</c>, or null: as in the reader's system.</summary>
    public string? Theme { get; set; }

    /// <summary>IANA time zone; null: the browser's.</summary>
    public string? TimeZone { get; set; }

    /// <summary>Closer rows and smaller margins.</summary>
    public bool IsDense { get; set; }

    /// <summary>Single keys act on pages.</summary>
    public bool HasShortcuts { get; set; } = true;
}
