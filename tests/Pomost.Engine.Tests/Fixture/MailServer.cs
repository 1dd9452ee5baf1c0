using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pomost.Engine.Tests.Fixture;

/// <summary>A mail server on the loopback that takes one message and keeps what it heard.</summary>
sealed class MailServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly StringBuilder _heard = new();
    readonly Task _serving;

    public MailServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Heard => _heard.ToString();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _listener.Dispose();
    }

    async Task ServeAsync()
    {
        using var client = await _listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 here");
        var inData = false;
        while (await reader.ReadLineAsync() is { } line)
        {
            _heard.AppendLine(line);
            if (inData && line != ".")
                continue;
            var verb = inData ? "." : line.Split(' ')[0].ToUpperInvariant();
            inData = verb == "DATA";
            await writer.WriteLineAsync(verb switch { "DATA" => "354 go on", "QUIT" => "221 bye", _ => "250 ok" });
        }
    }
}
