using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Pomost.Connectors.Module;
using Pomost.Contract;

namespace Pomost.Connectors.Tests.Module;

/// <summary>Goal: a call is signed, and a push believed, exactly as docs/module-contract.md says. Method: the example of that page, and pushes with one thing wrong.</summary>
public sealed partial class ModuleContractTests
{
    const string Secret = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const string Body = """{"log":"5f0c1d2e3a4b5968","changes":[{"seq":42,"stream":"contacts","kind":"changed","id":"17","at":"2025-11-25T11:59:58Z"},{"seq":43,"stream":"orders","kind":"deleted","id":"9"},{"seq":44,"stream":"wishes","kind":"changed","id":"9"},{"seq":45,"stream":"contacts","kind":"changed","id":"17"}]}""";

    static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_764_072_000);

    [Fact]
    public void The_example_of_the_contract_gives_the_signature_printed_there()
    {
        var example = Example();

        Assert.Equal(
            example["signature"],
            ModuleSignature.Sign(example["secret"], long.Parse(example["timestamp"]), example["nonce"], example["method"], Encoding.UTF8.GetBytes(example["body"])));
        Assert.Matches($"^{ModuleSignature.SecretPattern}$", example["secret"]);
        Assert.True(ModuleSignature.IsNonce(example["nonce"]));
    }

    [Fact]
    public void A_genuine_push_names_what_changed_once_and_leaves_out_what_we_do_not_know()
    {
        var push = Read(Request())!;

        Assert.Null(push.Refusal);
        Assert.Equal(
            [new AnnouncedChange(ShopStream.Contacts, ChangeKind.Changed, "17"), new AnnouncedChange(ShopStream.Orders, ChangeKind.Deleted, "9")], push.Changes);
        Assert.Equal(("nonce-of-16-signs", Now.AddSeconds(301)), (push.Nonce, push.NonceUntil));
    }

    [Fact]
    public void What_has_no_method_is_none_of_a_modules()
        => Assert.Null(ModulePushReader.Read(new WebhookRequest("POST", new Dictionary<string, string>(), new Dictionary<string, string> { ["X-WC-Webhook-Topic"] = "order.updated" }, default), Secret, Now));

    [Theory]
    [InlineData(300, null)]
    [InlineData(-300, null)]
    [InlineData(301, PushRefusal.Stale)]
    [InlineData(-301, PushRefusal.Stale)]
    [InlineData(900_000_000_000 - 1_764_072_000, PushRefusal.Stale)]
    public void The_window_is_300_seconds_both_ways(long ahead, PushRefusal? expected)
        => Assert.Equal(expected, Read(Request(timestamp: 1_764_072_000 + ahead))!.Refusal);

    [Fact]
    public void A_changed_body_time_nonce_method_or_secret_is_refused_and_so_is_a_missing_header()
    {
        var genuine = Request();
        var changed = genuine.Body.ToArray();
        changed[^3] ^= 1;
        WebhookRequest[] forged =
        [
            genuine with { Body = changed },
            genuine with { Body = ReadOnlyMemory<byte>.Empty },
            With(genuine, "X-Pomost-Timestamp", "1764072001"),
            With(genuine, "X-Pomost-Timestamp", "1764072000 "),
            With(genuine, "X-Pomost-Timestamp", "-1764072000"),
            With(genuine, "X-Pomost-Nonce", "nonce-of-16-sign5"),
            With(genuine, "X-Pomost-Signature", null),
            With(genuine, "X-Pomost-Signature", new string('ż', 64)),
            With(genuine, "X-Pomost-Signature", new string('0', 64)),
            With(genuine, "X-Pomost-Nonce", null),
            Request(nonce: "short"),
            Request(nonce: "nonce of 16 signs"),
            Request(method: "changes"),
            Request(secret: Secret[..63] + "e"),
        ];

        Assert.All(forged, request =>
        {
            var push = Read(request)!;
            Assert.Equal(PushRefusal.Signature, push.Refusal);
            Assert.Empty(push.Changes);
        });
        Assert.Equal(PushRefusal.Signature, ModulePushReader.Read(genuine, null, Now)!.Refusal);
    }

    [Fact]
    public void What_is_too_large_is_not_even_hashed_and_an_authentic_body_that_is_no_push_is_named()
    {
        Assert.Equal(PushRefusal.TooLarge, Read(Request(body: "{\"x\":\"" + new string('x', 256 * 1024) + "\"}"))!.Refusal);
        Assert.Equal(PushRefusal.Invalid, Read(Request(body: "[]"))!.Refusal);
        Assert.Equal(PushRefusal.Invalid, Read(Request(body: "{\"changes\":["))!.Refusal);
        Assert.Equal(PushRefusal.Invalid, Read(Request(body: $"{{\"changes\":[{string.Join(',', Enumerable.Repeat("{\"seq\":1,\"stream\":\"carts\",\"id\":\"1\"}", 501))}]}}"))!.Refusal);
        Assert.Null(Read(Request(body: "{\"changes\":[]}"))!.Refusal);
    }

    static ModulePush? Read(WebhookRequest request) => ModulePushReader.Read(request, Secret, Now);

    static WebhookRequest Request(string body = Body, long timestamp = 1_764_072_000, string nonce = "nonce-of-16-signs", string method = "push", string secret = Secret)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return new WebhookRequest("POST", new Dictionary<string, string>(), new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["x-pomost-method"] = method,
            ["x-pomost-timestamp"] = timestamp.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["x-pomost-nonce"] = nonce,
            ["x-pomost-signature"] = ModuleSignature.Sign(secret, timestamp, nonce, method, bytes),
        }, bytes);
    }

    static WebhookRequest With(WebhookRequest request, string header, string? value)
    {
        var headers = request.Headers.Where(pair => !pair.Key.Equals(header, StringComparison.OrdinalIgnoreCase)).ToDictionary();
        if (value is not null)
            headers[header] = value;
        return request with { Headers = headers };
    }

    static Dictionary<string, string> Example([CallerFilePath] string here = "")
    {
        var page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "module-contract.md"));
        return Line().Matches(page).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
    }

    [GeneratedRegex("^    (?<name>secret|timestamp|nonce|method|body|signature) +(?<value>[^=\n]*\\S)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Line();
}
