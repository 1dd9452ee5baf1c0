using Pomost.Engine;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal sealed class SqlAlerts(Database database) : IAlerts
{
    private const string Columns = "id, store_id, kind, state, detail, opened_at, resolved_at, told";
    private const string NotTold = "";

    public async Task<IReadOnlyList<Alert>> ListAsync(long accountId, int max, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT {Columns} FROM alert WHERE account_id = @account_id ORDER BY id DESC LIMIT @max")
            .With("account_id", accountId).With("max", max).QueryAsync(row => Map(row, accountId)),
        ct);

    public async Task<IReadOnlyList<Alert>> OpenAsync(long accountId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT {Columns} FROM alert WHERE account_id = @account_id AND state = 'Open' ORDER BY id")
            .With("account_id", accountId).QueryAsync(row => Map(row, accountId)),
        ct);

    public Task RaiseAsync(StoreKey store, AlertKind kind, string? detail, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            var now = database.Clock.GetUtcNow();
            var holds = await session.Command("SELECT id FROM alert WHERE account_id = @account_id AND store_id = @store_id AND kind = @kind AND state = 'Open'")
                .For(store).With("kind", NameOf(kind)).NumberAsync();
            var id = await session.Command("""
                INSERT INTO alert (account_id, store_id, kind, state, detail, opened_at, told) VALUES (@account_id, @store_id, @kind, 'Open', @detail, @now, '')
                ON CONFLICT (account_id, store_id, kind) WHERE state = 'Open' DO UPDATE SET detail = excluded.detail RETURNING id
                """)
                .For(store).With("kind", NameOf(kind)).With("detail", detail).With("now", now).NumberAsync();
            if (holds is null) await WebhookOutbox.AlertAsync(session, new Alert(id!.Value, store, kind, AlertState.Open, detail, now, null, null), now);
        },
        ct);

    public Task ResolveAsync(Alert alert, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            var now = database.Clock.GetUtcNow();
            var ended = await session.Command("UPDATE alert SET state = 'Resolved', resolved_at = @now WHERE account_id = @account_id AND id = @id AND state = 'Open'")
                .With("account_id", alert.Store.AccountId).With("id", alert.Id).With("now", now).ExecuteAsync();
            if (ended > 0) await WebhookOutbox.AlertAsync(session, alert with { State = AlertState.Resolved, ResolvedAt = now }, now);
        },
        ct);

    public async Task<IReadOnlyList<Alert>> UntoldAsync(long accountId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command($"SELECT {Columns} FROM alert WHERE account_id = @account_id AND told <> state ORDER BY id")
            .With("account_id", accountId).QueryAsync(row => Map(row, accountId)),
        ct);

    public Task ToldAsync(Alert alert, CancellationToken ct) => database.WriteAsync(
        session => session.Command("UPDATE alert SET told = @told WHERE account_id = @account_id AND id = @id")
            .With("account_id", alert.Store.AccountId).With("id", alert.Id).With("told", NameOf(alert.State)).ExecuteAsync(),
        ct);

    public async Task<AlertSettings> SettingsAsync(long accountId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("SELECT options, protected_secret FROM alert_settings WHERE account_id = @account_id").With("account_id", accountId)
            .FirstOrDefaultAsync(row => new AlertSettings(StorageJson.Read<AlertOptions>(row.Text("options")), row.TextOrNull("protected_secret"))),
        ct) ?? new AlertSettings(new AlertOptions(), null);

    public Task SaveAsync(long accountId, AlertSettings settings, CancellationToken ct) => database.WriteAsync(
        session => session.Command("""
            INSERT INTO alert_settings (account_id, options, protected_secret) VALUES (@account_id, @options, @secret)
            ON CONFLICT (account_id) DO UPDATE SET options = excluded.options, protected_secret = excluded.protected_secret
            """)
            .With("account_id", accountId).With("options", StorageJson.Of(settings.Options)).With("secret", settings.ProtectedSecret).ExecuteAsync(),
        ct);

    private static Alert Map(Row row, long accountId) => new(
        row.Number("id"), new(accountId, row.Number("store_id")), row.Name<AlertKind>("kind"), row.Name<AlertState>("state"), row.TextOrNull("detail"),
        row.Time("opened_at"), row.TimeOrNull("resolved_at"), row.Text("told") == NotTold ? null : row.Name<AlertState>("told"));
}
