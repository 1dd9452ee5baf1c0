using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Pomost.Engine.Tests.Fixture;

/// <summary>Stands before the hub: notes its calls and commits faults on the way.</summary>
sealed class HubDoor
{
    readonly ConcurrentQueue<string> _calls = new();
    readonly ConcurrentQueue<IReadOnlyList<string>> _packs = new();
    int _asked;

    /// <summary>Where the hub is looked for; a test may move it.</summary>
    public Uri Address { get; set; } = new("http://127.0.0.1/");

    /// <summary>True: the list of changed cards is noted and troubled, too. It is asked for once a minute, whatever a test is about.</summary>
    public bool ListOfChangesIsOrdinary { get; set; }

    /// <summary>Called instead of the hub, which is its second argument; null = nothing stands between.</summary>
    public Func<HttpContext, Func<Task>, Task>? Trouble { get; set; }

    /// <summary>The same for the calls of API v3, which have a server of their own at the vendor's.</summary>
    public Func<HttpContext, Func<Task>, Task>? ProductTrouble { get; set; }

    /// <summary>Ids of the products of each call that sent some, in order.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Packs => [.. _packs];

    /// <summary>Last parts of the paths called so far, in order: <c>batchupsert</c>.</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    /// <summary>Calls of both interfaces, every single one.</summary>
    public int Asked => _asked;

    public Task HandleAsync(HttpContext context, Func<Task> next)
    {
        if (context.Request.Path.StartsWithSegments("/v3", StringComparison.Ordinal) || context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
            Interlocked.Increment(ref _asked);
        if (context.Request.Path.StartsWithSegments("/v3", StringComparison.Ordinal))
            return HandleProductsAsync(context, next);
        if (!context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
            || (CallOf(context) == "paginatedModifiedContacts" && !ListOfChangesIsOrdinary))
            return next();
        _calls.Enqueue(CallOf(context));
        return Trouble is { } trouble ? trouble(context, next) : next();
    }

    async Task HandleProductsAsync(HttpContext context, Func<Task> next)
    {
        if (CallOf(context) == "upsert")
        {
            context.Request.EnableBuffering();
            var body = await JsonNode.ParseAsync(context.Request.Body);
            context.Request.Body.Position = 0;
            _packs.Enqueue([.. body!["products"]!.AsArray().Select(product => product!["productId"]!.GetValue<string>())]);
        }

        await (ProductTrouble is { } trouble ? trouble(context, next) : next());
    }

    public static string CallOf(HttpContext context) => context.Request.Path.Value!.Split('/')[^1];

    /// <summary>The hub is away.</summary>
    public static Task AnswerAsync(HttpContext context, int status, int? retryAfter = null)
    {
        context.Response.StatusCode = status;
        if (retryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    /// <summary>The hub does what it was asked, but its answer gets lost.</summary>
    public static async Task LoseAnswerAsync(HttpContext context, Func<Task> next)
    {
        var way = context.Response.Body;
        using var lost = new MemoryStream();
        context.Response.Body = lost;
        await next();
        context.Response.Body = way;
        context.Abort();
    }
}
