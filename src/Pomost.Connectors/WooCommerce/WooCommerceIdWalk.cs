using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pomost.Contract;

namespace Pomost.Connectors.WooCommerce;

/// <summary>How far a walk by id has come.</summary>
/// <param name="Offset">Where to ask next: at the last row seen, so that the answer overlaps.</param>
/// <param name="LastId">Greatest id seen; every lower one was seen or is gone.</param>
/// <param name="Version">Form of the cursor.</param>
sealed record WooIdPosition(
    [property: JsonPropertyName("o")] long Offset, [property: JsonPropertyName("l")] long LastId, [property: JsonPropertyName("v")] int Version = 1)
{
    public static WooIdPosition Start { get; } = new(0, 0);

    public static WooIdPosition Of(SyncCursor? cursor) => cursor is null ? Start : WooCursor.Read(cursor, WooCursorJson.Default.WooIdPosition);

    public SyncCursor ToCursor() => new(JsonSerializer.Serialize(this, WooCursorJson.Default.WooIdPosition));
}

/// <summary>New records of one page of a walk.</summary>
sealed record WooIdStep<T>(IReadOnlyList<T> Fresh, WooIdPosition Next, long? Total);

/// <summary>Reads a list in the order of ids, though the platform can only count rows off.</summary>
/// <remarks>
/// A row deleted before our place moves all later rows one up, and the row at the border would never be seen. So each page
/// starts at the last row of the one before. If no row already seen is in the answer, rows were deleted: the walk steps back
/// until it meets one. As rows come in the order of ids, nothing can lie between.
/// </remarks>
static class WooCommerceIdWalk
{
    /// <param name="fetch">Reads a page at an offset, ordered by id, ascending.</param>
    /// <param name="from">Where to go on.</param>
    /// <param name="ct">Cancels.</param>
    public static async IAsyncEnumerable<WooIdStep<T>> ReadAsync<T>(
        Func<long, CancellationToken, Task<WooList<T>>> fetch, WooIdPosition from, [EnumeratorCancellation] CancellationToken ct)
        where T : IWooRecord
    {
        var position = from;
        var offset = from.Offset;
        long stepBack = WooCommerceApi.PageSize;
        var asked = -1L;
        var lowest = -1L;
        while (true)
        {
            var list = await fetch(offset, ct);
            var found = list.Rows.Count == 0 ? -1 : list.Rows.Min(row => row.Value.Id);
            if (found > 0 && found == lowest && offset != asked)
                throw WooCommerceApi.NotHeeded();
            (asked, lowest) = (offset, found);
            if (offset > 0 && !list.Rows.Any(row => row.Value.Id <= position.LastId))
            {
                offset = list is { Rows.Count: 0, Total: { } total } && total <= offset ? Math.Max(0, total - 1) : Math.Max(0, offset - stepBack);
                stepBack *= 2;
                continue;
            }
            stepBack = WooCommerceApi.PageSize;
            var fresh = list.Rows.Select(row => row.Value).Where(row => row.Id > position.LastId || row.Id == 0).ToList();
            var last = Math.Max(position.LastId, list.Rows.Count == 0 ? 0 : list.Rows.Max(row => row.Value.Id));
            var end = offset + list.Rows.Count;
            var next = new WooIdPosition(Math.Max(0, end - 1), last);
            if (fresh.Count > 0 || next != position)
                yield return new WooIdStep<T>(fresh, next, list.Total);
            var hasMore = list.Rows.Count > 0 && (list.Total is { } all ? end < all : list.Rows.Count >= WooCommerceApi.PageSize);
            if (!hasMore)
                yield break;
            // A page without anything new lies wholly before our place: its successor cannot leave a gap.
            offset = next.LastId > position.LastId || next.Offset > offset ? next.Offset : end;
            position = next;
        }
    }
}
