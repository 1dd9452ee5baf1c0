using Pomost.Contract;

namespace Pomost.Salesmanago.Tests;

public sealed class LoginTests
{
    const string Key = """{"apiKey":"v3-made-up","apiKeyName":"POMOST_1"}""";

    [Fact]
    public async Task Logging_in_takes_four_calls_and_keeps_a_signature_instead_of_a_secret()
    {
        await using var server = await ScriptedServer.StartAsync();
        Script(server, server.Endpoint.Authority).Expect("/v3/auth/create", Key);

        var result = await new SalesmanagoLogin(server.Http, server.Clock).LogInAsync(Form(server.Endpoint.ToString()), default);

        Assert.Equal((server.Endpoint, "demo0client0id00", "given-signature", "token-1"), (result.Endpoint, result.ClientId, result.Signature, result.Token));
        Assert.Equal(["a@example.test", "b@example.test"], result.Users);
        Assert.Equal((3, "v3-made-up", null), (result.TrackingServer, result.ApiV3Key, result.ApiV3Problem));
        Assert.Equal(server.Clock.GetUtcNow() + new TimeSpan(29, 20, 0, 0), result.TokenValidUntil);
        Assert.Equal(["username", "password"], server.Received[0].Body!.AsObject().Select(member => member.Key));
        Assert.Equal((result.ApiKey, "token-1"), (server.Received[1].Text("apiKey"), server.Received[1].Text("token")));
        Assert.Equal((result.ApiKey, "given-signature"), (server.Received[2].Text("apiKey"), server.Received[2].Text("sha")));
        Assert.Equal(server.Endpoint.Authority, server.Received[3].Text("endpoint"));
        Assert.Equal($"POMOST_{server.Clock.GetUtcNow().ToUnixTimeSeconds()}", server.Received[3].Text("keyName"));
        Assert.DoesNotContain("API-KEY", server.Received[3].Headers.Keys);
    }

    [Fact]
    public async Task Without_a_key_of_API_v3_the_log_in_still_stands_and_says_so()
    {
        await using var server = await ScriptedServer.StartAsync();
        Script(server, "").Expect("/v3/auth/create", """{"reasonCode":19,"messages":["Too many keys"]}""", 400);

        var result = await new SalesmanagoLogin(server.Http, server.Clock).LogInAsync(Form(server.Endpoint.ToString()), default);

        Assert.Null(result.ApiV3Key);
        Assert.Contains("Too many keys", result.ApiV3Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_names_the_password_field()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect("/api/authorization/token", """{"success":false,"message":["User not authenticated"]}""");

        var refusal = await Assert.ThrowsAsync<NeedsOperatorException>(
            () => new SalesmanagoLogin(server.Http, server.Clock).LogInAsync(Form(server.Endpoint.ToString()), default));

        Assert.Equal((ConnectionProblem.CredentialsRefused, "password"), (refusal.Problem, refusal.SettingKey));
    }

    [Theory]
    [InlineData("app2.salesmanago.pl", "https://app2.salesmanago.pl/")]
    [InlineData(" https://app2.salesmanago.pl ", "https://app2.salesmanago.pl/")]
    [InlineData("http://sm.example:8080", "http://sm.example:8080/")]
    [InlineData("127.0.0.1:5000", "http://127.0.0.1:5000/")]
    [InlineData("localhost:5000", "http://localhost:5000/")]
    public void An_address_is_read_as_people_type_it(string typed, string address)
        => Assert.Equal(address, SalesmanagoAddress.Parse(typed).AbsoluteUri);

    [Theory]
    [InlineData("")]
    [InlineData("ftp://app2.salesmanago.pl")]
    [InlineData("two words")]
    [InlineData("https://user:word@app2.salesmanago.pl")]
    [InlineData("https://app2.salesmanago.pl/?x=1")]
    public void What_is_no_address_names_the_endpoint_field(string typed)
        => Assert.Equal("endpoint", Assert.Throws<NeedsOperatorException>(() => SalesmanagoAddress.Parse(typed)).SettingKey);

    [Theory]
    [InlineData("https://app2.salesmanago.pl", "app3.salesmanago.pl", "https://app3.salesmanago.pl/")]
    [InlineData("https://app2.salesmanago.pl", "http://app3.salesmanago.pl", "https://app3.salesmanago.pl/")]
    [InlineData("https://app2.salesmanago.pl", "", "https://app2.salesmanago.pl/")]
    [InlineData("http://127.0.0.1:5000", "127.0.0.1:5000", "http://127.0.0.1:5000/")]
    [InlineData("http://127.0.0.1:5000", "http://localhost:5000", "http://localhost:5000/")]
    [InlineData("http://sm.example", "sm.example", "http://sm.example/")]
    [InlineData("http://sm.example", "http://other.example", "https://other.example/")]
    public void An_account_that_moved_is_never_followed_onto_plain_http(string typed, string answered, string endpoint)
        => Assert.Equal(endpoint, SalesmanagoAddress.Moved(new Uri(typed), answered).AbsoluteUri);

    [Theory]
    [InlineData("https://app3.salesmanago.pl", "https://api.salesmanago.com/")]
    [InlineData("https://www.salesmanago.com", "https://api.salesmanago.com/")]
    [InlineData("https://app1.manago.ai", "https://api.manago.ai/")]
    [InlineData("https://notsalesmanago.pl", "https://notsalesmanago.pl/")]
    [InlineData("http://127.0.0.1:5000", "http://127.0.0.1:5000/")]
    public void API_v3_lives_at_the_vendors_host_or_at_the_servers_own(string endpoint, string v3)
        => Assert.Equal(v3, SalesmanagoAddress.V3Of(new Uri(endpoint)).AbsoluteUri);

    static LogInForm Form(string endpoint) => new(endpoint, "a@example.test", "made-up-password");

    static ScriptedServer Script(ScriptedServer server, string movedTo) => server
        .Expect("/api/authorization/token", $$"""{"success":true,"message":[],"token":"token-1","endpoint":"{{movedTo}}","smapp":3}""")
        .Expect("/api/account/integration", """{"success":true,"message":[],"shortId":"demo0client0id00","sha1":"given-signature"}""")
        .Expect("/api/user/listByClient", """{"success":true,"message":[],"users":["a@example.test","b@example.test"]}""");
}
