using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Pomost.Testing;

namespace Pomost.App.Tests;

/// <summary>
/// Goal: what strangers send to the hub costs them more than us. Method: the server as a program of its own; connections that announce large bodies and send none,
/// and large bodies of many small values without credentials, all at once; its memory is read from outside.
/// </summary>
public sealed class StrangersBodyTests(ITestOutputHelper output)
{
    const int Announced = 20 * 1024 * 1024;
    const long MostBytes = 320L * 1024 * 1024;

    [Fact]
    public async Task Large_bodies_of_strangers_are_refused_and_hold_no_memory()
    {
        using var folder = new TemporaryFolder();
        await using var program = Fixture.Pomost.Start("serve", "--json", "--urls", "http://127.0.0.1:0", "--data", folder.Path);
        var address = new Uri(program.NextJson()["panel"]!.GetValue<string>());
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
        Assert.Equal("Healthy", await http.GetStringAsync("/health/live"));
        using var process = Process.GetProcessById(program.Id);
        var idle = MemoryOf(process);
        using var done = new CancellationTokenSource();
        var watching = MostOfAsync(process, done.Token);

        var silent = new List<Socket>();
        for (var i = 0; i < 100; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            silent.Add(socket);
            await socket.ConnectAsync(address.Host, address.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $"POST /v3/auth/create HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: {Announced}\r\n\r\n")));
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => RefusalAsync(http, Numbers())));
        foreach (var socket in silent)
            socket.Dispose();
        // Alone, so that the room of strangers is not why they are refused.
        answers = [.. answers, await RefusalAsync(http, Numbers()), await RefusalAsync(http, WithWrongKey())];
        await done.CancelAsync();
        var most = await watching;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{idle >> 20} MB idle, {most >> 20} MB at most, {MemoryOf(process) >> 20} MB after"));
        Assert.All(answers, answer => Assert.True(answer.Status is 200 or (>= 400 and < 500) or 503 && !answer.Success, $"{answer}"));
        Assert.True(most < MostBytes, $"{idle >> 20} MB idle, {most >> 20} MB at most");
    }

    /// <summary>Ten million numbers and nobody's name.</summary>
    static byte[] Numbers()
    {
        var body = new byte[Announced];
        "{\"a\":["u8.CopyTo(body);
        for (var i = 6; i < body.Length - 2; i += 2)
            (body[i], body[i + 1]) = ((byte)'1', (byte)',');
        (body[^3], body[^2], body[^1]) = ((byte)'1', (byte)']', (byte)'}');
        return body;
    }

    static byte[] WithWrongKey()
    {
        var body = Numbers();
        "{\"clientId\":\"x\",\"apiKey\":\"y\",\"sha\":\"0123456789012345678901234567890123456789\",\"a\":[1,"u8.CopyTo(body);
        return body;
    }

    static async Task<(int Status, bool Success)> RefusalAsync(HttpClient http, byte[] body)
    {
        using var content = new ByteArrayContent(body) { Headers = { { "Content-Type", "application/json" } } };
        using var answer = await http.PostAsync(new Uri("/api/contact/upsert", UriKind.Relative), content);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["success"]!.GetValue<bool>());
    }

    static long MemoryOf(Process process)
    {
        process.Refresh();
        return process.WorkingSet64;
    }

    static async Task<long> MostOfAsync(Process process, CancellationToken done)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var most = 0L;
        while (!done.IsCancellationRequested && await pace.WaitForNextTickAsync(CancellationToken.None))
            most = Math.Max(most, MemoryOf(process));
        return most;
    }
}
