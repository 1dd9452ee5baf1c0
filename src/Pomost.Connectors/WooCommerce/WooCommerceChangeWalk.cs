using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Pomost.Connectors.Shared;
using Pomost.Contract;

namespace Pomost.Connectors.WooCommerce;

/// <summary>How far a stream ordered by modification time was read.</summary>
sealed record WooChangePosition
{
    /// <summary>Form of the cursor.</summary>
    [JsonPropertyName("v")]
    public int Version { get; init; } = 1;

    /// <summary>Everything modified before this second was seen; Unix seconds; null = nothing was read yet.</summary>
    [JsonPropertyName("t")]
    public long? Second { get; init; }

    /// <summary>What was seen of that second and later, as <c>id.fingerprint</c> in hexadecimal, joined by commas.</summary>
    [JsonPropertyName("s")]
    public string? Seen { get; init; }

    /// <summary>Place inside <see cref="Second"/> while it is too full for one page.</summary>
    [JsonPropertyName("w")]
    public WooIdPosition? Inside { get; init; }

    /// <summary>Records read so far, for the estimate of the whole.</summary>
    [JsonPropertyName("n")]
    public long Count { get; init; }

    public static WooChangePosition Of(SyncCursor? cursor)
        => cursor is null ? new() : WooCursor.Read(cursor, WooCursorJson.Default.WooChangePosition);

    public SyncCursor ToCursor() => new(JsonSerializer.Serialize(this, WooCursorJson.Default.WooChangePosition));
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WooIdPosition))]
[JsonSerializable(typeof(WooChangePosition))]
sealed partial class WooCursorJson : JsonSerializerContext;

static class WooCursor
{
    /// <exception cref="NeedsOperatorException">The cursor is not one of ours.</exception>
    public static T Read<T>(SyncCursor cursor, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(cursor.Value, type)!;
        }
        catch (JsonException broken)
        {
            throw new NeedsOperatorException(
                ConnectionProblem.Other, WooCommerceSettings.UrlField, "The saved place in the shop's records cannot be read.", inner: broken);
        }
    }
}

/// <summary>New or changed records of one page.</summary>
sealed record WooChangeStep<T>(IReadOnlyList<T> Fresh, SyncCursor Next, long? Total);

/// <summary>Reads a list in the order in which its records were last changed.</summary>
/// <remarks>
/// The platform's bound is exclusive and has whole seconds, and a record that changes moves to the end while we page. So a page
/// is never asked for by number: each request starts again at the newest second seen, that second included, and what was seen of
/// it is left out by id and fingerprint (a record may change twice within a second). The cursor stays
/// <see cref="Settling"/> behind the newest record, because the shop stamps a change before it commits it. Our own clock has no say
/// in it: a shop's may be minutes behind, and what it stamps then lies before our present.
/// A second with more records than fit one page (an import) is read by id.
/// </remarks>
/// <param name="fetch">Reads a page of the list with these parameters; adds what makes times UTC.</param>
/// <param name="clock">The present, where the shop does not tell it.</param>
sealed class WooCommerceChangeWalk<T>(Func<WooQuery, CancellationToken, Task<WooList<T>>> fetch, TimeProvider clock)
    where T : IWooRecord
{
    /// <summary>How long a change may take from its time stamp to its commit.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    static readonly TimeSpan Lag = TimeSpan.FromMinutes(1);

    // So long before the present a shop is read again whose clock was set back.
    static readonly TimeSpan ReadAgain = TimeSpan.FromMinutes(15);

    // 200 of at most 19 characters fit the cursor's 4,000.
    const int MostSeen = 200;

    readonly Dictionary<long, (long Second, uint Fingerprint)> _seen = [];

    /// <summary>The position after everything there is.</summary>
    public async Task<SyncCursor> EndAsync(CancellationToken ct)
    {
        var newest = await fetch(Ordered([], "desc"), ct);
        foreach (var row in newest.Rows)
            _seen[row.Value.Id] = (SecondOf(row.Value), row.Fingerprint);
        // After nothing stands the beginning: any other second may lie in the shop's future.
        if (newest.Rows.Count == 0)
            return new WooChangePosition().ToCursor();
        // Of the oldest second of a full page some records may stand on the next one.
        var whole = newest.Total > newest.Rows.Count || newest.Rows.Count >= WooCommerceApi.PageSize ? newest.Rows.Min(row => SecondOf(row.Value)) + 1 : 0;
        return After(newest.Rows.Max(row => SecondOf(row.Value)), new WooChangePosition { Second = whole, Count = newest.Total ?? 0 }).ToCursor();
    }

    public async IAsyncEnumerable<WooChangeStep<T>> ReadAsync(SyncCursor? from, [EnumeratorCancellation] CancellationToken ct)
    {
        var saved = WooChangePosition.Of(from);
        Remember(saved);
        var second = saved.Second;
        var wasSetBack = false;
        while (true)
        {
            if (saved.Inside is not null)
            {
                await foreach (var step in InsideSecondAsync(saved, ct))
                {
                    saved = WooChangePosition.Of(step.Next);
                    yield return step;
                }
                if (saved.Inside is not null)
                    yield break;
                second = saved.Second;
            }

            var list = await fetch(Ordered(From(second), "asc"), ct);
            // What a clock that was set back stamps lies before what was seen, and would not be read until the clock is there again.
            if (!wasSetBack && list.ShopTime is { } now && second - now.ToUnixTimeSeconds() > (long)Settling.TotalSeconds)
            {
                wasSetBack = true;
                second = now.ToUnixTimeSeconds() - (long)ReadAgain.TotalSeconds;
                saved = saved with { Second = second, Seen = null };
                continue;
            }

            var hasMore = list.Total is { } total ? total > list.Rows.Count : list.Rows.Count >= WooCommerceApi.PageSize;
            if (list.Rows.Count == 0)
                yield break;
            var newest = list.Rows.Max(row => SecondOf(row.Value));
            // A page of records that tell no date, behind the place where those without one stand.
            if (hasMore && newest < second)
                throw WooCommerceApi.NotHeeded();
            if (hasMore && list.Rows.Min(row => SecondOf(row.Value)) == newest)
            {
                saved = saved with { Second = newest, Seen = null, Inside = WooIdPosition.Start };
                continue;
            }

            if (hasMore && second is { } bound && newest <= bound)
                throw WooCommerceApi.NotHeeded();
            var fresh = list.Rows.Where(IsFresh).Select(row => row.Value).ToList();
            second = newest;
            // A record dated ahead must not carry the place past what a replica that lags shows later.
            var next = After(Math.Min(newest, (list.ShopTime - Lag)?.ToUnixTimeSeconds() ?? newest), saved with { Count = saved.Count + fresh.Count });
            if (fresh.Count > 0 || next != saved)
                yield return new WooChangeStep<T>(fresh, next.ToCursor(), saved.Count + list.Total);
            saved = next;
            if (!hasMore)
                yield break;
        }
    }

    // A second that is not settled yet is read again next time, whole: rows may still enter it below the ids already seen.
    async IAsyncEnumerable<WooChangeStep<T>> InsideSecondAsync(WooChangePosition saved, [EnumeratorCancellation] CancellationToken ct)
    {
        var second = saved.Second!.Value;
        var count = saved.Count;
        var shopTime = DateTimeOffset.MaxValue;
        async Task<WooList<T>> Fetch(long offset, CancellationToken token)
        {
            var list = await fetch(Within(second).With("offset", offset), token);
            shopTime = list.ShopTime is { } told && told < shopTime ? told : shopTime;
            return list;
        }

        await foreach (var step in WooCommerceIdWalk.ReadAsync<T>(Fetch, saved.Inside!, ct))
        {
            count += step.Fresh.Count;
            yield return new WooChangeStep<T>(step.Fresh, (saved with { Inside = step.Next, Count = count }).ToCursor(), null);
        }
        _seen.Clear();
        var settled = second < ((shopTime < DateTimeOffset.MaxValue ? shopTime : clock.GetUtcNow()) - Settling).ToUnixTimeSeconds();
        var after = saved with { Second = settled ? second + 1 : second, Seen = null, Inside = settled ? null : WooIdPosition.Start, Count = count };
        yield return new WooChangeStep<T>([], after.ToCursor(), null);
    }

    WooChangePosition After(long newest, WooChangePosition before)
    {
        var second = Math.Max(before.Second ?? 0, newest - (long)Settling.TotalSeconds);
        var kept = Kept(second);
        // More than the cursor holds: give up some of the settling rather than read the same page for ever.
        while (kept.Count > MostSeen && second < newest)
        {
            second = kept.Select(entry => entry.Value.Second).Where(at => at > second).DefaultIfEmpty(newest).Min();
            kept = Kept(second);
        }
        foreach (var id in _seen.Where(entry => entry.Value.Second < second).Select(entry => entry.Key).ToList())
            _seen.Remove(id);
        var seen = kept.Take(MostSeen).Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key:x}.{entry.Value.Fingerprint:x}"));
        return before with { Second = second, Seen = kept.Count == 0 ? null : string.Join(',', seen) };
    }

    List<KeyValuePair<long, (long Second, uint Fingerprint)>> Kept(long second)
        => [.. _seen.Where(entry => entry.Value.Second >= second).OrderByDescending(entry => entry.Value.Second).ThenBy(entry => entry.Key)];

    bool IsFresh(WooRow<T> row)
    {
        var known = _seen.TryGetValue(row.Value.Id, out var seen) && seen.Fingerprint == row.Fingerprint && row.Value.Id != 0;
        _seen[row.Value.Id] = (SecondOf(row.Value), row.Fingerprint);
        return !known;
    }

    void Remember(WooChangePosition saved)
    {
        foreach (var entry in saved.Seen?.Split(',') ?? [])
        {
            var parts = entry.Split('.');
            var readable = parts.Length == 2 & long.TryParse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id)
                & uint.TryParse(parts[^1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var fingerprint);
            if (readable)
                _seen[id] = (saved.Second ?? 0, fingerprint);
        }
    }

    // A record without modification time (imported past the API) sorts first; second 0 stands for it.
    static long SecondOf(T record) => LenientValue.UtcTime(record.DateModifiedGmt)?.ToUnixTimeSeconds() ?? 0;

    static WooQuery Ordered(WooQuery query, string order) => query.With("orderby", "modified").With("order", order).With("per_page", WooCommerceApi.PageSize);

    static WooQuery From(long? second)
        => second is null or <= 0 ? [] : new WooQuery().With("modified_after", Text(second.Value - 1));

    static WooQuery Within(long second)
        => From(second).With("modified_before", Text(second + 1)).With("orderby", "id").With("order", "asc").With("per_page", WooCommerceApi.PageSize);

    static string Text(long second) => WooCommerceApi.Bound(DateTimeOffset.FromUnixTimeSeconds(second));
}
