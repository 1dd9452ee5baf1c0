using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Salesmanago.Tests;

/// <summary>Goal: client and hub agree to the byte. Method: every case that names an operation of the client is played by a scripted server,
/// which compares the whole request; the hub runs the same files with code of its own.</summary>
public sealed partial class ProtocolCaseTests
{
    static readonly JsonSerializerOptions Domain = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    static readonly Dictionary<string, JsonObject> All = Directory
        .EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "cases", "salesmanago"), "*.json")
        .SelectMany(file => JsonNode.Parse(File.ReadAllText(file))!.AsArray().Select(node => (File: Path.GetFileNameWithoutExtension(file), Case: node!.AsObject())))
        .Where(one => one.Case["client"] is not null)
        .ToDictionary(one => $"{one.File}: {one.Case["name"]}", one => one.Case);

    public static TheoryData<string> Cases => [.. All.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_client_sends_the_request_and_understands_the_answer(string name)
    {
        await using var server = await ScriptedServer.StartAsync();
        var json = Fill(All[name], server)!;
        var (request, response, client) = (json["request"]!, json["response"]!, json["client"]!);
        server.Expect(request["path"]!.GetValue<string>(), response["body"]!.ToJsonString(), response["status"]?.GetValue<int>() ?? 200);
        var call = RunAsync(server, client["operation"]!.GetValue<string>(), client["with"]!.AsObject());

        if (client["throws"] is { } failure)
        {
            var raised = await Assert.ThrowsAnyAsync<ConnectorException>(() => call);
            Assert.Equal(failure.GetValue<string>(), raised.GetType().Name);
            Assert.Equal(client["setting"]?.GetValue<string>(), (raised as NeedsOperatorException)?.SettingKey);
        }
        else
        {
            var result = await call;
            if (client.AsObject().TryGetPropertyValue("gives", out var gives))
                AssertSame(gives, JsonSerializer.SerializeToNode(result, Domain));
        }

        var received = Assert.Single(server.Received);
        Assert.Equal(request["method"]?.GetValue<string>() ?? "POST", received.Method);
        foreach (var (header, value) in request["headers"]?.AsObject() ?? [])
            Assert.Equal(value!.GetValue<string>(), received.Headers[header].ToString());
        AssertSame(request["body"], received.Body);
    }

    static void AssertSame(JsonNode? expected, JsonNode? actual) => Assert.True(
        JsonNode.DeepEquals(expected, actual), $"expected {expected?.ToJsonString() ?? "null"}\nreceived {actual?.ToJsonString() ?? "null"}");

    static async Task<object?> RunAsync(ScriptedServer server, string operation, JsonObject with)
    {
        var client = new SalesmanagoClient();
        var login = new SalesmanagoLogin(server.Http, server.Clock);
        var there = server.Destination with
        {
            ApiSecret = null,
            ApiKey = "k1",
            Signature = ApiSignature.Of("k1", "demo0client0id00", "made-up-secret"),
            Owner = with["owner"]?.GetValue<string>() ?? "owner@example.test",
        };
        switch (operation)
        {
            case "UpsertContacts": return await client.UpsertContactsAsync(there, Get<OutgoingContact[]>("contacts"), default);
            case "AddEvents": return await client.AddEventsAsync(there, Get<OutgoingEvent[]>("events"), default);
            case "ReadContacts": return await client.ReadContactsAsync(there, Get<string[]>("emails"), default);
            case "QueueContacts": return await client.QueueContactsAsync(there, Get<OutgoingContact[]>("contacts"), default);
            case "Job": return await client.JobAsync(there, Get<long>("requestId"), default);
            case "UpsertContact": return await client.UpsertContactAsync(there, Get<OutgoingContact>("contact"), Get<string?>("newEmail"), default);
            case "FindContactId": return await client.FindContactIdAsync(there, Get<string>("email"), default);
            case "ReadBasic": return await client.ReadBasicAsync(there, Get<string[]>("emails"), default);
            case "CreatedContacts": return await client.CreatedContactsAsync(there, Time("from"), Time("to"), default);
            case "ModifiedContacts": return await client.ModifiedContactsAsync(there, Time("from"), Time("to"), default);
            case "ModifiedContactsPage":
                return await client.ModifiedContactsPageAsync(there, Time("from"), Time("to"), Get<int>("page"), Get<int>("size"), default);
            case "SetEmailConsents": return await client.SetEmailConsentsAsync(there, Get<string[]>("emails"), Get<bool>("optIn"), default);
            case "Tags": return await client.TagsAsync(there, Get<bool>("withSystemTags"), default);
            case "AddEvent": return await client.AddEventAsync(there, Get<OutgoingEvent>("event"), default);
            case "UpsertWithEvent":
                return await client.UpsertWithEventAsync(
                    there, Get<OutgoingContact?>("contact"), Get<OutgoingEvent?>("event"), Get<string?>("eventId"), default);
            case "Users": return await login.UsersAsync(there, default);
            case "RefreshToken": return await login.RefreshTokenAsync(there, default);
            case "Register": return await login.RegisterAsync(there, Get<NewAccount>("account"), default);
            case "GetProperties": return await login.GetPropertiesAsync(server.Endpoint, Get<string>("token"), Get<string>("clientId"), default);
            case "Items": return await login.ItemsAsync(server.Endpoint, Get<string>("token"), Get<string>("apiKey"), default);
            case "LogIn":
                return await login.LogInAsync(new LogInForm(server.Endpoint.AbsoluteUri, Get<string>("email"), Get<string>("password")), default);
            case "SetConsent":
                await client.SetConsentAsync(there, Get<string>("email"), Get<ConsentChannel>("channel"), Get<bool>("optIn"), default);
                return null;
            case "DeleteContact":
                await client.DeleteContactAsync(there, Get<string>("email"), Get<bool>("permanently"), default);
                return null;
            case "SetMainOwner":
                await client.SetOwnerAsync(there, Get<string>("email"), Get<string>("newOwner"), default);
                return null;
            case "ManageTags":
                await client.ManageTagsAsync(there, Get<string>("email"), Get<string[]>("add"), Get<string[]>("remove"), default);
                return null;
            case "UpdateEvent":
                await client.UpdateEventAsync(there, Get<string>("eventId"), Get<OutgoingEvent>("event"), default);
                return null;
            case "DeleteEvent":
                await client.DeleteEventAsync(there, Get<string>("eventId"), default);
                return null;
            case "DeleteEventByExternalId":
                await client.DeleteEventByExternalIdAsync(there, Get<string>("externalId"), default);
                return null;
            case "UpsertVendorToSupport":
                await login.UpsertVendorToSupportAsync(there, Get<VendorContact>("vendor"), default);
                return null;
            case "SetProperties":
                await login.SetPropertiesAsync(server.Endpoint, Get<string>("token"), Get<string>("clientId"), Get<string>("properties"), default);
                return null;
            case "RevokeKey":
                await Catalogues().RevokeKeyAsync(KeyHolder(), default);
                return null;
            case "ListCatalogues": return await Catalogues().ListCataloguesAsync(KeyHolder(), default);
            case "UpsertCatalogue": return await Catalogues().UpsertCatalogueAsync(KeyHolder(), Get<ProductCatalogue>("catalogue"), default);
            case "UpsertProducts":
                return await Catalogues().UpsertProductsAsync(KeyHolder(), Get<string>("catalogueId"), Get<CatalogueProduct[]>("products"), default);
            default:
                throw new InvalidOperationException($"The client has no operation {operation}.");
        }

        SalesmanagoCatalogue Catalogues() => new(server.Http, server.Clock);

        CatalogueConnection KeyHolder() => new(server.Endpoint, Get<string>("key"));

        T Get<T>(string member) => with[member].Deserialize<T>(Domain)!;

        DateTimeOffset Time(string member) => DateTimeOffset.FromUnixTimeMilliseconds(Get<long>(member));
    }

    /// <summary>Puts this account's values in place of placeholders; what an earlier answer would have given is made up from its name.</summary>
    static JsonNode? Fill(JsonNode? node, ScriptedServer server) => node switch
    {
        JsonObject given => new JsonObject(given.Select(pair => KeyValuePair.Create(Value(pair.Key, server).ToString(), Fill(pair.Value, server)))),
        JsonArray given => new JsonArray([.. given.Select(one => Fill(one, server))]),
        JsonValue value when value.TryGetValue<string>(out var text) => Value(text, server),
        _ => node?.DeepClone(),
    };

    static JsonNode Value(string text, ScriptedServer server) => Placeholder().Match(text) is { Success: true } whole && whole.Length == text.Length
        ? Named(whole.Groups["name"].Value, server)
        : Placeholder().Replace(text, match => Named(match.Groups["name"].Value, server).ToString());

    static JsonNode Named(string name, ScriptedServer server) => name switch
    {
        "clientId" => "demo0client0id00",
        "apiKey" => "k1",
        "sha" => ApiSignature.Of("k1", "demo0client0id00", "made-up-secret"),
        "owner" => "owner@example.test",
        "OWNER" => "OWNER@EXAMPLE.TEST",
        "secondOwner" => "second@example.test",
        "newOwner" => "new@example.test",
        "endpoint" => server.Endpoint.GetLeftPart(UriPartial.Authority),
        "now" or "ms" => server.Clock.GetUtcNow().ToUnixTimeMilliseconds(),
        "int" => 1,
        "request" => 7,
        _ => name,
    };

    [GeneratedRegex(@"\{\{(?<name>[A-Za-z0-9:]+)\}\}", RegexOptions.None, 1000)]
    private static partial Regex Placeholder();
}
