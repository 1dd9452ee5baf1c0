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

    /// <summary>Wording of the product-news consent; null when it was not given.</summary>
    public string? NewsConsentWording { get; set; }
}
