using System.Net;
using Pomost.Engine.Tests.Fixture;
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
