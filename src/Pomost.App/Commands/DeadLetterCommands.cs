using System.CommandLine;
using System.Globalization;
using Pomost.App.Output;
using Pomost.Engine;

namespace Pomost.App.Commands;

/// <summary><c>pomost deadletters list</c> and <c>pomost replay</c>: what was given up, and the way back.</summary>
static class DeadLetterCommands
{
    const int Shown = 200;

    public static Command Make(CommonOptions common)
    {
        var (slug, account) = Options();
        var list = new Command("list", "List what was given up, newest first, with the reason.") { slug, account };
        list.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var (tenant, store) = await ScopeAsync(session, line, slug, account, ct);
            var letters = await session.Services.GetRequiredService<IDeadLetters>().ListAsync(tenant.Id, store?.Id, Shown, ct);
            if (line.GetValue(common.Json))
                Printer.Json(letters.Select(letter => new { id = letter.Name, store = letter.Store.StoreId, letter.Kind, record = letter.SourceId, letter.Reason, letter.Attempts, letter.CreatedAt }));
            else if (letters.Count == 0)
                Printer.Line("Nothing was given up.");
            else
                foreach (var letter in letters)
                    Printer.Line($"{letter.Name,-10} {letter.Kind,-9} {letter.SourceId,-24} {letter.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm}Z  {letter.Attempts} tries  {letter.Reason}");
            return ExitCodes.Done;
        });
        return new Command("deadletters", "What was given up after 24 hours, or refused for good.") { list };
    }

    public static Command MakeReplay(CommonOptions common)
    {
        var (slug, account) = Options();
        var id = new Argument<string?>("id") { Description = "A dead letter, as in the list: d17 or w17.", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "All of the account, or of --store." };
        var command = new Command("replay", "Put back into the queue what was given up: another 24 hours of tries. What newer data replaced is removed instead.") { id, all, slug, account };
        command.SetAction(async (line, ct) =>
        {
            if (line.GetValue(all) == (line.GetValue(id) is not null))
                throw new UsageException("Name one dead letter, or say --all.");
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var (tenant, store) = await ScopeAsync(session, line, slug, account, ct);
            var replay = session.Services.GetRequiredService<Replay>();
            var result = line.GetValue(id) is { } name
                ? await replay.OneAsync(tenant.Id, name, ct) ?? throw new UsageException($"{name} is no dead letter's name. See: pomost deadletters list")
                : await replay.AllAsync(tenant.Id, store?.Id, ct);
            if (!line.GetValue(all) && result is { Replayed: 0, Superseded: 0 })
                throw new UsageException($"There is no dead letter {line.GetValue(id)}. See: pomost deadletters list");
            await session.AuditAsync(
                tenant.Id, "delivery.replayed", line.GetValue(id) ?? store?.Slug ?? "", new AuditChange("records", null, result.Replayed.ToString(CultureInfo.InvariantCulture)));
            if (line.GetValue(common.Json))
                Printer.Json(result);
            else
                Printer.Line($"{result.Replayed} back in the queue, {result.Superseded} removed because newer data replaced them.");
            return ExitCodes.Done;
        });
        return command;
    }

    static (Option<string?> Store, Option<long?> Account) Options() => (
        new Option<string?>("--store") { Description = "One store alone." }, new Option<long?>("--account") { Description = "Account, when there are several." });

    static async Task<(Account Account, Store? Store)> ScopeAsync(
        Session session, ParseResult line, Option<string?> slug, Option<long?> account, CancellationToken ct)
    {
        var tenant = await session.AccountAsync(line.GetValue(account), ct);
        return (tenant, line.GetValue(slug) is { } named ? await session.StoreAsync(tenant.Id, named, ct) : null);
    }
}
