using Microsoft.AspNetCore.Identity;

namespace Pomost.Hub;

/// <summary>Log-in by user name and password, and the tokens it gives.</summary>
internal static class LogInTokens
{
    /// <summary>How long a token lives: as long as the official plugins believe it does.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(2_577_600);

    private const int FailuresBeforeLock = 10;
    private static readonly TimeSpan LockLength = TimeSpan.FromMinutes(15);

    /// <exception cref="HubRefusal">The token is missing, wrong or expired, or belongs to another client id than the body names.</exception>
    public static async Task<HubAccount> AuthenticateAsync(HubCall call)
    {
        var token = call.Body.Text("token") ?? throw new HubRefusal("Token not specified", reasonCode: HubRefusal.AuthenticationFailed);
        var account = await FindAccountAsync(call.Services, token, call.Now, call.Cancellation)
            ?? throw new HubRefusal("Authorization failed. Wrong Token", reasonCode: HubRefusal.AuthenticationFailed);
        if (call.Body.Text("clientId") is { } clientId && clientId != account.ClientId)
            throw new HubRefusal("Authorization failed. Wrong clientId", reasonCode: HubRefusal.AuthenticationFailed);
        return account;
    }

    public static async Task<HubAccount?> FindAccountAsync(HubServices services, string token, DateTimeOffset now, CancellationToken ct) =>
        await services.Accounts.FindTokenAsync(HubSecrets.HashToken(token), now, ct) is { } found
            ? await services.Accounts.FindAccountAsync(found.AccountId, ct)
            : null;

    /// <summary>Checks a password. A user who failed too often is locked for a while, the right password included.</summary>
    /// <exception cref="HubRefusal">Unknown user, wrong password and locked user look the same outside.</exception>
    public static async Task<HubUser> CheckPasswordAsync(HubCall call, string? name, string? password)
    {
        var refusal = new HubRefusal("User not authenticated", reasonCode: HubRefusal.AuthenticationFailed);
        if (name is null || password is null || password.Length > HubAccounts.LongestPassword) throw refusal;
        var accounts = call.Services.Accounts;
        var user = await accounts.FindUserAsync(name, call.Cancellation);
        var result = HubSecrets.Verify(user, password);
        if (user is null || user.LockedUntil > call.Now) throw refusal;
        if (result == PasswordVerificationResult.Failed)
        {
            await accounts.CountFailedLogInAsync(user, FailuresBeforeLock, call.Now + LockLength, call.Cancellation);
            throw refusal;
        }
        // The password is known now: a hash of fewer rounds is replaced.
        if (result == PasswordVerificationResult.SuccessRehashNeeded)
            await accounts.RenewHashAsync(user, HubSecrets.HashPassword(password), call.Cancellation);
        if (user.FailedLogIns > 0) await accounts.ForgetFailedLogInsAsync(user, call.Cancellation);
        return user;
    }

    /// <summary>Makes a token for a user of an account.</summary>
    /// <param name="asSecret">Whether the token may stand in for the API secret.</param>
    public static async Task<string> IssueAsync(HubCall call, long accountId, string userEmail, bool asSecret = false)
    {
        var token = HubSecrets.NewToken();
        var stored = asSecret ? call.Services.Secrets.Protect(token) : null;
        await call.Services.Accounts.AddTokenAsync(
            new(accountId, HubSecrets.HashToken(token), userEmail, stored, call.Now + Life), call.Now, call.Cancellation);
        return token;
    }
}
