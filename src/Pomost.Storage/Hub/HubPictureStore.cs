using Pomost.Hub;

namespace Pomost.Storage.Hub;

/// <summary>The pictures of the hub's accounts in the database.</summary>
internal sealed class HubPictureStore(Database database) : IHubPictureStore
{
    public Task SaveAsync(long accountId, HubPicture picture, int most, DateTimeOffset now, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            await session.Command("""
                INSERT INTO hub_picture (account_id, name, media_type, content, uploaded_at) VALUES (@account, @name, @media_type, @content, @now)
                ON CONFLICT (account_id, name) DO UPDATE SET uploaded_at = excluded.uploaded_at
                """)
                .With("account", accountId).With("name", picture.Name).With("media_type", picture.MediaType).With("content", picture.Content).With("now", now)
                .ExecuteAsync();
            await session.Command("""
                DELETE FROM hub_picture WHERE account_id = @account AND name NOT IN (
                  SELECT name FROM hub_picture WHERE account_id = @account ORDER BY uploaded_at DESC, name LIMIT @most)
                """)
                .With("account", accountId).With("most", most).ExecuteAsync();
        },
        ct);

    public Task<HubPicture?> FindAsync(string name, CancellationToken ct) => database.ReadAsync(
        session => session.Command("SELECT name, media_type, content FROM hub_picture WHERE name = @name")
            .With("name", name).FirstOrDefaultAsync(row => new HubPicture(row.Text("name"), row.Text("media_type"), row.Bytes("content"))),
        ct);
}
