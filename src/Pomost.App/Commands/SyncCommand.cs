using System.CommandLine;
using Pomost.App.Output;
using Pomost.Engine;

namespace Pomost.App.Commands;

/// <summary><c>pomost sync</c>: read a store's changes now.</summary>
static class SyncCommand
{
    public static Command Make(CommonOptions common)
    {
        var slug = new Option<string?>("--store") { Description = "The store; may be left out when there is one." };
        var account = new Option<long?>("--account") { Description = "Account, when there are several." };
        var full = new Option<bool>("--full") { Description = "Read everybody already sent once more and compare, as the nightly comparison does." };
        var command = new Command("sync", "Read a store's changes now instead of at the next poll.") { slug, account, full };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var store = await session.StoreAsync(line.GetValue(account), line.GetValue(slug), ct);
            if (store.State != StoreState.Active)
            {
                Printer.Problem($"Nothing was started: the store {store.Slug} is {Sentences.Of(store)}");
                return store.State == StoreState.NeedsOperator ? ExitCodes.NeedsOperator : ExitCodes.Stopped;
            }

            await session.Services.GetRequiredService<Synchronization>().NowAsync(store.Key, line.GetValue(full), ct);
            await session.AuditAsync(store.AccountId, "store.synced", store.Slug);
            if (line.GetValue(common.Json))
                Printer.Json(new { store = store.Slug, asked = true, full = line.GetValue(full) });
            else
                Printer.Line("Asked for. The running server reads it at once, or the next one at its start.");
            return ExitCodes.Done;
        });
        return command;
    }
}
