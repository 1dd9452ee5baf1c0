using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pomost.Testing;

namespace Pomost.App.Tests;

/// <summary>Goal: the door for SALESmanago's callbacks takes what is genuine and says what is wrong with the rest. Method: the served program over HTTP.</summary>
public sealed class CallbackTests
{
    [Fact]
    public async Task Callbacks_are_taken_by_GET_and_POST_and_everything_else_is_refused()
    {
        using var folder = new TemporaryFolder();
        await CommandLineTests.OkAsync(folder, "account", "add", "--email", "ewa@example.test");
        await using var program = Fixture.Pomost.Start("serve", "--json", "--urls", "http://127.0.0.1:0", "--data", folder.Path);
        var server = program.NextJson()["panel"]!.GetValue<string>().TrimEnd('/');
        Assert.True((await CommandLineTests.OkAsync(folder, "callbacks", "test", "--server", server))["works"]!.GetValue<bool>());

        var shown = await CommandLineTests.OkAsync(folder, "callbacks", "show", "--server", server);
        var template = shown["optOut"]!.GetValue<string>();
        var secret = Regex.Match(template, @"sha1\(\$email\$(?<secret>\w+)\)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["secret"].Value;
        var path = template[..template.IndexOf('?', StringComparison.Ordinal)];
        using var http = new HttpClient();

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri($"{path}?email=anna%40poczta.example&key={Key("anna@poczta.example")}"))).StatusCode);
        using var form = new FormUrlEncodedContent([new("email", "anna@poczta.example"), new("key", Key("anna@poczta.example"))]);
        Assert.Equal(HttpStatusCode.OK, (await http.PostAsync(new Uri(path), form)).StatusCode);

        await RefusedAsync($"{path}?email=anna%40poczta.example&key={Key("jan@poczta.example")}", HttpStatusCode.Forbidden);
        await RefusedAsync($"{path}?email=anna%40poczta.example", HttpStatusCode.Forbidden);
        Assert.Equal("email", (await RefusedAsync($"{path}?key=1", HttpStatusCode.BadRequest))["field"]!.GetValue<string>());
        await RefusedAsync($"{path}?email={new string('a', 300)}%40poczta.example&key=1", HttpStatusCode.BadRequest);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri($"{server}/callback/{new string('0', 48)}/opt-out?email=a%40b.pl&key=1"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(path.Replace("opt-out", "opt-maybe", StringComparison.Ordinal)))).StatusCode);
        using var large = new FormUrlEncodedContent([new("email", new string('a', 20_000))]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await http.PostAsync(new Uri(path), large)).StatusCode);

        async Task<JsonNode> RefusedAsync(string address, HttpStatusCode status)
        {
            var answer = await http.GetAsync(new Uri(address));
            Assert.Equal((status, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
            return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
        }

#pragma warning disable CA5350 // SALESmanago's own key.
        string Key(string email) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(email + secret)));
#pragma warning restore CA5350
    }
}
