using System.Text.Json.Nodes;
using Pomost.Storage;
using Pomost.Testing;

namespace Pomost.Hub.Tests;

/// <summary>
/// Goal: what a shop still sends under an address that its customer no longer has reaches the card that took the address over. Method: the calls of the official
/// plugin in the order in which it makes them.
/// </summary>
public sealed class FormerAddressTests
{
    private const string Old = "anna@stara.example";
    private const string New = "anna@nowa.example";

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task The_cancellation_of_an_order_under_the_former_address_stands_beside_its_purchase(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var id = await MovedAsync(hub);

        var cancelled = await EventAsync(hub, Old, "CANCELLATION", "18");
        var again = await EventAsync(hub, Old, "CANCELLATION", "18");

        Assert.Equal((id, cancelled["eventId"]!.ToString()), (cancelled["contactId"]!.ToString(), again["eventId"]!.ToString()));
        var card = (await hub.Accounts.ReadContactAsync(hub.Account.AccountId, New))!;
        Assert.Equal(["CANCELLATION", "PURCHASE"], card.Events.Select(happened => happened.Type).Order());
        Assert.Null(await hub.Accounts.ReadContactAsync(hub.Account.AccountId, Old));
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task An_export_under_the_former_address_makes_no_second_contact_and_takes_nothing_from_the_card(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var id = await MovedAsync(hub);

        var contacts = await hub.CallAsync("/api/contact/batchupsertv2", new JsonObject
        {
            ["upsertDetails"] = new JsonArray(
                new JsonObject
                {
                    ["contact"] = new JsonObject { ["email"] = Old, ["name"] = "Anna Nowak", ["phone"] = "600 100 200", ["company"] = "Lipa" },
                    ["tags"] = new JsonArray("EKSPORT"),
                    ["forceOptIn"] = false,
                    ["forceOptOut"] = false,
                }),
            ["useApiDoubleOptIn"] = false,
        });
        var events = await hub.CallAsync("/api/v2/contact/addBatchContactExtEvent", new JsonObject
        {
            ["events"] = new JsonArray(
                new JsonObject { ["email"] = Old, ["contactEvent"] = Purchase("18") }, new JsonObject { ["email"] = Old, ["contactEvent"] = Purchase("19") }),
        });

        Assert.True(contacts["success"]!.GetValue<bool>(), contacts.ToJsonString());
        Assert.Equal((2, 0), (events["createdAmount"]!.GetValue<int>(), events["failedAmount"]!.GetValue<int>()));
        Assert.Equal(1, (await hub.Accounts.CountAsync(hub.Account.AccountId)).Contacts);
        var card = (await hub.Accounts.ReadContactAsync(hub.Account.AccountId, New))!;
        Assert.Equal((id, "500 600 700", "Lipa", HubConsent.Granted), (card.Card.Id.ToString(), card.Card.Phone, card.Card.Company, card.Card.EmailConsent));
        Assert.Contains("EKSPORT", card.Tags.Select(tag => tag.Tag));
        Assert.Equal(2, card.Events.Count);
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task An_opt_out_is_believed_and_an_opt_in_belongs_to_the_address(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var id = await MovedAsync(hub);

        Assert.Equal(id, (await hub.CallAsync("/api/contact/optout", new JsonObject { ["email"] = Old }))["contactId"]!.ToString());
        Assert.Equal(HubConsent.Withdrawn, (await hub.Accounts.ReadContactAsync(hub.Account.AccountId, New))!.Card.EmailConsent);
        Assert.Equal("Contact not found", (await hub.CallAsync("/api/contact/optin", new JsonObject { ["email"] = Old }))["message"]![0]!.ToString());

        var second = await hub.CallAsync("/api/contact/upsert", new JsonObject { ["contact"] = new JsonObject { ["email"] = Old }, ["forceOptIn"] = true });
        Assert.NotEqual(id, second["contactId"]!.ToString());
        Assert.Equal(HubConsent.Withdrawn, (await hub.Accounts.ReadContactAsync(hub.Account.AccountId, New))!.Card.EmailConsent);
        Assert.Equal(HubConsent.Granted, (await hub.Accounts.ReadContactAsync(hub.Account.AccountId, Old))!.Card.EmailConsent);

        // From here on the address is the second one's.
        Assert.Equal(second["contactId"]!.ToString(), (await EventAsync(hub, Old, "CART", "7"))["contactId"]!.ToString());
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Another_person_under_a_former_address_gets_a_card_of_their_own(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var id = await MovedAsync(hub);

        var other = await hub.CallAsync("/api/contact/upsert", new JsonObject { ["contact"] = new JsonObject { ["email"] = Old, ["name"] = "Zofia Inna" } });
        Assert.NotEqual(id, other["contactId"]!.ToString());
        Assert.Equal("Anna Nowak", (await hub.Accounts.ReadContactAsync(hub.Account.AccountId, New))!.Card.Name);
        Assert.True((await hub.CallAsync("/api/contact/insert", new JsonObject { ["contact"] = new JsonObject { ["email"] = "x@stara.example" } }))["success"]!.GetValue<bool>());
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task An_address_taken_back_is_nobodys_former_one(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        var id = await MovedAsync(hub);
        await MoveAsync(hub, New, Old);

        Assert.Equal(id, (await EventAsync(hub, Old, "CART", "8"))["contactId"]!.ToString());
        Assert.Equal(id, (await EventAsync(hub, New, "CART", "9"))["contactId"]!.ToString());
        var third = await hub.CallAsync("/api/contact/upsert", new JsonObject { ["contact"] = new JsonObject { ["email"] = "bea@example.test" } });
        await MoveAsync(hub, "bea@example.test", New);
        Assert.Equal(third["contactId"]!.ToString(), (await EventAsync(hub, New, "CART", "10"))["contactId"]!.ToString());
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task Erasing_the_card_forgets_its_former_address(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        await MovedAsync(hub);
        await hub.CallAsync("/api/contact/delete", new JsonObject { ["email"] = New, ["permanently"] = true });

        Assert.Equal("Contact not found", (await EventAsync(hub, Old, "CANCELLATION", "18"))["message"]![0]!.ToString());
        Assert.Equal(0, (await hub.Accounts.CountAsync(hub.Account.AccountId)).Contacts);
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task The_former_address_of_one_account_says_nothing_in_another(Dialect dialect)
    {
        await using var hub = await RunningHub.StartWithAccountAsync(dialect);
        await MovedAsync(hub);
        await hub.AddAccountAsync();

        Assert.Equal("Contact not found", (await EventAsync(hub, Old, "CANCELLATION", "18"))["message"]![0]!.ToString());
    }

    private static async Task<string> MovedAsync(RunningHub hub)
    {
        var written = await hub.CallAsync("/api/contact/upsert", new JsonObject
        {
            ["contact"] = new JsonObject { ["email"] = Old, ["name"] = "Anna Nowak", ["phone"] = "500 600 700" },
            ["forceOptIn"] = true,
        });
        Assert.True((await EventAsync(hub, Old, "PURCHASE", "18"))["success"]!.GetValue<bool>());
        await MoveAsync(hub, Old, New);
        return written["contactId"]!.ToString();
    }

    private static async Task MoveAsync(RunningHub hub, string from, string to)
    {
        var moved = await hub.CallAsync("/api/integration/upsert", new JsonObject
        {
            ["contactUpsertRequest"] = new JsonObject
            {
                ["owner"] = hub.Account.OwnerEmail,
                ["contact"] = new JsonObject { ["email"] = from },
                ["newEmail"] = to,
            },
        });
        Assert.True(moved["success"]!.GetValue<bool>(), moved.ToJsonString());
    }

    private static Task<JsonNode> EventAsync(RunningHub hub, string email, string type, string number)
    {
        var happened = Purchase(number);
        happened["contactExtEventType"] = type;
        return hub.CallAsync("/api/integration/upsert", new JsonObject
        {
            ["addContactExtEventRequest"] = new JsonObject { ["owner"] = hub.Account.OwnerEmail, ["email"] = email, ["forceOptIn"] = false, ["contactEvent"] = happened },
        });
    }

    private static JsonObject Purchase(string number) => new()
    {
        ["date"] = 1_700_000_000_000,
        ["contactExtEventType"] = "PURCHASE",
        ["externalId"] = number,
        ["location"] = "sm_shop",
        ["value"] = "149.90",
    };
}
