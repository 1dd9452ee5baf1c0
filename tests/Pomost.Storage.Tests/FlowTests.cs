using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Storage.Tests;

public sealed class FlowTestsOnSqlite(SqliteFixture storage) : FlowTests(storage), IClassFixture<SqliteFixture>;

public sealed class FlowTestsOnPostgreSql(PostgreSqlFixture storage) : FlowTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class FlowTests(StorageFixture storage)
{
    private readonly SqlFlow flow = new(storage.Database);

    [Fact]
    public async Task What_was_taken_is_counted_by_slot_and_store_with_what_was_tried_again_and_refused()
    {
        var lease = await storage.BeginAsync();
        await DeliverAsync(lease, 3);
        storage.Clock.Advance(TimeSpan.FromMinutes(20));
        var retried = await QueueAsync(lease, 2);
        await storage.Runs.SettleAsync(lease, new Settlement { PutOff = retried, NotBefore = storage.Clock.GetUtcNow() }, default);
        await storage.Runs.SettleAsync(lease, new Settlement { Taken = await storage.NextAsync(lease) }, default);
        var refused = await QueueAsync(lease, 1);
        await storage.Runs.SettleAsync(lease, new Settlement { Refused = [(refused[0], "no")] }, default);

        var hour = await flow.NumbersAsync(lease.Store.AccountId, null, FlowPeriod.Hour, default);
        Assert.Equal([(3L, 0L, 0L), (2L, 2L, 1L)], hour.Slots.Select(slot => (slot.Delivered, slot.Retried, slot.Refused)));
        Assert.Equal(TimeSpan.FromMinutes(20), hour.Slots[1].From - hour.Slots[0].From);
        Assert.Equal((5L, 2L), (hour.Delivered, hour.Retried));
        var store = Assert.Single(hour.Stores);
        Assert.Equal((lease.Store, 5L, 12), (store.Store, store.Delivered, store.Line.Count));
        Assert.Equal([2L, 3L], store.Line.Where(part => part > 0).Reverse());
        Assert.Equal(5, (await flow.NumbersAsync(lease.Store.AccountId, null, FlowPeriod.Month, default)).Delivered);
        storage.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, (await flow.NumbersAsync(lease.Store.AccountId, null, FlowPeriod.Hour, default)).Delivered);
        Assert.Equal(5, Assert.Single((await flow.NumbersAsync(lease.Store.AccountId, null, FlowPeriod.Day, default)).Stores).Line.Sum());
    }

    [Fact]
    public async Task The_lag_is_counted_from_the_shops_word_and_of_live_traffic_alone()
    {
        var lease = await storage.BeginAsync();
        var run = await storage.AddExportAsync(lease.Store);
        await storage.CommitAsync(lease, new PageCommit { Deliveries = [Example.ContactDelivery("old@example.com", run.Id)] });
        storage.Clock.Advance(TimeSpan.FromHours(5));
        await storage.Runs.SettleAsync(lease, new Settlement { Taken = await storage.NextAsync(lease) }, default);
        Assert.Null((await flow.NumbersAsync(lease.Store.AccountId, null, FlowPeriod.Day, default)).LagP95);

        foreach (var seconds in new[] { 1, 1, 1, 8 })
        {
            var said = storage.Clock.GetUtcNow();
            storage.Clock.Advance(TimeSpan.FromSeconds(seconds));
            await storage.CommitAsync(lease, new PageCommit { NoticedAt = said, Deliveries = [Example.ContactDelivery($"a{seconds}@example.com")] });
            await storage.Runs.SettleAsync(lease, new Settlement { Taken = await storage.NextAsync(lease) }, default);
        }

        var lag = (await flow.NumbersAsync(lease.Store.AccountId, null, FlowPeriod.Day, default)).LagP95;
        Assert.InRange(lag!.Value, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(new long[] { 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 950)]
    [InlineData(new long[] { 19, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 1_000)]
    [InlineData(new long[] { 90, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 1_500)]
    [InlineData(new long[] { 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, -1)]
    [InlineData(new long[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, -2)]
    public void Nineteen_of_twenty_keep_the_lag_told(long[] lags, long milliseconds)
        => Assert.Equal(milliseconds switch { -2 => null, -1 => TimeSpan.MaxValue, _ => TimeSpan.FromMilliseconds(milliseconds) }, FlowTable.P95(lags));

    [Fact]
    public async Task Statements_are_counted_by_channel_when_they_bear_a_date_within_the_period()
    {
        var lease = await storage.BeginAsync();
        var now = storage.Clock.GetUtcNow();
        ConsentWrite Line(ConsentChannel channel, ConsentState state, DateTimeOffset? at) =>
            new("a@example.com", channel, ConsentState.NoStatement, new Consent(state, at));
        await storage.CommitAsync(lease, new PageCommit
        {
            Consents =
            [
                Line(ConsentChannel.Email, ConsentState.Granted, now.AddHours(-1)), Line(ConsentChannel.Email, ConsentState.Granted, now.AddHours(-2)),
                Line(ConsentChannel.Email, ConsentState.Withdrawn, now.AddHours(-3)), Line(ConsentChannel.Sms, ConsentState.Granted, now.AddDays(-2)),
                Line(ConsentChannel.Sms, ConsentState.Withdrawn, null),
            ],
        });
        Assert.Equal(
            [new ConsentFlow(ConsentChannel.Email, 2, 1), new ConsentFlow(ConsentChannel.Sms, 0, 0)], await flow.ConsentsAsync(lease.Store.AccountId, null, now.AddDays(-1), default));
        Assert.Equal(1, (await flow.ConsentsAsync(lease.Store.AccountId, null, now.AddDays(-7), default))[1].Granted);
    }

    [Fact]
    public async Task Carts_left_and_won_back_are_counted()
    {
        var lease = await storage.BeginAsync();
        CartWrite Cart(string id, CartState state) => new()
        {
            Cart = new ShopCart { SourceId = id, ModifiedAt = storage.Clock.GetUtcNow(), Currency = "PLN", Total = 100m },
            State = state,
            Code = ReasonCode.CartAbandoned,
        };
        await storage.CommitAsync(lease, new PageCommit { Carts = [Cart("1", CartState.Abandoned), Cart("2", CartState.WonBack), Cart("3", CartState.Open)] });
        var since = storage.Clock.GetUtcNow().AddHours(-1);
        Assert.Equal(2, await flow.AbandonedCartsAsync(lease.Store.AccountId, null, since, default));
        Assert.Equal(("PLN", 1L, 100m), Assert.Single(await new SqlCarts(storage.Database).WonBackAsync(lease.Store.AccountId, null, since, default)));
    }

    [Fact]
    public async Task The_stamp_moves_with_what_happens_in_the_account_alone_and_old_slots_go()
    {
        var lease = await storage.BeginAsync();
        var other = await storage.BeginAsync();
        var before = await flow.StampAsync(lease.Store.AccountId, null, default);
        await DeliverAsync(other, 1);
        Assert.Equal(before, await flow.StampAsync(lease.Store.AccountId, null, default));
        await DeliverAsync(lease, 1);
        Assert.NotEqual(before, await flow.StampAsync(lease.Store.AccountId, null, default));
        Assert.Equal(1, Assert.Single((await flow.NumbersAsync(lease.Store.AccountId, null, FlowPeriod.Day, default)).Slots).Delivered);

        var now = storage.Clock.GetUtcNow();
        await new SqlRetention(storage.Database).RemoveFlowAsync(now.AddMinutes(5), now.AddHours(-1), default);
        Assert.Empty((await flow.NumbersAsync(lease.Store.AccountId, null, FlowPeriod.Day, default)).Slots);
        Assert.Equal(1, (await flow.NumbersAsync(lease.Store.AccountId, null, FlowPeriod.Month, default)).Delivered);
        await new SqlRetention(storage.Database).RemoveFlowAsync(now, now.AddHours(1), default);
        Assert.Empty((await flow.NumbersAsync(lease.Store.AccountId, null, FlowPeriod.Month, default)).Slots);
    }

    private async Task DeliverAsync(StoreLease lease, int count) => await storage.Runs.SettleAsync(lease, new Settlement { Taken = await QueueAsync(lease, count) }, default);

    private async Task<IReadOnlyList<Delivery>> QueueAsync(StoreLease lease, int count)
    {
        await storage.CommitAsync(lease, new PageCommit { Deliveries = [.. Enumerable.Range(0, count).Select(i => Example.ContactDelivery($"{i}@example.com"))] });
        return await storage.NextAsync(lease);
    }
}
