using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pomost.Panel.Tests.Browser;

/// <summary>A receiver of webhooks on the loopback.</summary>
sealed class HookReceiver(WebApplication app) : IAsyncDisposable
{
    readonly ConcurrentQueue<string> types = new();

    public int Status { get; set; } = 200;

    public IReadOnlyCollection<string> Types => types;

    public Uri Address => new(new Uri(app.Urls.First()), "/hook");

    public static async Task<HookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new HookReceiver(app);
        app.MapPost("/hook", (JsonElement message) =>
        {
            receiver.types.Enqueue(message.GetProperty("type").GetString()!);
            return Results.StatusCode(receiver.Status);
        });
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
