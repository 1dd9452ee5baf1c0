using Pomost.Engine;

namespace Pomost.App.Hosting;

/// <summary>Marks a POST that changes nothing.</summary>
sealed class ReadsOnly
{
    public static readonly ReadsOnly It = new();
}

/// <summary>Writes what a key changed into the audit log: what the handler noted, or the bare request when it noted nothing.</summary>
static class ApiAudit
{
    /// <summary>Says what was done, once it was done.</summary>
    public static void Note(HttpContext http, string action, string subject, params IReadOnlyList<AuditChange> changes)
        => http.Items[typeof(AuditEntry)] = EntryOf(http) with { Action = action, Subject = subject, Changes = changes };

    /// <summary>The entry for what the handler is about to do; the handler has it written together with the act itself.</summary>
    public static AuditEntry EntryWith(HttpContext http, string action, string subject)
    {
        http.Items[typeof(ApiAudit)] = action;
        return EntryOf(http) with { Action = action, Subject = subject };
    }

    public static void Remember(HttpContext http, ApiKey key) => http.Items[typeof(ApiKey)] = key;

    /// <summary>The key of this request.</summary>
    /// <exception cref="BadHttpRequestException">There is none; answered 401.</exception>
    public static ApiKey KeyOf(HttpContext http)
        => FindKey(http) ?? throw new BadHttpRequestException("A key is needed.", StatusCodes.Status401Unauthorized);

    /// <summary>The key of this request; null when it has none that is known.</summary>
    public static ApiKey? FindKey(HttpContext http) => http.Items[typeof(ApiKey)] as ApiKey;

    /// <summary>Around each call. The entry is there before the answer is.</summary>
    public static async ValueTask<object?> WriteAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var answer = await next(context);
        var http = context.HttpContext;
        var failed = answer is IStatusCodeHttpResult { StatusCode: >= StatusCodes.Status400BadRequest };
        var changes = !HttpMethods.IsGet(http.Request.Method) && http.GetEndpoint()?.Metadata.GetMetadata<ReadsOnly>() is null;
        var noted = http.Items[typeof(AuditEntry)] as AuditEntry;
        if (!failed && (changes || noted is not null) && !http.Items.ContainsKey(typeof(ApiAudit)))
            await http.RequestServices.GetRequiredService<IAuditLog>().AddAsync(noted ?? EntryOf(http), CancellationToken.None);
        return answer;
    }

    static AuditEntry EntryOf(HttpContext http) => new()
    {
        AccountId = KeyOf(http).AccountId,
        Actor = $"API key: {KeyOf(http).Name}",
        Action = "api.called",
        Subject = $"{http.Request.Method} {http.Request.Path}",
        Origin = http.Connection.RemoteIpAddress?.ToString(),
    };
}
