using Pomost.Engine;
using Pomost.Testing;

namespace Pomost.Storage.Tests;

/// <summary>The tables this program carries.</summary>
public sealed class SchemaTests
{
    private readonly FakeClock clock = new();

    [Fact]
    public async Task Both_databases_have_the_same_tables_and_columns()
    {
        var sqlite = await ColumnsAsync(Dialect.Sqlite, """
            SELECT t.name || '.' || c.name || CASE WHEN c."notnull" = 1 OR c.pk > 0 THEN '' ELSE '?' END
            FROM sqlite_master AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'
            """);
        var postgreSql = await ColumnsAsync(Dialect.PostgreSql, """
            SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'NO' THEN '' ELSE '?' END
            FROM information_schema.columns WHERE table_schema = 'public'
            """);
        Assert.Equal(sqlite, postgreSql);
        Assert.Contains("app_user.lockout_end?", sqlite);
    }

    [Theory, ClassData(typeof(TestDatabases))]
    public async Task A_file_of_the_first_version_comes_forward_with_its_rows(Dialect dialect)
    {
        await using var old = await UnmigratedDatabase.CreateAsync(dialect, clock);
        await new MigrationRunner(old.Database, [.. Migration.Embedded(dialect).Take(1)]).RunAsync(default);
        await old.Database.WriteAsync(session => session.Command(FirstVersionRows).ExecuteAsync());

        await using var opened = await Database.OpenAsync(old.Options, clock);
        var store = await new SqlStores(opened).FindByWebhookTokenAsync("token", default);
        Assert.Equal((new StoreKey(1, 5), "Sklep", StoreState.Active), (store!.Key, store.Name, store.State));
        var runs = new SqlStoreRuns(opened);
        Assert.Equal(8, (await runs.BeginAsync(store.Key, default))!.Epoch);
        var contact = (await runs.ContactsAsync(store.Key, ["a@example.com"], default))["a@example.com"];
        Assert.Equal(("7", "hash", RecordOutcome.Sent), (contact.SourceId, contact.WantedHash, contact.Outcome));
        var session = await new SqlLoginSessions(opened).BeginAsync(FirstPerson, "", null, new SessionLife(TimeSpan.FromHours(1), TimeSpan.FromDays(7)), byPasskey: false, default);
        Assert.True((await new SqlLoginSessions(opened).FindAsync(session, default))!.IsOperator);
        Assert.Equal(
            Migration.Embedded(dialect).Count,
            await opened.ReadAsync(read => read.Command("SELECT count(*) FROM schema_migration").NumberAsync()));
    }

    private static readonly Guid FirstPerson = new("0197a000-0000-7000-8000-000000000001");

    private static readonly string FirstVersionRows = $$"""
        INSERT INTO account (id, name, last_store_number, created_at) VALUES (1, 'Konto', 1, 1772000000000);
        INSERT INTO app_user (id, user_name, email, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count,
            full_name, language, created_at, processing_consent_wording)
          VALUES ('{{FirstPerson}}', 'ewa@example.com', 'ewa@example.com', false, false, false, true, 0, 'Ewa', 'pl', 1772000000000, 'Zgadzam się');
        INSERT INTO membership (account_id, user_id, role, created_at) VALUES (1, '{{FirstPerson}}', 'Owner', 1772000000000);
        INSERT INTO destination (id, account_id, is_hub, endpoint, client_id, owner, protected_secrets)
          VALUES (3, 1, true, 'https://localhost', 'abc', 'owner@example.com', 'sealed');
        INSERT INTO store (id, account_id, number, destination_id, name, slug, platform, address, location, settings, protected_secrets, options,
            state, webhook_token, created_at)
          VALUES (5, 1, 1, 3, 'Sklep', 'sklep', 'woocommerce', 'https://sklep.example', 'sklep_example', '{}', 'sealed', '{}', 'Active', 'token', 1772000000000);
        INSERT INTO store_run (account_id, store_id, epoch, due_at) VALUES (1, 5, 7, 0);
        INSERT INTO contact (account_id, store_id, email_key, source_id, from_account, has_account, data, email_state, email_source, sms_state, sms_source,
            sharing_consented, has_bought, wanted_hash, wanted_tags, outcome, code, changed_at)
          VALUES (1, 5, 'a@example.com', '7', true, true, '{"Email":"a@example.com"}', 'Granted', 'Checkout', 'NoStatement', 'ShopRecord',
            false, false, 'hash', '[]', 'Sent', 'SharingEveryone', 1772000000000)
        """;

    private async Task<List<string>> ColumnsAsync(Dialect dialect, string sql)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, clock);
        var columns = await test.Database.ReadAsync(session => session.Command(sql).QueryAsync(row => row.TextOrNull(0)!));
        return [.. columns.Order(StringComparer.Ordinal)];
    }
}
