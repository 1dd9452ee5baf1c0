using System.Text.Json.Nodes;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Salesmanago.Tests;

public sealed class ContactUpsertTests
{
    const string Path = "/api/contact/batchupsert";
    readonly SalesmanagoClient client = new();

    [Fact]
    public async Task A_contact_goes_out_with_every_field_where_SALESmanago_expects_it()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, request => Sample.Ids(request));

        var result = await client.UpsertContactsAsync(server.Destination, [Sample.Anna], default);

        Assert.Empty(result.Refused);
        var request = server.Received[0];
        Assert.Equal("POST", request.Method);
        Assert.Equal("application/json; charset=UTF-8", request.Headers.ContentType.ToString(), ignoreCase: true);
        Assert.Equal("application/json", request.Headers.Accept.ToString());
        var body = request.Body!.AsObject();
        Assert.Equal(server.Clock.GetUtcNow().ToUnixTimeMilliseconds(), body["requestTime"]!.GetValue<long>());
        foreach (var signature in new[] { "apiKey", "sha", "requestTime" })
            body.Remove(signature);
        Assert.Equal(
            JsonNode.Parse("""
            {"clientId":"demo0client0id00","owner":"owner@example.test","useApiDoubleOptIn":false,"lang":"PL","upsertDetails":[{
              "contact":{"email":"anna@example.test","name":"Anna Próbna","phone":"+48500600700","company":"Demo","externalId":"42",
                "address":{"streetAddress":"ul. Próbna 1","zipCode":"30-001","city":"Kraków","country":"PL"}},
              "tags":["REJESTRACJA"],"removeTags":["GOSC"],"properties":{"gender":"female"},"birthday":"19850704","province":"małopolskie","lang":"PL",
              "forceOptIn":true,"forceOptOut":false,"forcePhoneOptIn":false,"forcePhoneOptOut":true}]}
            """),
            body,
            JsonNode.DeepEquals);
    }

    [Theory]
    [InlineData(ConsentState.NoStatement, null, null)]
    [InlineData(ConsentState.Granted, true, false)]
    [InlineData(ConsentState.Withdrawn, false, true)]
    public async Task Consent_flags_are_explicit_or_absent(ConsentState consent, bool? optIn, bool? optOut)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, request => Sample.Ids(request));

        await client.UpsertContactsAsync(server.Destination, [Sample.Contact(1) with { EmailConsent = consent, SmsConsent = consent }], default);

        var detail = server.Received[0].Body!["upsertDetails"]![0]!.AsObject();
        Assert.Equal(optIn, detail["forceOptIn"]?.GetValue<bool>());
        Assert.Equal(optOut, detail["forceOptOut"]?.GetValue<bool>());
        Assert.Equal(optIn, detail["forcePhoneOptIn"]?.GetValue<bool>());
        Assert.Equal(optOut, detail["forcePhoneOptOut"]?.GetValue<bool>());
        Assert.Equal(optIn is null, !detail.ContainsKey("forceOptIn"));
    }

    [Fact]
    public async Task The_language_of_the_call_is_named_only_when_all_contacts_share_it()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, request => Sample.Ids(request));

        await client.UpsertContactsAsync(server.Destination, [Sample.Anna, Sample.Contact(1) with { Language = "de" }], default);

        var body = server.Received[0].Body!.AsObject();
        Assert.False(body.ContainsKey("lang"));
        Assert.Equal(["PL", "DE"], body["upsertDetails"]!.AsArray().Select(detail => detail!["lang"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_contact_missing_from_the_answer_is_refused_whatever_the_case_of_its_address()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, """{"success":true,"message":[],"contactIds":{"c0@example.test":"a","c2@example.test":"b"}}""");

        var result = await client.UpsertContactsAsync(
            server.Destination, [Sample.Contact(0) with { Email = "C0@Example.test" }, Sample.Contact(1), Sample.Contact(2)], default);

        Assert.Equal(1, Assert.Single(result.Refused).Index);
    }

    [Fact]
    public async Task A_batch_refused_as_a_whole_is_halved_until_the_spoiling_contacts_are_found()
    {
        await using var server = await ScriptedServer.StartAsync();
        var calls = 0;
        string Answer(Received request)
        {
            calls++;
            var spoiler = request.Body!["upsertDetails"]!.AsArray()
                .Select(detail => detail!["contact"]!["email"]!.GetValue<string>())
                .FirstOrDefault(email => email is "c3@example.test" or "c77@example.test");
            return spoiler is null ? Sample.Ids(request) : $$"""{"success":false,"message":["Invalid email {{spoiler}} of Anna Nowak"]}""";
        }

        for (var call = 0; call < 25; call++)
            server.Expect(Path, Answer);

        OutgoingContact[] contacts = [.. Enumerable.Range(0, 100).Select(Sample.Contact)];
        contacts[3] = contacts[3] with { Name = "Anna Nowak" };
        var result = await client.UpsertContactsAsync(server.Destination, contacts, default);

        Assert.Equal([3, 77], result.Refused.Select(refused => refused.Index));
        Assert.Equal("Invalid email (…) of (…)", result.Refused[0].Message);
        Assert.Equal(25, calls);
    }

    [Fact]
    public async Task Ten_refusals_in_the_same_words_with_nothing_taken_stop_the_store_instead_of_losing_its_contacts()
    {
        await using var server = await ScriptedServer.StartAsync();
        var calls = 0;
        for (var call = 0; call < 32; call++)
        {
            server.Expect(Path, _ =>
            {
                calls++;
                return """{"success":false,"message":["Your plan has ended"]}""";
            });
        }

        var refusal = await Assert.ThrowsAsync<NeedsOperatorException>(
            () => client.UpsertContactsAsync(server.Destination, [.. Enumerable.Range(0, 400).Select(Sample.Contact)], default));

        Assert.Contains("Your plan has ended", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(32, calls);
    }

    [Fact]
    public async Task With_a_held_secret_every_call_gets_a_key_of_its_own_and_a_true_signature()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, request => Sample.Ids(request)).Expect(Path, request => Sample.Ids(request));

        await client.UpsertContactsAsync(server.Destination, [Sample.Anna], default);
        await client.UpsertContactsAsync(server.Destination, [Sample.Anna], default);

        var keys = server.Received.Select(request => request.Text("apiKey")).ToArray();
        Assert.NotEqual(keys[0], keys[1]);
        Assert.Equal(keys.Select(key => ApiSignature.Of(key, "demo0client0id00", "made-up-secret")), server.Received.Select(request => request.Text("sha")));
    }

    [Fact]
    public async Task Logged_in_with_a_password_the_stored_pair_is_replayed()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Expect(Path, request => Sample.Ids(request));

        await client.UpsertContactsAsync(
            server.Destination with { ApiSecret = null, ApiKey = "k1", Signature = "given" }, [Sample.Anna], default);

        Assert.Equal(("k1", "given"), (server.Received[0].Text("apiKey"), server.Received[0].Text("sha")));
    }

    [Fact]
    public void The_signature_is_the_lower_case_SHA1_of_key_client_and_secret_joined()
        => Assert.Equal(Sha1OfJoined, ApiSignature.Of("k1", "demo", "s"));

    /// <summary>From the command line: <c>printf k1demos | sha1sum</c>.</summary>
    const string Sha1OfJoined = "8f79f53ffbbd7422877f64fb0b90e17e24f866c5";
}
