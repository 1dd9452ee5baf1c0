using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Carts not yet bought.</summary>
sealed class CartStream(StoreRun run, PageWork work) : StreamReader<Rules.ShopCart>(run, ShopStream.Carts)
{
    const int CartsPerStep = 500;

    // A cart is over long before a comparison would find it.
    protected override bool IsComparedByItself => false;

    public override async Task ReadAnnouncedAsync(IReadOnlyList<InboxEntry> entries)
    {
        if (entries.Any(entry => entry.Change.Kind == ChangeKind.Changed))
            Pace.NextPoll = DateTimeOffset.MinValue;
        await Run.DropAnnouncedAsync(entries);
    }

    /// <summary>Sends the carts that came of age since the shop last showed them.</summary>
    public async Task SendDueAsync()
    {
        while (Run.HasTime && Run.Store.Options.SendsCarts && await Run.Engine.Carts.DueAsync(Run.Key, CartsPerStep, Run.Cancel) is { Count: > 0 } due)
            await CommitAsync([.. due.Select(facts => facts.Cart)], null, []);
    }

    protected override IAsyncEnumerable<Page<Rules.ShopCart>> Read(ShopConnection shop, ReadRequest request)
        => ((IReadsCarts)Run.Connector).ReadCartsAsync(shop, request, Run.Cancel);

    protected override Task CommitAsync(Page<Rules.ShopCart> page, PageSource source) => CommitAsync(page.Items, source.Cursor, page.Rejected);

    protected override Task ComparePageAsync(Page<Rules.ShopCart> page, PageSource source) => CommitAsync(page, source);

    async Task CommitAsync(IReadOnlyList<Rules.ShopCart> carts, CursorWrite? cursor, IReadOnlyList<RejectedRecord> rejected)
    {
        carts = await work.WithNewerAddressesAsync(carts, CartDecider.KeysOf(carts), cart => cart.Email, (cart, email) => cart with { Email = email });
        var keys = CartDecider.KeysOf(carts);
        var known = await Run.Engine.Carts.FindAsync(Run.Key, [.. carts.Select(cart => cart.SourceId)], Run.Cancel);
        var people = await work.ContactsAsync(keys);
        var draft = await work.DecideAsync(
            ShopStream.Carts, carts, cart => cart.SourceId, () => work.DraftAsync(new PageSource(), people, keys), (made, some) => CartDecider.Decide(made, some, known));
        draft.RejectUnreadable(ShopStream.Carts, rejected);
        await Run.Engine.Runs.CommitAsync(Run.Lease, draft.Finish(null, cursor, []), Run.Cancel);
        Run.NoteQueued();
    }
}
