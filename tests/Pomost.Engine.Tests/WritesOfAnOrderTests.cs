using System.Diagnostics.Metrics;
using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;

namespace Pomost.Engine.Tests;

/// <summary>Goal: an order costs few flushes of the disk. Method: the write transactions of a run that an announcement woke are counted, those of the run alone:
/// the hub's, in the same database, are not of its flow.</summary>
public sealed class WritesOfAnOrderTests
{
    static readonly AsyncLocal<Counter?> Flow = new();

    readonly ScriptedShop _shop = new();

    [Theory]
    [InlineData(ConsentState.NoStatement, 4)]
    [InlineData(ConsentState.Granted, 5)]
    public async Task A_live_order_of_a_new_person_costs_few_write_transactions_besides_the_two_of_the_run(ConsentState said, int writes)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Scripted = _shop });
        for (var round = 0; round < 3; round++)
            await engine.WorkAfterAsync(TimeSpan.FromSeconds(10));
        // That the shop announces anything is noted once a minute.
        await AnnounceAsync(engine, "6");
        await engine.WorkAsync();
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        var idle = await CountAsync(() => engine.WorkAsync());

        _shop.Orders.Put("7", new ShopOrder
        {
            SourceId = "7",
            Number = "7",
            PlacedAt = engine.Clock.GetUtcNow(),
            Status = "completed",
            Stage = OrderStage.ConfirmedAndPaid,
            Currency = "PLN",
            Total = 10m,
            Buyer = new ShopContact { Email = "anna@poczta.example", FirstName = "Anna", EmailConsent = new Consent(said) },
        });
        await AnnounceAsync(engine, "7");
        var busy = await CountAsync(() => engine.WorkAsync());

        Assert.Equal(["7"], await engine.PurchasesAsync());
        // Beginning and end.
        Assert.Equal(2, idle);
        // The page, the beginning of a contact that states something, its end, the beginning and the end of the event.
        Assert.Equal(writes, busy - idle);
    }

    static Task AnnounceAsync(RunningEngine engine, string id)
        => engine.Get<IInbox>().AddAsync(engine.Store.Key, InboxSource.Webhook, [new AnnouncedChange(ShopStream.Orders, ChangeKind.Changed, id)], default);

    static async Task<int> CountAsync(Func<Task> work)
    {
        var counter = new Counter();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, one) =>
            {
                if (instrument.Name == "pomost.database.writes")
                    one.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => Flow.Value?.Add());
        listener.Start();
        Flow.Value = counter;
        await work();
        Flow.Value = null;
        return counter.Count;
    }

    sealed class Counter
    {
        int _count;

        public int Count => _count;

        public void Add() => Interlocked.Increment(ref _count);
    }
}
