using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using MimeKit;

namespace Pomost.Testing;

/// <summary>A message as a mail server got it.</summary>
/// <param name="To">Address it was for.</param>
/// <param name="Subject">Its subject, decoded.</param>
/// <param name="Raw">All of it, headers and encoded parts.</param>
public sealed record ReceivedMail(string To, string Subject, string Raw)
{
    /// <summary>The part of this media type, decoded; null when there is none.</summary>
    public string? Part(string mediaType)
    {
        using var message = Open(Raw);
        return message.BodyParts.OfType<TextPart>().FirstOrDefault(part => part.ContentType.MimeType == mediaType)?.Text;
    }

    internal static ReceivedMail Read(string to, string raw)
    {
        using var message = Open(raw);
        return new ReceivedMail(to, message.Subject ?? "", raw);
    }

    static MimeMessage Open(string raw) => MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(raw)));
}

/// <summary>A mail server on the loopback that takes every message and keeps it.</summary>
public sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Channel<ReceivedMail> messages = Channel.CreateUnbounded<ReceivedMail>();
    private readonly TaskCompletionSource hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource end = new();
    private readonly Task serving;

    public MailServer()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>True: every recipient is refused for now.</summary>
    public bool IsBusy { get; set; }

    /// <summary>From the line that begins so on (<c>EHLO</c>, <c>DATA</c>, the dot that ends a message), it says nothing more and keeps the line open; null = never.</summary>
    public string? HangsAt { get; set; }

    /// <summary>Refuses for good the recipients it does not know, those whose address begins with <c>unknown</c>.</summary>
    public const string Unknown = "unknown";

    /// <summary>Completes when a conversation hangs.</summary>
    public Task Hangs => hangs.Task;

    /// <summary>The next message, once it is there.</summary>
    public ValueTask<ReceivedMail> NextAsync() => messages.Reader.ReadAsync(end.Token);

    /// <summary>True when no message came that was not read yet.</summary>
    public bool IsEmpty => !messages.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await serving.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        listener.Dispose();
        end.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(end.Token);
            _ = TalkAsync(client);
        }
    }

    private async Task TalkAsync(TcpClient connected)
    {
        using var client = connected;
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 here");
        var to = "";
        StringBuilder? message = null;
        while (await reader.ReadLineAsync(end.Token) is { } line)
        {
            if (HangsAt is { } from && (message is null || line == ".") && line.StartsWith(from, StringComparison.Ordinal))
            {
                hangs.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, end.Token);
            }

            if (message is not null && line != ".")
            {
                // A line that begins with a dot travels with two.
                message.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
                continue;
            }

            if (message is not null)
            {
                messages.Writer.TryWrite(ReceivedMail.Read(to, message.ToString()));
                message = null;
                await writer.WriteLineAsync("250 ok");
                continue;
            }

            var verb = line.Split(' ')[0].ToUpperInvariant();
            if (verb == "RCPT")
                to = line.Split('<', '>')[1];
            if (verb == "DATA")
                message = new StringBuilder();
            await writer.WriteLineAsync(verb switch { "DATA" => "354 go on", "QUIT" => "221 bye", "RCPT" when IsBusy => "450 later", "RCPT" when to.StartsWith(Unknown, StringComparison.Ordinal) => "550 5.1.1 nobody of that name", _ => "250 ok" });
        }
    }
}
