using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pomost.Engine.Tests.Fixture;
using Pomost.Simulators;
using Pomost.Storage;

namespace Pomost.Engine.Tests;

/// <summary>Goal: each line turns when what it is about does. Method: a running store; the clock, the destination and the rows are moved.</summary>
public sealed class SystemHealthTests
{
    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task A_new_installation_has_a_line_for_everything_and_nothing_bad(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect });
        await BeatAsync(engine);
        var lines = await LookAsync(engine);

        HealthTopic[] optional = [HealthTopic.Store, HealthTopic.ShopSilent, HealthTopic.StorePaused, HealthTopic.Disk, HealthTopic.PrivateFiles];
        Assert.Equal(Enum.GetValues<HealthTopic>().Except(optional).Order(), lines.Select(line => line.Topic).Distinct().Order());
        Assert.DoesNotContain(lines, line => line.State == HealthState.Bad && line.Topic != HealthTopic.Clock);
        Assert.InRange(lines.Single(line => line.Topic == HealthTopic.Database).Figure!.Value, 100_000, 1L << 30);
        Assert.Equal(dialect == Dialect.Sqlite ? "SQLite" : "PostgreSQL", lines.Single(line => line.Topic == HealthTopic.Database).Name);
    }

    [Fact]
    public async Task Lag_queue_and_given_up_follow_the_destination()
    {
        await using var engine = await RunningEngine.StartAsync();
        await engine.WorkAsync();
        engine.Hub.Trouble = (context, _) => HubDoor.AnswerAsync(context, 503);
        engine.PlaceOrder("gosc@poczta.example");
        await engine.WorkAfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(HealthState.Ok, (await LineAsync(engine, HealthTopic.Lag)).State);
        Assert.True((await LineAsync(engine, HealthTopic.Queue)).Figure > 0);
        engine.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HealthState.Notice, (await LineAsync(engine, HealthTopic.Lag)).State);
        engine.Clock.Advance(TimeSpan.FromMinutes(10));
        var lag = await LineAsync(engine, HealthTopic.Lag);
        Assert.Equal((HealthState.Bad, engine.Store.Name, 15L), (lag.State, lag.Name, lag.Limit!.Value));
        for (var hour = 0; hour < 26; hour++)
            await engine.WorkAfterAsync(TimeSpan.FromHours(1));
        Assert.Equal(HealthState.Notice, (await LineAsync(engine, HealthTopic.GivenUp)).State);
        await engine.Get<AlertWatch>().SaveAsync(engine.Account.Id, new AlertOptions { GivenUp = 0 }, default);
        Assert.Equal(HealthState.Bad, (await LineAsync(engine, HealthTopic.GivenUp)).State);

        await engine.Stores.SetStateAsync(engine.Store.Key, StoreState.NeedsOperator, "CredentialsRefused:consumer_key", default);
        Assert.Equal((HealthState.Bad, "CredentialsRefused:consumer_key"), ((await LineAsync(engine, HealthTopic.Store)).State, (await LineAsync(engine, HealthTopic.Store)).Detail));
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.PostgreSql)]
    public async Task Requests_are_counted_by_shop_and_destination_over_all_processes_and_held_against_their_limits(Dialect dialect)
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Dialect = dialect, Seed = new ShopSeedOptions { Customers = 20, Guests = 0, Orders = 0 } });
        var target = (await engine.Stores.FindDestinationAsync(engine.Account.Id, engine.Store.DestinationId, default))!;
        await engine.Stores.UpdateDestinationAsync(target with { RequestsPerMinute = 6_000_000 }, default);
        await engine.Stores.UpdateAsync(engine.Store with { Options = engine.Store.Options with { RequestsPerSecond = 1_000 } }, default);
        // Connecting the store asked the shop, too.
        await BeatAsync(engine);
        engine.Clock.Advance(TimeSpan.FromMinutes(5));
        var (shop, hub) = (engine.Simulator.Requests.Total, engine.Hub.Asked);
        await engine.ExportAsync(ExportKind.Contacts);
        (shop, hub) = (engine.Simulator.Requests.Total - shop, engine.Hub.Asked - hub);
        await BeatAsync(engine);
        await engine.Get<ISystemState>().SeeAsync(
            Node(engine, "inny/2"), [new ApiUse(engine.Account.Id, ApiSubject.OfStore(engine.Store.Id), 7), new ApiUse(engine.Account.Id + 1, ApiSubject.OfStore(engine.Store.Id), 99)], false, default);
        engine.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.True(shop > 0 && hub > 0);
        var (ofShop, ofHub) = (await LineAsync(engine, HealthTopic.ShopRate), await LineAsync(engine, HealthTopic.DestinationRate));
        Assert.Equal((shop + 7, 60_000L), (ofShop.Figure!.Value, ofShop.Limit!.Value));
        Assert.Equal(((long)hub, 6_000_000L), (ofHub.Figure!.Value, ofHub.Limit!.Value));
        engine.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, (await LineAsync(engine, HealthTopic.ShopRate)).Figure);
    }

    [Fact]
    public void What_could_not_be_written_down_is_counted_later()
    {
        var uses = new ApiUseCounter();
        var count = uses.Of(1, "store 5");
        count();
        count();
        var taken = uses.Take();
        Assert.Equal([new ApiUse(1, "store 5", 2)], taken);
        Assert.Empty(uses.Take());
        count();
        uses.Return(taken);
        Assert.Equal([new ApiUse(1, "store 5", 3)], uses.Take());
    }

    [Fact]
    public async Task A_silent_process_a_wrong_clock_and_another_version_are_seen()
    {
        await using var engine = await RunningEngine.StartAsync();
        var state = engine.Get<ISystemState>();
        await state.SeeAsync(Node(engine, "a/1"), [], false, default);
        await state.SeeAsync(Node(engine, "b/2") with { ClockAhead = TimeSpan.FromSeconds(-2) }, [], false, default);
        await state.SeeAsync(Node(engine, "c/3") with { ClockAhead = TimeSpan.FromSeconds(6) }, [], false, default);
        Assert.Equal([HealthState.Ok, HealthState.Notice, HealthState.Bad], (await LookAsync(engine)).Where(line => line.Topic == HealthTopic.Clock).Select(line => line.State));
        Assert.Equal(HealthState.Ok, (await LineAsync(engine, HealthTopic.Version)).State);

        engine.Clock.Advance(TimeSpan.FromSeconds(61));
        await state.SeeAsync(Node(engine, "a/1") with { Version = "0.2.0" }, [], false, default);
        Assert.Equal([HealthState.Ok, HealthState.Bad, HealthState.Bad], (await LookAsync(engine)).Where(line => line.Topic == HealthTopic.Node).Select(line => line.State));
        Assert.Equal(HealthState.Notice, (await LineAsync(engine, HealthTopic.Version)).State);
        await state.LeaveAsync("b/2", default);
        Assert.Equal(["a/1", "c/3"], (await state.NodesAsync(default)).Select(node => node.Name));
        engine.Clock.Advance(TimeSpan.FromHours(1));
        await state.SeeAsync(Node(engine, "a/1"), [], false, default);
        Assert.Equal(["a/1"], (await state.NodesAsync(default)).Select(node => node.Name));
        // Whoever has the file to itself is the only one, however the last process ended.
        await state.SeeAsync(Node(engine, "d/4"), [], true, default);
        Assert.Equal(["d/4"], (await state.NodesAsync(default)).Select(node => node.Name));
    }

    [Theory]
    [InlineData(31, HealthState.Ok)]
    [InlineData(29, HealthState.Notice)]
    [InlineData(6, HealthState.Bad)]
    [InlineData(-1, HealthState.Bad)]
    public async Task A_key_and_a_certificate_are_told_a_month_before_their_end(int days, HealthState state)
    {
        await using var engine = await RunningEngine.StartAsync();
        var end = engine.Clock.GetUtcNow().AddDays(days);
        await engine.Get<ApiKeyRing>().CreateAsync(new NewApiKey { AccountId = engine.Account.Id, Name = "Długi", ExpiresAt = engine.Clock.GetUtcNow().AddDays(400) }, default);
        await engine.Get<ApiKeyRing>().CreateAsync(new NewApiKey { AccountId = engine.Account.Id, Name = "Krótki", ExpiresAt = end }, default);

        var key = await LineAsync(engine, HealthTopic.ApiKeys);
        Assert.Equal((state, "Krótki", end), (key.State, key.Name, key.At!.Value));
        var health = ActivatorUtilities.CreateInstance<SystemHealth>(engine.Services, new HostFacts { CertificateUntil = end, CertificateIsOwn = true, DataFolder = Path.GetTempPath() });
        var lines = await health.LookAsync(engine.Account.Id, default);
        Assert.Equal((state, "own"), (lines.Single(line => line.Topic == HealthTopic.Certificate).State, lines.Single(line => line.Topic == HealthTopic.Certificate).Detail));
        Assert.True(lines.Single(line => line.Topic == HealthTopic.Disk).Figure > 0);
    }

    [Fact]
    public async Task Refused_callbacks_lost_webhooks_and_a_receiver_that_takes_nothing_are_told()
    {
        await using var engine = await RunningEngine.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Status = System.Net.HttpStatusCode.InternalServerError;
        var (subscription, _) = await engine.Get<WebhookDesk>().AddAsync(engine.Account.Id, receiver.Address, WebhookEvents.All, false, default);
        Assert.Equal((HealthState.Ok, 0L, 1L), Of(await LineAsync(engine, HealthTopic.Webhooks)));
        await engine.Get<WebhookSender>().TestAsync(subscription, default);
        Assert.Equal((HealthState.Notice, 1L, 1L), Of(await LineAsync(engine, HealthTopic.Webhooks)));

        Assert.Equal(HealthState.Ok, (await LineAsync(engine, HealthTopic.Callbacks)).State);
        var address = await engine.Get<Callbacks>().AddressOfAsync(engine.Account.Id, null, default);
        await engine.Get<Callbacks>().AcceptAsync(address.Token, Rules.ConsentState.Withdrawn, "kto@poczta.example", "zły", default);
        Assert.Equal((HealthState.Notice, 1L, 0L), Of(await LineAsync(engine, HealthTopic.Callbacks)));

        Assert.Equal("polled", (await LineAsync(engine, HealthTopic.ShopWebhooks)).Detail);

        static (HealthState, long, long) Of(HealthLine line) => (line.State, line.Figure!.Value, line.Limit!.Value);
    }

    static NodeFacts Node(RunningEngine engine, string name) => new(name, "", "engine", engine.Clock.GetUtcNow(), engine.Clock.GetUtcNow(), TimeSpan.Zero);

    static async Task BeatAsync(RunningEngine engine)
    {
        using var beat = ActivatorUtilities.CreateInstance<NodeBeat>(engine.Services, EngineForm.Alone, NullLogger<NodeBeat>.Instance);
        await beat.BeatAsync(default);
    }

    static Task<IReadOnlyList<HealthLine>> LookAsync(RunningEngine engine) => engine.Get<SystemHealth>().LookAsync(engine.Account.Id, default);

    static async Task<HealthLine> LineAsync(RunningEngine engine, HealthTopic topic) => Assert.Single(await LookAsync(engine), line => line.Topic == topic);
}
