using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>A stream of a shop's records. Made only for what the platform declares; a failure of one stops no other.</summary>
interface IShopStream
{
    ShopStream Stream { get; }

    WorkPace Pace { get; }

    /// <summary>Does what was announced. Each announcement given is done afterwards, or is left as it is when this throws.</summary>
    Task ReadAnnouncedAsync(IReadOnlyList<InboxEntry> entries);

    /// <summary>Reads what changed since the last look.</summary>
    Task PollAsync();

    /// <summary>Goes on with a comparison of everything, when one is due or under way.</summary>
    Task CompareAsync();
}
