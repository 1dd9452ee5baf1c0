using System.Collections.Concurrent;
using System.Net.Mime;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pomost.Contract;
using Pomost.Testing;

namespace Pomost.Salesmanago.Tests;

/// <summary>What arrived at the server.</summary>
sealed record Received(string Method, string Path, IHeaderDictionary Headers, JsonNode? Body)
{
    public string Text(string member) => Body![member]!.GetValue<string>();

    /// <summary>The body as it came, whatever it is.</summary>
    public string Raw { get; init; } = "";
}

/// <summary>A server on the loopback that plays a script: expect this path, answer that. A request outside the script fails the test.</summary>
sealed class ScriptedServer : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ConcurrentQueue<(string Path, Func<HttpContext, Received, Task> Answer)> script = new();
    readonly ConcurrentQueue<string> surprises = new();
    readonly ConcurrentQueue<Received> received = new();

    ScriptedServer(WebApplication app) => this.app = app;

    public FakeClock Clock { get; } = new();

    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public Uri Endpoint { get; private set; } = new("http://localhost");

    public IReadOnlyList<Received> Received => [.. received];

    /// <summary>An account with a held secret on this server.</summary>
    public DestinationConnection Destination => new()
    {
        Endpoint = Endpoint,
        ClientId = "demo0client0id00",
        ApiSecret = "made-up-secret",
        Owner = "owner@example.test",
        Http = Http,
        Clock = Clock,
    };

    public static async Task<ScriptedServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var server = new ScriptedServer(builder.Build());
        server.app.Run(server.PlayAsync);
        await server.app.StartAsync();
        server.Endpoint = new Uri(server.app.Urls.First());
        return server;
    }

    public ScriptedServer Expect(string path, Func<HttpContext, Received, Task> answer)
    {
        script.Enqueue((path, answer));
        return this;
    }

    public ScriptedServer Expect(string path, string json, int status = 200) => Expect(path, (_, _) => json, status);

    public ScriptedServer Expect(string path, Func<Received, string> json) => Expect(path, (_, received) => json(received), 200);

    ScriptedServer Expect(string path, Func<HttpContext, Received, string> json, int status) => Expect(path, async (context, request) =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = MediaTypeNames.Application.Json;
        await context.Response.WriteAsync(json(context, request));
    });

    /// <summary>Fails when something unexpected came or something expected did not.</summary>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        Assert.Empty(surprises);
        Assert.Empty(script.Select(step => step.Path));
    }

    async Task PlayAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var text = await reader.ReadToEndAsync();
        var path = context.Request.Path + context.Request.QueryString.ToString();
        var request = new Received(context.Request.Method, path, new HeaderDictionary(context.Request.Headers.ToDictionary()), text.StartsWith('{') ? JsonNode.Parse(text) : null) { Raw = text };
        received.Enqueue(request);
        if (!script.TryDequeue(out var step) || step.Path != path)
        {
            surprises.Enqueue($"{context.Request.Method} {path} {text}");
            context.Response.StatusCode = 501;
            return;
        }

        await step.Answer(context, request);
    }
}

/// <summary>Ways an answer can go wrong.</summary>
static class Faults
{
    public static async Task WebPage(HttpContext context, Received received)
    {
        context.Response.ContentType = "text/html";
        await context.Response.WriteAsync("<html><body>We are working on it</body></html>");
    }

    public static async Task Cut(HttpContext context, Received received)
    {
        context.Response.ContentType = MediaTypeNames.Application.Json;
        context.Response.ContentLength = 1000;
        await context.Response.WriteAsync("""{"success":true,"contact""");
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    public static async Task HalfAnAnswer(HttpContext context, Received received)
    {
        context.Response.ContentType = MediaTypeNames.Application.Json;
        await context.Response.WriteAsync("""{"success":true,"contactIds":{"anna@example.test":""");
    }

    public static Task HungUp(HttpContext context, Received received)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    public static async Task Silence(HttpContext context, Received received)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }
}
