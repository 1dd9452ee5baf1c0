using System.Globalization;
using Pomost.Engine;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal sealed class SqlStores(Database database) : IStores
{
    private const string DestinationColumns = "id, account_id, is_hub, endpoint, client_id, owner, protected_secrets, requests_per_minute, consent_minutes";

    private const string StoreColumns =
        "id, account_id, number, destination_id, name, slug, platform, address, location, settings, protected_secrets, options, state, problem, webhook_token, created_at";

    public Task<Destination> AddDestinationAsync(Destination destination, CancellationToken ct) => database.WriteAsync(
        async session => destination with
        {
            Id = (await WithValues(
                session.Command("""
                    INSERT INTO destination (account_id, is_hub, endpoint, client_id, owner, protected_secrets, requests_per_minute, consent_minutes)
                    VALUES (@account_id, @is_hub, @endpoint, @client_id, @owner, @protected_secrets, @requests_per_minute, @consent_minutes) RETURNING id
                    """),
                destination).NumberAsync())!.Value,
        },
        ct);

    public Task<Destination?> FindDestinationAsync(long accountId, long destinationId, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT {DestinationColumns} FROM destination WHERE account_id = @account_id AND id = @id")
            .With("account_id", accountId).With("id", destinationId).FirstOrDefaultAsync(MapDestination),
        ct);

    public async Task<IReadOnlyList<Destination>> ListDestinationsAsync(long accountId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT {DestinationColumns} FROM destination WHERE account_id = @account_id ORDER BY id")
            .With("account_id", accountId).QueryAsync(MapDestination),
        ct);

    public Task UpdateDestinationAsync(Destination destination, CancellationToken ct) => database.WriteAsync(
        session => WithValues(
            session.Command("""
                UPDATE destination SET is_hub = @is_hub, endpoint = @endpoint, client_id = @client_id, owner = @owner, protected_secrets = @protected_secrets,
                  requests_per_minute = @requests_per_minute, consent_minutes = @consent_minutes
                WHERE account_id = @account_id AND id = @id
                """).With("id", destination.Id),
            destination).ExecuteAsync(),
        ct);

    public Task<Store> AddAsync(Store store, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            // Raising the counter also locks the account, so that two stores added at once get different numbers and slugs.
            var number = await session
                .Command("UPDATE account SET last_store_number = last_store_number + 1 WHERE id = @account_id RETURNING last_store_number")
                .With("account_id", store.AccountId).NumberAsync()
                ?? throw new InvalidOperationException($"There is no account {store.AccountId}.");
            var numbered = store with { Number = (int)number, Slug = await FreeSlugAsync(session, store) };
            var id = await WithValues(
                session.Command("""
                    INSERT INTO store (account_id, number, destination_id, name, slug, platform, address, location, settings, protected_secrets,
                      options, state, problem, webhook_token, created_at)
                    VALUES (@account_id, @number, @destination_id, @name, @slug, @platform, @address, @location, @settings, @protected_secrets,
                      @options, @state, @problem, @webhook_token, @created_at) RETURNING id
                    """).With("number", number).With("created_at", store.CreatedAt),
                numbered).NumberAsync();
            await session.Command("INSERT INTO store_run (account_id, store_id, epoch, due_at) VALUES (@account_id, @store_id, 0, @now)")
                .With("account_id", store.AccountId).With("store_id", id).With("now", database.Clock.GetUtcNow()).ExecuteAsync();
            return numbered with { Id = id!.Value };
        },
        ct);

    public Task<Store?> FindAsync(StoreKey key, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT {StoreColumns} FROM store WHERE account_id = @account_id AND id = @store_id").For(key).FirstOrDefaultAsync(MapStore), ct);

    public Task<Store?> FindBySlugAsync(long accountId, string slug, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT {StoreColumns} FROM store WHERE account_id = @account_id AND slug = @slug")
            .With("account_id", accountId).With("slug", slug).FirstOrDefaultAsync(MapStore),
        ct);

    public Task<Store?> FindByWebhookTokenAsync(string token, CancellationToken ct) => database.ReadAsync(
        session => session.Command($"SELECT {StoreColumns} FROM store WHERE webhook_token = @token").With("token", token).FirstOrDefaultAsync(MapStore), ct);

    public async Task<IReadOnlyList<Store>> ListAsync(long accountId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT {StoreColumns} FROM store WHERE account_id = @account_id ORDER BY number")
            .With("account_id", accountId).QueryAsync(MapStore),
        ct);

    public Task UpdateAsync(Store store, CancellationToken ct) => database.WriteAsync(
        session => WithValues(
            session.Command("""
                UPDATE store SET destination_id = @destination_id, name = @name, slug = @slug, platform = @platform, address = @address,
                  location = @location, settings = @settings, protected_secrets = @protected_secrets, options = @options, state = @state,
                  problem = @problem, webhook_token = @webhook_token
                WHERE account_id = @account_id AND id = @id
                """).With("id", store.Id),
            store).ExecuteAsync(),
        ct);

    public Task<StoreOptions?> ChangeOptionsAsync(StoreKey key, Func<StoreOptions, StoreOptions> change, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            var stored = await session.Command(session.ByDialect(
                "SELECT options FROM store WHERE account_id = @account_id AND id = @store_id",
                "SELECT options FROM store WHERE account_id = @account_id AND id = @store_id FOR UPDATE")).For(key).TextAsync();
            if (stored is null) return null;
            var before = StorageJson.Read<StoreOptions>(stored);
            await session.Command("UPDATE store SET options = @options WHERE account_id = @account_id AND id = @store_id")
                .For(key).With("options", StorageJson.Of(change(before))).ExecuteAsync();
            return before;
        },
        ct);

    public Task SetStateAsync(StoreKey key, StoreState state, string? problem, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            var before = await session.Command("SELECT state FROM store WHERE account_id = @account_id AND id = @store_id").For(key).TextAsync();
            await session.Command("UPDATE store SET state = @state, problem = @problem WHERE account_id = @account_id AND id = @store_id AND state <> 'Disconnected'")
                .For(key).With("state", NameOf(state)).With("problem", problem).ExecuteAsync();
            // A store that may work again has waited long enough.
            if (state == StoreState.Active) await StoreWake.SetAsync(session, key);
            if (state == StoreState.NeedsOperator && before is not null && before != NameOf(StoreState.NeedsOperator) && before != NameOf(StoreState.Disconnected))
                await WebhookOutbox.StoreNeedsOperatorAsync(session, key, problem, database.Clock.GetUtcNow());
        },
        ct);

    private static async Task<string> FreeSlugAsync(DbSession session, Store store)
    {
        var taken = (await session.Command("SELECT slug FROM store WHERE account_id = @account_id").With("account_id", store.AccountId)
            .QueryAsync(row => row.Text("slug"))).ToHashSet(StringComparer.Ordinal);
        var slug = store.Slug;
        for (var next = 2; taken.Contains(slug); next++) slug = string.Create(CultureInfo.InvariantCulture, $"{store.Slug}-{next}");
        return slug;
    }

    private static Statement WithValues(Statement statement, Destination destination) => statement
        .With("account_id", destination.AccountId)
        .With("is_hub", destination.IsHub)
        .With("endpoint", destination.Endpoint.OriginalString)
        .With("client_id", destination.ClientId)
        .With("owner", destination.Owner)
        .With("protected_secrets", destination.ProtectedSecrets)
        .With("requests_per_minute", destination.RequestsPerMinute)
        .With("consent_minutes", destination.ConsentMinutes);

    private static Statement WithValues(Statement statement, Store store) => statement
        .With("account_id", store.AccountId)
        .With("destination_id", store.DestinationId)
        .With("name", store.Name)
        .With("slug", store.Slug)
        .With("platform", store.Platform)
        .With("address", store.Address.OriginalString)
        .With("location", store.Location)
        .With("settings", StorageJson.Of(store.Settings))
        .With("protected_secrets", store.ProtectedSecrets)
        .With("options", StorageJson.Of(store.Options))
        .With("state", NameOf(store.State))
        .With("problem", store.Problem)
        .With("webhook_token", store.WebhookToken);

    private static Destination MapDestination(Row row) => new()
    {
        Id = row.Number("id"),
        AccountId = row.Number("account_id"),
        IsHub = row.Flag("is_hub"),
        Endpoint = new Uri(row.Text("endpoint")),
        ClientId = row.Text("client_id"),
        Owner = row.Text("owner"),
        ProtectedSecrets = row.Text("protected_secrets"),
        RequestsPerMinute = (int?)row.NumberOrNull("requests_per_minute"),
        ConsentMinutes = (int?)row.NumberOrNull("consent_minutes"),
    };

    private static Store MapStore(Row row) => new()
    {
        Id = row.Number("id"),
        AccountId = row.Number("account_id"),
        Number = row.Int("number"),
        DestinationId = row.Number("destination_id"),
        Name = row.Text("name"),
        Slug = row.Text("slug"),
        Platform = row.Text("platform"),
        Address = new Uri(row.Text("address")),
        Location = row.Text("location"),
        Settings = StorageJson.Read<Dictionary<string, string>>(row.Text("settings")),
        ProtectedSecrets = row.Text("protected_secrets"),
        Options = StorageJson.Read<StoreOptions>(row.Text("options")),
        State = row.Name<StoreState>("state"),
        Problem = row.TextOrNull("problem"),
        WebhookToken = row.Text("webhook_token"),
        CreatedAt = row.Time("created_at"),
    };
}
