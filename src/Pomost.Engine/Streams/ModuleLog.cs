using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>The log of the module in the shop, where there is one: what its pushes and webhooks told, and what got lost of them. Whatever goes wrong with the
/// module, the store goes on as without it.</summary>
sealed class ModuleLog(StoreRun run, ShopGate gate)
{
    const string Place = "live:changes";

    /// <summary>Pulls the log into the inbox. Gives true when the module answered.</summary>
    public async Task<bool> PullAsync()
    {
        run.Pace.ModuleAnswers = false;
        if (run.Connector is not IUsesModule module || run.Shop.Settings[module.ModuleSecretSetting] is null)
            return false;
        run.Pace.ModuleAnswers = await gate.AskOptionalAsync(() => PullAsync(module), NoteFailure);
        return run.Pace.ModuleAnswers;
    }

    public void NoteFailure(ConnectorException e) => StoreRunLog.ModuleFailed(run.Log, run.Key.StoreId, e.Message);

    async Task PullAsync(IUsesModule module)
    {
        var from = await run.CursorAsync(Place);
        // Between the last comparison and the log's first row nobody watched.
        var isNew = from is null && await run.CursorAsync($"live:{ShopStream.Contacts}") is not null;
        await foreach (var page in module.ReadChangesAsync(run.Shop, from, run.Cancel))
        {
            if (page.HasGap || isNew)
            {
                await Comparison.AskForAsync(run, ShopStream.Contacts);
                await Comparison.AskForAsync(run, ShopStream.Subscribers);
            }

            await run.Engine.Inbox.AddAsync(run.Key, InboxSource.Module, page.Changes, run.Cancel);
            await run.SaveCursorAsync(Place, page.Next);
            if (run.HasTime)
                continue;
            run.HasMoreToRead = true;
            return;
        }
    }
}
