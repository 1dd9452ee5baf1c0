using Pomost.Contract;

namespace Pomost.Engine;

sealed partial class StoreStep
{
    const int CartsPerStep = 500;

    async Task PollCartsAsync(IPlatformConnector connector, ShopConnection shop)
    {
        if (connector is not IReadsCarts carts || !store.Options.SendsCarts || !Gives(connector, ShopStream.Carts))
            return;
        await AskForAsync(connector, ShopStream.Carts, () => PollAsync(
            ShopStream.Carts, request => carts.ReadCartsAsync(shop, request, ct),
            (page, cursor) => CommitCartsAsync(page.Items, connector, cursor, page.Rejected), connector, shop));
    }

    /// <summary>Tells the carts that came of age since the shop last spoke of them.</summary>
    async Task TellDueCartsAsync(IPlatformConnector connector)
    {
        while (HasTime && store.Options.SendsCarts && await engine.Carts.DueAsync(lease.Store, CartsPerStep, ct) is { Count: > 0 } due)
            await CommitCartsAsync([.. due.Select(facts => facts.Cart)], connector, null, []);
    }

    /// <summary>Carts of people who became known only now were kept back for that alone.</summary>
    async Task LookAtWaitingCartsAsync(PageDraft draft)
    {
        if (store.Options.SendsCarts && draft.Context.Run?.Options.DryRun != true && draft.NewPeople is { Count: > 0 } people)
            CartDecider.DecideWaiting(draft, await engine.Carts.LivingAsync(lease.Store, people, ct));
    }

    async Task CommitCartsAsync(IReadOnlyList<Rules.ShopCart> carts, IPlatformConnector connector, CursorWrite? cursor, IReadOnlyList<RejectedRecord> rejected)
    {
        carts = await WithNewerAddressesAsync(carts, CartDecider.KeysOf(carts), cart => cart.Email, (cart, email) => cart with { Email = email });
        var people = await engine.Runs.ContactsAsync(lease.Store, CartDecider.KeysOf(carts), ct);
        var known = await engine.Carts.FindAsync(lease.Store, [.. carts.Select(cart => cart.SourceId)], ct);
        var draft = await DraftAsync(connector, null, people, CartDecider.KeysOf(carts));
        CartDecider.Decide(draft, carts, known);
        draft.RejectUnreadable(ShopStream.Carts, rejected);
        await engine.Runs.CommitAsync(lease, draft.Finish(null, cursor, []), ct);
        _queued.Release();
    }
}
