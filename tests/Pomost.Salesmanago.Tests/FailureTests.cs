using Microsoft.AspNetCore.Http;
using Pomost.Contract;

namespace Pomost.Salesmanago.Tests;

public sealed class FailureTests
{
    const string Path = "/api/contact/batchupsert";
    const string Users = "/api/user/listByClient";
    readonly SalesmanagoClient client = new();

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task A_server_that_cannot_answer_now_is_asked_later(int status)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, """{"success":false,"message":["busy"]}""", status);

        var failure = await Assert.ThrowsAsync<RetryLaterException>(() => client.UpsertContactsAsync(server.Destination, [Sample.Anna], default));

        Assert.Null(failure.After);
        Assert.Contains($"{status}", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Mon, 02 Mar 2026 10:01:30 GMT", 90)]
    [InlineData("Mon, 02 Mar 2026 09:00:00 GMT", 0)]
    public async Task The_servers_own_wait_is_handed_on(string header, int seconds)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, (context, _) =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = header;
            return Task.CompletedTask;
        });

        var failure = await Assert.ThrowsAsync<RetryLaterException>(() => client.UpsertContactsAsync(server.Destination, [Sample.Anna], default));

        Assert.Equal(TimeSpan.FromSeconds(seconds), failure.After);
    }

    public static TheoryData<string> BrokenAnswers => ["page", "cut", "half", "hung up", "no success", "null", "list", "page with 403"];

    [Theory]
    [MemberData(nameof(BrokenAnswers))]
    public async Task An_answer_that_is_none_is_asked_for_again_later(string kind)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, kind switch
        {
            "page" => Faults.WebPage,
            "cut" => Faults.Cut,
            "half" => Faults.HalfAnAnswer,
            "hung up" => Faults.HungUp,
            "page with 403" => (context, request) =>
            {
                context.Response.StatusCode = 403;
                return Faults.WebPage(context, request);
            }
            ,
            _ => (context, _) => context.Response.WriteAsync(kind switch { "null" => "null", "list" => "[1]", _ => "{}" }),
        });

        var failure = await Assert.ThrowsAsync<RetryLaterException>(() => client.UpsertContactsAsync(server.Destination, [Sample.Anna], default));

        Assert.DoesNotContain("anna", failure.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_silent_server_is_left_after_30_seconds()
    {
        await using var server = await ScriptedServer.StartAsync();
        var asked = new TaskCompletionSource();
        server.Expect(Path, (context, request) =>
        {
            asked.SetResult();
            return Faults.Silence(context, request);
        });

        var call = client.UpsertContactsAsync(server.Destination, [Sample.Anna], default);
        await asked.Task;
        server.Clock.Advance(TimeSpan.FromSeconds(30));

        var failure = await Assert.ThrowsAsync<RetryLaterException>(() => call);
        Assert.IsType<TimeoutException>(failure.InnerException);
    }

    [Fact]
    public async Task Cancelling_is_not_a_failure_of_the_server()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var cancel = new CancellationTokenSource();
        server.Expect(Path, async (context, request) =>
        {
            await cancel.CancelAsync();
            await Faults.Silence(context, request);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.UpsertContactsAsync(server.Destination, [Sample.Anna], cancel.Token));
    }

    [Theory]
    [InlineData("Not authenticated", ConnectionProblem.CredentialsRefused, "api_secret")]
    [InlineData("Not authorized", ConnectionProblem.CredentialsRefused, "api_secret")]
    [InlineData("Api key not specified", ConnectionProblem.CredentialsRefused, "api_secret")]
    [InlineData("Authorization failed. Wrong Token", ConnectionProblem.CredentialsRefused, "api_secret")]
    [InlineData("Authorization failed. Wrong clientId", ConnectionProblem.CredentialsRefused, "client_id")]
    [InlineData("Not authenticated, not owner specified", ConnectionProblem.AccountInactive, "owner")]
    [InlineData("Not authenticated, invalid owner", ConnectionProblem.AccountInactive, "owner")]
    [InlineData("Invalid account", ConnectionProblem.AccountInactive, "client_id")]
    public async Task Messages_about_the_account_stop_the_store_and_name_the_field_to_mend(string message, ConnectionProblem problem, string field)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, $$"""{"success":false,"message":["{{message}}"]}""").Expect(Path, $$"""{"success":false,"message":"{{message}}"}""", 400);

        foreach (var _ in new[] { 200, 400 })
        {
            var refusal = await Assert.ThrowsAsync<NeedsOperatorException>(
                () => client.UpsertContactsAsync(server.Destination, [Sample.Anna], default));
            Assert.Equal((problem, field), (refusal.Problem, refusal.SettingKey));
        }
    }

    [Theory]
    [InlineData(401, "")]
    [InlineData(403, """{"success":false,"message":[]}""")]
    public async Task A_bare_401_or_403_means_the_credentials(int status, string body)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, body, status);

        var refusal = await Assert.ThrowsAsync<NeedsOperatorException>(() => client.UpsertContactsAsync(server.Destination, [Sample.Anna], default));

        Assert.Equal(ConnectionProblem.CredentialsRefused, refusal.Problem);
    }

    [Fact]
    public async Task A_redirect_is_shown_instead_of_followed()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, (context, _) =>
        {
            context.Response.Redirect("https://app9.example.test/api/contact/batchupsert");
            return Task.CompletedTask;
        });

        var refusal = await Assert.ThrowsAsync<NeedsOperatorException>(() => client.UpsertContactsAsync(server.Destination, [Sample.Anna], default));

        Assert.Equal((ConnectionProblem.Redirected, "https://app9.example.test"), (refusal.Problem, refusal.Detail));
    }

    [Fact]
    public async Task An_answer_of_2_GB_is_not_read()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, async (context, request) =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = 2L << 30;
            await context.Response.Body.FlushAsync();
            await Faults.Silence(context, request);
        });

        var refusal = await Assert.ThrowsAsync<NeedsOperatorException>(() => client.UpsertContactsAsync(server.Destination, [Sample.Anna], default));

        Assert.Equal(ConnectionProblem.AnswerTooLarge, refusal.Problem);
    }

    [Fact]
    public async Task A_check_gives_the_users_of_the_account()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Users, """{"success":true,"message":[],"users":["Owner@example.test","b@example.test"]}""");

        Assert.Equal(["Owner@example.test", "b@example.test"], await client.CheckAsync(server.Destination, default));
    }

    [Fact]
    public async Task A_check_names_an_owner_the_account_does_not_have()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Users, """{"success":true,"message":[],"users":["b@example.test"]}""");

        var refusal = await Assert.ThrowsAsync<NeedsOperatorException>(() => client.CheckAsync(server.Destination, default));

        Assert.Equal((ConnectionProblem.AccountInactive, "owner"), (refusal.Problem, refusal.SettingKey));
    }

    [Fact]
    public async Task A_check_says_that_a_web_page_is_no_API_and_that_nothing_listens()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Users, Faults.WebPage);
        using var closed = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        closed.Start();
        var nowhere = new Uri($"http://{closed.LocalEndpoint}");
        closed.Stop();

        var page = await Assert.ThrowsAsync<NeedsOperatorException>(() => client.CheckAsync(server.Destination, default));
        var silence = await Assert.ThrowsAsync<NeedsOperatorException>(() => client.CheckAsync(server.Destination with { Endpoint = nowhere }, default));

        Assert.Equal((ConnectionProblem.NotAnApi, "endpoint"), (page.Problem, page.SettingKey));
        Assert.Equal((ConnectionProblem.Unreachable, "endpoint"), (silence.Problem, silence.SettingKey));
    }

    [Fact]
    public async Task The_guard_of_the_way_out_is_heard_through_the_HTTP_client()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var handler = new SocketsHttpHandler();
        handler.ConnectCallback = (_, _) => throw new NeedsOperatorException(ConnectionProblem.PrivateAddress, "endpoint", "Private address.");
        using var guarded = new HttpClient(handler);

        var refusal = await Assert.ThrowsAsync<NeedsOperatorException>(
            () => client.UpsertContactsAsync(server.Destination with { Http = guarded }, [Sample.Anna], default));

        Assert.Equal(ConnectionProblem.PrivateAddress, refusal.Problem);
    }
}
