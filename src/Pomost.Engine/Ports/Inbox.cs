using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>How a change reached us.</summary>
public enum InboxSource
{
    /// <summary>Webhook of the platform.</summary>
    Webhook,

    /// <summary>Our module in the shop.</summary>
    Module,

    /// <summary>A person in the panel or on the command line.</summary>
    Operator,

    /// <summary>Pomost itself: what was read while our own writing was in doubt is read again.</summary>
    Repeat,
}

/// <summary>A change on its way in.</summary>
public sealed record InboxEntry(long Id, StoreKey Store, InboxSource Source, AnnouncedChange Change, DateTimeOffset ReceivedAt, int Attempts);

/// <summary>Durable before acknowledged: <see cref="AddAsync"/> returns after the commit (group commit), and the store is woken by it.</summary>
public interface IInbox
{
    Task AddAsync(StoreKey store, InboxSource source, IReadOnlyList<AnnouncedChange> changes, CancellationToken ct);

    /// <summary>Entries that may be worked on now, those that failed least first, then the oldest; done ones are removed by <see cref="PageCommit.InboxDone"/>.</summary>
    Task<IReadOnlyList<InboxEntry>> NextAsync(StoreKey store, int max, CancellationToken ct);

    /// <summary>Puts entries off after a failure, with one attempt more.</summary>
    Task PutOffAsync(StoreLease lease, IReadOnlyList<long> ids, DateTimeOffset notBefore, CancellationToken ct);
}
