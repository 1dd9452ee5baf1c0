using Pomost.Engine;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

internal sealed class SqlAccounts(Database database) : IAccounts
{
    private static readonly string[] OfAnEmptyAccount = ["callback_address", "destination", "membership"];

    public Task<Account> CreateAsync(string name, Guid ownerId, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            var now = database.Clock.GetUtcNow();
            var account = await session
                .Command("INSERT INTO account (name, last_store_number, created_at) VALUES (@name, 0, @now) RETURNING id, name, created_at, second_factor")
                .With("name", name).With("now", now).FirstOrDefaultAsync(Map);
            await session.Command("INSERT INTO membership (account_id, user_id, role, created_at) VALUES (@account_id, @user_id, @role, @now)")
                .With("account_id", account!.Id).With("user_id", ownerId.ToString()).With("role", NameOf(AccountRole.Owner)).With("now", now)
                .ExecuteAsync();
            return account;
        },
        ct);

    public Task TakeBackAsync(long accountId, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            if (await session.Command("SELECT count(*) FROM store WHERE account_id = @id").With("id", accountId).NumberAsync() > 0)
                return;
            foreach (var table in OfAnEmptyAccount)
                await session.Command($"DELETE FROM {table} WHERE account_id = @id").With("id", accountId).ExecuteAsync();
            await session.Command("DELETE FROM account WHERE id = @id").With("id", accountId).ExecuteAsync();
        },
        ct);

    public Task<Account?> FindAsync(long accountId, CancellationToken ct) => database.ReadAsync(
        session => session.Command("SELECT id, name, created_at, second_factor FROM account WHERE id = @id").With("id", accountId).FirstOrDefaultAsync(Map), ct);

    public async Task<IReadOnlyList<Account>> ListAsync(CancellationToken ct) => await database.ReadAsync(
        session => session.Command("SELECT id, name, created_at, second_factor FROM account ORDER BY id").QueryAsync(Map), ct);

    public Task DemandSecondFactorAsync(long accountId, SecondFactorDemand of, CancellationToken ct) => database.WriteAsync(
        session => session.Command("UPDATE account SET second_factor = @of WHERE id = @id").With("id", accountId)
            .With("of", of == SecondFactorDemand.Nobody ? null : NameOf(of)).ExecuteAsync(),
        ct);

    public async Task<IReadOnlyList<Membership>> MembershipsAsync(Guid userId, CancellationToken ct) => await database.ReadAsync(
        session => session.Command("SELECT account_id, role, stores FROM membership WHERE user_id = @user_id ORDER BY account_id")
            .With("user_id", userId.ToString())
            .QueryAsync(row => MapPlace(row, userId)),
        ct);

    internal static Membership MapPlace(Row row, Guid userId) => new(row.Number("account_id"), userId, row.Name<AccountRole>("role"), SqlTeams.StoresOf(row));

    private static Account Map(Row row) => new(row.Number("id"), row.Text("name"), row.Time("created_at"))
    {
        SecondFactorOf = row.NameOrNull<SecondFactorDemand>("second_factor") ?? SecondFactorDemand.Nobody,
    };
}
