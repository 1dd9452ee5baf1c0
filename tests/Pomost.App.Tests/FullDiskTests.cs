using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pomost.App.Tests;

/// <summary>Goal: a server whose disk is full says so, acknowledges nothing it cannot keep, and goes on by itself. Method: the served program on a disk of
/// 48 MB of its own (a tmpfs, so the test needs root, as the installation of what the tests need does).</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task A_full_disk_is_said_in_words_and_what_is_acknowledged_is_kept()
    {
        using var disk = SmallDisk.Mount(48);
        await CommandAsync("account", "add", "--email", "ewa@example.test");
        await using var program = Fixture.Pomost.Start("serve", "--json", "--urls", "http://127.0.0.1:0", "--data", disk.Data);
        var server = program.NextJson()["panel"]!.GetValue<string>().TrimEnd('/');
        using var http = new HttpClient { BaseAddress = new Uri(server) };
        var template = (await CommandAsync("callbacks", "show", "--server", server))["optOut"]!.GetValue<string>();
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(0)).StatusCode);

        disk.Fill();
        var refused = await FirstRefusalAsync();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(60)), (refused.StatusCode, refused.Headers.RetryAfter!.Delta));
        Assert.Equal("urn:pomost:disk-full", (await refused.Content.ReadFromJsonAsync<JsonNode>())!["type"]!.GetValue<string>());
        var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("disk of the database is full", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/health/live", UriKind.Relative))).StatusCode);

        disk.Free();

        Assert.Equal(HttpStatusCode.OK, (await CallAsync(1)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode);

        // What is in the pages already there may still be written for a while.
        async Task<HttpResponseMessage> FirstRefusalAsync()
        {
            for (var person = 2; person < 20_000; person++)
            {
                var answer = await CallAsync(person);
                if (answer.StatusCode != HttpStatusCode.OK)
                    return answer;
            }

            throw new InvalidOperationException("The disk never became full.");
        }

        async Task<HttpResponseMessage> CallAsync(int person)
        {
            var email = $"osoba{person}@poczta.example";
            var secret = Regex.Match(template, @"sha1\(\$email\$(?<secret>\w+)\)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["secret"].Value;
#pragma warning disable CA5350 // SALESmanago's own key.
            var key = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(email + secret)));
#pragma warning restore CA5350
            return await http.GetAsync(new Uri($"{template[..template.IndexOf('?', StringComparison.Ordinal)]}?email={Uri.EscapeDataString(email)}&key={key}"));
        }

        async Task<JsonNode> CommandAsync(params string[] arguments)
        {
            var outcome = await Fixture.Pomost.RunAsync([.. arguments, "--data", disk.Data, "--json", "--allow-private-networks"]);
            outcome.AssertExit(0);
            return outcome.Json;
        }
    }

    /// <summary>A disk so small that it can be filled.</summary>
    sealed class SmallDisk : IDisposable
    {
        readonly string _place;

        SmallDisk(string place) => _place = place;

        public string Data => Path.Combine(_place, "data");

        string Filler => Path.Combine(_place, "filler");

        public static SmallDisk Mount(int megabytes)
        {
            var place = Directory.CreateTempSubdirectory("pomost-disk-").FullName;
            Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "none", place);
            return new SmallDisk(place);
        }

        public void Fill()
        {
            using var file = File.Create(Filler);
            var block = new byte[4096];
            try
            {
                while (true)
                {
                    file.Write(block);
                    file.Flush();
                }
            }
            catch (IOException)
            {
                // Full.
            }
        }

        public void Free() => File.Delete(Filler);

        public void Dispose()
        {
            Run("umount", "-l", _place);
            Directory.Delete(_place);
        }

        static void Run(string program, params string[] arguments)
        {
            using var process = Process.Start(program, arguments);
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{program} failed; the test needs root.");
        }
    }
}
