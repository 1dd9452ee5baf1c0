using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pomost.Storage;
using Pomost.Testing;

namespace Pomost.Hub.Tests;

/// <summary>Goal: what plugins and libraries call besides contacts and events is kept and answered as they read it.</summary>
public sealed class PluginCallTests
{
    private const string Anna = "anna@example.test";

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_task_is_made_changed_listed_and_taken_off_the_list(Dialect dialect)
    {
        await using var hub = await StartAsync(dialect);
        var made = await hub.CallAsync("/api/contact/updateTask", new JsonObject
        {
            ["finished"] = false,
            ["smContactTaskReq"] = new JsonObject
            {
                ["id"] = false,
                ["contactEmail"] = Anna,
                ["note"] = "Call.",
                ["date"] = "2026-05-01T10:00:00+02:00",
                ["cc"] = hub.Account.OwnerEmail,
                ["reminder"] = "_15_MIN",
            },
        });
        var id = made["taskId"]!.ToString();
        var changed = await hub.CallAsync("/api/contact/updateTask", new JsonObject
        {
            ["finished"] = false,
            ["smContactTaskReq"] = new JsonObject { ["id"] = id, ["note"] = "Call today.", ["reminder"] = "30_MIN" },
        });

        Assert.Equal(id, changed["taskId"]!.ToString());
        var task = Assert.Single((await CardAsync(hub))["contactTasks"]!.AsArray())!;
        Assert.Equal((id, "Call today.", "_30_MIN", hub.Account.OwnerEmail), (task["id"]!.ToString(), task["note"]!.ToString(), task["reminder"]!.ToString(), task["cc"]!.ToString()));
        Assert.Equal(1_777_622_400_000, task["date"]!.GetValue<long>());

        await hub.CallAsync("/api/contact/updateTask", new JsonObject { ["finished"] = true, ["smContactTaskReq"] = new JsonObject { ["id"] = id } });
        Assert.Empty((await CardAsync(hub))["contactTasks"]!.AsArray());
        Assert.Equal("Task not found", await RefusalAsync(hub, "/api/contact/updateTask", new JsonObject { ["smContactTaskReq"] = new JsonObject { ["id"] = Guid.NewGuid().ToString(), ["note"] = "x" } }));
        var other = await hub.AddAccountAsync();
        Assert.Equal("Task not found", await RefusalAsync(hub, "/api/contact/updateTask", new JsonObject { ["smContactTaskReq"] = new JsonObject { ["id"] = id, ["note"] = "x" } }, other));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Notes_and_coupons_stand_on_the_card_and_go_with_it(Dialect dialect)
    {
        await using var hub = await StartAsync(dialect);
        Assert.True((await hub.CallAsync("/api/contact/addNote", new JsonObject { ["email"] = Anna, ["note"] = "Likes linen.", ["priv"] = true }))["success"]!.GetValue<bool>());
        var given = await hub.CallAsync("/api/contact/addContactCoupon", new JsonObject { ["email"] = Anna, ["name"] = "Wiosna", ["coupon"] = "LEN-2026" });
        var made = await hub.CallAsync("/api/contact/addContactCoupon", new JsonObject { ["email"] = Anna, ["name"] = "Lato", ["length"] = 6 });

        Assert.Equal(("LEN-2026", "LEN-2026"), (given["coupon"]!.ToString(), given["couponVal"]!.ToString()));
        Assert.Equal(6, made["coupon"]!.ToString().Length);
        var card = await CardAsync(hub);
        Assert.Equal(("Likes linen.", true), (card["contactNotes"]![0]!["note"]!.ToString(), card["contactNotes"]![0]!["priv"]!.GetValue<bool>()));
        Assert.Equal(2, card["contactCoupons"]!.AsArray().Count);

        Assert.True((await hub.CallAsync("/api/contact/useContactCoupon", new JsonObject { ["email"] = Anna, ["coupon"] = "LEN-2026" }))["success"]!.GetValue<bool>());
        Assert.Equal("Coupon was used already", await RefusalAsync(hub, "/api/contact/useContactCoupon", new JsonObject { ["email"] = Anna, ["coupon"] = "LEN-2026" }));
        Assert.Equal("Coupon not found", await RefusalAsync(hub, "/api/contact/useContactCoupon", new JsonObject { ["email"] = Anna, ["coupon"] = "OTHER-1" }));
        Assert.StartsWith("coupon needs", await RefusalAsync(hub, "/api/contact/addContactCoupon", new JsonObject { ["email"] = Anna, ["coupon"] = "abcd" }), StringComparison.Ordinal);

        await hub.CallAsync("/api/contact/delete", new JsonObject { ["email"] = Anna, ["permanently"] = true });
        await hub.CallAsync("/api/contact/upsert", new JsonObject { ["contact"] = new JsonObject { ["email"] = Anna } });
        Assert.Empty((await CardAsync(hub))["contactNotes"]!.AsArray());
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Loyalty_points_are_added_and_taken_for_one_addressee_or_a_list(Dialect dialect)
    {
        await using var hub = await StartAsync(dialect);
        JsonObject Call(JsonNode contacts, params (string Name, JsonNode Value)[] more)
        {
            var body = new JsonObject { ["loyaltyProgram"] = "Klub", ["contacts"] = contacts };
            foreach (var (name, value) in more) body[name] = value;
            return body;
        }

        // The official library sends one object where the documentation has a list.
        JsonObject Person(string email) => new() { ["addresseeType"] = "email", ["value"] = email };
        Assert.Equal("Contact is not in the loyalty program", await RefusalAsync(
            hub, "/api/loyalty/program/v1/modifyPoints", Call(Person(Anna), ("points", 10), ("modificationType", "ADD"))));
        Assert.True((await hub.CallAsync("/api/loyalty/program/v1/addContact", Call(Person(Anna))))["success"]!.GetValue<bool>());
        Assert.Equal(10, (await hub.CallAsync("/api/loyalty/program/v1/modifyPoints", Call(new JsonArray(Person(Anna)), ("points", 10), ("modificationType", "ADD"))))["points"]!.GetValue<long>());
        Assert.Equal(7, (await hub.CallAsync("/api/loyalty/program/v1/modifyPoints", Call(Person(Anna), ("points", "3"), ("modificationType", "SUBTRACT"), ("comment", "zwrot"))))["points"]!.GetValue<long>());
        Assert.Equal("Contact has not enough points", await RefusalAsync(
            hub, "/api/loyalty/program/v1/modifyPoints", Call(Person(Anna), ("points", 8), ("modificationType", "SUBTRACT"))));
        Assert.Equal("Contact not found", await RefusalAsync(hub, "/api/loyalty/program/v1/addContact", Call(new JsonArray(Person(Anna), Person("nobody@example.test")))));
        var card = (await hub.Accounts.ReadContactAsync(hub.Account.AccountId, Anna))!.Card;
        Assert.Equal(("Klub", 7), (Assert.Single(card.Extras.LoyaltyPrograms), card.Extras.LoyaltyPoints["Klub"]));
        Assert.True((await hub.CallAsync("/api/loyalty/program/v1/removeContact", Call(Person(Anna))))["success"]!.GetValue<bool>());
        Assert.Empty((await hub.Accounts.ReadContactAsync(hub.Account.AccountId, Anna))!.Card.Extras.LoyaltyPrograms);
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_collection_holds_another_selection_for_each_contact(Dialect dialect)
    {
        await using var hub = await StartAsync(dialect);
        var key = (await hub.Accounts.CreateKeyAsync(hub.Account.ClientId, "K"))!;
        var id = (await hub.Accounts.ReadContactAsync(hub.Account.AccountId, Anna))!.Card.Id.ToString();
        var empty = await ThirdAsync(hub, key, "collection/list", null);
        Assert.Equal((0, 50), (empty["collections"]!.AsArray().Count, empty["limits"]!["max"]!.GetValue<int>()));

        var added = await ThirdAsync(hub, key, "collection/add", new JsonObject { ["name"] = "Dla Ciebie" });
        var collection = added["collectionUUID"]!.ToString();
        Assert.True(added["success"]!.GetValue<bool>());
        var listed = Assert.Single((await ThirdAsync(hub, key, "collection/list", null))["collections"]!.AsArray())!;
        Assert.Equal((collection, "Dla Ciebie"), (listed["collectionId"]!.ToString(), listed["name"]!.ToString()));

        JsonObject Rows(params string[] ids) => new()
        {
            ["collectionUUID"] = collection,
            ["data"] = new JsonArray(new JsonObject { ["contactId"] = id, ["productIds"] = new JsonArray([.. ids.Select(one => (JsonNode)one)]) }),
        };
        var who = new JsonObject { ["collectionUUID"] = collection, ["contactId"] = id };
        Assert.True((await ThirdAsync(hub, key, "collection/products/add", Rows("1", "2", "3")))["success"]!.GetValue<bool>());
        Assert.True((await ThirdAsync(hub, key, "collection/products/add", Rows("3")))["success"]!.GetValue<bool>());
        await ThirdAsync(hub, key, "collection/products/delete", Rows("2"));
        Assert.Equal(["1", "3"], (await ThirdAsync(hub, key, "collection/contact/products", who.DeepClone().AsObject()))["products"]!.AsArray().Select(one => one!.ToString()));

        var others = (await hub.Accounts.CreateKeyAsync((await hub.AddAccountAsync()).ClientId, "K"))!;
        Assert.Equal(16, (await ThirdAsync(hub, others, "collection/contact/products", who.DeepClone().AsObject()))["reasonCode"]!.GetValue<int>());
        Assert.Equal(15, (await ThirdAsync(hub, key, "collection/add", new JsonObject { ["name"] = "DLA ciebie" }))["problems"]![0]!["reasonCode"]!.GetValue<int>());
        Assert.True((await ThirdAsync(hub, key, "collection/delete", new JsonObject { ["collectionUUID"] = collection }))["success"]!.GetValue<bool>());
        Assert.Equal(16, (await ThirdAsync(hub, key, "collection/delete", new JsonObject { ["collectionUUID"] = collection }))["reasonCode"]!.GetValue<int>());
    }

    [Fact]
    public async Task Widgets_are_refused_in_the_words_the_library_knows_and_nobody_was_active()
    {
        await using var hub = await StartAsync(Dialect.Sqlite);
        Assert.Equal("Cannot create live chat. Permission denied to Live Chat Module", await RefusalAsync(hub, "/api/wm/createLiveChat", new JsonObject { ["chat"] = new JsonObject() }));
        Assert.Equal("Cannot create basic popup. Permission denied to Popup Module", await RefusalAsync(hub, "/api/wm/createBasicPopup", []));
        Assert.Equal("Cannot create consent form. Permission denied to Web Push Module", await RefusalAsync(hub, "/api/wm/createWebPushConsentForm", []));
        var active = await hub.CallAsync("/api/contact/recentActivity", new JsonObject { ["from"] = "2026-01-01T00:00:00Z", ["to"] = "2026-02-01T00:00:00Z", ["allVisits"] = false });
        Assert.Empty(active["recentActivity"]!.AsObject());
    }

    [Fact]
    public async Task What_plugins_put_on_a_page_is_empty_and_breaks_nothing()
    {
        await using var hub = await StartAsync(Dialect.Sqlite);
        foreach (var path in new[] { "/static/sm.js", "/static/sm-sw.js", "/dynamic/demo0client0id00/popups.js" })
        {
            var script = await hub.Http.GetAsync(path);
            Assert.Equal((HttpStatusCode.OK, "text/javascript"), (script.StatusCode, script.Content.Headers.ContentType!.MediaType));
        }
        var dot = await hub.Http.GetAsync("/api/r.gif?uri=%2F&smid=demo&timestamp=1");
        Assert.Equal("image/gif", dot.Content.Headers.ContentType!.MediaType);
        Assert.Equal("GIF89a"u8.ToArray(), (await dot.Content.ReadAsByteArrayAsync())[..6]);
    }

    [Theory]
    [InlineData("GET", "/api/contact/upsert")]
    [InlineData("GET", "/api/no/such/call")]
    [InlineData("PUT", "/api/v2/contact/upsert")]
    [InlineData("DELETE", "/api")]
    [InlineData("POST", "/api/funnel/add")]
    [InlineData("POST", "/api/v1/funnel")]
    public async Task An_unknown_call_is_answered_in_the_protocols_shape_whatever_its_method(string method, string path)
    {
        await using var hub = await StartAsync(Dialect.Sqlite);
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "GET" ? null : JsonContent.Create(new { }) };
        using var answer = await hub.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal((false, "Unknown call"), (body["success"]!.GetValue<bool>(), body["message"]![0]!.ToString()));
    }

    [Theory]
    [InlineData("GET", "/v3/product/upsert")]
    [InlineData("GET", "/v3/no/such/call")]
    [InlineData("POST", "/v3/no/such/call")]
    [InlineData("PATCH", "/v3")]
    public async Task An_unknown_call_of_v3_is_no_limit_reached(string method, string path)
    {
        await using var hub = await StartAsync(Dialect.Sqlite);
        using var answer = await hub.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(16, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["reasonCode"]!.GetValue<int>());
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Every_refused_row_of_a_contact_batch_is_named_by_number_and_address(Dialect dialect)
    {
        await using var hub = await StartAsync(dialect);
        JsonArray Rows() => ["bea@example.test", new JsonObject { ["contact"] = new JsonObject { ["email"] = "nonsense" } }, 5, new JsonObject { ["contact"] = new JsonObject { ["email"] = "cia@example.test" } }];
        string[] problems = ["upsertDetails[0]: is not an object", "upsertDetails[1]: email is not valid (nonsense)", "upsertDetails[2]: is not an object"];

        var batch = await hub.CallAsync("/api/contact/batchupsert", new JsonObject { ["upsertDetails"] = Rows() });
        Assert.Equal(problems, batch["message"]!.AsArray().Select(one => one!.ToString()));
        Assert.Equal("cia@example.test", Assert.Single(batch["contactIds"]!.AsObject()).Key);

        var job = await hub.CallAsync("/api/contact/batchupsertv2", new JsonObject { ["upsertDetails"] = Rows() });
        Assert.Equal(problems, job["message"]!.AsArray().Select(one => one!.ToString()));
        var status = await hub.CallAsync("/api/job/status", new JsonObject { ["requestId"] = job["requestId"]!.GetValue<long>() });
        // A message would say that the job still runs.
        Assert.Empty(status["message"]!.AsArray());
        var file = JsonNode.Parse(await hub.Http.GetStringAsync(status["fileUrl"]!.ToString()))!["contacts"]!.AsArray();
        Assert.Equal(4, file.Count);
        Assert.Equal(("nonsense", "upsertDetails[1]: email is not valid"), (file[1]!["email"]!.ToString(), file[1]!["problem"]!.ToString()));
        Assert.False(file[3]!.AsObject().ContainsKey("problem"));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Every_row_of_an_event_batch_is_counted(Dialect dialect)
    {
        await using var hub = await StartAsync(dialect);
        JsonObject Row(string? email, string type = "VISIT") => new() { ["email"] = email, ["contactEvent"] = new JsonObject { ["date"] = 1_700_000_000_000, ["contactExtEventType"] = type } };
        var answer = await hub.CallAsync("/api/contact/batchAddContactExtEvent", new JsonObject
        {
            ["events"] = new JsonArray(Row(Anna), "text", null, Row("nobody@example.test"), Row(Anna, "NO_SUCH"), Row(Anna), Row(null)),
        });

        Assert.Equal((2, 5), (answer["createdAmount"]!.GetValue<int>(), answer["failedAmount"]!.GetValue<int>()));
        Assert.Equal(["events[1]", "events[2]", "nobody@example.test", Anna, "events[6]"], answer["failedContacts"]!.AsArray().Select(one => one!.ToString()));
        Assert.Equal(
            ["events[1]: is not an object", "events[2]: is not an object", "events[3]: Contact not found (nobody@example.test)", $"events[4]: contactExtEventType is not known ({Anna})", "events[6]: email or contactId is required"],
            answer["message"]!.AsArray().Select(one => one!.ToString()));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Who_was_not_there_to_be_deleted_is_named(Dialect dialect)
    {
        await using var hub = await StartAsync(dialect);
        var answer = await hub.CallAsync("/api/contact/batchDelete", new JsonObject
        {
            ["contacts"] = new JsonArray(
                new JsonObject { ["addresseeType"] = "email", ["value"] = Anna }, new JsonObject { ["addresseeType"] = "email", ["value"] = "nobody@example.test" }),
        });

        Assert.True(answer["success"]!.GetValue<bool>());
        Assert.Equal("contacts[1]: Contact not found (nobody@example.test)", Assert.Single(answer["message"]!.AsArray())!.ToString());
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_card_does_not_grow_without_end(Dialect dialect)
    {
        await using var hub = await StartAsync(dialect);
        var properties = new JsonObject(Enumerable.Range(0, 1001).Select(i => KeyValuePair.Create<string, JsonNode?>($"p{i}", "x")));
        Assert.Equal("A contact may have 1000 properties", await RefusalAsync(
            hub, "/api/contact/upsert", new JsonObject { ["contact"] = new JsonObject { ["email"] = Anna }, ["properties"] = properties }));
        var tags = new JsonArray([.. Enumerable.Range(0, 1001).Select(i => (JsonNode)$"T{i}")]);
        Assert.Equal("A contact may have 1000 tags", await RefusalAsync(hub, "/api/contact/managetags", new JsonObject { ["email"] = Anna, ["tags"] = tags }));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_cart_goes_over_to_the_customer_whom_the_call_names_and_an_update_that_says_nothing_is_refused(Dialect dialect)
    {
        await using var hub = await StartAsync(dialect);
        var bea = (await hub.CallAsync("/api/contact/upsert", new JsonObject { ["contact"] = new JsonObject { ["email"] = "bea@example.test" } }))["contactId"]!.ToString();
        var cart = new JsonObject { ["date"] = 1_700_000_000_000, ["contactExtEventType"] = "CART", ["products"] = "1,2" };
        var first = await hub.CallAsync("/api/integration/upsert", new JsonObject { ["addContactExtEventRequest"] = new JsonObject { ["email"] = Anna, ["contactEvent"] = cart } });
        var eventId = first["eventId"]!.ToString();

        var second = await hub.CallAsync("/api/integration/upsert", new JsonObject
        {
            ["addContactExtEventRequest"] = new JsonObject { ["email"] = "bea@example.test", ["contactEvent"] = new JsonObject { ["eventId"] = eventId, ["products"] = "1" } },
        });

        Assert.Equal((bea, eventId), (second["contactId"]!.ToString(), second["eventId"]!.ToString()));
        Assert.Empty((await hub.Accounts.ReadContactAsync(hub.Account.AccountId, Anna))!.Events);
        Assert.Equal("contactEvent is required", await RefusalAsync(hub, "/api/v2/contact/updateContactExtEvent", new JsonObject { ["eventId"] = eventId }));
    }

    private static async Task<RunningHub> StartAsync(Dialect dialect)
    {
        var hub = await RunningHub.StartWithAccountAsync(dialect);
        await hub.CallAsync("/api/contact/upsert", new JsonObject { ["contact"] = new JsonObject { ["email"] = Anna } });
        return hub;
    }

    private static async Task<JsonNode> CardAsync(RunningHub hub) =>
        (await hub.CallAsync("/api/contact/list", new JsonObject { ["email"] = new JsonArray(Anna) }))["contacts"]![0]!;

    private static async Task<string> RefusalAsync(RunningHub hub, string path, JsonObject body, HubCredentials? account = null)
    {
        var answer = await hub.CallAsync(path, body, account);
        Assert.False(answer["success"]!.GetValue<bool>(), answer.ToJsonString());
        return answer["message"]![0]!.ToString();
    }

    private static async Task<JsonNode> ThirdAsync(RunningHub hub, string key, string call, JsonObject? body)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, "/v3/product/" + call)
        {
            Headers = { { "API-KEY", key } },
            Content = body is null ? null : JsonContent.Create(body),
        };
        return JsonNode.Parse(await (await hub.Http.SendAsync(request)).Content.ReadAsStringAsync())!;
    }
}
