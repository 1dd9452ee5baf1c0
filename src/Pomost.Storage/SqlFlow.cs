using System.Globalization;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage;

internal sealed class SqlFlow(Database database) : IFlow
{
    private const int LineParts = 24;

    public Task<FlowNumbers> NumbersAsync(long accountId, IReadOnlyList<long>? stores, FlowPeriod period, CancellationToken ct) => database.ReadAsync(
        async session =>
        {
            var width = period.SlotMinutes;
            var last = FlowTable.SlotOf(database.Clock.GetUtcNow(), width);
            var ofPeriod = "f.account_id = @account_id AND f.minutes = @minutes AND f.slot > @before" + StoreIds.Among("f.store_id", stores);
            var count = (long)(period.Length.TotalMinutes / width);
            Statement Of(string sql) => session.Command(sql).With("account_id", accountId).With("minutes", width).With("before", last - count);
            var slots = await Of($"SELECT f.slot, {FlowTable.Sums} FROM flow AS f WHERE {ofPeriod} GROUP BY f.slot ORDER BY f.slot")
                .QueryAsync(row => new FlowSlot(StartOf(row.Number("slot"), width), row.Number("delivered"), row.Number("retried"), row.Number("refused")));
            var parts = (int)Math.Min(LineParts, count);
            var lines = (await Of($"""
                SELECT f.store_id, (f.slot - @before - 1) * @parts / @count AS part, SUM(f.delivered) AS delivered FROM flow AS f WHERE {ofPeriod}
                GROUP BY f.store_id, (f.slot - @before - 1) * @parts / @count
                """).With("parts", parts).With("count", count)
                .QueryAsync(row => (Store: row.Number("store_id"), Part: row.Int("part"), Delivered: row.Number("delivered"))))
                .ToLookup(row => row.Store);
            var lags = new long[FlowTable.Lags.Length];
            var flows = await Of($"SELECT f.store_id, {FlowTable.Sums} FROM flow AS f WHERE {ofPeriod} GROUP BY f.store_id ORDER BY f.store_id").QueryAsync(row =>
            {
                var own = FlowTable.LagsOf(row);
                for (var i = 0; i < lags.Length; i++) lags[i] += own[i];
                var line = new long[parts];
                foreach (var (_, part, delivered) in lines[row.Number("store_id")]) line[part] = delivered;
                return new StoreFlow(new(accountId, row.Number("store_id")), row.Number("delivered"), FlowTable.P95(own), line);
            });
            return new FlowNumbers(StartOf(last - count + 1, width), slots, FlowTable.P95(lags), flows);
        },
        ct);

    public async Task<IReadOnlyList<ConsentFlow>> ConsentsAsync(long accountId, IReadOnlyList<long>? stores, DateTimeOffset since, CancellationToken ct)
    {
        // What bears a date to come is a clock running ahead; it belongs to now.
        var rows = await database.ReadAsync(
            session => session.Command($"""
                SELECT channel, state, count(*) AS lines FROM consent_line
                WHERE account_id = @account_id AND at IS NOT NULL AND at >= @since{StoreIds.Among("store_id", stores)} GROUP BY channel, state
                """).With("account_id", accountId).With("since", since)
                .QueryAsync(row => (Channel: row.Name<ConsentChannel>("channel"), State: row.Name<ConsentState>("state"), Lines: row.Number("lines"))),
            ct);
        return [.. Enum.GetValues<ConsentChannel>().Select(channel => new ConsentFlow(channel, Of(channel, ConsentState.Granted), Of(channel, ConsentState.Withdrawn)))];

        long Of(ConsentChannel channel, ConsentState state) => rows.Where(row => row.Channel == channel && row.State == state).Sum(row => row.Lines);
    }

    public async Task<long> AbandonedCartsAsync(long accountId, IReadOnlyList<long>? stores, DateTimeOffset since, CancellationToken ct) => (await database.ReadAsync(
        session => session.Command($"""
            SELECT count(*) FROM cart WHERE account_id = @account_id AND state IN ('Abandoned', 'WonBack') AND changed_at >= @since{StoreIds.Among("store_id", stores)}
            """)
            .With("account_id", accountId).With("since", since).NumberAsync(),
        ct))!.Value;

    public async Task<string> StampAsync(long accountId, IReadOnlyList<long>? stores, CancellationToken ct) => (await database.ReadAsync(
        session => session.Command($"""
            SELECT (SELECT max(t.id) FROM trace AS t WHERE t.account_id = @account_id{StoreIds.Among("t.store_id", stores)}) AS trace,
              (SELECT COALESCE(SUM(f.delivered + f.refused), 0) FROM flow AS f WHERE f.account_id = @account_id AND f.minutes = 60 AND f.slot >= @slot{StoreIds.Among("f.store_id", stores)}) AS flowed,
              (SELECT count(*) FROM delivery AS d WHERE d.account_id = @account_id AND d.state = 'Dead'{StoreIds.Among("d.store_id", stores)}) AS dead,
              (SELECT count(*) FROM alert AS a WHERE a.account_id = @account_id AND a.state = 'Open'{StoreIds.Among("a.store_id", stores)}) AS alerts
            """).With("account_id", accountId).With("slot", FlowTable.SlotOf(database.Clock.GetUtcNow(), 60) - 1)
            .FirstOrDefaultAsync(row => string.Create(
                CultureInfo.InvariantCulture, $"{row.NumberOrNull("trace")} {row.Number("flowed")} {row.Number("dead")} {row.Number("alerts")}")),
        ct))!;

    private static DateTimeOffset StartOf(long slot, int minutes) => DateTimeOffset.FromUnixTimeMilliseconds(slot * minutes * 60_000);
}
