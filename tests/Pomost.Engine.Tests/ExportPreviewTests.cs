using System.Globalization;
using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Engine.Tests;

/// <summary>Goal: a dry run tells record by record what it would do. Method: its lists and sums against the shop and the real run.</summary>
public sealed class ExportPreviewTests
{
    static readonly ExportOptions Dry = new() { DryRun = true };
    static readonly ShopSeedOptions Small = new() { Customers = 130, Guests = 40, Orders = 260, Products = 30, OddRecords = true };

    [Theory]
    [InlineData(ExportKind.Contacts)]
    [InlineData(ExportKind.Transactions)]
    public async Task Every_record_stands_on_the_list_it_was_counted_for(ExportKind kind)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Small });

        var dry = await engine.ExportAsync(kind, Dry);

        Assert.Equal(dry.Read, dry.ToSend + dry.SkippedTotal + dry.Rejected);
        Assert.Equal(dry.ToSend, await LengthAsync(engine, dry, PreviewList.New));
        Assert.Equal(0, await LengthAsync(engine, dry, PreviewList.Changed));
        foreach (var (code, count) in dry.Skipped)
            Assert.Equal((code, count), (code, await LengthAsync(engine, dry, PreviewList.Of(code))));
        Assert.Equal(dry.Rejected, (await engine.Get<IExportRuns>().RejectCountsAsync(engine.Account.Id, dry.Id, default)).Values.Sum());
        var samples = await engine.Get<IExportRuns>().SamplesAsync(engine.Account.Id, dry.Id, default);
        Assert.Equal(3, samples.Count);
        Assert.All(samples, row => Assert.Equal(row.SourceId, kind == ExportKind.Contacts ? row.Sample!.Contact!.SourceId : row.Sample!.Order!.SourceId));
    }

    [Fact]
    public async Task What_was_sent_before_and_changed_since_is_listed_apart()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Options = new StoreOptions { PollSeconds = 86_400 } });
        var anna = engine.Shop.Register(new WooCustomer { Email = "anna@poczta.example", FirstName = "Anna" });
        engine.Shop.Register(new WooCustomer { Email = "jan@poczta.example", FirstName = "Jan" });
        await engine.ExportAsync(ExportKind.Contacts);
        engine.Shop.Register(new WooCustomer { Email = "nowa@poczta.example", FirstName = "Nowa" });
        engine.Shop.ChangeCustomer(anna.Id, customer => customer with { FirstName = "Hanna" });

        var dry = await engine.ExportAsync(ExportKind.Contacts, Dry);

        Assert.Equal((3, 1), (dry.States[ConsentState.NoStatement], dry.States.Count));
        Assert.Equal((2, 1, 1), (dry.ToSend, dry.NewToSend, dry.Skipped[ReasonCode.Unchanged]));
        Assert.Equal(["nowa@poczta.example"], await EmailsAsync(engine, dry, PreviewList.New));
        Assert.Equal(["anna@poczta.example"], await EmailsAsync(engine, dry, PreviewList.Changed));
        Assert.Equal(["jan@poczta.example"], await EmailsAsync(engine, dry, PreviewList.Of(ReasonCode.Unchanged)));
        var changed = (await engine.Get<IExportRuns>().PreviewRowsAsync(engine.Account.Id, dry.Id, PreviewList.Changed, 0, 1, default))[0].Sample!;
        Assert.Equal(("Hanna", "Hanna"), (changed.Contact!.FirstName, changed.SentContact!.Name));
    }

    [Fact]
    public async Task Values_are_summed_by_currency_to_be_sent_and_there_already()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Small with { OddRecords = false } });
        var paid = engine.PaidOrders().ToList();

        var before = await engine.ExportAsync(ExportKind.Transactions, Dry);
        await engine.ExportAsync(ExportKind.Transactions);
        engine.PlaceOrder("gosc@poczta.example");
        var after = await engine.ExportAsync(ExportKind.Transactions, Dry);

        Assert.Equal(Sums(paid), before.Sums.Select(sum => (sum.Currency, sum.ToSend, sum.Orders, sum.Value)).Order());
        var last = Assert.Single(after.Sums, sum => sum.ToSend);
        Assert.Equal((1, 12.3m), (last.Orders, last.Value));
        Assert.Equal(Sums(paid).Select(sum => (sum.Item1, sum.Item3, sum.Item4)), after.Sums.Where(sum => !sum.ToSend).Select(sum => (sum.Currency, sum.Orders, sum.Value)).Order());

        static IEnumerable<(string, bool, long, decimal)> Sums(List<WooOrder> orders) => orders.GroupBy(order => order.Currency)
            .Select(group => (group.Key, true, (long)group.Count(), group.Sum(order => order.Total))).Order();
    }

    [Fact]
    public async Task Orders_of_buyers_who_are_not_there_yet_are_counted()
    {
        await using var engine = await RunningEngine.StartAsync();
        var anna = engine.Shop.Register(new WooCustomer { Email = "anna@poczta.example", FirstName = "Anna" });
        await engine.ExportAsync(ExportKind.Contacts);
        engine.PlaceOrder("anna@poczta.example", anna.Id);
        engine.PlaceOrder("gosc@poczta.example");
        engine.PlaceOrder("gosc@poczta.example");

        var dry = await engine.ExportAsync(ExportKind.Transactions, Dry);

        Assert.Equal((3, 2), (dry.ToSend, dry.NewToSend));
    }

    [Fact]
    public async Task A_list_of_a_large_shop_ends_somewhere_and_the_numbers_do_not()
    {
        var room = new PreviewRoom(Ran(toSend: PreviewRoom.Longest - 1, isNew: PreviewRoom.Longest - 1));
        Assert.True(room.Take(PreviewList.New));
        Assert.False(room.Take(PreviewList.New));
        Assert.True(room.Take(PreviewList.Changed));
        Assert.False(room.TakeSample());
        var fresh = new PreviewRoom(Ran(toSend: 2, isNew: 2));
        Assert.True(fresh.TakeSample());
        Assert.False(fresh.TakeSample());
    }

    [Theory]
    [InlineData(null, 600, null, 600, null, true)]
    [InlineData(2.0, 600, null, 2000, null, false)]
    [InlineData(2.0, 600, "100/1000", 6000, 2000, false)]
    [InlineData(0.1, 600, "100/1000", 6000, 600, false)]
    [InlineData(0.1, 600, "1000/1000", 600, null, false)]
    public void The_time_is_what_the_slowest_part_takes(double? secondsPerRecord, int reading, string? budget, int byDay, int? byNight, bool isLeast)
    {
        var preview = Ran(toSend: 1000, isNew: 1000) with { Read = 1001, ReadToEnd = true, ShopMilliseconds = reading * 1000L };
        var last = secondsPerRecord is { } each ? Ran(0, 0) with { Sent = 50, DestinationMilliseconds = (long)(each * 50 * 1000) } : null;
        var hours = budget?.Split('/').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();

        var estimate = ExportEstimate.Of(preview, last, hours is null ? null : HourlyBudget.DayAndNight(hours[0], hours[1], 6, 22))!;

        Assert.Equal(
            (TimeSpan.FromSeconds(byDay), byNight is { } night ? TimeSpan.FromSeconds(night) : (TimeSpan?)null, isLeast), (estimate.ByDay, estimate.ByNight, estimate.IsLeast));
    }

    [Fact]
    public void A_dry_run_under_way_or_without_anything_to_send_has_no_time()
    {
        Assert.Null(ExportEstimate.Of(Ran(toSend: 5, isNew: 5), null, null));
        Assert.Null(ExportEstimate.Of(Ran(toSend: 0, isNew: 0) with { ReadToEnd = true }, null, null));
    }

    static ExportRun Ran(long toSend, long isNew) => new()
    {
        Id = 1,
        Store = new StoreKey(1, 1),
        Number = 1,
        Kind = ExportKind.Contacts,
        Options = Dry,
        State = ExportState.Done,
        CreatedAt = DateTimeOffset.UnixEpoch,
        ToSend = toSend,
        NewToSend = isNew,
    };

    static async Task<long> LengthAsync(RunningEngine engine, ExportRun run, PreviewList list)
        => (await engine.Get<IExportRuns>().PreviewRowsAsync(engine.Account.Id, run.Id, list, 0, 1000, default)).Count;

    static async Task<List<string?>> EmailsAsync(RunningEngine engine, ExportRun run, PreviewList list)
        => [.. (await engine.Get<IExportRuns>().PreviewRowsAsync(engine.Account.Id, run.Id, list, 0, 1000, default)).Select(row => row.Email)];
}
