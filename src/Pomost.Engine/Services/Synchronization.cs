using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Lets a person ask for now what would come by itself later.</summary>
public sealed class Synchronization(IInbox inbox, IStoreWaker waker)
{
    /// <summary>What an announcement says that asks for everything to be compared.</summary>
    internal const string Everything = "everything";

    /// <summary>Asks that the store's changes be read at once.</summary>
    /// <param name="store">Which.</param>
    /// <param name="full">True: everybody already sent is read once more and compared, too, as in the nightly comparison; so is the catalogue.</param>
    /// <param name="ct">Cancels.</param>
    public async Task NowAsync(StoreKey store, bool full, CancellationToken ct)
    {
        await inbox.AddAsync(
            store, InboxSource.Operator, [new AnnouncedChange(ShopStream.Contacts, ChangeKind.Changed, null) { Facts = full ? Everything : null }], ct);
        await waker.NudgeAsync(store, ct);
    }

    /// <summary>Asks that the whole catalogue be read and compared at once, and that products which had to wait be tried now.</summary>
    public async Task ProductsNowAsync(StoreKey store, CancellationToken ct)
    {
        await inbox.AddAsync(store, InboxSource.Operator, [new AnnouncedChange(ShopStream.Products, ChangeKind.Changed, null) { Facts = Everything }], ct);
        await waker.NudgeAsync(store, ct);
    }
}
