using System.Collections.Concurrent;

namespace Pomost.Salesmanago;

/// <summary>How far the clocks of servers are from ours, by the date of their answers (RFC 9110, section 6.6.1).</summary>
/// <remarks>Periods are asked for, and dates of cards are read, by the server's clock: one that is behind would never list what has just changed.</remarks>
static class ServerClocks
{
    // Whole seconds and the way of the answer: less than this is no difference.
    static readonly TimeSpan Least = TimeSpan.FromSeconds(5);

    // Further off than a date can be by a wrong clock: the header comes from somewhere else.
    static readonly TimeSpan Most = TimeSpan.FromDays(1);

    static readonly ConcurrentDictionary<string, TimeSpan> Offsets = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Notes the date of an answer.</summary>
    /// <param name="server">Who answered.</param>
    /// <param name="date">Its date; null = it gave none.</param>
    /// <param name="now">The present by our clock, UTC.</param>
    public static void Note(Uri server, DateTimeOffset? date, DateTimeOffset now)
    {
        if (date is not { } there || (there - now).Duration() > Most)
            return;
        var offset = there - now;
        Offsets[server.Authority] = offset.Duration() < Least ? TimeSpan.Zero : offset;
    }

    /// <summary>A moment of ours by the server's clock.</summary>
    public static DateTimeOffset Theirs(Uri server, DateTimeOffset at) => at + OffsetOf(server);

    /// <summary>A moment of the server's by our clock.</summary>
    public static DateTimeOffset Ours(Uri server, DateTimeOffset at) => at - OffsetOf(server);

    static TimeSpan OffsetOf(Uri server) => Offsets.GetValueOrDefault(server.Authority);
}
