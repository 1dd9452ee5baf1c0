using System.Text;
using System.Text.Json.Nodes;
using Pomost.Storage;
using Pomost.Testing;

namespace Pomost.Hub.Tests;

/// <summary>Goal: nothing a caller sends ends in a server error. Method: every call, every known field, with values no one expects.</summary>
public sealed class HostileInputTests
{
    private static readonly string[] Paths =
    [
        "/api/authorization/token", "/api/authorization/refreshToken", "/api/account/integration", "/api/system/authorise", "/v3/auth/create", "/v3/auth/revoke",
        "/api/account/registerAppstore", "/api/contact/upsertVendorToSupport", "/api/account/integration/properties",
        "/api/account/integration/setProperties", "/api/account/items", "/api/user/listByClient", "/api/contact/setMainOwner",
        "/api/contact/insert", "/api/contact/update", "/api/contact/upsert", "/api/contact/batchupsert", "/api/contact/batchupsertv2",
        "/api/contact/hasContact", "/api/contact/basic", "/api/contact/basicById", "/api/contact/list", "/api/contact/listById", "/api/contact/listAll",
        "/api/contact/listAllById", "/api/contact/createdContacts", "/api/contact/modifiedContacts", "/api/contact/paginatedModifiedContacts",
        "/api/contact/paginatedListById", "/api/contact/paginatedContactList/export", "/api/contact/optin", "/api/contact/batchoptin",
        "/api/contact/delete", "/api/contact/batchDelete", "/api/integration/upsert", "/api/contact/tags", "/api/contact/managetags",
        "/api/contact/addContactExtEvent", "/api/contact/updateContactExtEvent", "/api/contact/deleteContactExtEvent",
        "/api/contact/batchAddContactExtEvent", "/api/job/status",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "-1", "1e400", "99999999999999999999999999", "0.1", "\"\"", "\"x\"", "\"\\u0000\"", "\"\\ud800\"", "\"'; DROP TABLE hub_contact; --\"",
        "[]", "{}", "[null]", "[[]]", "[{}]", "{\"0\":{}}", "{\"email\":{\"email\":[]}}", "[1,\"a\",null,{}]",
        "{\"email\":\"a@example.test\",\"address\":7,\"state\":99,\"externalId\":[]}",
        "[{\"contact\":{\"email\":\"a@example.test\"},\"tags\":{\"a\":{}},\"properties\":[1],\"birthday\":\"19991399\",\"dictionaryProperties\":[{}],\"consentDetails\":{}}]",
        "{\"contact\":{\"email\":\"b@example.test\"},\"email\":\"b@example.test\",\"contactEvent\":{\"date\":-99999999999999,\"contactExtEventType\":0,\"value\":\"NaN\",\"products\":{}}}",
        "[{\"email\":\"a@example.test\",\"contactEvent\":{\"date\":\"0001-01-01\",\"contactExtEventType\":\"CART\",\"externalId\":\"\\u0000\"}}]",
    ];

    private static readonly string[] Fields =
    [
        "contact", "email", "contactId", "id", "newEmail", "upsertDetails", "events", "contacts", "emails", "contactEvent", "eventId", "externalId",
        "contactUpsertRequest", "addContactExtEventRequest", "tags", "removeTags", "properties", "birthday", "forceOptIn", "consentDetails", "from", "to",
        "page", "size", "requestId", "token", "username", "password", "items", "keyName", "expiry", "owner", "newOwner", "useApiDoubleOptIn", "sha", "clientId",
    ];

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task No_input_ends_in_a_server_error(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var sha = RunningHub.Sign("k1", hub.Account);
        var failures = new List<string>();
        foreach (var path in Paths)
        {
            foreach (var value in Values)
            {
                foreach (var fields in Fields.Chunk(4))
                {
                    var body = $"{{\"clientId\":\"{hub.Account.ClientId}\",\"apiKey\":\"k1\",\"sha\":\"{sha}\",\"owner\":\"{hub.Account.OwnerEmail}\","
                        + string.Join(',', fields.Select(field => $"\"{field}\":{value}")) + "}";
                    using var response = await hub.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
                    if ((int)response.StatusCode >= 500) failures.Add($"{path} {value} in {string.Join(", ", fields)}");
                    else Assert.NotNull(JsonNode.Parse(await response.Content.ReadAsStringAsync()));
                }
            }
        }
        Assert.Empty(failures);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused()
    {
        await using var hub = await RunningHub.StartWithAccountAsync(Dialect.Sqlite);
        using var response = await hub.Http.PostAsync("/api/contact/upsert", new ByteArrayContent([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]));
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("{\"success\":false,\"message\":[\"Request body is not UTF-8\"]}", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(true, 413)]
    [InlineData(false, 400)]
    public async Task A_body_of_unknown_length_over_the_limit_is_refused(bool isKnown, int status)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(Dialect.Sqlite);
        var body = new byte[21 * 1024 * 1024];
        if (isKnown)
        {
            Array.Fill(body, (byte)'a');
            Encoding.UTF8.GetBytes(
                $"{{\"clientId\":\"{hub.Account.ClientId}\",\"apiKey\":\"k1\",\"sha\":\"{RunningHub.Sign("k1", hub.Account)}\",\"x\":\"").CopyTo(body, 0);
        }

        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/contact/upsert") { Content = new StreamContent(new MemoryStream(body)) };
        message.Headers.TransferEncodingChunked = true;
        using var response = await hub.Http.SendAsync(message);
        Assert.Equal(status, (int)response.StatusCode);
    }
}
