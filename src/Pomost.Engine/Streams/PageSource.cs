using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Where a page comes from, and what is committed together with what is decided of it.</summary>
sealed record PageSource
{
    /// <summary>The place after it; null = none is kept.</summary>
    public CursorWrite? Cursor { get; init; }

    /// <summary>The export it belongs to; null = live traffic.</summary>
    public ExportRun? Run { get; init; }

    public RunGain? Gain { get; init; }

    /// <summary>What a dry run has counted so far.</summary>
    public PreviewRoom? Room { get; init; }

    /// <summary>The shop may have been written to after the page was read.</summary>
    public bool MayBeStale { get; init; }

    /// <summary>When the announcement arrived that led to it; null = none did.</summary>
    public DateTimeOffset? NoticedAt { get; init; }

    /// <summary>Announcements that are done with it.</summary>
    public IReadOnlyList<InboxEntry> Announced { get; init; } = [];

    public static PageSource At(string place, SyncCursor next) => new() { Cursor = new CursorWrite(place, next) };

    public static PageSource Of(IReadOnlyList<InboxEntry> announced) => new() { Announced = announced, NoticedAt = announced.Min(entry => entry.ReceivedAt) };
}
