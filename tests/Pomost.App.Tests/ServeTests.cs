using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Pomost.Testing;

namespace Pomost.App.Tests;

/// <summary>Goal: the server starts anywhere, says it is healthy, and ends when asked.</summary>
public sealed class ServeTests
{
    [Fact]
    public async Task It_is_alive_and_ready_describes_itself_and_ends_on_SIGTERM()
    {
        using var folder = new TemporaryFolder();
        await using var program = Fixture.Pomost.Start(
            "serve", "--json", "--urls", "http://127.0.0.1:0", "--data", folder.Path, "--public-address", "https://pomost.example");
        using var http = new HttpClient { BaseAddress = AddressOf(program.NextJson()) };

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/health/live"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/health/ready"));
        var description = JsonNode.Parse(await http.GetStringAsync("/openapi/v1.json"))!;
        Assert.StartsWith("3.", description["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.NotNull(description["paths"]!["/in/{token}"]);
        using var webhook = await http.PostAsync("/in/0123456789abcdef", new StringContent("{}"));
        Assert.Equal(HttpStatusCode.NotFound, webhook.StatusCode);
        using var large = await http.PostAsync("/in/0123456789abcdef", new ByteArrayContent(new byte[5 * 1024 * 1024]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);

        program.Terminate();
        (await program.EndAsync()).AssertExit(0);
    }

    [Fact]
    public async Task The_description_of_the_API_that_is_served_is_what_its_endpoints_say()
    {
        var made = await Fixture.Pomost.RunAsync("openapi");
        made.AssertExit(0);
        Approved.Matches("../../../src/Pomost.App/Hosting/openapi.json", made.Output + "\n");
        using var folder = new TemporaryFolder();
        await using var program = Fixture.Pomost.Start("serve", "--json", "--urls", "http://127.0.0.1:0", "--data", folder.Path);
        using var http = new HttpClient { BaseAddress = AddressOf(program.NextJson()) };
        Assert.Equal(made.Output.Trim(), (await http.GetStringAsync("/openapi/v1.json")).Trim());
    }

    [Fact]
    public async Task Over_https_it_shows_the_same_self_made_certificate_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        var first = await CertificateAsync(folder);
        Assert.Equal(first, await CertificateAsync(folder));
        using var published = X509CertificateLoader.LoadCertificateFromFile(folder.File("certificate.pem"));
        Assert.Equal(published.GetCertHashString(), first);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("certificate.pfx")));
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_refuses_with_2()
    {
        using var folder = new TemporaryFolder();
        await using var first = Fixture.Pomost.Start("serve", "--json", "--urls", "http://127.0.0.1:0", "--data", folder.Path);
        first.NextJson();

        var second = await Fixture.Pomost.RunAsync("serve", "--json", "--urls", "http://127.0.0.1:0", "--data", folder.Path);
        second.AssertExit(2);
        Assert.Contains(folder.Path, second.Errors, StringComparison.Ordinal);
    }

    static Uri AddressOf(JsonNode facts) => new(facts["panel"]!.GetValue<string>());

    static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path);
        return answer.StatusCode;
    }

    /// <summary>Starts a server, asks it over https and gives the fingerprint of its certificate.</summary>
    static async Task<string> CertificateAsync(TemporaryFolder folder)
    {
        await using var program = Fixture.Pomost.Start("serve", "--json", "--urls", "https://127.0.0.1:0", "--data", folder.Path);
        var address = AddressOf(program.NextJson());
        Assert.Equal("https", address.Scheme);
        string? seen = null;
        var problems = SslPolicyErrors.None;
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
        {
            (seen, problems) = (certificate!.GetCertHashString(), errors);
            return errors != SslPolicyErrors.RemoteCertificateNotAvailable;
        };
        using var http = new HttpClient(handler) { BaseAddress = address };
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/health/live"));
        // Nobody signed it, but it names the address.
        Assert.Equal(SslPolicyErrors.RemoteCertificateChainErrors, problems);
        return seen!;
    }
}
