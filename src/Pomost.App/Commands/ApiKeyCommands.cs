using System.CommandLine;
using System.Globalization;
using Pomost.App.Output;
using Pomost.Engine;

namespace Pomost.App.Commands;

/// <summary><c>pomost apikey create|list|rotate|revoke</c>: keys to <c>/api/v1</c>.</summary>
static class ApiKeyCommands
{
    const int LongestDays = 3650;

    static readonly Option<long?> Account = new("--account") { Description = "Account, when there are several." };

    public static Command Make(CommonOptions common) => new("apikey", "Keys to /api/v1.") { Create(common), List(common), Rotate(common), Revoke(common) };

    static Command Create(CommonOptions common)
    {
        var name = new Argument<string>("name") { Description = "What the key is for." };
        var write = new Option<bool>("--write") { Description = "It may also change things; without it only read." };
        var stores = new Option<string[]>("--store") { Description = "Opens this store only; may be given several times." };
        var days = new Option<int>("--days") { Description = "Days until it expires; 0 = never.", DefaultValueFactory = _ => ApiKeyRing.Lifetime.Days };
        var command = new Command("create", "Make a key. It is shown this once.") { name, write, stores, days, Account };
        command.SetAction(async (line, ct) =>
        {
            if (line.GetValue(days) is < 0 or > LongestDays)
                throw new UsageException($"--days: write 0 to {LongestDays}.");
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var account = await session.AccountAsync(line.GetValue(Account), ct);
            var chosen = new List<Store>();
            foreach (var slug in line.GetValue(stores) ?? [])
                chosen.Add(await session.StoreAsync(account.Id, slug, ct));
            var (key, text) = await session.Services.GetRequiredService<ApiKeyRing>().CreateAsync(new NewApiKey
            {
                AccountId = account.Id,
                Name = TypedInput.Name(line.GetValue(name)!, "name", ApiKeyRing.LongestName),
                MayWrite = line.GetValue(write),
                StoreIds = chosen.Count == 0 ? null : [.. chosen.Select(store => store.Id)],
                ExpiresAt = line.GetValue(days) == 0 ? null : session.Services.GetRequiredService<TimeProvider>().GetUtcNow().AddDays(line.GetValue(days)),
            }, ct);
            await session.AuditAsync(
                account.Id, "key.created", key.Name, new AuditChange("scope", null, key.MayWrite ? "write" : "read"), new AuditChange("expires_at", null, DayOf(key.ExpiresAt)),
                new AuditChange("stores", null, chosen.Count == 0 ? "all" : string.Join(' ', chosen.Select(store => store.Slug))));
            Show(common, line, key, text);
            return ExitCodes.Done;
        });
        return command;
    }

    static Command List(CommonOptions common)
    {
        var command = new Command("list", "List the keys that were not revoked.") { Account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var account = await session.AccountAsync(line.GetValue(Account), ct);
            var now = session.Services.GetRequiredService<TimeProvider>().GetUtcNow();
            var slugs = (await session.Stores.ListAsync(account.Id, ct)).ToDictionary(store => store.Id, store => store.Slug);
            var keys = await session.Services.GetRequiredService<IApiKeys>().ListAsync(account.Id, ct);
            if (line.GetValue(common.Json))
            {
                Printer.Json(keys.Select(key => new
                {
                    id = key.Id,
                    name = key.Name,
                    prefix = key.Prefix,
                    mayWrite = key.MayWrite,
                    stores = key.StoreIds?.Select(id => slugs.GetValueOrDefault(id)),
                    createdAt = key.CreatedAt,
                    lastUsedAt = key.LastUsedAt,
                    expiresAt = key.ExpiresAt,
                    expired = key.HasExpired(now),
                    replacedBy = key.ReplacedBy,
                }));
                return ExitCodes.Done;
            }

            foreach (var key in keys)
            {
                var end = key.HasExpired(now) ? "EXPIRED" : $"until {DayOf(key.ExpiresAt)}";
                Printer.Line($"{key.Id,4}  {key.Prefix ?? "pomost_",-13}  {(key.MayWrite ? "read, write" : "read"),-11}  {end,-16}  {(key.LastUsedAt is { } used ? $"used {used:yyyy-MM-dd HH:mm} UTC" : "never used"),-27}  {key.Name}");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    static Command Rotate(CommonOptions common)
    {
        var id = new Argument<long>("id") { Description = "Its number (see: pomost apikey list)." };
        var command = new Command("rotate", "Make a key that may do the same; the old one opens for another 24 hours.") { id, Account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var account = await session.AccountAsync(line.GetValue(Account), ct);
            if (await session.Services.GetRequiredService<ApiKeyRing>().RotateAsync(account.Id, line.GetValue(id), null, ct) is not (var key, { } text))
                throw new UsageException($"There is no key {line.GetValue(id)}, or another has taken its place already.");
            await session.AuditAsync(account.Id, "key.rotated", key.Name);
            Show(common, line, key, text);
            return ExitCodes.Done;
        });
        return command;
    }

    static Command Revoke(CommonOptions common)
    {
        var id = new Argument<long>("id") { Description = "Its number (see: pomost apikey list)." };
        var command = new Command("revoke", "End a key at once.") { id, Account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var account = await session.AccountAsync(line.GetValue(Account), ct);
            var keys = session.Services.GetRequiredService<IApiKeys>();
            var key = (await keys.ListAsync(account.Id, ct)).FirstOrDefault(key => key.Id == line.GetValue(id));
            if (key is null || !await keys.RevokeAsync(account.Id, key.Id, ct))
                throw new UsageException($"There is no key {line.GetValue(id)}.");
            await session.AuditAsync(account.Id, "key.revoked", key.Name);
            Printer.Line("It opens nothing any more.");
            return ExitCodes.Done;
        });
        return command;
    }

    static void Show(CommonOptions common, ParseResult line, ApiKey key, string text)
    {
        if (line.GetValue(common.Json))
            Printer.Json(new { id = key.Id, name = key.Name, mayWrite = key.MayWrite, expiresAt = key.ExpiresAt, key = text });
        else
            Printer.Line($"Key {key.Id} ({key.Name}, until {DayOf(key.ExpiresAt)}), shown only now: {text}");
    }

    static string DayOf(DateTimeOffset? end) => end?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "for ever";
}
