using System.CommandLine;
using Pomost.App.Output;
using Pomost.Engine;

namespace Pomost.App.Commands;

/// <summary><c>pomost store pause|resume|disconnect</c>.</summary>
static class StoreLifeCommands
{
    public static Command Pause(CommonOptions common, Option<long?> account)
    {
        var slug = new Argument<string>("store") { Description = "The store." };
        var command = new Command("pause", "Stop a store after the page in hand. What is announced meanwhile is kept.") { slug, account };
        command.SetAction((line, ct) => RunAsync(common, line, account, slug, "store.paused", "Paused; go on with: pomost store resume", async (session, store) =>
            await session.Services.GetRequiredService<StoreDisconnection>().PauseAsync(store.Key, ct), ct));
        return command;
    }

    public static Command Resume(CommonOptions common, Option<long?> account)
    {
        var slug = new Argument<string>("store") { Description = "The store." };
        var command = new Command("resume", "Let a paused store go on.") { slug, account };
        command.SetAction((line, ct) => RunAsync(common, line, account, slug, "store.resumed", "Goes on.", async (session, store) =>
            await session.Services.GetRequiredService<StoreSetup>().ResumeAsync(store.Key, ct), ct));
        return command;
    }

    public static Command Disconnect(CommonOptions common, Option<long?> account)
    {
        var slug = new Argument<string>("store") { Description = "The store." };
        var keep = new Option<bool>("--keep-data") { Description = "Keep contacts, orders and their stories, to be read." };
        var erase = new Option<bool>("--erase-data") { Description = "Erase contacts, orders, queues and stories. The evidence of consents stays." };
        var command = new Command("disconnect", "Disconnect a store for good: webhooks removed at the shop, credentials forgotten, nothing runs. Its number is not given again.")
        {
            slug, keep, erase, account,
        };
        command.SetAction(async (line, ct) =>
        {
            if (line.GetValue(keep) == line.GetValue(erase))
                throw new UsageException("Say what becomes of the data: --keep-data or --erase-data.");
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var store = await session.StoreAsync(line.GetValue(account), line.GetValue(slug), ct);
            var disconnection = session.Services.GetRequiredService<StoreDisconnection>();
            var webhooks = WebhooksRemoved.NothingToDo;
            if (store.State != StoreState.Disconnected || line.GetValue(erase))
                webhooks = await disconnection.DisconnectAsync(store, line.GetValue(erase), ct);
            if (line.GetValue(erase))
                await disconnection.EraseAsync(store.Key, ct);
            await session.AuditAsync(store.AccountId, line.GetValue(erase) ? "store.erased" : "store.disconnected", store.Slug);
            if (line.GetValue(common.Json))
                Printer.Json(new { store = store.Slug, state = StoreState.Disconnected, webhooks, dataErased = line.GetValue(erase) });
            else
            {
                Printer.Line($"{store.Slug} is disconnected; its credentials are forgotten.");
                Printer.Line(line.GetValue(erase) ? "Its data are erased. The evidence of consents stays." : "Its data are kept to be read.");
                if (webhooks == WebhooksRemoved.StillThere)
                    Printer.Line("Its webhooks could not be removed at the shop. They lead nowhere now; remove them there by hand.");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    static async Task<int> RunAsync(
        CommonOptions common, ParseResult line, Option<long?> account, Argument<string> slug, string action, string done, Func<Session, Store, Task> act, CancellationToken ct)
    {
        await using var session = await Session.OpenAsync(common.Choices(line), ct);
        var store = await session.StoreAsync(line.GetValue(account), line.GetValue(slug), ct);
        if (store.State == StoreState.Disconnected)
            throw new UsageException($"{store.Slug} is disconnected for good. Connect the shop again: pomost store add --help");
        await act(session, store);
        await session.AuditAsync(store.AccountId, action, store.Slug);
        var now = (await session.Stores.FindAsync(store.Key, ct))!;
        if (line.GetValue(common.Json))
            Printer.Json(new { store = now.Slug, state = now.State, problem = now.Problem });
        else
            Printer.Line(done);
        return ExitCodes.Done;
    }
}
