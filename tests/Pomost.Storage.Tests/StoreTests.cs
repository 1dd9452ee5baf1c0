using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage.Tests;

public sealed class StoreTestsOnSqlite(SqliteFixture storage) : StoreTests(storage), IClassFixture<SqliteFixture>;

public sealed class StoreTestsOnPostgreSql(PostgreSqlFixture storage) : StoreTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class StoreTests(StorageFixture storage)
{
    [Fact]
    public async Task A_store_comes_back_as_it_was_added()
    {
        var account = await storage.AddAccountAsync();
        var destination = await storage.AddDestinationAsync(account.Id);
        var store = Example.Store(account.Id, destination.Id) with
        {
            Options = new StoreOptions
            {
                Sharing = SharingMode.ConsentedWhenOrdering,
                OrderStatuses = ["completed", "Wysłane"],
                RegistrationTags = ["witaj"],
                AutomaticTags = false,
                PollSeconds = 0,
                RequestsPerSecond = 2.5,
            },
            State = StoreState.NeedsOperator,
            Problem = "WrongCredentials",
        };
        var added = await storage.Stores.AddAsync(store, default);
        var found = await storage.Stores.FindAsync(added.Key, default);
        Assert.Equivalent(store with { Id = added.Id, Number = 1 }, found, strict: true);
    }

    [Fact]
    public async Task Choices_are_changed_one_after_the_other_and_nothing_else_with_them()
    {
        var store = await storage.AddStoreAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => storage.Stores.ChangeOptionsAsync(
            store.Key, options => options with { AbandonedCartMinutes = options.AbandonedCartMinutes + 1 }, default)));
        await storage.Stores.SetStateAsync(store.Key, StoreState.Paused, null, default);
        var before = await storage.Stores.ChangeOptionsAsync(store.Key, options => options with { TagsOff = [TagEvent.Purchase], PushForm = "17" }, default);

        Assert.Equal(new StoreOptions().AbandonedCartMinutes + 8, before!.AbandonedCartMinutes);
        var found = (await storage.Stores.FindAsync(store.Key, default))!;
        Assert.Equal((StoreState.Paused, "17"), (found.State, found.Options.PushForm));
        Assert.Equal([TagEvent.Purchase], found.Options.TagsOff);
        Assert.Null(await storage.Stores.ChangeOptionsAsync(store.Key with { AccountId = store.AccountId + 1 }, options => options, default));
    }

    [Fact]
    public async Task Stores_are_numbered_within_their_account()
    {
        var first = await storage.AddStoreAsync();
        var second = await storage.Stores.AddAsync(Example.Store(first.AccountId, first.DestinationId), default);
        var other = await storage.AddStoreAsync();
        Assert.Equal([1, 2, 1], [first.Number, second.Number, other.Number]);
        Assert.Equal([first.Id, second.Id], (await storage.Stores.ListAsync(first.AccountId, default)).Select(store => store.Id));
    }

    [Fact]
    public async Task A_destination_keeps_how_often_and_how_fast_it_is_asked()
    {
        var account = await storage.AddAccountAsync();
        var added = await storage.AddDestinationAsync(account.Id);
        Assert.Null(added.ConsentMinutes);
        await storage.Stores.UpdateDestinationAsync(added with { ConsentMinutes = 240, RequestsPerMinute = 60 }, default);
        var found = (await storage.Stores.FindDestinationAsync(account.Id, added.Id, default))!;
        Assert.Equal((240, 60), (found.ConsentMinutes, found.RequestsPerMinute));
    }

    [Fact]
    public async Task What_reading_changed_cards_brought_is_counted_by_store_and_since()
    {
        var (store, other) = (await storage.AddStoreAsync(), await storage.AddStoreAsync());
        var (hints, now) = (storage.Services.GetRequiredService<ICardHints>(), storage.Clock.GetUtcNow());
        Assert.Equal(new CardListFacts(null, 0), await hints.FactsAsync(store.Key, store.DestinationId, now.AddDays(-1), default));
        var lease = (await storage.Runs.BeginAsync(store.Key, default))!;
        await storage.Runs.CommitAsync(lease, new PageCommit
        {
            Consents =
            [
                Said("ewa@poczta.example", now.AddHours(-1), ConsentSource.SalesmanagoCard), Said("iga@poczta.example", now.AddHours(-1), ConsentSource.Checkout),
                Said("ola@poczta.example", now.AddDays(-2), ConsentSource.SalesmanagoCard),
            ],
        }, default);
        await hints.SaveCursorAsync(lease, ICardHints.ChangedList, new Contract.SyncCursor("1 2 1"), default);

        Assert.Equal(new CardListFacts(now, 1), await hints.FactsAsync(store.Key, store.DestinationId, now.AddDays(-1), default));
        Assert.Equal(new CardListFacts(null, 0), await hints.FactsAsync(other.Key, other.DestinationId, now.AddDays(-1), default));

        static ConsentWrite Said(string person, DateTimeOffset at, ConsentSource source)
            => new(person, ConsentChannel.Email, ConsentState.NoStatement, new Consent(ConsentState.Granted, at, source));
    }

    [Fact]
    public async Task A_slug_that_is_taken_gets_a_number_behind_it()
    {
        var first = await storage.AddStoreAsync();
        var second = await storage.Stores.AddAsync(Example.Store(first.AccountId, first.DestinationId), default);
        var third = await storage.Stores.AddAsync(Example.Store(first.AccountId, first.DestinationId), default);
        Assert.Equal(["sklep-ewy", "sklep-ewy-2", "sklep-ewy-3"], [first.Slug, second.Slug, third.Slug]);
        Assert.Equal(second.Id, (await storage.Stores.FindBySlugAsync(first.AccountId, "sklep-ewy-2", default))?.Id);
    }

    [Fact]
    public async Task Stores_added_at_once_get_different_numbers_and_slugs()
    {
        var first = await storage.AddStoreAsync();
        var added = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => storage.Stores.AddAsync(Example.Store(first.AccountId, first.DestinationId), default)));
        Assert.Equal(Enumerable.Range(2, 10), added.Select(store => store.Number).Order());
        Assert.Equal(10, added.Select(store => store.Slug).Distinct().Count());
    }

    [Fact]
    public async Task A_store_is_found_by_its_webhook_token_alone()
    {
        var store = await storage.AddStoreAsync();
        Assert.Equal(store.Key, (await storage.Stores.FindByWebhookTokenAsync(store.WebhookToken, default))?.Key);
        Assert.Null(await storage.Stores.FindByWebhookTokenAsync("guessed", default));
    }

    [Fact]
    public async Task Another_account_does_not_see_a_store_or_a_destination()
    {
        var store = await storage.AddStoreAsync();
        var other = await storage.AddAccountAsync();
        Assert.Null(await storage.Stores.FindAsync(store.Key with { AccountId = other.Id }, default));
        Assert.Null(await storage.Stores.FindBySlugAsync(other.Id, store.Slug, default));
        Assert.Null(await storage.Stores.FindDestinationAsync(other.Id, store.DestinationId, default));
        Assert.Empty(await storage.Stores.ListAsync(other.Id, default));
        Assert.Empty(await storage.Stores.ListDestinationsAsync(other.Id, default));
    }

    [Fact]
    public async Task A_store_cannot_use_another_account_s_destination()
    {
        var store = await storage.AddStoreAsync();
        var other = await storage.AddAccountAsync();
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => storage.Stores.AddAsync(Example.Store(other.Id, store.DestinationId), default));
    }

    [Fact]
    public async Task An_update_writes_all_but_identity_number_and_creation()
    {
        var store = await storage.AddStoreAsync();
        var changed = store with { Name = "Nowa", Slug = "nowa", Settings = new Dictionary<string, string>(), Options = new StoreOptions { PollSeconds = 5 } };
        await storage.Stores.UpdateAsync(changed with { Number = 77, CreatedAt = DateTimeOffset.UnixEpoch }, default);
        Assert.Equivalent(changed, await storage.Stores.FindAsync(store.Key, default), strict: true);
    }

    [Fact]
    public async Task A_destination_comes_back_as_written()
    {
        var account = await storage.AddAccountAsync();
        var added = await storage.AddDestinationAsync(account.Id);
        var changed = added with { IsHub = false, Endpoint = new Uri("https://app2.salesmanago.pl"), ClientId = "x", Owner = "o@example.com", ProtectedSecrets = "new" };
        await storage.Stores.UpdateDestinationAsync(changed, default);
        Assert.Equal(changed, await storage.Stores.FindDestinationAsync(account.Id, added.Id, default));
        Assert.Equal([changed], await storage.Stores.ListDestinationsAsync(account.Id, default));
    }

    [Fact]
    public async Task A_state_is_set_with_its_problem()
    {
        var store = await storage.AddStoreAsync();
        await storage.Stores.SetStateAsync(store.Key, StoreState.NeedsOperator, "WrongCredentials", default);
        var found = await storage.Stores.FindAsync(store.Key, default);
        Assert.Equal((StoreState.NeedsOperator, "WrongCredentials"), (found!.State, found.Problem));
    }
}
