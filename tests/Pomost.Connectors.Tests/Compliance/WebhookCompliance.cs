using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Pomost.Contract;

namespace Pomost.Connectors.Tests.Compliance;

/// <summary>What the intake relies on, proved for every connector whose platform announces changes. Announcements are those that the simulated shop sends.</summary>
public abstract class WebhookCompliance(CompliancePlatform platform) : RoleCompliance(platform)
{
    protected const string Secret = "a secret of this store only";

    IReceivesWebhooks Reader => As<IReceivesWebhooks>();

    [Fact]
    public async Task A_genuine_announcement_names_what_changed()
    {
        await using var shop = await StartAsync();
        var (request, change) = await AnnouncedAsync(shop);

        var verdict = Reader.Read(request, shop.Connection, Secret);

        Assert.True(verdict.Accepted, verdict.Refusal);
        Assert.Contains(change, verdict.Changes);
    }

    [Fact]
    public async Task A_forged_announcement_is_refused_and_the_reason_holds_no_secret()
    {
        await using var shop = await StartAsync();
        var (request, _) = await AnnouncedAsync(shop);
        var hooks = Of<IComplianceWebhooks>(shop);
        WebhookRequest[] forged = [request with { Body = ReadOnlyMemory<byte>.Empty, Query = new Dictionary<string, string>() }];
        if (hooks.SignatureHeader is { } header)
        {
            var changed = request.Body.ToArray();
            changed[^2] ^= 1;
            forged =
            [
                .. forged,
                request with { Body = changed },
                request with { Body = ReadOnlyMemory<byte>.Empty },
                With(request, header, null),
                With(request, header, "ż="),
                With(request, header, new string('0', 64)),
            ];
        }

        var other = shop.Connection with { Settings = hooks.OtherSettings };
        Assert.All(forged.Select(each => Reader.Read(each, shop.Connection, Secret)).Append(Reader.Read(request, other, Secret + "x")), verdict =>
        {
            Assert.False(verdict.Accepted);
            Assert.Empty(verdict.Changes);
            Assert.NotNull(verdict.Refusal);
            Assert.DoesNotContain(Secret, verdict.Refusal, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task What_is_made_is_whole_the_second_time_and_ends_when_taken_away()
    {
        await using var shop = await StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var hooks = Of<IComplianceWebhooks>(shop);
        var made = await Reader.EnsureWebhooksAsync(shop.Connection, receiver.Address, Secret, default);
        // Where only the merchant can make them, they are there or not, and nothing is mended.
        var expected = made.Repaired == 0 ? made : new WebhookState(Active: true, 0);
        Assert.Equal(expected, await Reader.EnsureWebhooksAsync(shop.Connection, receiver.Address, Secret, default));
        await hooks.DeliverWebhooksAsync();
        receiver.Received.Clear();

        await Reader.RemoveWebhooksAsync(shop.Connection, receiver.Address, default);
        shop.Register("ala@poczta.example");
        await hooks.DeliverWebhooksAsync();

        Assert.Empty(receiver.Received);
    }

    /// <summary>An announcement of something that happened in the shop, and what it must say.</summary>
    async Task<(WebhookRequest Request, AnnouncedChange Change)> AnnouncedAsync(IComplianceShop shop)
    {
        await using var receiver = await Receiver.StartAsync();
        var hooks = Of<IComplianceWebhooks>(shop);
        hooks.PasteWebhooks(receiver.Address, Secret);
        await Reader.EnsureWebhooksAsync(shop.Connection, receiver.Address, Secret, default);
        await hooks.DeliverWebhooksAsync();
        Assert.All(receiver.Received, ping => Assert.True(Reader.Read(ping, shop.Connection, Secret).Accepted));
        receiver.Received.Clear();
        AnnouncedChange change;
        if (shop is IComplianceOrders orders)
        {
            change = new AnnouncedChange(ShopStream.Orders, ChangeKind.Changed, orders.Order("ala@poczta.example"));
            orders.TouchOrder(change.SourceId!);
        }
        else
        {
            change = new AnnouncedChange(ShopStream.Contacts, ChangeKind.Changed, shop.Register("ala@poczta.example"));
        }

        await hooks.DeliverWebhooksAsync();
        return (receiver.Received.First(request => Reader.Read(request, shop.Connection, Secret).Changes.Contains(change)), change);
    }

    static WebhookRequest With(WebhookRequest request, string header, string? value)
    {
        var headers = request.Headers.Where(pair => !pair.Key.Equals(header, StringComparison.OrdinalIgnoreCase)).ToDictionary();
        if (value is not null)
            headers[header] = value;
        return request with { Headers = headers };
    }

    /// <summary>Stands where our inbox does, and keeps what comes.</summary>
    sealed class Receiver(WebApplication app) : IAsyncDisposable
    {
        public Uri Address { get; private set; } = new("http://127.0.0.1/");

        public List<WebhookRequest> Received { get; } = [];

        public static async Task<Receiver> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var receiver = new Receiver(app);
            app.Run(async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                var request = new WebhookRequest(
                    context.Request.Method,
                    context.Request.Query.ToDictionary(part => part.Key, part => part.Value.ToString()),
                    context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()),
                    body.ToArray());
                lock (receiver.Received)
                    receiver.Received.Add(request);
            });
            await app.StartAsync();
            receiver.Address = new Uri(app.Urls.First() + "/hooks/7");
            return receiver;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}

/// <summary>Limits that answers tell of.</summary>
public abstract class LimitCompliance(CompliancePlatform platform) : RoleCompliance(platform)
{
    [Fact]
    public async Task What_answers_tell_of_the_limit_is_reported_and_a_small_rest_is_told_as_such()
    {
        await using var shop = await StartAsync();
        shop.Seed(5, 0);
        var rested = await SignalsAsync(shop);
        Of<IComplianceLimits>(shop).UseUpLimit();
        var tired = await SignalsAsync(shop);

        Assert.NotEmpty(rested);
        Assert.All(rested.Concat(tired).Select(signal => signal.Remaining).OfType<double>(), share => Assert.InRange(share, 0, 1));
        Assert.DoesNotContain(rested, signal => signal.PauseBulk || signal.Wait > TimeSpan.Zero);
        Assert.Contains(tired, signal => signal.PauseBulk || signal.Wait > TimeSpan.Zero || signal.Remaining < rested.Min(before => before.Remaining));
    }

    async Task<List<LimitSignal>> SignalsAsync(IComplianceShop shop)
    {
        var told = new List<LimitSignal>();
        var connection = shop.Connection with { ReportLimits = signal => { lock (told) told.Add(signal); } };
        try
        {
            await All(Connector.ReadContactsAsync(connection, new(), default));
        }
        catch (RetryLaterException)
        {
            // A shop at its limit may refuse besides telling.
        }

        return told;
    }
}

/// <summary>The log of a module that is installed in the shop.</summary>
public abstract class ModuleLogCompliance(CompliancePlatform platform) : RoleCompliance(platform)
{
    static readonly TimeSpan UntilSettled = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task The_log_tells_what_happened_from_now_on_and_can_be_read_on_from_any_page()
    {
        await using var shop = await StartAsync();
        shop.Register("wczesniej@poczta.example");
        shop.Clock.Advance(UntilSettled);
        var start = Assert.Single(await ReadAsync(shop, null));
        var ids = Enumerable.Range(0, 20).Select(number => shop.Register($"osoba{number}@poczta.example")).ToList();
        shop.Clock.Advance(UntilSettled);

        var pages = await ReadAsync(shop, start.Next);

        Assert.Empty(start.Changes);
        Assert.Equal(ids, pages.SelectMany(page => page.Changes).Where(change => change.Stream == ShopStream.Contacts).Select(change => change.SourceId));
        Assert.All(pages, page => Assert.False(page.HasGap));
        Assert.All(pages, page => Assert.InRange(page.Next.Value.Length, 1, 4_000));
        Assert.Empty((await ReadAsync(shop, pages[^1].Next)).SelectMany(page => page.Changes));
    }

    [Fact]
    public async Task A_log_that_no_longer_reaches_back_says_so()
    {
        await using var shop = await StartAsync();
        shop.Register("jeden@poczta.example");
        shop.Clock.Advance(UntilSettled);
        var kept = Assert.Single(await ReadAsync(shop, null)).Next;
        shop.Register("dwa@poczta.example");
        shop.Clock.Advance(UntilSettled);
        Of<IComplianceModule>(shop).CutLog();
        shop.Register("trzy@poczta.example");
        shop.Clock.Advance(UntilSettled);

        Assert.Contains(await ReadAsync(shop, kept), page => page.HasGap);
    }

    [Fact]
    public async Task Without_its_secret_there_is_no_module_and_no_push_is_believed()
    {
        await using var shop = await StartAsync();
        var module = As<IUsesModule>();
        Assert.Contains(module.ModuleSecretSetting, SettingKeys);
        var without = shop.Connection with { Settings = shop.Connection.Settings.With(module.ModuleSecretSetting, null) };

        Assert.Empty((await AllOf(module.ReadChangesAsync(without, null, default))).SelectMany(page => page.Changes));
        var push = new WebhookRequest("POST", new Dictionary<string, string>(), new Dictionary<string, string> { ["X-Pomost-Method"] = "push" }, "{}"u8.ToArray());
        Assert.NotNull(module.ReadPush(push, null, shop.Clock.GetUtcNow())?.Refusal);
    }

    Task<List<ChangeLogPage>> ReadAsync(IComplianceShop shop, SyncCursor? from) => AllOf(As<IUsesModule>().ReadChangesAsync(shop.Connection, from, default));

    static async Task<List<ChangeLogPage>> AllOf(IAsyncEnumerable<ChangeLogPage> pages)
    {
        var all = new List<ChangeLogPage>();
        await foreach (var page in pages)
            all.Add(page);
        return all;
    }
}
