using Pomost.Engine;

namespace Pomost.Storage.Tests;

public sealed class ApiKeyTestsOnSqlite(SqliteFixture storage) : ApiKeyTests(storage), IClassFixture<SqliteFixture>;

public sealed class ApiKeyTestsOnPostgreSql(PostgreSqlFixture storage) : ApiKeyTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class ApiKeyTests(StorageFixture storage)
{
    private readonly SqlApiKeys keys = new(storage.Database);
    private readonly ApiKeyRing ring = new(new SqlApiKeys(storage.Database), storage.Clock);

    [Fact]
    public async Task A_key_opens_until_its_end_and_says_then_when_that_was()
    {
        var account = (await storage.AddAccountAsync()).Id;
        var end = storage.Clock.GetUtcNow() + ApiKeyRing.Lifetime;
        var (key, text) = await ring.CreateAsync(new NewApiKey { AccountId = account, Name = " Agencja ", MayWrite = true, StoreIds = [7, 9], ExpiresAt = end }, default);

        Assert.Equal(("Agencja", true, text[..13], end), (key.Name, key.MayWrite, key.Prefix, key.ExpiresAt));
        Assert.Equal((true, false, false), (key.Opens(new StoreKey(account, 9)), key.Opens(new StoreKey(account, 8)), key.Opens(new StoreKey(account + 1, 9))));
        Assert.Equal(key.Id, (await ring.RecogniseAsync(text, default)).Key!.Id);
        Assert.Equal((null, null), await ring.RecogniseAsync(text + "x", default));
        Assert.NotNull(Assert.Single(await keys.ListAsync(account, default)).LastUsedAt);
        storage.Clock.Advance(ApiKeyRing.Lifetime - TimeSpan.FromSeconds(1));
        Assert.NotNull((await ring.RecogniseAsync(text, default)).Key);
        storage.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((null, end), await ring.RecogniseAsync(text, default));
    }

    [Fact]
    public async Task Of_a_replaced_key_both_open_for_a_day_and_it_is_replaced_once()
    {
        var account = (await storage.AddAccountAsync()).Id;
        var now = storage.Clock.GetUtcNow();
        var (old, oldText) = await ring.CreateAsync(new NewApiKey { AccountId = account, Name = "Nocny", StoreIds = [3], ExpiresAt = now.AddDays(90) }, default);
        storage.Clock.Advance(TimeSpan.FromDays(10));
        var (next, nextText) = (await ring.RotateAsync(account, old.Id, null, default))!.Value;

        Assert.Equal(("Nocny", storage.Clock.GetUtcNow().AddDays(90)), (next.Name, next.ExpiresAt));
        Assert.Equal([3], next.StoreIds!);
        Assert.Null(await ring.RotateAsync(account, old.Id, null, default));
        Assert.Null(await ring.RotateAsync(account + 1, next.Id, null, default));
        Assert.Equal(next.Id, (await keys.ListAsync(account, default)).Single(key => key.Id == old.Id).ReplacedBy);
        storage.Clock.Advance(TimeSpan.FromHours(23));
        Assert.NotNull((await ring.RecogniseAsync(oldText, default)).Key);
        Assert.NotNull((await ring.RecogniseAsync(nextText, default)).Key);
        storage.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null((await ring.RecogniseAsync(oldText, default)).Key);
        Assert.NotNull((await ring.RecogniseAsync(nextText, default)).Key);
    }

    [Fact]
    public async Task A_key_about_to_expire_is_not_kept_alive_by_its_replacement()
    {
        var account = (await storage.AddAccountAsync()).Id;
        var end = storage.Clock.GetUtcNow().AddHours(2);
        var (old, _) = await ring.CreateAsync(new NewApiKey { AccountId = account, Name = "Krótki", ExpiresAt = end }, default);
        await ring.RotateAsync(account, old.Id, null, default);
        Assert.Equal(end, (await keys.ListAsync(account, default)).Single(key => key.Id == old.Id).ExpiresAt);
    }

    [Fact]
    public async Task Two_replacements_at_once_make_one_key()
    {
        var account = (await storage.AddAccountAsync()).Id;
        var (old, _) = await ring.CreateAsync(new NewApiKey { AccountId = account, Name = "Wspólny" }, default);
        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ring.RotateAsync(account, old.Id, null, default)));
        Assert.Single(made, one => one is not null);
        Assert.Equal(2, (await keys.ListAsync(account, default)).Count);
    }

    [Fact]
    public async Task A_revoked_key_is_gone_for_its_account_alone()
    {
        var (mine, other) = ((await storage.AddAccountAsync()).Id, (await storage.AddAccountAsync()).Id);
        var (key, text) = await ring.CreateAsync(new NewApiKey { AccountId = mine, Name = "Mój" }, default);
        Assert.False(await keys.RevokeAsync(other, key.Id, default));
        Assert.NotNull((await ring.RecogniseAsync(text, default)).Key);
        Assert.True(await keys.RevokeAsync(mine, key.Id, default));
        Assert.Equal((null, null), await ring.RecogniseAsync(text, default));
        Assert.Empty(await keys.ListAsync(mine, default));
    }
}
