namespace Pomost.Engine;

/// <summary>How a store's modules look. Colours are <c>#rrggbb</c>, checked for contrast before they come here.</summary>
public sealed record ModuleLook
{
    /// <summary>Two-letter language; null = that of the shop's page.</summary>
    public string? Language { get; init; }

    public string Main { get; init; } = "#0b6670";

    /// <summary>Text on the main colour.</summary>
    public string MainFont { get; init; } = "#ffffff";

    public string Additional { get; init; } = "#f2bd63";

    /// <summary>Text on the second colour.</summary>
    public string AdditionalFont { get; init; } = "#14202a";

    /// <summary>What the logo says, for who cannot see it.</summary>
    public string LogoText { get; init; } = "";
}

/// <summary>A picture checked to be one.</summary>
/// <param name="MediaType"><c>image/png</c>, <c>image/jpeg</c> or <c>image/webp</c>.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Content">The file.</param>
public sealed record LogoPicture(string MediaType, int Width, int Height, byte[] Content);

/// <summary>What is known of a store's look.</summary>
/// <param name="Look">The look; the default one while nothing was saved.</param>
/// <param name="ChangedAt">When it was saved, UTC; null = never.</param>
/// <param name="LogoHash">Names the logo's content; null = there is none.</param>
/// <param name="ToldAt">When the account took it last, UTC; null = never.</param>
/// <param name="Problem">Why it did not take the present one, as a <c>ConnectionProblem</c> name with its setting; null when it did, or was not told.</param>
public sealed record StoredLook(ModuleLook Look, DateTimeOffset? ChangedAt, string? LogoHash, DateTimeOffset? ToldAt, string? Problem);

/// <summary>The logo as it was last taken by the account.</summary>
/// <param name="Hash">Names its content.</param>
/// <param name="Address">Where the account keeps it.</param>
public sealed record ToldLogo(string Hash, Uri Address);

/// <summary>Looks of stores and their logos.</summary>
public interface IStoreLooks
{
    Task<StoredLook> FindAsync(StoreKey store, CancellationToken ct);

    /// <summary>Saves the look.</summary>
    /// <param name="store">The store.</param>
    /// <param name="look">The look.</param>
    /// <param name="logo">A new logo; null keeps the present one.</param>
    /// <param name="removesLogo">True to take the logo away.</param>
    /// <param name="ct">Cancels.</param>
    Task SaveAsync(StoreKey store, ModuleLook look, LogoPicture? logo, bool removesLogo, CancellationToken ct);

    Task<LogoPicture?> LogoAsync(StoreKey store, CancellationToken ct);

    /// <summary>The logo the account has; null = it was never given one.</summary>
    Task<ToldLogo?> ToldLogoAsync(StoreKey store, CancellationToken ct);

    /// <summary>Notes what became of telling the account.</summary>
    /// <param name="store">The store.</param>
    /// <param name="problem">Why it did not take the look; null = it did.</param>
    /// <param name="logo">The logo it has now.</param>
    /// <param name="ct">Cancels.</param>
    Task ToldAsync(StoreKey store, string? problem, ToldLogo? logo, CancellationToken ct);
}
