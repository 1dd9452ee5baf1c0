namespace Pomost.Engine;

/// <summary>What holds for the whole installation. Set by its operator.</summary>
public sealed record InstallationSettings
{
    /// <summary>Anybody may register and gets an account of their own; false: by invitation alone; null: not decided yet.</summary>
    public bool? OpenRegistration { get; init; }

    /// <summary>What the first person to register must show, encrypted; null = not made.</summary>
    public string? FirstCode { get; init; }
}

/// <summary>Settings of the installation.</summary>
public interface IInstallation
{
    Task<InstallationSettings> ReadAsync(CancellationToken ct);

    Task SaveAsync(InstallationSettings settings, CancellationToken ct);
}
