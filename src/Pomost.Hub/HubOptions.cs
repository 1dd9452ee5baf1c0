namespace Pomost.Hub;

/// <summary>Settings of the hub.</summary>
public sealed class HubOptions
{
    /// <summary>The server number that log-in tells plugins; it ends up in the tracking script as <c>_smapp</c>.</summary>
    public int Smapp { get; set; } = 1;

    /// <summary>Log-ins with a password allowed per minute from one network address, whoever they name.</summary>
    public int LogInsPerMinute { get; set; } = 20;

    /// <summary>
    /// Called when a plugin sends a browser to the panel with a valid token (<c>authorization/authorize?t=</c>): may sign the browser in,
    /// and returns the address to go to. By default the browser goes to <c>/</c> and is not signed in.
    /// </summary>
    public Func<HttpContext, HubPanelVisit, Task<string>> OpenPanel { get; set; } = static (_, _) => Task.FromResult("/");
}

/// <summary>Whom a valid panel token belongs to.</summary>
public sealed record HubPanelVisit(long AccountId, string UserEmail);
