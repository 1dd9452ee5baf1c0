namespace Pomost.Hub;

/// <summary>Keys of API v3. Of a key only its SHA-256 is kept.</summary>
internal static class ApiKeys
{
    private const string Header = "API-KEY";

    /// <exception cref="HubRefusal">The key is missing, unknown, expired or revoked; all look the same outside.</exception>
    public static async Task<HubAccount> AuthenticateAsync(HubCall call)
    {
        var account = await FindAsync(call, call.Http.Request.Headers[Header].ToString()) is { } key
            ? await call.Services.Accounts.FindAccountAsync(key.AccountId, call.Cancellation)
            : null;
        return account ?? throw new HubRefusal("Authentication failed", reasonCode: HubRefusal.AuthenticationFailed);
    }

    public static Task<HubKey?> FindAsync(HubCall call, string key) =>
        call.Services.Accounts.FindKeyAsync(HubSecrets.HashToken(key), call.Now, call.Cancellation);

    /// <summary>Makes a key; it can be had only here.</summary>
    public static async Task<string> MakeAsync(
        IHubAccountStore accounts, long accountId, string name, string? webhookUrl, DateTimeOffset? expiresAt, DateTimeOffset now, CancellationToken ct)
    {
        var key = HubSecrets.NewToken();
        await accounts.AddKeyAsync(new(accountId, HubSecrets.HashToken(key), name, webhookUrl, expiresAt), now, ct);
        return key;
    }
}
