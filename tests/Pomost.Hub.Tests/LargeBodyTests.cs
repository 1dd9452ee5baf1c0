using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Pomost.Storage;

namespace Pomost.Hub.Tests;

/// <summary>Goal: a large body is taken from who is known, wherever in it they say so, and refused from anybody else before anything is built of it.</summary>
public sealed class LargeBodyTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_large_body_is_taken_wherever_it_is_signed(bool first)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(Dialect.Sqlite);
        var people = string.Join(',', Enumerable.Range(0, 2_000).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"{{\"contact\":{{\"email\":\"a{i}@example.test\",\"name\":\"{new string('x', 300)}\"}}}}")));
        var list = $"\"upsertDetails\":[{people}]";
        Assert.True(list.Length > 2 * RequestBody.MaxBytesOfStrangers);
        using var answer = await PostAsync(hub, "/api/contact/batchupsert", first ? $"{{{Signature(hub)},{list}}}" : $"{{{list},{Signature(hub)}}}");
        Assert.NotEqual("Not authenticated", await MessageAsync(answer));
    }

    [Theory]
    [InlineData("\"clientId\":\"x\",\"apiKey\":\"y\",\"sha\":\"00\",", "Not authenticated")]
    [InlineData("", "Not authenticated")]
    public async Task A_large_body_of_a_stranger_is_refused(string start, string message)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(Dialect.Sqlite);
        using var answer = await PostAsync(hub, "/api/contact/upsert", $"{{{start}\"a\":\"{new string('x', 1024 * 1024)}\"}}");
        Assert.Equal(message, await MessageAsync(answer));
    }

    [Fact]
    public async Task A_large_body_that_names_two_accounts_is_refused()
    {
        await using var hub = await RunningHub.StartWithAccountAsync(Dialect.Sqlite);
        var fill = $"\"a\":\"{new string('x', 1024 * 1024)}\"";
        using var answer = await PostAsync(hub, "/api/contact/hasContact", $"{{{Signature(hub)},{fill},\"clientId\":\"another\",\"email\":\"a@example.test\"}}");
        Assert.Equal("Not authenticated", await MessageAsync(answer));
    }

    [Fact]
    public async Task A_body_of_countless_values_is_refused_signed_or_not()
    {
        await using var hub = await RunningHub.StartWithAccountAsync(Dialect.Sqlite);
        var values = $"\"a\":[{string.Concat(Enumerable.Repeat("1,", BodyScan.MostTokens))}1]";
        foreach (var body in new[] { $"{{{Signature(hub)},{values}}}", $"{{{values}}}" })
        {
            using var answer = await PostAsync(hub, "/api/contact/upsert", body);
            Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "Request body has too many values"), (answer.StatusCode, await MessageAsync(answer)));
        }
    }

    [Fact]
    public async Task A_log_in_brings_no_large_body_and_a_key_is_asked_for_before_any()
    {
        await using var hub = await RunningHub.StartWithAccountAsync(Dialect.Sqlite);
        var large = $"{{\"a\":\"{new string('x', 300 * 1024)}\"}}";
        using var logIn = await PostAsync(hub, "/api/authorization/token", large);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, logIn.StatusCode);
        using var noKey = await PostAsync(hub, "/v3/auth/revoke", "{");
        Assert.Contains("\"reasonCode\":10", await noKey.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_unfinished_bodies_from_one_address_the_further_ones_are_put_off()
    {
        await using var hub = await RunningHub.StartWithAccountAsync(Dialect.Sqlite);
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < BodyBudget.MostFromOneAddress; i++)
                sockets.Add(await BeginAsync(hub));
            using var further = await PostAsync(hub, "/api/contact/hasContact", $"{{{Signature(hub)},\"email\":\"a@example.test\"}}");
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (further.StatusCode, Assert.Single(further.Headers.GetValues("Retry-After"))));
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Log_ins_from_one_address_are_counted()
    {
        await using var hub = await RunningHub.StartAsync(Dialect.Sqlite, logInsPerMinute: 3);
        await hub.AddAccountAsync();
        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            using var answer = await PostAsync(hub, i % 2 == 0 ? "/api/authorization/token" : "/api/system/authorise", "{\"username\":\"nikt\",\"password\":\"zle\"}");
            statuses.Add((int)answer.StatusCode);
        }
        Assert.Equal([200, 200, 200, 429], statuses);
        using var third = await PostAsync(hub, "/v3/auth/create", "{}");
        Assert.Equal((HttpStatusCode.TooManyRequests, "60"), (third.StatusCode, Assert.Single(third.Headers.GetValues("Retry-After"))));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("--zz\r\nContent-Disposition: form-data; name=\"attachment\"; filename=\"a.png\"\r\n\r\nabc")]
    public async Task A_form_cut_short_is_refused_in_the_protocol(string body)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(Dialect.Sqlite);
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=zz");
        using var answer = await hub.Http.PostAsync(new Uri("/api/wm/uploadImage.json", UriKind.Relative), content);
        Assert.Equal((HttpStatusCode.BadRequest, "The form is not whole, or too large"), (answer.StatusCode, await MessageAsync(answer)));
    }

    private static string Signature(RunningHub hub)
        => $"\"clientId\":\"{hub.Account.ClientId}\",\"apiKey\":\"k1\",\"sha\":\"{RunningHub.Sign("k1", hub.Account)}\",\"owner\":\"{hub.Account.OwnerEmail}\"";

    private static Task<HttpResponseMessage> PostAsync(RunningHub hub, string path, string body)
        => hub.Http.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));

    private static async Task<string> MessageAsync(HttpResponseMessage answer)
        => ((await answer.Content.ReadFromJsonAsync<JsonObject>())!["message"] as JsonArray)?.FirstOrDefault()?.GetValue<string>() ?? "";

    private static async Task<Socket> BeginAsync(RunningHub hub)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(hub.Http.BaseAddress!.Host, hub.Http.BaseAddress.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes("POST /api/contact/upsert HTTP/1.1\r\nHost: hub\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n"));
        // Said when the hub begins to read.
        var said = new byte[64];
        var length = await socket.ReceiveAsync(said);
        Assert.StartsWith("HTTP/1.1 100", Encoding.ASCII.GetString(said, 0, length), StringComparison.Ordinal);
        return socket;
    }
}
