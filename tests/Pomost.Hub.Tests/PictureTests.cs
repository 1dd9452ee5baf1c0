using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Pomost.Storage;
using Pomost.Testing;

namespace Pomost.Hub.Tests;

/// <summary>Logos: uploaded by a signed form, shown at an address of their own, and nothing but pictures.</summary>
public sealed class PictureTests
{
    private static readonly byte[] Png = PngOf(3, 2);

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_logo_is_taken_shown_at_its_address_and_kept_once(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var address = await UploadedAsync(hub, Png);

        var shown = await hub.Http.GetAsync(address);
        Assert.Equal(Png, await shown.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/png", shown.Content.Headers.ContentType!.ToString());
        Assert.Equal("nosniff", Assert.Single(shown.Headers.GetValues("X-Content-Type-Options")));
        Assert.Contains("sandbox", Assert.Single(shown.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal(address, await UploadedAsync(hub, Png));
        Assert.NotEqual(address, await UploadedAsync(hub, PngOf(4, 2)));
        Assert.Equal(HttpStatusCode.NotFound, (await hub.Http.GetAsync("/hub/pictures/nie-ma")).StatusCode);
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Of_an_accounts_pictures_the_newest_are_kept(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var first = await UploadedAsync(hub, Png);
        for (byte i = 0; i < 20; i++)
        {
            hub.Clock.Advance(TimeSpan.FromMinutes(1));
            await UploadedAsync(hub, PngOf(10u + i, 1));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await hub.Http.GetAsync(first)).StatusCode);
    }

    [Fact]
    public async Task What_is_unsigned_too_large_or_no_picture_is_refused()
    {
        await using var hub = await RunningHub.StartWithAccountAsync(Dialect.Sqlite);
        async Task<string> RefusalAsync(HttpContent form)
        {
            var answer = (await (await hub.Http.PostAsync("/api/wm/uploadImage.json", form)).Content.ReadFromJsonAsync<JsonObject>())!;
            Assert.False((bool)answer["success"]!);
            return (string)answer["message"]![0]!;
        }

        Assert.Equal("Not authenticated", (await RefusalAsync(Form(hub, Png, secret: "inny")))[..17]);
        Assert.Equal("Not authenticated, invalid owner", await RefusalAsync(Form(hub, Png, email: "ktos@inny.example")));
        Assert.Contains("PNG", await RefusalAsync(Form(hub, "<svg onload='alert(1)'/>"u8.ToArray())), StringComparison.Ordinal);
        Assert.Contains("2 MB", await RefusalAsync(Form(hub, [.. Png, .. new byte[2 * 1024 * 1024]])), StringComparison.Ordinal);
        Assert.Contains("too large", await RefusalAsync(Form(hub, [.. Png, .. new byte[3 * 1024 * 1024]])), StringComparison.Ordinal);
        Assert.Contains("attachment", await RefusalAsync(Form(hub, [])), StringComparison.Ordinal);
        Assert.Contains("form", await RefusalAsync(JsonContent.Create(new { clientId = hub.Account.ClientId })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_only_begins_like_a_picture_or_is_larger_than_a_page_is_refused()
    {
        await using var hub = await RunningHub.StartWithAccountAsync(Dialect.Sqlite);
        var gif = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 2, 0, 3, 1, 1, 0x11, 0, 0xFF, 0xD9];
        byte[] webp = [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8L"u8, 10, 0, 0, 0, 0x2F, 2, 0x40, 0, 0, 0, 0, 0, 0, 0];
        foreach (var good in new[] { Png, gif, jpeg, webp, PngOf(4096, 4096) }) await UploadedAsync(hub, good);

        byte[][] bad =
        [
            [.. gif, .. "<script>alert(1)</script>"u8], [.. "GIF89a"u8, .. "<script>alert(1)</script>"u8], gif[..^1],
            PngOf(4097, 1), PngOf(1, 4_000_000_000), PngOf(0, 1), [.. Png, 1], Png[..^1], Png[..20],
            [0xFF, 0xD8, 0xFF, 0xE0, 1], [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0x20, 0, 0x20, 0, 1, 1, 0x11, 0, 0xFF, 0xD9], [.. jpeg, 1],
            [.. webp, 1], webp[..^1], [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8L"u8, 10, 0, 0, 0, 0x2F, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0],
        ];
        foreach (var (index, file) in bad.Index())
        {
            var answer = (await (await hub.Http.PostAsync("/api/wm/uploadImage.json", Form(hub, file))).Content.ReadFromJsonAsync<JsonObject>())!;
            Assert.Equal((index, false), (index, (bool)answer["success"]!));
        }
    }

    // A picture as far as its frame goes; its pixels are none, which nobody looks at.
    private static byte[] PngOf(uint width, uint height)
    {
        static byte[] Number(uint number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
        byte[] start = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
        return [.. start, 0, 0, 0, 13, .. "IHDR"u8, .. Number(width), .. Number(height), 8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. "IEND"u8, 0, 0, 0, 0];
    }

    private static async Task<Uri> UploadedAsync(RunningHub hub, byte[] content)
    {
        var answer = (await (await hub.Http.PostAsync("/api/wm/uploadImage.json", Form(hub, content))).Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.True((bool)answer["success"]!, answer.ToJsonString());
        return new Uri((string)answer["url"]!);
    }

    private static MultipartFormDataContent Form(RunningHub hub, byte[] content, string? secret = null, string? email = null)
    {
        const string key = "klucz";
        var sha = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(key + hub.Account.ClientId + (secret ?? hub.Account.ApiSecret))));
        var file = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        var form = new MultipartFormDataContent { { new StringContent(hub.Account.ClientId), "clientId" }, { new StringContent(key), "apiKey" }, { new StringContent(sha), "sha" } };
        form.Add(new StringContent(email ?? hub.Account.OwnerEmail), "email");
        form.Add(file, "attachment", "logo.png");
        return form;
    }
}
