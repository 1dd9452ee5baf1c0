using System.CommandLine;
using Pomost.App.Output;
using Pomost.Engine;

namespace Pomost.App.Commands;

/// <summary><c>pomost apikey create|list|revoke</c>: keys to <c>/api/v1</c>.</summary>
static class ApiKeyCommands
{
    static readonly Option<long?> Account = new("--account") { Description = "Account, when there are several." };

    public static Command Make(CommonOptions common)
    {
        var name = new Argument<string>("name") { Description = "What the key is for." };
        var write = new Option<bool>("--write") { Description = "It may also change things; without it only read." };
        var create = new Command("create", "Make a key. It is shown this once.") { name, write, Account };
        create.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var account = await session.AccountAsync(line.GetValue(Account), ct);
            var (key, text) = await CreateAsync(session, account.Id, line.GetValue(name)!, line.GetValue(write), ct);
            if (line.GetValue(common.Json))
                Printer.Json(new { id = key.Id, name = key.Name, mayWrite = key.MayWrite, key = text });
            else
                Printer.Line($"Key {key.Id} ({key.Name}), shown only now: {text}");
            return ExitCodes.Done;
        });
        var list = new Command("list", "List the keys that are good.") { Account };
        list.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var account = await session.AccountAsync(line.GetValue(Account), ct);
            var keys = await session.Services.GetRequiredService<IApiKeys>().ListAsync(account.Id, ct);
            if (line.GetValue(common.Json))
                Printer.Json(keys.Select(key => new { id = key.Id, name = key.Name, mayWrite = key.MayWrite, createdAt = key.CreatedAt, lastUsedAt = key.LastUsedAt }));
            else
                foreach (var key in keys)
                    Printer.Line($"{key.Id,4}  {(key.MayWrite ? "read, write" : "read"),-11}  {(key.LastUsedAt is { } used ? $"used {used:yyyy-MM-dd HH:mm} UTC" : "never used"),-27}  {key.Name}");
            return ExitCodes.Done;
        });
        var id = new Argument<long>("id") { Description = "Its number (see: pomost apikey list)." };
        var revoke = new Command("revoke", "End a key at once.") { id, Account };
        revoke.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var account = await session.AccountAsync(line.GetValue(Account), ct);
            if (!await session.Services.GetRequiredService<IApiKeys>().RevokeAsync(account.Id, line.GetValue(id), ct))
                throw new UsageException($"There is no key {line.GetValue(id)}.");
            Printer.Line("It opens nothing any more.");
            return ExitCodes.Done;
        });
        return new Command("apikey", "Keys to /api/v1.") { create, list, revoke };
    }

    static async Task<(ApiKey Key, string Text)> CreateAsync(Session session, long accountId, string name, bool mayWrite, CancellationToken ct)
    {
        try
        {
            return await session.Services.GetRequiredService<ApiKeyRing>().CreateAsync(accountId, name, mayWrite, ct);
        }
        catch (ArgumentException)
        {
            throw new UsageException("Give the key a name of 1 to 80 characters.");
        }
    }
}
