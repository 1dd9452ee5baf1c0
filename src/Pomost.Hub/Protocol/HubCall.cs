using System.Text.Json.Serialization.Metadata;

namespace Pomost.Hub;

/// <summary>One call that has been read and, where the path asks for it, authenticated.</summary>
internal sealed class HubCall(HttpContext http, Fields body, string name, HubServices services)
{
    private HubAccount? account;

    public HttpContext Http => http;

    public Fields Body => body;

    /// <summary>The path as the protocol names it, for example <c>contact/upsert</c>; kept with consent statements.</summary>
    public string Name => name;

    public HubServices Services => services;

    public CancellationToken Cancellation => http.RequestAborted;

    public DateTimeOffset Now { get; } = services.Clock.GetUtcNow();

    /// <summary>The account the call was signed for.</summary>
    public HubAccount Account
    {
        get => account ?? throw new InvalidOperationException($"{name} is mapped without authentication.");
        set => account = value;
    }

    /// <summary>The address of this hub as plugins expect it: the bare host, with the scheme only where it is not https.</summary>
    public string Endpoint => (http.Request.IsHttps ? "" : http.Request.Scheme + "://") + http.Request.Host.Value + http.Request.PathBase.Value;

    /// <summary>The owner this call speaks for; the inner object repeats it in some clients.</summary>
    /// <exception cref="HubRefusal">No owner given, or not a user of the account.</exception>
    public string Owner(Fields? inner = null) => OwnerOrNull(inner) ?? throw new HubRefusal("Not authenticated, not owner specified");

    public string? OwnerOrNull(Fields? inner = null)
    {
        var given = body.Text("owner") ?? inner?.Text("owner");
        return given is null ? null : OwnerNamed(given);
    }

    /// <exception cref="HubRefusal">Not a user of the account.</exception>
    public string OwnerNamed(string email) =>
        Account.Owners.FirstOrDefault(owner => string.Equals(owner, email, StringComparison.OrdinalIgnoreCase))
        ?? throw new HubRefusal("Not authenticated, invalid owner");

    public static IResult Reply<T>(T answer, int status = StatusCodes.Status200OK) =>
        Results.Json(answer, (JsonTypeInfo<T>)HubJson.Default.GetTypeInfo(typeof(T))!, statusCode: status);

    public static IResult Done() => Reply(new Answer());
}

/// <summary>What the handlers work with.</summary>
internal sealed record HubServices(
    IHubAccountStore Accounts, IHubContactStore Contacts, IHubProductStore Products, HubSecrets Secrets, HubOptions Options, TimeProvider Clock,
    ILogger<HubServices> Log);
