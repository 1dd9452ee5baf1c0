namespace Pomost.App.Hosting;

/// <summary>What a process does; the built-in hub answers in each.</summary>
/// <param name="Intake">Takes in webhooks and callbacks.</param>
/// <param name="Engine">Runs stores and does the housekeeping.</param>
/// <param name="Panel">Shows the panel to people.</param>
sealed record NodeRoles(bool Intake, bool Engine, bool Panel)
{
    public static NodeRoles All { get; } = new(true, true, true);

    /// <summary>The command line's own engine.</summary>
    public static NodeRoles EngineAlone { get; } = new(false, true, false);

    public override string ToString() => string.Join(',', Names());

    IEnumerable<string> Names()
    {
        if (Intake)
            yield return "intake";
        if (Engine)
            yield return "engine";
        if (Panel)
            yield return "panel";
    }

    /// <summary>Reads a list such as <c>intake,engine</c>. Null when it is empty or names something else.</summary>
    public static NodeRoles? Read(string text)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var known = names.Length > 0 && names.All(name => name is "intake" or "engine" or "panel");
        return known ? new NodeRoles(names.Contains("intake"), names.Contains("engine"), names.Contains("panel")) : null;
    }
}
