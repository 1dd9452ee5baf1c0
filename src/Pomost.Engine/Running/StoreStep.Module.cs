using Pomost.Contract;

namespace Pomost.Engine;

/// <content>The module in the shop, where there is one. Whatever goes wrong with it, the store goes on as without it.</content>
sealed partial class StoreStep
{
    const string ChangesPlace = "live:changes";

    /// <summary>Pulls the module's log into the inbox: what pushes and webhooks told, and what got lost of them.</summary>
    async Task PullChangesAsync(IPlatformConnector connector, ShopConnection shop)
    {
        pace.ModuleAnswers = false;
        if (connector is not IUsesModule module || shop.Settings[module.ModuleSecretSetting] is null)
            return;
        pace.ModuleAnswers = await AskModuleAsync(async () =>
        {
            var from = await engine.Runs.CursorAsync(lease.Store, ChangesPlace, ct);
            // Between the last comparison and the log's first row nobody watched.
            var isNew = from is null && await engine.Runs.CursorAsync(lease.Store, $"live:{ShopStream.Contacts}", ct) is not null;
            await foreach (var page in module.ReadChangesAsync(shop, from, ct))
            {
                if (page.HasGap || isNew)
                    await CompareEverybodyAsync();
                await engine.Inbox.AddAsync(lease.Store, InboxSource.Module, page.Changes, ct);
                await engine.Runs.CommitAsync(lease, new PageCommit { Cursor = new CursorWrite(ChangesPlace, page.Next) }, ct);
                if (HasTime)
                    continue;
                _moreToRead = true;
                return;
            }
        });
        if (pace.ModuleAnswers)
            await ReadInboxAsync(connector, shop);
    }

    /// <summary>True when the shop gives a stream now: a stream of the module only while it answers.</summary>
    bool Gives(IPlatformConnector connector, ShopStream stream) => connector.Info.Streams.Any(info => info.Stream == stream)
        && (!IsOfModule(connector, stream) || pace.ModuleAnswers);

    /// <summary>Reads a stream; when it is one of the module's, its troubles stop nothing else.</summary>
    Task AskForAsync(IPlatformConnector connector, ShopStream stream, Func<Task> read)
        => IsOfModule(connector, stream) ? AskModuleAsync(read) : read();

    async Task<bool> AskModuleAsync(Func<Task> ask)
    {
        try
        {
            await ask();
            return true;
        }
        catch (ConnectorException e)
        {
            StoreRunLog.ModuleFailed(log, lease.Store.StoreId, e.Message);
            return false;
        }
    }

    async Task CompareEverybodyAsync()
    {
        foreach (var place in new[] { SweepPlace, SubscriberSweepPlace })
            await engine.Runs.CommitAsync(lease, new PageCommit { Cursor = new CursorWrite(Asked + place, Instant(engine.Clock.GetUtcNow())) }, ct);
    }

    static bool IsOfModule(IPlatformConnector connector, ShopStream stream) => connector is IUsesModule module && module.ModuleStreams.Contains(stream);
}
