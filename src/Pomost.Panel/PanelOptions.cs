namespace Pomost.Panel;

public sealed class PanelOptions
{
    /// <summary>Whether further people may make accounts by themselves, as long as the operator has not decided it in the panel. The first person
    /// always may, and becomes the operator.</summary>
    public bool OpenRegistration { get; set; }

    /// <summary>The address people reach the panel under, for links in mails; null, or giving null: the one it listens on.</summary>
    public Func<Uri?>? PublicAddress { get; set; }

    /// <summary>Log-in attempts allowed per minute from one address, whoever they name.</summary>
    public int LoginsPerMinute { get; set; } = 20;

    /// <summary>Shown in the foot of the entry pages.</summary>
    public string Version { get; set; } = "";

    /// <summary>Time zone assumed until the browser has told its own.</summary>
    public string DefaultTimeZone { get; set; } = "Europe/Warsaw";
}
