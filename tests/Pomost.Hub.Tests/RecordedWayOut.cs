using System.Collections.Concurrent;

namespace Pomost.Hub.Tests;

/// <summary>Writes down what the hub calls and mails; answers as told.</summary>
internal sealed class RecordedWayOut : IHubWayOut, IHubMailer
{
    public ConcurrentQueue<string> Called { get; } = [];

    public ConcurrentQueue<HubConfirmationMail> Mails { get; } = [];

    /// <summary>The status every receiver answers with; null: it cannot be reached.</summary>
    public int? Status { get; set; } = 200;

    public Task<int> GetAsync(Uri address, CancellationToken ct)
    {
        Called.Enqueue(address.AbsoluteUri);
        return Status is { } status ? Task.FromResult(status) : throw new HttpRequestException("made up");
    }

    public Task SendAsync(HubConfirmationMail mail, CancellationToken ct)
    {
        Mails.Enqueue(mail);
        return Task.CompletedTask;
    }
}
