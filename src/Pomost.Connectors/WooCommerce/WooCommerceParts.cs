using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Pomost.Contract;

namespace Pomost.Connectors.WooCommerce;

/// <summary>Reads a page that the shop cannot give whole in smaller parts, down to the one record that it cannot give; that one is set aside, and the others go on.
/// Lives for one page.</summary>
/// <param name="ask">Asks for one part.</param>
/// <param name="type">The record.</param>
sealed class WooCommerceParts<T>(Func<WooQuery, CancellationToken, Task<WooList<T>>> ask, JsonTypeInfo<T> type)
    where T : IWooRecord
{
    // A shop in trouble fails whatever is asked: more failures without an answer than halves of a page has no single record.
    const int FailuresWithoutAnswer = 8;

    // Three records of a page; more are not picked out one by one.
    const int MostFailures = 24;

    readonly List<WooRow<T>> _rows = [];
    long? _total;
    DateTimeOffset? _shopTime;
    int _failures;
    bool _answered;

    /// <summary>True for a failure that smaller pages may avoid.</summary>
    public static bool MayHelp(ConnectorException failure) => failure is RetryLaterException { After: null, ConcernsAll: false }
        or NeedsOperatorException { Problem: ConnectionProblem.VersionTooOld or ConnectionProblem.AnswerTooLarge };

    public async Task<WooList<T>> ReadAsync(WooQuery query, ConnectorException failure, CancellationToken ct)
    {
        var size = (int)(NumberOf(query, "per_page") ?? 0);
        var offset = NumberOf(query, "offset") ?? ((NumberOf(query, "page") ?? 1) - 1) * size;
        if (size <= 1)
            throw failure;
        await HalvesAsync(query, offset, size, failure, ct);
        return new WooList<T>(_rows, _total, _shopTime);
    }

    async Task HalvesAsync(WooQuery query, long offset, int size, ConnectorException failure, CancellationToken ct)
    {
        var half = size / 2;
        foreach (var (from, count) in new[] { (offset, half), (offset + half, size - half) })
            await PartAsync(query, from, count, failure, ct);
    }

    async Task PartAsync(WooQuery query, long offset, int size, ConnectorException first, CancellationToken ct)
    {
        if (_total is { } all && offset >= all)
            return;
        try
        {
            var list = await ask(Part(query, offset, size), ct);
            _answered = true;
            (_total, _shopTime) = (list.Total ?? _total, list.ShopTime ?? _shopTime);
            _rows.AddRange(list.Rows.Where(row => row.Value.Id == 0 || _rows.TrueForAll(known => known.Value.Id != row.Value.Id)));
        }
        catch (ConnectorException failure) when (MayHelp(failure))
        {
            if (++_failures >= (_answered ? MostFailures : FailuresWithoutAnswer))
                throw first;
            if (size > 1)
                await HalvesAsync(query, offset, size, first, ct);
            else
                _rows.Add(new WooRow<T>(await UnreadableAsync(query, offset, failure, ct), 0));
        }
    }

    /// <summary>What stands for a record that the shop cannot give: its id, when it tells at least that.</summary>
    async Task<T> UnreadableAsync(WooQuery query, long offset, ConnectorException failure, CancellationToken ct)
    {
        T? record = default;
        try
        {
            var bare = Part(query, offset, 1);
            bare.RemoveAll(pair => pair.Key == "_fields");
            record = (await ask(bare.With("_fields", "id,date_modified_gmt"), ct)).Rows.Select(row => row.Value).FirstOrDefault();
        }
        catch (ConnectorException again) when (MayHelp(again))
        {
            // Not even its id: it is set aside without one, and the reason is that of the whole record.
        }

        record ??= System.Text.Json.JsonSerializer.Deserialize("{}", type)!;
        record.Failure = failure.Message;
        return record;
    }

    static WooQuery Part(WooQuery query, long offset, int size)
    {
        var part = new WooQuery();
        part.AddRange(query.Where(pair => pair.Key is not ("offset" or "per_page" or "page")));
        return part.With("per_page", size).With("offset", offset);
    }

    static long? NumberOf(WooQuery query, string name)
        => long.TryParse(query.LastOrDefault(pair => pair.Key == name).Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
