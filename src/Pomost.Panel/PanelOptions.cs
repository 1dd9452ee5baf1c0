namespace Pomost.Panel;

public sealed class PanelOptions
{
    /// <summary>Whether further people may make accounts by themselves, as long as the operator has not decided it in the panel. The first person
    /// always may, and becomes the operator.</summary>
    public bool OpenRegistration { get; set; }

    /// <summary>Gives the code that the first person to register must show; null = none is asked for. Asked at each use.</summary>
    public Func<CancellationToken, Task<string?>>? FirstCode { get; set; }

    /// <summary>Log-in attempts allowed per minute from one address, whoever they name.</summary>
    public int LoginsPerMinute { get; set; } = 20;

    /// <summary>Gives where this installation is reached from outside; null = not said, and links in mails lead where it listens. Asked at each use.</summary>
    public Func<Uri?> PublicAddress { get; set; } = () => null;

    /// <summary>Shown in the foot of the entry pages.</summary>
    public string Version { get; set; } = "";

    /// <summary>Time zone assumed until the browser has told its own.</summary>
    public string DefaultTimeZone { get; set; } = "Europe/Warsaw";
}
