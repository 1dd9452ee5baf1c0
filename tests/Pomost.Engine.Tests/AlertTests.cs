using System.Globalization;
using System.Net;
using Pomost.Engine.Tests.Fixture;
using Pomost.Simulators;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: each condition is told once when it begins and once when it ends. Method: a real receiver of signed messages on the loopback.</summary>
public sealed class AlertTests
{
    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task A_change_that_waits_too_long_is_told_once_and_its_end_once(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });
        await using var receiver = await WebhookReceiver.StartAsync();
        var watch = engine.Get<AlertWatch>();
        var secret = await watch.SaveAsync(engine.Account.Id, new AlertOptions { Webhook = receiver.Address }, default);
        await engine.WorkAsync();
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        engine.PlaceOrder("gosc@poczta.example");
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        await watch.LookAsync(default);
        Assert.Empty(receiver.Messages);

        engine.Clock.Advance(TimeSpan.FromMinutes(16));
        for (var minute = 0; minute < 3; minute++)
            await watch.LookAsync(default);
        var told = Assert.Single(receiver.Messages);
        Assert.Equal(("Lag", "alert.opened"), (KindOf(told), told.Type));
        Assert.True(told.IsSignedWith(secret));
        Assert.False(told.IsSignedWith(StandardWebhook.NewSecret()));
        Assert.DoesNotContain("gosc", told.Body, StringComparison.Ordinal);
        Assert.Equal(AlertKind.Lag, Assert.Single(await engine.Get<IAlerts>().OpenAsync(engine.Account.Id, default)).Kind);

        engine.Hub.Trouble = null;
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(31));
        await watch.LookAsync(default);
        await watch.LookAsync(default);
        Assert.Equal([("Lag", "alert.opened"), ("Lag", "alert.closed")], receiver.Messages.Select(message => (KindOf(message), message.Type)));
        Assert.Empty(await engine.Get<IAlerts>().OpenAsync(engine.Account.Id, default));
    }

    [Fact]
    public async Task A_refused_credential_is_told_even_when_the_first_try_fails()
    {
        await using var engine = await RunningEngine.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var watch = engine.Get<AlertWatch>();
        await watch.SaveAsync(engine.Account.Id, new AlertOptions { Webhook = receiver.Address }, default);
        await engine.Stores.SetStateAsync(engine.Store.Key, StoreState.NeedsOperator, "CredentialsRefused:consumer_key", default);
        receiver.Status = HttpStatusCode.BadGateway;
        await watch.LookAsync(default);
        receiver.Status = HttpStatusCode.OK;
        await watch.LookAsync(default);
        await watch.LookAsync(default);
        Assert.Equal(["StandsStill", "StandsStill"], receiver.Messages.Select(KindOf));
        Assert.Contains("CredentialsRefused", receiver.Messages[1].Body, StringComparison.Ordinal);
        Assert.Equal(receiver.Messages[0].Id, receiver.Messages[1].Id);
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task A_shop_that_does_not_answer_is_told_after_five_minutes_through_a_restart_and_its_return_once(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });
        await using var receiver = await WebhookReceiver.StartAsync();
        var (watch, paces) = (engine.Get<AlertWatch>(), engine.Get<IStorePaces>());
        await watch.SaveAsync(engine.Account.Id, new AlertOptions { Webhook = receiver.Address }, default);
        await engine.WorkAsync();
        engine.Simulator.Faults.WithProbability(Fault.CutConnection, 1);
        var silentFrom = engine.Clock.GetUtcNow();
        engine.Clock.Advance(TimeSpan.FromHours(1));
        for (var minute = 0; minute < 4; minute++)
        {
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(1));
            await watch.LookAsync(default);
        }

        Assert.Empty(receiver.Messages);
        Assert.InRange((await paces.SilentSinceAsync(engine.Account.Id, default))[engine.Store.Key], silentFrom, silentFrom.AddMinutes(62));
        // Another process takes the store over, and the shop is no better.
        await new StoreRunner(engine.Get<EngineServices>()).RunAsync(engine.Store.Key, default);
        for (var minute = 0; minute < 3; minute++)
        {
            await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
            await watch.LookAsync(default);
        }

        var told = Assert.Single(receiver.Messages);
        Assert.Equal(("ShopSilent", "alert.opened"), (KindOf(told), told.Type));
        Assert.InRange(int.Parse(Assert.Single(await engine.Get<IAlerts>().OpenAsync(engine.Account.Id, default)).Detail!, CultureInfo.InvariantCulture), 9, 12);
        Assert.Contains(await engine.Get<SystemHealth>().LookAsync(engine.Account.Id, default), line => line is { Topic: HealthTopic.ShopSilent, State: HealthState.Bad, At: not null });

        engine.Simulator.Faults.Clear();
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(6));
        await watch.LookAsync(default);
        Assert.Equal(["alert.opened", "alert.closed"], receiver.Messages.Select(message => message.Type));
        Assert.Empty(await paces.SilentSinceAsync(engine.Account.Id, default));
    }

    [Fact]
    public async Task A_paused_store_is_no_silent_shop()
    {
        await using var engine = await RunningEngine.StartAsync();
        engine.Simulator.Faults.WithProbability(Fault.CutConnection, 1);
        await engine.WorkAsync();
        Assert.Single(await engine.Get<IStorePaces>().SilentSinceAsync(engine.Account.Id, default));
        await engine.Get<StoreDisconnection>().PauseAsync(engine.Store.Key, default);
        engine.Clock.Advance(TimeSpan.FromMinutes(20));
        await engine.Get<AlertWatch>().LookAsync(default);
        Assert.Empty(await engine.Get<IAlerts>().OpenAsync(engine.Account.Id, default));
        Assert.Contains(await engine.Get<SystemHealth>().LookAsync(engine.Account.Id, default), line => line is { Topic: HealthTopic.StorePaused, State: HealthState.Notice });
    }

    [Fact]
    public async Task Many_records_given_up_are_told_and_without_a_channel_they_stand_in_the_table()
    {
        await using var engine = await RunningEngine.StartAsync();
        var watch = engine.Get<AlertWatch>();
        await watch.SaveAsync(engine.Account.Id, new AlertOptions { GivenUp = 0 }, default);
        await engine.WorkAsync();
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        engine.PlaceOrder("gosc@poczta.example");
        for (var hour = 0; hour < 26; hour++)
            await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        await watch.LookAsync(default);
        var open = await engine.Get<IAlerts>().OpenAsync(engine.Account.Id, default);
        Assert.Contains(open, alert => alert is { Kind: AlertKind.GivenUp, Detail: "1" or "2" });
        Assert.Empty(await watch.TestAsync(engine.Account, default));
    }

    [Fact]
    public async Task A_trial_says_how_each_channel_ended()
    {
        await using var engine = await RunningEngine.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var watch = engine.Get<AlertWatch>();
        await watch.SaveAsync(engine.Account.Id, new AlertOptions { Webhook = receiver.Address, Email = "ktos@example.com" }, default);
        var results = await watch.TestAsync(engine.Account, default);
        Assert.Equal(("sent", "no mail server is set; kept in the panel"), (results["webhook"], results["email"]));
        var kept = Assert.Single(await engine.Get<IMails>().ListAsync(null, 10, default));
        Assert.Equal((MailKind.Alert, MailState.Kept, "ktos@example.com"), (kept.Kind, kept.State, kept.Recipient));
        Assert.Equal(["pl", "en"], engine.Get<MailRoom>().Open(kept).Parts.Select(part => part.Language));
        receiver.Status = HttpStatusCode.NotFound;
        Assert.Contains("404", (await watch.TestAsync(engine.Account, default))["webhook"], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_alert_has_words_in_both_languages()
    {
        foreach (var kind in Enum.GetValues<AlertKind>())
        {
            foreach (var state in Enum.GetValues<AlertState>())
            {
                var (polish, english) = AlertWords.Of(new Alert(1, new StoreKey(1, 1), kind, state, "7", default, null, null), "Sklep");
                Assert.NotEqual(polish.Title, english.Title);
                Assert.NotEqual(polish.Body, english.Body);
            }
        }
    }

    static string KindOf(ReceivedWebhook message) => message.Data.GetProperty("kind").GetString()!;
}
