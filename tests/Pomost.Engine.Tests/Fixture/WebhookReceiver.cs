using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pomost.Engine.Tests.Fixture;

/// <summary>A message as the receiver has it.</summary>
sealed record ReceivedWebhook(string Body, string Id, string Stamp, string Signatures)
{
    public string Type => Json.GetProperty("type").GetString()!;

    public JsonElement Data => Json.GetProperty("data");

    JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>Checked as a receiver would, by nothing of ours.</summary>
    public bool IsSignedWith(string secret)
    {
        var hash = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{Id}.{Stamp}.{Body}"));
        return Signatures.Split(' ').Contains("v1," + Convert.ToBase64String(hash));
    }
}

/// <summary>A real receiver of webhooks on the loopback.</summary>
sealed class WebhookReceiver(WebApplication app) : IAsyncDisposable
{
    readonly ConcurrentQueue<ReceivedWebhook> _messages = new();
    TaskCompletionSource? _held;

    public IReadOnlyList<ReceivedWebhook> Messages => [.. _messages];

    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    /// <summary>What it asks for with a refusal, in seconds.</summary>
    public int? RetryAfter { get; set; }

    /// <summary>Where it sends the caller on to; null = nowhere.</summary>
    public string? Location { get; set; }

    /// <summary>Refuses only messages of which this is true.</summary>
    public Func<ReceivedWebhook, bool> Refuses { get; set; } = _ => true;

    public Uri Address => new(new Uri(app.Urls.First()), "/hook");

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(app);
        app.MapPost("/{**path}", receiver.HearAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>From now on messages are heard and not answered, until <see cref="Release"/>.</summary>
    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _held!.SetResult();

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    async Task<IResult> HearAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var message = new ReceivedWebhook(
            await reader.ReadToEndAsync(), request.Headers["webhook-id"].ToString(), request.Headers["webhook-timestamp"].ToString(),
            request.Headers["webhook-signature"].ToString());
        _messages.Enqueue(message);
        if (_held is { } held)
            await held.Task;
        if (Status != HttpStatusCode.OK && !Refuses(message))
            return Results.Ok();
        if (RetryAfter is { } seconds)
            request.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (Location is not null)
            request.HttpContext.Response.Headers.Location = Location;
        return Results.StatusCode((int)Status);
    }
}
