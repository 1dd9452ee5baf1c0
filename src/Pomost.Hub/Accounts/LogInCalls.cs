namespace Pomost.Hub;

/// <summary>The log-in of plugins: a password becomes a token, the token a signature that is repeated ever after.</summary>
internal static class LogInCalls
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapCall("authorization/token", Access.Open, TokenAsync, secondVersion: false);
        routes.MapCall("authorization/refreshToken", Access.Signed, RefreshTokenAsync, secondVersion: false);
        routes.MapCall("account/integration", Access.Token, IntegrationAsync, secondVersion: false);
        routes.MapCall("system/authorise", Access.Open, AuthoriseAsync, secondVersion: false);
        routes.MapGet("/api/authorization/authorize", AuthorizeAsync);
        routes.MapThirdVersionCall("auth/create", Access.Open, CreateKeyAsync);
        routes.MapThirdVersionCall("auth/revoke", Access.Key, RevokeKeyAsync);
    }

    private static async Task<IResult> TokenAsync(HubCall call)
    {
        var user = await LogInTokens.CheckPasswordAsync(call, call.Body.Text("username"), call.Body.Text("password"));
        return HubCall.Reply(new LogInAnswer(
            await LogInTokens.IssueAsync(call, user.AccountId, user.Email), call.Endpoint, call.Services.Options.Smapp));
    }

    private static async Task<IResult> RefreshTokenAsync(HubCall call) => HubCall.Reply(new TokenAnswer(
        await LogInTokens.IssueAsync(call, call.Account.Id, call.OwnerOrNull() ?? call.Account.Owners[0])));

    private static Task<IResult> IntegrationAsync(HubCall call)
    {
        var apiKey = call.Body.Text("apiKey") ?? throw new HubRefusal("Api key not specified");
        var secret = call.Services.Secrets.Unprotect(call.Account.ProtectedSecret);
        return Task.FromResult(HubCall.Reply(new IntegrationAnswer(
            call.Account.ClientId, ApiSignature.Sign(apiKey, call.Account.ClientId, secret))));
    }

    private static async Task<IResult> AuthoriseAsync(HubCall call)
    {
        var user = await LogInTokens.CheckPasswordAsync(call, call.Body.Text("userName"), call.Body.Text("password"));
        var account = await call.Services.Accounts.FindAccountAsync(user.AccountId, call.Cancellation) ?? throw HubRefusal.NotAuthenticated();
        var token = await LogInTokens.IssueAsync(call, user.AccountId, user.Email, asSecret: true);
        return HubCall.Reply(new AuthoriseAnswer(token, account.ClientId, (call.Now + LogInTokens.Life).ToUnixTimeMilliseconds()));
    }

    /// <summary>"Edit in SALESmanago": sends the browser into the panel; what signs it in there is the panel's own business.</summary>
    private static async Task<IResult> AuthorizeAsync(HttpContext http, string? t)
    {
        var services = http.RequestServices.GetRequiredService<HubServices>();
        var token = t is null ? null : await services.Accounts.FindTokenAsync(HubSecrets.HashToken(t), services.Clock.GetUtcNow(), http.RequestAborted);
        if (token is null)
        {
            var refusal = new HubRefusal("Authorization failed. Wrong Token", StatusCodes.Status401Unauthorized, HubRefusal.AuthenticationFailed);
            HubMeters.Note(services.Log, "authorization/authorize", refusal);
            return HubCall.Reply(new Answer { Success = false, Message = [refusal.Message] }, refusal.Status);
        }

        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        return Results.Redirect(await services.Options.OpenPanel(http, new(token.AccountId, token.UserEmail)));
    }

    private static async Task<IResult> CreateKeyAsync(HubCall call)
    {
        var name = call.Body.RequiredText("keyName");
        var life = LifeOf(call.Body.Text("expiry"));
        var user = await LogInTokens.CheckPasswordAsync(call, call.Body.RequiredText("email"), call.Body.RequiredText("password"));
        var key = await ApiKeys.MakeAsync(call.Services.Accounts, user.AccountId, name, call.Body.Text("webhookUrl"), call.Now + life, call.Now, call.Cancellation);
        return HubCall.Reply(new KeyAnswer(key, name));
    }

    private static async Task<IResult> RevokeKeyAsync(HubCall call)
    {
        var revoked = await ApiKeys.FindAsync(call, call.Body.RequiredText("apiKey"));
        if (revoked?.AccountId != call.Account.Id) throw new HubRefusal("Unknown API key", reasonCode: HubRefusal.UnknownResource);
        await call.Services.Accounts.RemoveKeyAsync(revoked, call.Cancellation);
        return HubCall.Reply(new RevokedKeyAnswer(revoked.Name));
    }

    private static TimeSpan? LifeOf(string? expiry) => expiry?.ToUpperInvariant() switch
    {
        null or "NEVER" => null,
        "SEVEN_DAYS" => TimeSpan.FromDays(7),
        "ONE_MONTH" => TimeSpan.FromDays(30),
        "THREE_MONTHS" => TimeSpan.FromDays(90),
        "ONE_YEAR" => TimeSpan.FromDays(365),
        _ => throw new HubRefusal("expiry||Unknown value", reasonCode: HubRefusal.PatternNotMatched),
    };
}
