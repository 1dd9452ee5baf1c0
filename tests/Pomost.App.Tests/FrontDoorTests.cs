using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pomost.Testing;

namespace Pomost.App.Tests;

/// <summary>Goal: the server believes only the proxies it was told of, answers only under its own names, and lies below a path where it was put there.</summary>
public sealed partial class FrontDoorTests
{
    /// <summary>H15: who runs the installation alone and forgot the password is told the one way back, and it works as it is written.</summary>
    [Theory]
    [InlineData("pl", "ustaw hasło na serwerze poleceniem: pomost ")]
    [InlineData("en", "set the password on the server with: pomost ")]
    public async Task The_way_back_of_a_sole_operator_is_named_on_the_page_and_works_as_written(string language, string words)
    {
        using var folder = new TemporaryFolder();
        await CommandLineTests.OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        await using var program = Fixture.Pomost.Start("serve", "--json", "--urls", "http://127.0.0.1:0", "--data", folder.Path);
        using var http = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(program.NextJson()["panel"]!.GetValue<string>()) };
        http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        const string mark = "__RequestVerificationToken\" value=\"";
        var form = await http.GetStringAsync(new Uri("/password", UriKind.Relative));
        var begin = form.IndexOf(mark, StringComparison.Ordinal) + mark.Length;
        using var answer = await http.PostAsync(new Uri("/password", UriKind.Relative), new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["email"] = "ewa@example.test",
            ["__RequestVerificationToken"] = form[begin..form.IndexOf('"', begin)],
        }));
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Contains(words, page, StringComparison.Ordinal);
        var written = page[(page.IndexOf(words, StringComparison.Ordinal) + words.Length)..].Split("</p>")[0];

        (await CommandLineTests.RunAsync(folder, written.Replace("<e-mail>", "ewa@example.test", StringComparison.Ordinal).Split(' '))).AssertExit(0);
    }

    [Fact]
    public async Task Nobodys_word_for_where_a_request_comes_from_is_taken_unless_the_proxy_was_named()
    {
        using var folder = new TemporaryFolder();
        await using var program = Serve(folder, "--public-address", "https://panel.example");
        using var http = Browser(program);
        using var page = await SendAsync(http, "/login", "panel.example", "X-Forwarded-Proto", "https");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.False(page.Headers.Contains("Strict-Transport-Security"));
        Assert.All(page.Headers.GetValues("Set-Cookie"), cookie => Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase));
        // Every log-in comes from the same place, whatever it says of itself.
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 21; i++)
            statuses.Add(await LogInAsync(http, string.Create(CultureInfo.InvariantCulture, $"203.0.113.{i}")));
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.0/8")]
    public async Task A_named_proxy_says_how_and_from_where_and_only_its_own_word_counts(string proxy)
    {
        using var folder = new TemporaryFolder();
        await using var program = Serve(folder, "--public-address", "https://panel.example", "--trusted-proxy", proxy);
        using var http = Browser(program);
        using var page = await SendAsync(http, "/login", "panel.example", "X-Forwarded-Proto", "https");
        Assert.Equal("max-age=31536000", Assert.Single(page.Headers.GetValues("Strict-Transport-Security")));
        Assert.All(page.Headers.GetValues("Set-Cookie"), cookie => Assert.Matches("^__Host-pomost_[a-z]+=.*; secure", cookie));
        using var first = await SendAsync(http, "/", "panel.example", "X-Forwarded-Proto", "https");
        Assert.Equal("/login?back=%2F", first.Headers.Location!.OriginalString);

        // The proxy writes at the right; what stands before it, the visitor wrote.
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 21; i++)
            statuses.Add(await LogInAsync(http, string.Create(CultureInfo.InvariantCulture, $"203.0.113.{i}, 198.51.100.7")));
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        Assert.Equal(HttpStatusCode.OK, await LogInAsync(http, "198.51.100.8"));
    }

    [Fact]
    public async Task It_answers_under_its_own_names_alone_and_repeats_no_other()
    {
        using var folder = new TemporaryFolder();
        await using var program = Serve(folder, "--public-address", "https://panel.example", "--allowed-host", "stary.example");
        using var http = Browser(program);
        foreach (var (path, host, status) in new[]
        {
            ("/login", "panel.example", 200), ("/login", "PANEL.example:8443", 200), ("/login", "stary.example", 200), ("/login", "localhost", 200), ("/login", "evil.example", 421),
            ("/login", "panel.example.evil.example", 421), ("/api/contact/hasContact", "evil.example", 421), ("/api/v1/stores", "evil.example", 421), ("/in/0123", "10.0.0.9", 421),
            ("/health/live", "10.0.0.9", 200), ("/health/ready", "evil.example", 200),
        })
        {
            using var answer = await SendAsync(http, path, host);
            Assert.Equal((host, path, status), (host, path, (int)answer.StatusCode));
            Assert.DoesNotContain("evil", answer.Headers + await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        // A plugin reads its own protocol alone.
        foreach (var (path, list) in new[] { ("/api/authorization/token", "message"), ("/v3/auth/create", "messages") })
        {
            using var answer = await SendAsync(http, path, "hub.example");
            var said = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Assert.Equal(421, (int)answer.StatusCode);
            Assert.Contains("--allowed-host", Assert.Single(said[list]!.AsArray())!.GetValue<string>(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Below_a_path_pages_links_cookies_and_addresses_name_it()
    {
        using var folder = new TemporaryFolder();
        await using var program = Serve(folder, "--public-address", "https://shop.example/pomost");
        var said = program.NextJson();
        using var http = Browser(said);
        using var first = await SendAsync(http, "/pomost/contacts?x=1", "shop.example");
        Assert.Equal("/pomost/login?back=%2Fcontacts%3Fx%3D1", first.Headers.Location!.OriginalString);
        // With the path, or without it where the proxy takes it away.
        foreach (var path in new[] { "/pomost/register", "/register" })
        {
            using var page = await SendAsync(http, path, "shop.example");
            var html = await page.Content.ReadAsStringAsync();
            Assert.Contains("action=\"/pomost/register\"", html, StringComparison.Ordinal);
            Assert.All(Rooted().Matches(html), link => Assert.StartsWith("/pomost/", link.Groups["it"].Value, StringComparison.Ordinal));
            Assert.All(page.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("path=/pomost", cookie, StringComparison.Ordinal));
            using var style = await SendAsync(http, StyleSheet().Match(html).Groups["it"].Value, "shop.example");
            Assert.Equal((HttpStatusCode.OK, "text/css"), (style.StatusCode, style.Content.Headers.ContentType?.MediaType));
        }

        using var registered = await RegisterAsync(http, "/pomost/register", said["firstCode"]!.GetValue<string>());
        Assert.Equal((HttpStatusCode.Found, "/pomost/"), (registered.StatusCode, registered.Headers.Location?.OriginalString));
        using var start = await http.GetAsync(new Uri("/pomost/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, start.StatusCode);
        Assert.All(Rooted().Matches(await start.Content.ReadAsStringAsync()), link => Assert.StartsWith("/pomost/", link.Groups["it"].Value, StringComparison.Ordinal));

        var urls = await CommandLineTests.OkAsync(folder, "callbacks", "show", "--server", "https://shop.example/pomost");
        Assert.StartsWith("https://shop.example/pomost/callback/", urls["optIn"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_registers_first_shows_the_code_of_the_log()
    {
        using var folder = new TemporaryFolder();
        await using var program = Serve(folder);
        var said = program.NextJson();
        using var http = Browser(said);
        var code = said["firstCode"]!.GetValue<string>();
        Assert.Equal(code, (await CommandLineTests.OkAsync(folder, "account", "first-code"))["firstCode"]!.GetValue<string>());

        foreach (var wrong in new[] { null, "", "AAAA-AAAA-AAAA" })
        {
            using var refused = await RegisterAsync(http, "/register", wrong);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains("account first-code", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var registered = await RegisterAsync(http, "/register", code.Replace("-", " ", StringComparison.Ordinal).ToLowerInvariant());
        Assert.Equal(HttpStatusCode.Found, registered.StatusCode);
        (await CommandLineTests.RunAsync(folder, "account", "first-code")).AssertExit(2);
        program.Terminate();
        Assert.Contains(code, (await program.EndAsync()).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_else_reads_the_data_folder_and_one_that_was_open_is_closed()
    {
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var folder = new TemporaryFolder();
        await CommandLineTests.OkAsync(folder, "account", "add", "--email", "ola@example.test");
        foreach (var path in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories))
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        foreach (var path in new[] { folder.Path, folder.File("keys") })
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        await using var program = Serve(folder);
        program.NextJson();
        Assert.True(File.Exists(folder.File("pomost.db-wal")));
        foreach (var path in Directory.EnumerateFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Append(folder.Path))
            Assert.True((File.GetUnixFileMode(path) & others) == UnixFileMode.None, $"{path} {File.GetUnixFileMode(path)}");
        var doctor = await CommandLineTests.OkAsync(folder, "doctor");
        Assert.Contains(doctor["findings"]!.AsArray(), finding => finding!["what"]!.GetValue<string>() == "private files" && finding["healthy"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Served_both_ways_people_are_led_to_https_and_programs_are_not()
    {
        using var folder = new TemporaryFolder();
        await using var program = Fixture.Pomost.Start("serve", "--json", "--urls", "http://127.0.0.1:0;https://127.0.0.1:0", "--data", folder.Path);
        using var http = Browser(program.NextJson());
        using var page = await http.GetAsync(new Uri("/login?back=%2Fstores", UriKind.Relative));
        Assert.Equal(HttpStatusCode.TemporaryRedirect, page.StatusCode);
        Assert.Matches(@"^https://127\.0\.0\.1:\d+/login\?back=%2Fstores$", page.Headers.Location!.OriginalString);
        using var program1 = await http.GetAsync(new Uri("/in/0123", UriKind.Relative));
        using var program2 = await http.GetAsync(new Uri("/api/v1/stores", UriKind.Relative));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Unauthorized), (program1.StatusCode, program2.StatusCode));
    }

    [Fact]
    public async Task What_goes_out_goes_by_the_proxy_of_the_environment_but_never_into_private_networks()
    {
        using var folder = new TemporaryFolder();
        await CommandLineTests.OkAsync(folder, "account", "add", "--email", "ola@example.test");
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var asked = new List<string>();
        var listening = ListenAsync(proxy, asked);
        var variable = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)proxy.LocalEndpoint).Port}");
        foreach (var shop in new[] { "https://sklep.known-to-the-proxy.example", "https://10.0.0.5", "https://127.0.0.1:9", "https://router.internal" })
        {
            await using var command = Fixture.Pomost.StartWith(
                "https_proxy", variable, "store", "add", "woocommerce", "--url", shop, "--consumer-key", "ck_" + new string('a', 40), "--consumer-secret", "cs_" + new string('b', 40),
                "--data", folder.Path, "--json");
            (await command.EndAsync()).AssertExit(4);
        }

        proxy.Stop();
        await listening;
        Assert.NotEmpty(asked);
        Assert.All(asked, line => Assert.Equal("CONNECT sklep.known-to-the-proxy.example:443 HTTP/1.1", line));
    }

    [Fact]
    public async Task Secrets_need_not_stand_on_the_command_line()
    {
        using var folder = new TemporaryFolder();
        await CommandLineTests.OkAsync(folder, "account", "add", "--email", "ola@example.test");
        await File.WriteAllTextAsync(folder.File("secret.txt"), "cs_" + new string('b', 40) + "\n");
        async Task<Fixture.Outcome> AddAsync(string secret)
        {
            await using var command = Fixture.Pomost.StartWith(
                "SHOP_SECRET", "cs_" + new string('c', 40), "store", "add", "woocommerce", "--url", "http://127.0.0.1:9", "--consumer-key", "ck_" + new string('a', 40),
                "--consumer-secret", secret, "--data", folder.Path, "--json", "--allow-private-networks", "--even-if-incomplete");
            return await command.EndAsync();
        }

        const string warning = "command line";
        foreach (var (secret, code, told) in new[]
        {
            ("@" + folder.File("secret.txt"), 0, null), ("env:SHOP_SECRET", 0, null), ("cs_" + new string('d', 40), 0, warning),
            ("@" + folder.File("none.txt"), 2, "none.txt"), ("env:NOT_SET_ANYWHERE", 2, "NOT_SET_ANYWHERE"),
        })
        {
            var outcome = await AddAsync(secret);
            outcome.AssertExit(code);
            if (told is null)
                Assert.DoesNotContain(warning, outcome.Errors, StringComparison.Ordinal);
            else
                Assert.Contains(told, outcome.Errors, StringComparison.Ordinal);
        }
    }

    static Fixture.Pomost Serve(TemporaryFolder folder, params string[] more)
        => Fixture.Pomost.Start(["serve", "--json", "--urls", "http://127.0.0.1:0", "--data", folder.Path, .. more]);

    static HttpClient Browser(Fixture.Pomost program) => Browser(program.NextJson());

    static HttpClient Browser(JsonNode said)
        => new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(said["panel"]!.GetValue<string>()) };

    static async Task<HttpResponseMessage> SendAsync(HttpClient http, string path, string host, string? header = null, string? value = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative)) { Headers = { Host = host } };
        if (header is not null)
            request.Headers.Add(header, value);
        return await http.SendAsync(request);
    }

    static async Task<HttpStatusCode> LogInAsync(HttpClient http, string forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/authorization/token", UriKind.Relative))
        {
            Content = new StringContent("{\"username\":\"nikt@example.test\",\"password\":\"zle\"}", Encoding.UTF8, "application/json"),
            Headers = { { "X-Forwarded-For", forwardedFor } },
        };
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    static async Task<HttpResponseMessage> RegisterAsync(HttpClient http, string path, string? code)
    {
        var token = Token().Match(await http.GetStringAsync(new Uri(path, UriKind.Relative))).Groups["it"].Value;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["__RequestVerificationToken"] = token,
            ["name"] = "Ola",
            ["email"] = "ola@example.test",
            ["password"] = "zielony rower jedzie",
            ["language"] = "en",
            ["agree"] = "1",
        };
        if (code is not null)
            fields["code"] = code;
        return await http.PostAsync(new Uri(path, UriKind.Relative), new FormUrlEncodedContent(fields));
    }

    /// <summary>A proxy that hears what it is asked for and refuses it.</summary>
    static async Task ListenAsync(TcpListener proxy, List<string> asked)
    {
        try
        {
            while (true)
            {
                using var client = await proxy.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream());
                asked.Add(await reader.ReadLineAsync() ?? "");
                await client.GetStream().WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return;
        }
    }

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]*value="(?<it>[^"]+)""", RegexOptions.NonBacktracking)]
    private static partial Regex Token();

    [GeneratedRegex("""\s(href|action|src|hx-get|hx-post|data-options)="(?<it>/[^"]*)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Rooted();

    [GeneratedRegex("""rel="stylesheet" href="(?<it>[^"]+)""", RegexOptions.NonBacktracking)]
    private static partial Regex StyleSheet();
}
