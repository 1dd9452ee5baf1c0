using System.Net;
using System.Text;
using System.Text.Json;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: what happens is told to those who asked, once in effect, signed, and without more of people than was asked for. Method: a running store and
/// a real receiver on the loopback.</summary>
public sealed class WebhookTests
{
    [Fact]
    public void The_signature_is_that_of_the_specification()
        => Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            StandardWebhook.Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"u8));

    [Fact]
    public void A_new_secret_has_the_length_the_specification_wants_and_is_never_the_same()
    {
        var secrets = Enumerable.Range(0, 20).Select(_ => StandardWebhook.NewSecret()).ToList();
        Assert.All(secrets, secret => Assert.InRange(Convert.FromBase64String(secret["whsec_".Length..]).Length, 24, 64));
        Assert.Equal(20, secrets.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Waits_are_anything_up_to_a_limit_that_doubles_and_cover_a_day_in_some_dozens_of_tries()
    {
        foreach (var (attempt, limit) in new[] { (1, 10.0), (2, 20.0), (5, 160.0), (11, 7200.0), (40, 7200.0) })
        {
            var waits = Enumerable.Range(0, 400).Select(seed => Backoff.After(Backoff.Webhooks, attempt, null, new Random(seed)).TotalSeconds).ToList();
            Assert.InRange(waits.Max(), limit * 0.95, limit);
            Assert.InRange(waits.Min(), 0, limit * 0.05);
        }

        Assert.Equal(TimeSpan.FromMinutes(5), Backoff.After(Backoff.Webhooks, 1, TimeSpan.FromMinutes(5), new Random(1)));
        Assert.Equal(TimeSpan.FromHours(2), Backoff.After(Backoff.Webhooks, 1, TimeSpan.FromDays(9), new Random(1)));
        var (chance, gone, tries) = (new Random(1), TimeSpan.Zero, 0);
        while (gone < TimeSpan.FromHours(24))
            gone += Backoff.After(Backoff.Webhooks, ++tries, null, chance);
        Assert.InRange(tries, 20, 80);
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task An_export_tells_contacts_consents_and_its_end_by_number_and_with_addresses_to_who_ticked_them(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, Seed = new ShopSeedOptions { Customers = 30, Guests = 5, Orders = 10 } });
        await using var byNumber = await WebhookReceiver.StartAsync();
        await using var byEmail = await WebhookReceiver.StartAsync();
        var secret = await SubscribeAsync(engine, byNumber, WebhookEvents.All);
        await SubscribeAsync(engine, byEmail, [WebhookEvent.ContactSent], tellsEmail: true);

        await engine.ExportAsync(ExportKind.Contacts, new ExportOptions { DryRun = true });
        var run = await engine.ExportAsync(ExportKind.Contacts);
        await engine.Get<WebhookSender>().SendDueAsync(default);

        Assert.All(byNumber.Messages, message => Assert.True(message.IsSignedWith(secret)));
        Assert.All(byNumber.Messages, message => Assert.DoesNotContain("@", message.Body, StringComparison.Ordinal));
        Assert.Equal(["consent.changed", "contact.sent", "export.finished"], byNumber.Messages.Select(message => message.Type).Distinct().Order());
        var told = byNumber.Messages.Where(message => message.Type == "contact.sent").SelectMany(message => message.Data.GetProperty("contacts").EnumerateArray()).ToList();
        Assert.Equal(run.Sent, told.Select(one => one.GetProperty("contact").GetInt64()).Distinct().Count());
        var change = byNumber.Messages.First(message => message.Type == "consent.changed").Data.GetProperty("changes")[0];
        Assert.Equal("NoStatement", change.GetProperty("from").GetString());
        var finished = Assert.Single(byNumber.Messages, message => message.Type == "export.finished").Data;
        Assert.Equal((run.Number, run.Sent, "Done", engine.Store.Slug), (
            finished.GetProperty("export").GetInt32(), finished.GetProperty("sent").GetInt64(), finished.GetProperty("state").GetString(), finished.GetProperty("store").GetString()));

        var named = byEmail.Messages.SelectMany(message => message.Data.GetProperty("contacts").EnumerateArray()).ToList();
        Assert.Equal(run.Sent, named.Count);
        foreach (var one in named.Take(3))
        {
            var card = await engine.Views.ContactAsync(engine.Account.Id, one.GetProperty("contact").GetInt64(), default);
            Assert.Equal(EmailAddress.KeyOf(card!.Row.Email), one.GetProperty("email").GetString());
        }

        var before = byNumber.Messages.Count;
        await engine.ExportAsync(ExportKind.Contacts);
        await engine.Get<WebhookSender>().SendDueAsync(default);
        Assert.Equal(["export.finished"], byNumber.Messages.Skip(before).Select(message => message.Type));
    }

    [Fact]
    public async Task What_is_not_taken_comes_again_under_the_same_id_until_it_is_and_only_once_after()
    {
        await using var engine = await RunningEngine.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await SubscribeAsync(engine, receiver, [WebhookEvent.StoreNeedsOperator]);
        receiver.Status = HttpStatusCode.ServiceUnavailable;
        await engine.Stores.SetStateAsync(engine.Store.Key, StoreState.NeedsOperator, "CredentialsRefused:consumer_key", default);
        await engine.Stores.SetStateAsync(engine.Store.Key, StoreState.NeedsOperator, "CredentialsRefused:consumer_key", default);
        var sender = engine.Get<WebhookSender>();

        await sender.SendDueAsync(default);
        for (var hour = 0; hour < 3; hour++)
        {
            engine.Clock.Advance(TimeSpan.FromHours(1));
            await sender.SendDueAsync(default);
        }

        receiver.Status = HttpStatusCode.NoContent;
        for (var round = 0; round < 3; round++)
        {
            engine.Clock.Advance(TimeSpan.FromHours(2));
            await sender.SendDueAsync(default);
        }

        Assert.Single(receiver.Messages.Select(message => message.Id).Distinct());
        Assert.Equal(5, receiver.Messages.Count);
        Assert.Equal(receiver.Messages.Count, receiver.Messages.Select(message => message.Stamp).Distinct().Count());
        Assert.Equal(("CredentialsRefused", "consumer_key"), (receiver.Messages[0].Data.GetProperty("problem").GetString(), receiver.Messages[0].Data.GetProperty("setting").GetString()));
        var subscription = Assert.Single(await Webhooks(engine).ListAsync(engine.Account.Id, default));
        Assert.Equal((0, null, engine.Clock.GetUtcNow().AddHours(-4)), (subscription.Failures, subscription.FailingSince, subscription.LastSuccessAt!.Value));
        Assert.Equal([204, 503, 503, 503, 503], (await Webhooks(engine).AttemptsAsync(engine.Account.Id, subscription.Id, 10, default)).Select(attempt => attempt.Status));
    }

    [Fact]
    public async Task After_a_day_a_message_is_given_up_somebody_is_told_and_nothing_is_switched_off()
    {
        await using var engine = await RunningEngine.StartAsync();
        await using var dead = await WebhookReceiver.StartAsync();
        await using var alive = await WebhookReceiver.StartAsync();
        await SubscribeAsync(engine, dead, [WebhookEvent.StoreNeedsOperator, WebhookEvent.AlertOpened]);
        await SubscribeAsync(engine, alive, [WebhookEvent.AlertOpened, WebhookEvent.AlertClosed]);
        dead.Status = HttpStatusCode.InternalServerError;
        var (sender, watch) = (engine.Get<WebhookSender>(), engine.Get<AlertWatch>());
        await engine.Stores.SetStateAsync(engine.Store.Key, StoreState.NeedsOperator, "CredentialsRefused:consumer_key", default);
        await engine.Stores.SetStateAsync(engine.Store.Key, StoreState.Paused, null, default);

        await sender.SendDueAsync(default);
        await watch.LookAsync(default);
        Assert.Empty(await engine.Get<IAlerts>().OpenAsync(engine.Account.Id, default));
        for (var hour = 0; hour < 30; hour++)
        {
            engine.Clock.Advance(TimeSpan.FromHours(1));
            await sender.SendDueAsync(default);
            await watch.LookAsync(default);
        }

        var alert = Assert.Single(await engine.Get<IAlerts>().OpenAsync(engine.Account.Id, default));
        Assert.Equal((AlertKind.WebhookFails, "127.0.0.1", 0L), (alert.Kind, alert.Detail, alert.Store.StoreId));
        Assert.Equal("WebhookFails", Assert.Single(alive.Messages).Data.GetProperty("kind").GetString());
        var subscription = (await Webhooks(engine).ListAsync(engine.Account.Id, default))[0];
        Assert.False(subscription.IsPaused);
        // The alert itself, and the trouble before it.
        Assert.Equal(new WebhookQueue(0, 2), (await Webhooks(engine).QueuesAsync(engine.Account.Id, default))[subscription.Id]);

        dead.Status = HttpStatusCode.OK;
        var earlier = dead.Messages.Count;
        Assert.Equal(2, await Webhooks(engine).ReviveAsync(engine.Account.Id, subscription.Id, default));
        await sender.SendDueAsync(default);
        await watch.LookAsync(default);
        await sender.SendDueAsync(default);
        Assert.Equal(["store.needs_operator", "alert.opened"], dead.Messages.Skip(earlier).Select(message => message.Type));
        Assert.Equal(["alert.opened", "alert.closed"], alive.Messages.Select(message => message.Type));
        Assert.Empty(await engine.Get<IAlerts>().OpenAsync(engine.Account.Id, default));
    }

    [Fact]
    public async Task A_message_that_alone_is_refused_does_not_hold_the_others()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = new ShopSeedOptions { Customers = 10, Guests = 0, Orders = 0 } });
        await using var receiver = await WebhookReceiver.StartAsync();
        await SubscribeAsync(engine, receiver, [WebhookEvent.ConsentChanged, WebhookEvent.ContactSent, WebhookEvent.ExportFinished]);
        (receiver.Status, receiver.Refuses) = (HttpStatusCode.BadRequest, message => message.Type == "consent.changed");

        await engine.ExportAsync(ExportKind.Contacts);
        await engine.Get<WebhookSender>().SendDueAsync(default);

        Assert.Contains(receiver.Messages, message => message.Type == "contact.sent");
        Assert.Contains(receiver.Messages, message => message.Type == "export.finished");
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_delays_no_other()
    {
        await using var engine = await RunningEngine.StartAsync();
        await using var slow = await WebhookReceiver.StartAsync();
        await using var quick = await WebhookReceiver.StartAsync();
        await SubscribeAsync(engine, slow, [WebhookEvent.StoreNeedsOperator]);
        await SubscribeAsync(engine, quick, [WebhookEvent.StoreNeedsOperator]);
        slow.Hold();
        await engine.Stores.SetStateAsync(engine.Store.Key, StoreState.NeedsOperator, "CredentialsRefused:consumer_key", default);

        var sending = engine.Get<WebhookSender>().SendDueAsync(default);
        var quickId = (await Webhooks(engine).ListAsync(engine.Account.Id, default))[1].Id;
        while ((await Webhooks(engine).AttemptsAsync(engine.Account.Id, quickId, 1, default)).Count == 0)
            await Task.Yield();
        Assert.False(sending.IsCompleted);
        slow.Release();
        await sending;

        Assert.Single(quick.Messages);
        Assert.Single(slow.Messages);
    }

    [Fact]
    public async Task A_dead_receiver_is_asked_by_one_message_at_a_time()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = new ShopSeedOptions { Customers = 10, Guests = 0, Orders = 0 } });
        await using var receiver = await WebhookReceiver.StartAsync();
        await SubscribeAsync(engine, receiver, WebhookEvents.All);
        receiver.Status = HttpStatusCode.BadGateway;
        for (var times = 0; times < 20; times++)
        {
            await engine.Stores.SetStateAsync(engine.Store.Key, StoreState.NeedsOperator, "CredentialsRefused:consumer_key", default);
            await engine.Stores.SetStateAsync(engine.Store.Key, StoreState.Active, null, default);
        }

        await engine.Get<WebhookSender>().SendDueAsync(default);
        Assert.Equal(3, receiver.Messages.Count);
        engine.Clock.Advance(TimeSpan.FromMinutes(10));
        await engine.Get<WebhookSender>().SendDueAsync(default);
        Assert.Equal(4, receiver.Messages.Count);
        receiver.Status = HttpStatusCode.OK;
        engine.Clock.Advance(TimeSpan.FromMinutes(10));
        await engine.Get<WebhookSender>().SendDueAsync(default);
        Assert.Equal(20, receiver.Messages.Select(message => message.Id).Distinct().Count());
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task What_was_given_up_is_told_without_the_address_even_where_that_is_the_records_name(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });
        await using var receiver = await WebhookReceiver.StartAsync();
        await SubscribeAsync(engine, receiver, [WebhookEvent.DeliveryRejected]);
        await engine.WorkAsync();
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        engine.PlaceOrder("gosc@poczta.example");
        for (var hour = 0; hour < 26; hour++)
            await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        await engine.Get<WebhookSender>().SendDueAsync(default);

        var records = receiver.Messages.SelectMany(message => message.Data.GetProperty("records").EnumerateArray()).ToList();
        Assert.Contains(records, record => record.GetProperty("kind").GetString() == "Contact" && record.GetProperty("record").ValueKind == JsonValueKind.Null);
        Assert.All(records, record => Assert.True(record.GetProperty("contact").GetInt64() > 0));
        Assert.All(receiver.Messages, message => Assert.DoesNotContain("gosc", message.Body, StringComparison.OrdinalIgnoreCase));
        var letters = await engine.Get<IDeadLetters>().ListAsync(engine.Account.Id, null, 10, default);
        Assert.Equal(letters.Select(letter => letter.Name).Order(), records.Select(record => record.GetProperty("letter").GetString()!).Order());
    }

    [Fact]
    public async Task Of_an_erased_person_no_address_goes_out_and_none_is_kept()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = new ShopSeedOptions { Customers = 4, Guests = 0, Orders = 0 } });
        await using var receiver = await WebhookReceiver.StartAsync();
        await SubscribeAsync(engine, receiver, [WebhookEvent.ContactSent], tellsEmail: true);
        await engine.ExportAsync(ExportKind.Contacts);
        var person = (await engine.HubAddressesAsync())[0];
        Assert.DoesNotContain("webhook_message", await engine.TablesWithAsync(person));
        Assert.True(EmailAddress.TryParse(person, out var address, out _));
        await engine.Get<Erasure>().EraseAsync(engine.Account.Id, address, "Ewa", default);

        await engine.Get<WebhookSender>().SendDueAsync(default);

        var people = receiver.Messages.SelectMany(message => message.Data.GetProperty("contacts").EnumerateArray()).ToList();
        Assert.Equal(people.Count - 1, people.Count(one => one.TryGetProperty("email", out _)));
        Assert.All(receiver.Messages, message => Assert.DoesNotContain(person, message.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task For_a_day_after_a_new_secret_both_fit_and_then_the_new_one_alone()
    {
        await using var engine = await RunningEngine.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var old = await SubscribeAsync(engine, receiver, [WebhookEvent.ExportFinished]);
        var (desk, sender) = (engine.Get<WebhookDesk>(), engine.Get<WebhookSender>());
        var fresh = await desk.RotateAsync(await OnlyAsync(engine), default);

        await sender.TestAsync(await OnlyAsync(engine), default);
        engine.Clock.Advance(TimeSpan.FromHours(24));
        await sender.TestAsync(await OnlyAsync(engine), default);

        Assert.Equal([(true, true), (false, true)], receiver.Messages.Select(message => (message.IsSignedWith(old), message.IsSignedWith(fresh))));
        Assert.Equal("webhook.test", receiver.Messages[0].Type);
    }

    [Fact]
    public async Task A_trial_says_what_the_receiver_answered_and_redirects_and_private_networks_are_not_followed()
    {
        await using var engine = await RunningEngine.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await SubscribeAsync(engine, receiver, [WebhookEvent.ExportFinished]);
        (receiver.Status, receiver.Location) = (HttpStatusCode.Found, receiver.Address.ToString());
        var attempt = await engine.Get<WebhookSender>().TestAsync(await OnlyAsync(engine), default);
        Assert.Equal((302, false), (attempt.Status, attempt.Succeeded));
        Assert.Single(receiver.Messages);
        Assert.Equal(attempt.MessageId, Assert.Single(await Webhooks(engine).AttemptsAsync(engine.Account.Id, (await OnlyAsync(engine)).Id, 5, default)).MessageId);
        Assert.Empty(await Webhooks(engine).QueuesAsync(engine.Account.Id, default));

        using var guarded = new OutgoingHttp(new OutgoingOptions());
        var refused = await new StandardWebhook(guarded, engine.Clock).PostAsync(receiver.Address, [StandardWebhook.NewSecret()], "msg_1", Encoding.UTF8.GetBytes("{}"), default);
        Assert.Equal((null, "PrivateAddress"), (refused.Status, refused.Problem));
        Assert.Single(receiver.Messages);
        Assert.Equal((false, true), (new WebhookDesk(Webhooks(engine), engine.Get<Secrets>(), new OutgoingOptions(), engine.Clock).MayBe(receiver.Address), engine.Get<WebhookDesk>().MayBe(receiver.Address)));
    }

    [Fact]
    public async Task A_wait_that_the_receiver_asks_for_is_kept()
    {
        await using var engine = await RunningEngine.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await SubscribeAsync(engine, receiver, [WebhookEvent.StoreNeedsOperator]);
        (receiver.Status, receiver.RetryAfter) = (HttpStatusCode.TooManyRequests, 1800);
        await engine.Stores.SetStateAsync(engine.Store.Key, StoreState.NeedsOperator, "CredentialsRefused:consumer_key", default);
        await engine.Get<WebhookSender>().SendDueAsync(default);
        engine.Clock.Advance(TimeSpan.FromMinutes(29));
        await engine.Get<WebhookSender>().SendDueAsync(default);
        Assert.Single(receiver.Messages);
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
        await engine.Get<WebhookSender>().SendDueAsync(default);
        Assert.Equal(2, receiver.Messages.Count);
    }

    static IOutgoingWebhooks Webhooks(RunningEngine engine) => engine.Get<IOutgoingWebhooks>();

    static async Task<WebhookSubscription> OnlyAsync(RunningEngine engine) => Assert.Single(await Webhooks(engine).ListAsync(engine.Account.Id, default));

    static async Task<string> SubscribeAsync(RunningEngine engine, WebhookReceiver receiver, IReadOnlyList<WebhookEvent> events, bool tellsEmail = false)
        => (await engine.Get<WebhookDesk>().AddAsync(engine.Account.Id, receiver.Address, events, tellsEmail, default)).Secret;
}
