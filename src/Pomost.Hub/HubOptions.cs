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

    /// <summary>
    /// Called when a partner makes an account through the protocol (<c>account/registerAppstore</c>): makes the person known to the application, too,
    /// and calls its last argument, which makes the account of the hub. Gives null when the address is taken already; throws <see cref="ArgumentException"/>
    /// when the password is too weak, and then nothing is made. By default the hub's account alone is made.
    /// </summary>
    public Func<HttpContext, NewHubPerson, Func<Task<HubCredentials?>>, Task<HubCredentials?>> MakeAccount { get; set; } = static (_, _, make) => make();
}

/// <summary>Who gets an account made by a partner.</summary>
/// <param name="Language">Two letters, as sent; null when none was.</param>
public sealed record NewHubPerson(string Email, string Password, string? Name, string? Phone, string? Language)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(NewHubPerson);
}

/// <summary>Whom a valid panel token belongs to.</summary>
public sealed record HubPanelVisit(long AccountId, string UserEmail);
