using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage.Tests;

public sealed class OutgoingWebhookTestsOnSqlite(SqliteFixture storage) : OutgoingWebhookTests(storage), IClassFixture<SqliteFixture>;

public sealed class OutgoingWebhookTestsOnPostgreSql(PostgreSqlFixture storage) : OutgoingWebhookTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class OutgoingWebhookTests(StorageFixture storage)
{
    private static readonly DateTimeOffset Never = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SqlOutgoingWebhooks webhooks = new(storage.Database);

    [Fact]
    public async Task A_subscription_comes_back_as_it_was_kept_for_its_account_alone()
    {
        var (mine, other) = ((await storage.AddAccountAsync()).Id, (await storage.AddAccountAsync()).Id);
        var until = storage.Clock.GetUtcNow().AddHours(24);
        var kept = await webhooks.AddAsync(New(mine, WebhookEvent.ContactSent) with { TellsEmail = true }, default);
        var changed = kept with { Url = new Uri("https://inny.example/x?y=1"), Events = [WebhookEvent.AlertOpened, WebhookEvent.AlertClosed], IsPaused = true, ProtectedOldSecret = "old", OldSecretUntil = until };
        await webhooks.UpdateAsync(changed, default);
        await webhooks.UpdateAsync(changed with { AccountId = other, Url = new Uri("https://obcy.example/") }, default);

        var found = (await webhooks.FindAsync(mine, kept.Id, default))!;
        Assert.Equal(changed.Events, found.Events);
        Assert.Equal(changed with { Events = found.Events }, found);
        Assert.Null(await webhooks.FindAsync(other, kept.Id, default));
        Assert.Empty(await webhooks.ListAsync(other, default));
        Assert.False(await webhooks.RemoveAsync(other, kept.Id, default));
        Assert.True(await webhooks.RemoveAsync(mine, kept.Id, default));
        Assert.Empty(await webhooks.ListAsync(mine, default));
    }

    [Fact]
    public async Task Only_who_asked_is_told_and_without_subscriptions_nothing_is_written()
    {
        var lease = await storage.BeginAsync();
        await storage.CommitAsync(lease, Consented("a@example.com"));
        var asked = await webhooks.AddAsync(New(lease.Store.AccountId, WebhookEvent.ConsentChanged), default);
        var paused = await webhooks.AddAsync(New(lease.Store.AccountId, WebhookEvent.ConsentChanged) with { IsPaused = true }, default);
        var others = await webhooks.AddAsync(New(lease.Store.AccountId, WebhookEvent.ContactSent), default);
        var strangers = await webhooks.AddAsync(New((await storage.AddAccountAsync()).Id, WebhookEvent.ConsentChanged), default);
        Assert.Null(await webhooks.NextAsync(asked, default));

        await storage.CommitAsync(lease, Consented("b@example.com"));

        var message = await webhooks.NextAsync(asked, default);
        Assert.Equal((WebhookEvent.ConsentChanged, 0, storage.Clock.GetUtcNow()), (message!.Event, message.Attempts, message.CreatedAt));
        Assert.StartsWith("msg_", message.MessageId, StringComparison.Ordinal);
        Assert.DoesNotContain("@", message.Payload, StringComparison.Ordinal);
        foreach (var silent in new[] { paused, others, strangers })
            Assert.Null(await webhooks.NextAsync(silent, default));
        Assert.Equal(new WebhookQueue(1, 0), (await webhooks.QueuesAsync(lease.Store.AccountId, default))[asked.Id]);
    }

    [Fact]
    public async Task A_commit_that_comes_too_late_tells_nothing()
    {
        var lease = await storage.BeginAsync();
        var asked = await webhooks.AddAsync(New(lease.Store.AccountId, WebhookEvent.ConsentChanged), default);
        await storage.BeginAsync(lease.Store);

        await Assert.ThrowsAsync<StaleLeaseException>(() => storage.CommitAsync(lease, Consented("a@example.com")));

        Assert.Null(await webhooks.NextAsync(asked, default));
    }

    [Fact]
    public async Task Many_contacts_taken_at_once_are_told_in_few_messages()
    {
        var lease = await storage.BeginAsync();
        var asked = await webhooks.AddAsync(New(lease.Store.AccountId, WebhookEvent.ContactSent), default);
        var people = Enumerable.Range(0, 1_200).Select(n => $"osoba{n}@example.com").ToList();
        await storage.CommitAsync(lease, new PageCommit { Contacts = [.. people.Select(email => Example.Contact(email))], Deliveries = [.. people.Select(email => Example.ContactDelivery(email))] });
        var taken = await storage.NextAsync(lease, 2_000);
        await storage.Runs.SettleAsync(lease, new Settlement { Taken = taken }, default);

        Assert.Equal(new WebhookQueue(3, 0), (await webhooks.QueuesAsync(lease.Store.AccountId, default))[asked.Id]);
    }

    [Fact]
    public async Task A_try_moves_the_message_on_and_remembers_since_when_it_fails()
    {
        var lease = await storage.BeginAsync();
        var account = lease.Store.AccountId;
        var asked = await webhooks.AddAsync(New(account, WebhookEvent.ConsentChanged), default);
        foreach (var email in new[] { "a@example.com", "b@example.com" })
            await storage.CommitAsync(lease, Consented(email));
        var began = storage.Clock.GetUtcNow();
        var first = (await webhooks.NextAsync(asked, default))!;
        await SettleAsync(asked, first, 503, WebhookOutcome.PutOff, began.AddMinutes(1), null);

        var second = (await webhooks.NextAsync(asked, default))!;
        Assert.NotEqual(first.Id, second.Id);
        await SettleAsync(asked, second, null, WebhookOutcome.PutOff, began.AddMinutes(1), began.AddMinutes(5));
        Assert.Equal((2, began), ((await webhooks.FindAsync(account, asked.Id, default))!.Failures, (await webhooks.FindAsync(account, asked.Id, default))!.FailingSince));
        storage.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.DoesNotContain(await webhooks.DueAsync(100, default), due => due.Id == asked.Id && due.AccountId == account);
        storage.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Contains(await webhooks.DueAsync(100, default), due => due.Id == asked.Id && due.AccountId == account);

        await SettleAsync(asked, (await webhooks.NextAsync(asked, default))!, 200, WebhookOutcome.Delivered, Never, null);
        await SettleAsync(asked, (await webhooks.NextAsync(asked, default))!, 500, WebhookOutcome.GivenUp, Never, null);
        Assert.Equal(new WebhookQueue(0, 1), (await webhooks.QueuesAsync(account, default))[asked.Id]);
        Assert.Equal([500, 200, null, 503], (await webhooks.AttemptsAsync(account, asked.Id, 10, default)).Select(attempt => attempt.Status));
        Assert.Equal(1, await webhooks.ReviveAsync(account, asked.Id, default));
        Assert.Equal((0, storage.Clock.GetUtcNow()), ((await webhooks.NextAsync(asked, default))!.Attempts, (await webhooks.NextAsync(asked, default))!.CreatedAt));
    }

    [Fact]
    public async Task A_try_that_ends_after_its_subscription_was_removed_leaves_nothing()
    {
        var lease = await storage.BeginAsync();
        var asked = await webhooks.AddAsync(New(lease.Store.AccountId, WebhookEvent.ConsentChanged), default);
        await storage.CommitAsync(lease, Consented("a@example.com"));
        var message = (await webhooks.NextAsync(asked, default))!;
        await webhooks.RemoveAsync(asked.AccountId, asked.Id, default);

        await SettleAsync(asked, message, 200, WebhookOutcome.Delivered, Never, null);

        Assert.Empty(await webhooks.AttemptsAsync(asked.AccountId, asked.Id, 10, default));
        Assert.Empty(await webhooks.QueuesAsync(asked.AccountId, default));
    }

    [Fact]
    public async Task An_address_that_changed_is_tried_at_once()
    {
        var lease = await storage.BeginAsync();
        var asked = await webhooks.AddAsync(New(lease.Store.AccountId, WebhookEvent.ConsentChanged), default);
        foreach (var email in new[] { "a@example.com", "b@example.com" })
            await storage.CommitAsync(lease, Consented(email));
        await SettleAsync(asked, (await webhooks.NextAsync(asked, default))!, 500, WebhookOutcome.PutOff, Never, Never);
        await webhooks.UpdateAsync(asked with { TellsEmail = true }, default);
        Assert.DoesNotContain(await webhooks.DueAsync(100, default), due => due.AccountId == asked.AccountId);
        await webhooks.UpdateAsync(asked with { Url = new Uri("https://nowy.example/") }, default);
        Assert.Contains(await webhooks.DueAsync(100, default), due => due.AccountId == asked.AccountId);
    }

    [Fact]
    public async Task What_is_settled_goes_after_its_time_and_what_waits_stays()
    {
        var lease = await storage.BeginAsync();
        var asked = await webhooks.AddAsync(New(lease.Store.AccountId, WebhookEvent.ConsentChanged), default);
        foreach (var email in new[] { "a@example.com", "b@example.com", "c@example.com" })
            await storage.CommitAsync(lease, Consented(email));
        await SettleAsync(asked, (await webhooks.NextAsync(asked, default))!, 200, WebhookOutcome.Delivered, Never, null);
        await SettleAsync(asked, (await webhooks.NextAsync(asked, default))!, 500, WebhookOutcome.GivenUp, Never, null);
        var retention = new SqlRetention(storage.Database);
        var now = storage.Clock.GetUtcNow();

        await retention.RemoveWebhookMessagesAsync(now, 1_000, default);
        Assert.Equal(new WebhookQueue(1, 1), (await webhooks.QueuesAsync(asked.AccountId, default))[asked.Id]);
        await retention.RemoveWebhookMessagesAsync(now.AddSeconds(1), 1_000, default);
        await retention.RemoveWebhookAttemptsAsync(now.AddSeconds(1), 1_000, default);

        Assert.Equal(new WebhookQueue(1, 0), (await webhooks.QueuesAsync(asked.AccountId, default))[asked.Id]);
        Assert.Empty(await webhooks.AttemptsAsync(asked.AccountId, asked.Id, 10, default));
    }

    [Fact]
    public async Task Addresses_are_found_by_number_within_the_account()
    {
        var (lease, other) = (await storage.BeginAsync(), await storage.BeginAsync());
        await storage.CommitAsync(lease, Consented("a@example.com"));
        await storage.CommitAsync(other, Consented("b@example.com"));
        var mine = Assert.Single((await storage.Views.ContactsAsync(lease.Store.AccountId, new ContactQuery(), default)).Rows).Id;
        var theirs = Assert.Single((await storage.Views.ContactsAsync(other.Store.AccountId, new ContactQuery(), default)).Rows).Id;

        var found = await webhooks.EmailsAsync(lease.Store.AccountId, [mine, theirs, 999_999], default);

        Assert.Equal([KeyValuePair.Create(mine, "a@example.com")], found);
    }

    private static WebhookSubscription New(long account, WebhookEvent happened) => new()
    {
        AccountId = account,
        Url = new Uri("https://odbiorca.example/hook"),
        Events = [happened],
        ProtectedSecret = "sealed",
        CreatedAt = Example.Placed,
    };

    private static PageCommit Consented(string email) => new()
    {
        Contacts = [Example.Contact(email)],
        Consents =
        [
            new ConsentWrite(email, ConsentChannel.Email, ConsentState.NoStatement, new Consent(ConsentState.Granted)),
            new ConsentWrite(email, ConsentChannel.Sms, ConsentState.Granted, new Consent(ConsentState.Granted)),
        ],
    };

    private Task SettleAsync(WebhookSubscription asked, WebhookMessage message, int? status, WebhookOutcome outcome, DateTimeOffset notBefore, DateTimeOffset? hold) => webhooks.SettleAsync(
        asked, message, new WebhookAttempt(message.MessageId, message.Event, storage.Clock.GetUtcNow(), status, status is null ? "TimedOut" : null, 12), outcome, notBefore, hold, default);
}
