using System.Net;
using System.Text.Json.Nodes;
using Pomost.Storage;
using Pomost.Testing;

namespace Pomost.Hub.Tests;

/// <summary>What no single request and answer can show: side by side, over time, between accounts.</summary>
public sealed class HubTests
{
    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Two_batches_with_the_same_people_end_with_one_contact_each(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var batches = Enumerable.Range(0, 4).Select(batch => hub.CallAsync("/api/contact/batchupsert", new JsonObject
        {
            ["upsertDetails"] = new JsonArray([.. People(batch % 2 == 0).Select(email => new JsonObject
            {
                ["contact"] = new JsonObject { ["email"] = email },
                ["tags"] = new JsonArray("A"),
            })]),
        }));

        var answers = await Task.WhenAll(batches);

        Assert.All(answers, answer => Assert.True(answer["success"]!.GetValue<bool>(), answer.ToJsonString()));
        Assert.Equal(200, (await hub.Accounts.CountAsync(hub.Account.AccountId)).Contacts);
        var ids = answers.Select(answer => answer["contactIds"]!["person7@example.test"]!.ToString()).Distinct(StringComparer.Ordinal);
        Assert.Single(ids);

        static IEnumerable<string> People(bool forwards)
        {
            var people = Enumerable.Range(0, 200).Select(i => $"person{i}@example.test");
            return forwards ? people : people.Reverse();
        }
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task The_same_purchases_sent_side_by_side_are_there_once(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        await hub.CallAsync("/api/contact/upsert", Contact("anna@example.test"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => hub.CallAsync("/api/v2/contact/addBatchContactExtEvent", new JsonObject
        {
            ["events"] = new JsonArray([.. Enumerable.Range(0, 100).Select(i => (JsonNode)Purchase("anna@example.test", $"{i}"))]),
        })));

        Assert.All(answers, answer => Assert.Equal(100, answer["createdAmount"]!.GetValue<int>()));
        Assert.Equal(100, (await hub.Accounts.CountAsync(hub.Account.AccountId)).EventsByType["PURCHASE"]);
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task An_account_sees_and_changes_nothing_of_another(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var first = hub.Account;
        var second = await hub.AddAccountAsync();
        var written = await hub.CallAsync("/api/contact/upsert", Contact("anna@example.test"), first);
        var id = written["contactId"]!.ToString();
        var added = await hub.CallAsync("/api/contact/addContactExtEvent", Purchase("anna@example.test", "1"), first);
        var job = await hub.CallAsync("/api/contact/paginatedContactList/export", new JsonObject { ["page"] = 1, ["size"] = 10 }, first);

        var calls = new (string Path, JsonObject Body)[]
        {
            ("contact/update", new() { ["contactId"] = id, ["contact"] = new JsonObject { ["name"] = "X" } }),
            ("contact/update", new() { ["email"] = "anna@example.test", ["contact"] = new JsonObject { ["name"] = "X" } }),
            ("contact/optin", new() { ["contactId"] = id }),
            ("contact/delete", new() { ["contactId"] = id, ["permanently"] = true }),
            ("contact/managetags", new() { ["contactId"] = id, ["tags"] = new JsonArray("A") }),
            ("contact/addContactExtEvent", Purchase("anna@example.test", "2")),
            ("contact/updateContactExtEvent", new() { ["contactEvent"] = new JsonObject { ["eventId"] = added["eventId"]!.ToString(), ["value"] = 1 } }),
            ("contact/deleteContactExtEvent", new() { ["eventId"] = added["eventId"]!.ToString() }),
            ("contact/deleteContactExtEvent", new() { ["externalId"] = "1" }),
            ("contact/setMainOwner", new() { ["contact"] = "anna@example.test", ["newOwner"] = second.OwnerEmail }),
            ("job/status", new() { ["requestId"] = job["requestId"]!.GetValue<long>() }),
        };
        foreach (var (path, body) in calls)
            Assert.False((await hub.CallAsync("/api/" + path, body, second))["success"]!.GetValue<bool>(), path);
        foreach (var (path, body) in new (string, JsonObject)[]
        {
            ("basic", new() { ["email"] = new JsonArray("anna@example.test") }),
            ("basicById", new() { ["id"] = new JsonArray(id) }),
            ("listAll", new() { ["email"] = new JsonArray("anna@example.test") }),
            ("listAllById", new() { ["contactId"] = new JsonArray(id) }),
            ("paginatedListById", new() { ["page"] = 1, ["size"] = 10 }),
        })
        {
            Assert.Empty((await hub.CallAsync("/api/contact/" + path, body, second))["contacts"]!.AsArray());
        }

        var card = await hub.Accounts.ReadContactAsync(first.AccountId, "anna@example.test");
        Assert.Null(card!.Card.Name);
        Assert.Single(card.Events);
        Assert.Null(await hub.Accounts.ReadContactAsync(second.AccountId, Guid.Parse(id)));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Every_change_of_consent_is_kept_with_time_call_and_owner(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var start = hub.Clock.GetUtcNow();
        await hub.CallAsync("/api/contact/upsert", Contact("anna@example.test", "forceOptIn"));
        hub.Clock.Advance(TimeSpan.FromMinutes(1));
        await hub.CallAsync("/api/contact/upsert", Contact("anna@example.test", "forceOptIn"));
        await hub.CallAsync("/api/contact/upsert", Contact("anna@example.test"));
        await hub.CallAsync("/api/contact/optout", new JsonObject { ["email"] = "anna@example.test" });

        var card = await hub.Accounts.ReadContactAsync(hub.Account.AccountId, "anna@example.test");

        Assert.Equal(
            [
                (HubChannel.Email, HubConsent.Withdrawn, start.AddMinutes(1), "contact/optout", hub.Account.OwnerEmail),
                (HubChannel.Email, HubConsent.Granted, start, "contact/upsert", hub.Account.OwnerEmail),
            ],
            card!.ConsentHistory.Select(said => (said.Channel, said.Consent, said.At, said.Source, said.Owner)));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Erasing_a_contact_leaves_nothing_of_it(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var contact = Contact("anna@example.test", "forceOptIn");
        contact["tags"] = new JsonArray("A");
        var id = Guid.Parse((await hub.CallAsync("/api/contact/upsert", contact))["contactId"]!.ToString());
        await hub.CallAsync("/api/contact/addContactExtEvent", Purchase("anna@example.test", "1"));
        await hub.CallAsync("/api/contact/delete", new JsonObject { ["email"] = "anna@example.test", ["permanently"] = true });

        // The same id again shows what would still hang on it: a new card starts empty.
        var counts = await hub.Accounts.CountAsync(hub.Account.AccountId);
        Assert.Null(await hub.Accounts.ReadContactAsync(hub.Account.AccountId, id));
        Assert.Equal((0, 0, 0), (counts.Contacts, counts.Tags, counts.Events));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Points_given_by_the_hubs_own_side_are_read_through_the_protocol(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var contact = Contact("anna@example.test");
        contact["tags"] = new JsonArray("Newsletter");
        var id = Guid.Parse((await hub.CallAsync("/api/contact/upsert", contact))["contactId"]!.ToString());

        Assert.True(await hub.Accounts.SetTagPointsAsync(hub.Account.AccountId, id, "newsletter", 15));
        Assert.False(await hub.Accounts.SetTagPointsAsync(hub.Account.AccountId, id, "other", 15));

        var full = (await hub.CallAsync("/api/contact/listAll", new JsonObject { ["email"] = "anna@example.test" }))["contacts"]![0]!;
        Assert.Equal(15, full["score"]!.GetValue<int>());
        Assert.Equal(15, full["contactTags"]![0]!["score"]!.GetValue<int>());
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Two_contacts_can_trade_places_in_one_batch_by_way_of_a_third_address(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        await hub.CallAsync("/api/contact/upsert", Contact("a@example.test"));
        await hub.CallAsync("/api/contact/upsert", Contact("b@example.test"));

        var answer = await hub.CallAsync("/api/contact/batchupsert", new JsonObject
        {
            ["upsertDetails"] = new JsonArray(Move("b@example.test", "c@example.test"), Move("a@example.test", "b@example.test"), Contact("a@example.test")),
        });

        Assert.Empty(answer["message"]!.AsArray());
        Assert.Equal(3, (await hub.Accounts.CountAsync(hub.Account.AccountId)).Contacts);

        static JsonObject Move(string from, string to) => new() { ["contact"] = new JsonObject { ["email"] = from }, ["newEmail"] = to };
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Ten_wrong_passwords_lock_the_user_for_fifteen_minutes(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        for (var i = 0; i < 10; i++) Assert.False(await LogInAsync("wrong"));
        Assert.False(await LogInAsync(RunningHub.Password));
        hub.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.True(await LogInAsync(RunningHub.Password));

        async Task<bool> LogInAsync(string password) => (await hub.CallAsync(
            "/api/authorization/token", new JsonObject { ["username"] = hub.Account.OwnerEmail, ["password"] = password }))["success"]!.GetValue<bool>();
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_token_of_system_authorise_stands_in_for_the_secret_until_it_expires(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var given = await hub.CallAsync(
            "/api/system/authorise", new JsonObject { ["userName"] = hub.Account.OwnerEmail, ["password"] = RunningHub.Password });
        var temporary = hub.Account with { ApiSecret = given["token"]!.ToString() };

        Assert.True((await hub.CallAsync("/api/user/listByClient", [], temporary))["success"]!.GetValue<bool>());
        hub.Clock.Advance(TimeSpan.FromDays(30));
        Assert.False((await hub.CallAsync("/api/user/listByClient", [], temporary))["success"]!.GetValue<bool>());
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_renewed_secret_voids_the_old_one(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var renewed = await hub.Accounts.RenewSecretAsync(hub.Account.AccountId);

        Assert.False((await hub.CallAsync("/api/user/listByClient", [], hub.Account))["success"]!.GetValue<bool>());
        Assert.True((await hub.CallAsync("/api/user/listByClient", [], renewed))["success"]!.GetValue<bool>());
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_jobs_file_needs_its_whole_address_and_is_gone_after_a_day(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var job = await hub.CallAsync("/api/contact/paginatedContactList/export", new JsonObject { ["page"] = 1, ["size"] = 10 });
        var status = await hub.CallAsync("/api/job/status", new JsonObject { ["requestId"] = job["requestId"]!.GetValue<long>() });
        var url = new Uri(status["fileUrl"]!.ToString());
        var guessed = new Uri(url, new string('0', 32) + ".json");

        Assert.Equal(HttpStatusCode.OK, (await hub.Http.GetAsync(url)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await hub.Http.GetAsync(guessed)).StatusCode);
        hub.Clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal(HttpStatusCode.NotFound, (await hub.Http.GetAsync(url)).StatusCode);
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Who_is_deleted_for_good_is_gone_from_the_files_of_earlier_jobs_and_nobody_else_is(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        string[] people = ["anna@x.pl", "joanna@x.pl", "a_na@x.pl", "anna+sklep@x.pl", "zażółć@x.pl"];
        foreach (var person in people) await hub.CallAsync("/api/contact/upsert", Contact(person));
        var url = await FileOfJobAsync(hub, "/api/contact/paginatedContactList/export", new JsonObject { ["page"] = 1, ["size"] = 10 });
        var batch = new JsonArray([.. people.Select(person => (JsonNode)Contact(person.ToUpperInvariant()))]);
        var second = await FileOfJobAsync(hub, "/api/contact/batchupsertv2", new JsonObject { ["upsertDetails"] = batch });
        var moved = Contact("anna+sklep@x.pl");
        moved["newEmail"] = "nowa@x.pl";
        await hub.CallAsync("/api/contact/upsert", moved);

        foreach (var gone in new[] { "anna@x.pl", "nowa@x.pl", "ZAŻÓŁĆ@x.pl" })
            await hub.CallAsync("/api/contact/delete", new JsonObject { ["email"] = gone, ["permanently"] = true });
        foreach (var file in new[] { url, second })
            Assert.Equal(["a_na@x.pl", "joanna@x.pl"], (await AddressesAsync(hub, file)).Order(StringComparer.Ordinal));

        // Hidden is not erased; and erasing reaches somebody whose card is gone already.
        await hub.CallAsync("/api/contact/delete", new JsonObject { ["email"] = "joanna@x.pl" });
        Assert.Contains("joanna@x.pl", await AddressesAsync(hub, url));
        await hub.CallAsync("/api/contact/delete", new JsonObject { ["email"] = "joanna@x.pl", ["permanently"] = true });
        await hub.CallAsync("/api/contact/delete", new JsonObject { ["email"] = "a@x.pl", ["permanently"] = true });
        Assert.Equal(["a_na@x.pl"], await AddressesAsync(hub, url));
    }

    private static async Task<Uri> FileOfJobAsync(RunningHub hub, string call, JsonObject body)
    {
        var job = await hub.CallAsync(call, body);
        var status = await hub.CallAsync("/api/job/status", new JsonObject { ["requestId"] = job["requestId"]!.GetValue<long>() });
        return new Uri(status["fileUrl"]!.ToString());
    }

    private static async Task<List<string>> AddressesAsync(RunningHub hub, Uri file) =>
        [.. JsonNode.Parse(await hub.Http.GetStringAsync(file))!["contacts"]!.AsArray()
            .Select(row => row!["email"]!.GetValue<string>().ToLowerInvariant())];

    private static JsonObject Contact(string email, string? flag = null)
    {
        var body = new JsonObject { ["contact"] = new JsonObject { ["email"] = email } };
        if (flag is not null) body[flag] = true;
        return body;
    }

    private static JsonObject Purchase(string email, string externalId) => new()
    {
        ["email"] = email,
        ["contactEvent"] = new JsonObject
        {
            ["date"] = 1_700_000_000_000,
            ["contactExtEventType"] = "PURCHASE",
            ["externalId"] = externalId,
            ["location"] = "sklep.example",
            ["value"] = 1,
        },
    };
}
