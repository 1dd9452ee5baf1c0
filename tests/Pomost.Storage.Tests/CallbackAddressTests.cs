using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage.Tests;

public sealed class CallbackAddressTestsOnSqlite(SqliteFixture storage) : CallbackAddressTests(storage), IClassFixture<SqliteFixture>;

public sealed class CallbackAddressTestsOnPostgreSql(PostgreSqlFixture storage) : CallbackAddressTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class CallbackAddressTests(StorageFixture storage)
{
    private readonly ICallbacks callbacks = storage.Services.GetRequiredService<ICallbacks>();

    [Fact]
    public async Task A_replaced_address_is_known_until_its_time_and_each_further_one_as_well()
    {
        var account = (await storage.AddAccountAsync()).Id;
        var first = await callbacks.EnsureAsync(Address(account), default);
        var (second, third) = (Address(account), Address(account));

        await callbacks.RotateAsync(second, storage.Clock.GetUtcNow().AddHours(24), default);
        storage.Clock.Advance(TimeSpan.FromHours(23));
        await callbacks.RotateAsync(third, storage.Clock.GetUtcNow().AddHours(24), default);

        Assert.Equal([first.Token, second.Token, third.Token], await FoundAsync(first, second, third));
        Assert.Equal(third, await callbacks.EnsureAsync(Address(account), default));
        storage.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([null, second.Token, third.Token], await FoundAsync(first, second, third));
        storage.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal([null, null, third.Token], await FoundAsync(first, second, third));
    }

    [Fact]
    public async Task The_last_call_of_each_kind_is_known_by_account_and_store()
    {
        var store = await storage.AddStoreAsync();
        var (whole, alone) = (Address(store.AccountId), Address(store.AccountId) with { StoreId = store.Id });
        await callbacks.EnsureAsync(whole, default);
        await callbacks.CountAsync(whole, ConsentState.Granted, CallbackOutcome.WrongKey, default);
        await callbacks.CountAsync(whole, ConsentState.Withdrawn, CallbackOutcome.Malformed, default);
        storage.Clock.Advance(TimeSpan.FromMinutes(1));
        await callbacks.TakeAsync(whole, "nikt@example.com", ConsentState.Granted, default);

        Assert.Equal(
            [
                new LastCallback(ConsentState.Granted, CallbackOutcome.UnknownAddress, storage.Clock.GetUtcNow()),
                new LastCallback(ConsentState.Withdrawn, CallbackOutcome.Malformed, storage.Clock.GetUtcNow().AddMinutes(-1)),
            ],
            await callbacks.LastAsync(store.AccountId, null, default));
        Assert.Empty(await callbacks.LastAsync(store.AccountId, store.Id, default));
        await callbacks.CountAsync(alone, ConsentState.Granted, CallbackOutcome.WrongKey, default);
        Assert.Single(await callbacks.LastAsync(store.AccountId, store.Id, default));
    }

    private async Task<List<string?>> FoundAsync(params CallbackAddress[] addresses)
    {
        var found = new List<string?>();
        foreach (var address in addresses)
            found.Add((await callbacks.FindAsync(address.Token, default))?.Token);
        return found;
    }

    private static CallbackAddress Address(long account) => new(account, null, Guid.NewGuid().ToString("n"), "sealed");
}
