using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Pomost.Testing;

namespace Pomost.App.Tests;

/// <summary>Goal: the doors for shops, for SALESmanago and for programs stand, whatever is sent. Method: the served program, with messages changed by chance.</summary>
public sealed partial class FuzzTests
{
    static readonly string[] Types =
        ["application/json", "application/json", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=zz", "application/json; charset=x"];

    [Fact]
    public async Task Webhooks_callbacks_and_calls_of_the_API_changed_by_chance_never_end_in_a_server_error()
    {
        using var folder = new TemporaryFolder();
        await CommandLineTests.OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        var key = (await CommandLineTests.OkAsync(folder, "apikey", "create", "fuzz", "--write"))["key"]!.GetValue<string>();
        await using var program = Fixture.Pomost.Start("serve", "--json", "--urls", "http://127.0.0.1:0", "--data", folder.Path);
        var server = program.NextJson()["panel"]!.GetValue<string>().TrimEnd('/');
        var callback = (await CommandLineTests.OkAsync(folder, "callbacks", "show", "--server", server))["optOut"]!.GetValue<string>();
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var paths = ApiPath().Matches(await http.GetStringAsync(new Uri($"{server}/openapi/v1.json"))).Select(path => path.Groups["path"].Value)
            .Select(path => Parameter().Replace(path, "1")).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        Assert.True(paths.Count > 20, $"{paths.Count} paths");
        var fuzz = new Fuzz(Samples, 1_500);
        var failures = new List<string>();
        for (var drawn = 0; drawn < fuzz.Count; drawn++)
        {
            var input = fuzz.NextInput();
            var address = fuzz.Next(4) switch
            {
                0 => $"{server}/in/{Token(fuzz)}",
                1 => $"{callback[..callback.IndexOf('?', StringComparison.Ordinal)]}?email={Uri.EscapeDataString(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(fuzz.Word())))}&key=1",
                _ => server + fuzz.Of(paths),
            };
            using var request = new HttpRequestMessage(fuzz.Of([HttpMethod.Post, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Get]), address);
            if (request.Method != HttpMethod.Get)
            {
                request.Content = new ByteArrayContent(input);
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(fuzz.Of(Types));
            }

            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            if ((int)answer.StatusCode is >= 500 and not 503)
                failures.Add(fuzz.Told($"{request.Method} {address}", input, $"HTTP {(int)answer.StatusCode}"));
            if ((int)answer.StatusCode == 429)
                await Task.Delay(TimeSpan.FromMilliseconds(200));
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {fuzz.Count}:\n{string.Join('\n', failures.Take(10))}");
    }

    static IEnumerable<byte[]> Samples => new[]
    {
        """{"kind":"contacts","dryRun":true,"consents":["granted","withdrawn"],"from":"2026-01-01","to":"2026-02-01","tags":["A","B"]}""",
        """{"email":"ala@poczta.example","channel":"email","state":"granted","reason":"w salonie"}""",
        """{"name":"Sklep","platform":"woocommerce","settings":{"url":"https://sklep.example","consumer_key":"ck_1","consumer_secret":"cs_1"}}""",
        """{"id":42,"email":"ala@poczta.example","meta_data":[{"key":"pomost_newsletter_consent","value":"1"}]}""",
        """{"url":"https://odbiorca.example/x","events":["contact.changed"],"email":true}""",
        "email=ala%40poczta.example&key=0123456789abcdef",
    }.Select(Encoding.UTF8.GetBytes);

    static string Token(Fuzz fuzz) => fuzz.Next(3) == 0 ? new string('0', 48) : Uri.EscapeDataString(new string('a', 1 + fuzz.Next(300)));

    [GeneratedRegex("\"(?<path>/api/v1/[^\"]+)\":", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ApiPath();

    [GeneratedRegex("\\{[^}]+\\}", RegexOptions.None, 1000)]
    private static partial Regex Parameter();
}
