using System.Security.Cryptography;
using Pomost.Engine;

namespace Pomost.Storage;

internal sealed class SqlStoreLooks(Database database) : IStoreLooks
{
    private const string OfStore = "account_id = @account_id AND store_id = @store_id";

    public async Task<StoredLook> FindAsync(StoreKey store, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"""
            SELECT look, changed_at, told_at, problem, (SELECT hash FROM store_logo WHERE {OfStore}) AS logo_hash FROM store_look WHERE {OfStore}
            """).For(store).FirstOrDefaultAsync(row => new StoredLook(
                StorageJson.Read<ModuleLook>(row.Text("look")), row.Time("changed_at"), row.TextOrNull("logo_hash"), row.TimeOrNull("told_at"), row.TextOrNull("problem"))),
        ct) ?? new StoredLook(new ModuleLook(), null, null, null, null);

    public Task SaveAsync(StoreKey store, ModuleLook look, LogoPicture? logo, bool removesLogo, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await session.Command("""
                INSERT INTO store_look (account_id, store_id, look, changed_at) VALUES (@account_id, @store_id, @look, @now)
                ON CONFLICT (account_id, store_id) DO UPDATE SET look = excluded.look, changed_at = excluded.changed_at, problem = NULL
                """).For(store).With("look", StorageJson.Of(look)).With("now", database.Clock.GetUtcNow()).ExecuteAsync();
            if (removesLogo || logo is not null) await session.Command($"DELETE FROM store_logo WHERE {OfStore}").For(store).ExecuteAsync();
            if (logo is not null)
                await session.Command("""
                    INSERT INTO store_logo (account_id, store_id, hash, media_type, width, height, content)
                    VALUES (@account_id, @store_id, @hash, @media_type, @width, @height, @content)
                    """)
                    .For(store).With("hash", Convert.ToHexStringLower(SHA256.HashData(logo.Content))).With("media_type", logo.MediaType)
                    .With("width", logo.Width).With("height", logo.Height).With("content", logo.Content).ExecuteAsync();
        },
        ct);

    public Task<LogoPicture?> LogoAsync(StoreKey store, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT media_type, width, height, content FROM store_logo WHERE {OfStore}").For(store)
            .FirstOrDefaultAsync(row => new LogoPicture(row.Text("media_type"), row.Int("width"), row.Int("height"), row.Bytes("content"))),
        ct);

    public Task<ToldLogo?> ToldLogoAsync(StoreKey store, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT told_logo_hash, told_logo FROM store_look WHERE {OfStore} AND told_logo IS NOT NULL").For(store)
            .FirstOrDefaultAsync(row => new ToldLogo(row.Text("told_logo_hash"), new Uri(row.Text("told_logo")))),
        ct);

    public Task ToldAsync(StoreKey store, string? problem, ToldLogo? logo, CancellationToken ct) => database.WriteAsync(
        session => session.Command($"""
            UPDATE store_look SET told_at = CASE WHEN @problem IS NULL THEN @now ELSE told_at END, problem = @problem, told_logo_hash = @hash, told_logo = @logo
            WHERE {OfStore}
            """)
            .For(store).With("problem", problem).With("hash", logo?.Hash).With("logo", logo?.Address.AbsoluteUri).With("now", database.Clock.GetUtcNow()).ExecuteAsync(),
        ct);
}
