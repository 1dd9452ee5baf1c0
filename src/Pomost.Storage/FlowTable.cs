using Pomost.Engine;

namespace Pomost.Storage;

/// <summary>What flowed to destinations, counted in slots of five minutes and of an hour, so that nobody counts rows.</summary>
internal static class FlowTable
{
    /// <summary>Minutes of a slot: fine for the last hours, coarse for the year.</summary>
    public static readonly int[] Widths = [5, 60];

    /// <summary>Upper borders of the lag columns, in milliseconds; the last has none.</summary>
    public static readonly (string Column, long Milliseconds)[] Lags =
    [
        ("lag_1s", 1_000), ("lag_2s", 2_000), ("lag_5s", 5_000), ("lag_10s", 10_000), ("lag_30s", 30_000), ("lag_1m", 60_000), ("lag_5m", 300_000),
        ("lag_15m", 900_000), ("lag_1h", 3_600_000), ("lag_6h", 21_600_000), ("lag_more", long.MaxValue),
    ];

    private static readonly string[] Columns = ["delivered", "retried", "refused", .. Lags.Select(lag => lag.Column)];

    private static readonly string Upsert = $"""
        INSERT INTO flow (account_id, store_id, minutes, slot, {string.Join(", ", Columns)})
        VALUES (@account_id, @store_id, @minutes, @slot, {string.Join(", ", Columns.Select(column => "@" + column))})
        ON CONFLICT (account_id, minutes, slot, store_id) DO UPDATE SET {string.Join(", ", Columns.Select(column => $"{column} = flow.{column} + excluded.{column}"))}
        """;

    /// <summary>The slot a moment falls into.</summary>
    public static long SlotOf(DateTimeOffset at, int minutes) => at.ToUnixTimeMilliseconds() / (minutes * 60_000L);

    /// <summary>Counts what was taken and refused, in the transaction that settles it. Only live traffic has a lag: history is delivered when its turn comes.</summary>
    public static async Task AddAsync(DbSession session, StoreKey store, IReadOnlyList<Delivery> taken, int refused, DateTimeOffset now)
    {
        var lags = new long[Lags.Length];
        foreach (var delivery in taken.Where(delivery => delivery.ExportRunId is null))
        {
            var lag = (now - (delivery.NoticedAt ?? delivery.CreatedAt)).TotalMilliseconds;
            lags[Array.FindIndex(Lags, border => lag <= border.Milliseconds)]++;
        }
        foreach (var minutes in Widths)
        {
            var statement = session.Command(Upsert).For(store).With("minutes", minutes).With("slot", SlotOf(now, minutes))
                .With("delivered", taken.Count).With("retried", taken.Count(delivery => delivery.Attempts > 0)).With("refused", refused);
            for (var i = 0; i < lags.Length; i++) statement.With(Lags[i].Column, lags[i]);
            await statement.ExecuteAsync();
        }
    }

    /// <summary>Sums of all columns over some slots, for a SELECT.</summary>
    public static string Sums { get; } = string.Join(", ", Columns.Select(column => $"SUM(f.{column}) AS {column}"));

    /// <summary>The lag columns of a row.</summary>
    public static long[] LagsOf(Row row) => [.. Lags.Select(lag => row.Number(lag.Column))];

    /// <summary>The lag that nineteen of twenty keep, taken as even within its column; null when nothing was counted.</summary>
    public static TimeSpan? P95(long[] lags)
    {
        var all = lags.Sum();
        if (all == 0) return null;
        var wanted = (long)Math.Ceiling(all * 0.95);
        var (before, from) = (0L, 0L);
        for (var i = 0; i < lags.Length - 1; i++)
        {
            if (before + lags[i] >= wanted)
                return TimeSpan.FromMilliseconds(from + (Lags[i].Milliseconds - from) * (wanted - before) / (double)lags[i]);
            (before, from) = (before + lags[i], Lags[i].Milliseconds);
        }
        return TimeSpan.MaxValue;
    }
}
