using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace Pomost.Testing;

/// <summary>A message as a mail server got it.</summary>
/// <param name="To">Address it was for.</param>
/// <param name="Subject">Its subject, decoded.</param>
/// <param name="Raw">All of it, headers and encoded parts.</param>
public sealed partial record ReceivedMail(string To, string Subject, string Raw)
{
    /// <summary>The part of this media type, decoded; null when there is none.</summary>
    public string? Part(string mediaType)
    {
        foreach (var piece in Boundary().Match(Raw) is { Success: true } found ? Raw.Split("--" + found.Groups["boundary"].Value) : [Raw])
        {
            var (head, body) = Split(piece.TrimStart('\r', '\n'));
            if (!head.Contains($"Content-Type: {mediaType}", StringComparison.OrdinalIgnoreCase))
                continue;
            return head.Contains("base64", StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8.GetString(Convert.FromBase64String(body.Trim()))
                : head.Contains("quoted-printable", StringComparison.OrdinalIgnoreCase) ? Unquoted(body) : body;
        }

        return null;
    }

    internal static ReceivedMail Read(string to, string raw)
    {
        var head = Split(raw).Head.Replace("\r\n ", "", StringComparison.Ordinal);
        var subject = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Subject: ", StringComparison.Ordinal))?[9..] ?? "";
        return new ReceivedMail(to, Word().Replace(subject, word => word.Groups["kind"].Value is "B" or "b"
            ? Encoding.UTF8.GetString(Convert.FromBase64String(word.Groups["text"].Value))
            : Unquoted(word.Groups["text"].Value.Replace('_', ' '))), raw);
    }

    static (string Head, string Body) Split(string text)
        => text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is var at and >= 0 ? (text[..at], text[(at + 4)..]) : (text, "");

    static string Unquoted(string text)
    {
        var joined = text.Replace("=\r\n", "", StringComparison.Ordinal);
        return EncodedBytes().Replace(joined, run => Encoding.UTF8.GetString(Convert.FromHexString(run.Value.Replace("=", "", StringComparison.Ordinal))));
    }

    [GeneratedRegex("boundary=\"?(?<boundary>[^\"\r\n;]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Boundary();

    [GeneratedRegex(@"=\?utf-8\?(?<kind>[BbQq])\?(?<text>[^?]*)\?=", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Word();

    [GeneratedRegex("(=[0-9A-F]{2})+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EncodedBytes();
}

/// <summary>A mail server on the loopback that takes every message and keeps it.</summary>
public sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Channel<ReceivedMail> messages = Channel.CreateUnbounded<ReceivedMail>();
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
            await writer.WriteLineAsync(verb switch { "DATA" => "354 go on", "QUIT" => "221 bye", "RCPT" when IsBusy => "450 later", _ => "250 ok" });
        }
    }
}
