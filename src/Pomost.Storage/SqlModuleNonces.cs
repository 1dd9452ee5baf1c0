using Pomost.Engine;

namespace Pomost.Storage;

internal sealed class SqlModuleNonces(Database database) : IModuleNonces
{
    public Task<bool> TakeAsync(StoreKey store, string nonce, DateTimeOffset until, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await session.Command("DELETE FROM module_nonce WHERE account_id = @account_id AND store_id = @store_id AND until_at < @now")
                .For(store).With("now", database.Clock.GetUtcNow()).ExecuteAsync();
            return await session.Command("""
                INSERT INTO module_nonce (account_id, store_id, nonce, until_at) VALUES (@account_id, @store_id, @nonce, @until) ON CONFLICT DO NOTHING
                """).For(store).With("nonce", nonce).With("until", until).ExecuteAsync() == 1;
        },
        ct);
}
