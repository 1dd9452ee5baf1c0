using System.Globalization;
using Pomost.Contract;
using Pomost.Rules;
using Pomost.Testing;

namespace Pomost.Connectors.Tests.Compliance;

/// <summary>Orders, where a platform has them.</summary>
public abstract class OrderCompliance(CompliancePlatform platform) : StreamCompliance<ShopOrder>(platform, ShopStream.Orders)
{
    protected override IAsyncEnumerable<Page<ShopOrder>> Read(ShopConnection shop, ReadRequest request, CancellationToken ct = default)
        => As<IReadsOrders>().ReadOrdersAsync(shop, request, ct);

    protected override string IdOf(ShopOrder record) => record.SourceId;

    protected override void Seed(IComplianceShop shop, int count) => shop.Seed(count / 2, count);

    protected override string Add(IComplianceShop shop) => Order(shop, "nowa@poczta.example");

    protected override void Change(IComplianceShop shop, string id) => Of<IComplianceOrders>(shop).TouchOrder(id);

    static string Order(IComplianceShop shop, string? email) => Of<IComplianceOrders>(shop).Order(email);

    [Theory]
    [InlineData(-10)]
    [InlineData(10)]
    public async Task However_far_our_clock_is_off_what_happens_after_the_end_is_read(int minutes)
    {
        await using var shop = await StartAsync();
        var connection = shop.Connection with { Clock = new OffClock(shop.Clock, TimeSpan.FromMinutes(minutes)) };
        var empty = await Connector.CursorAtEndAsync(connection, ShopStream.Orders, default);
        shop.Clock.Advance(TimeSpan.FromSeconds(1));
        var first = Order(shop, "ala@poczta.example");
        var pages = await All(Read(connection, new() { Purpose = ReadPurpose.Increment, From = empty }));
        var end = await Connector.CursorAtEndAsync(connection, ShopStream.Orders, default);
        shop.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = Order(shop, "ola@poczta.example");

        var after = await All(Read(connection, new() { Purpose = ReadPurpose.Increment, From = pages[^1].Next }));
        var afterEnd = await All(Read(connection, new() { Purpose = ReadPurpose.Increment, From = end }));

        Assert.Equal([first], Items(pages).Select(IdOf));
        Assert.Equal([second], Items(after).Select(IdOf));
        Assert.Equal([second], Items(afterEnd).Select(IdOf));
    }

    [Theory]
    [InlineData("2026-03-28T23:30:00Z")]   // Poland goes from 01:59:59+01:00 to 03:00:00+02:00 at 01:00 UTC
    [InlineData("2025-10-25T23:30:00Z")]   // Poland has the hour from 02:00 to 03:00 twice, until 01:00 UTC and after it
    public async Task No_order_is_lost_or_misdated_in_a_night_when_clocks_change(string start)
    {
        var clock = new FakeClock(DateTimeOffset.Parse(start, CultureInfo.InvariantCulture));
        await using var shop = await StartAsync(clock);
        var cursor = await EndAsync(shop);
        var expected = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var seen = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        for (var quarter = 0; quarter < 16; quarter++)
        {
            clock.Advance(TimeSpan.FromMinutes(15));
            expected.Add(Order(shop, "ala@poczta.example"), clock.GetUtcNow());
            foreach (var page in await All(Read(shop.Connection, new() { From = cursor, Purpose = ReadPurpose.Increment })))
            {
                cursor = page.Next;
                foreach (var order in page.Items)
                    seen[order.SourceId] = order.PlacedAt;
            }
        }

        AssertDated(expected, seen);
        AssertDated(expected, (await ReadAllAsync(shop)).ToDictionary(order => order.SourceId, order => order.PlacedAt, StringComparer.Ordinal));
    }

    /// <summary>Of an hour that local clocks show twice nobody can tell which is meant: then the earlier may be told, never another.</summary>
    void AssertDated(Dictionary<string, DateTimeOffset> expected, Dictionary<string, DateTimeOffset> read)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), read.Keys.Order(StringComparer.Ordinal));
        if (!TimesAreLocal)
            Assert.Equal(expected, read);
        else
            Assert.All(expected, one => Assert.Contains((one.Value - read[one.Key]).TotalMinutes, new[] { 0d, 60d }));
    }

    /// <summary>True for a platform that tells times on local clocks without an offset.</summary>
    protected virtual bool TimesAreLocal => false;

    [Fact]
    public async Task Orders_that_change_while_reading_are_read_in_their_newest_state_and_hide_no_other()
    {
        await using var shop = await SeededAsync();
        var before = await ReadAllAsync(shop);
        var newest = new Dictionary<string, DateTimeOffset?>(StringComparer.Ordinal);
        var isFirst = true;
        await foreach (var page in Read(shop.Connection, new() { Purpose = ReadPurpose.Sweep }))
        {
            foreach (var order in page.Items)
                newest[order.SourceId] = order.ModifiedAt;
            if (!isFirst)
                continue;
            isFirst = false;
            shop.Clock.Advance(TimeSpan.FromHours(1));
            Change(shop, before[0].SourceId);
            Change(shop, before[^1].SourceId);
            shop.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(Count, newest.Count);
        // Without a time of modification what was read stays as it was read: the next comparison finds it.
        if (!HasModificationTime)
            return;
        var touched = shop.Clock.GetUtcNow() - TimeSpan.FromHours(1);
        Assert.Equal(touched, newest[before[0].SourceId]);
        Assert.Equal(touched, newest[before[^1].SourceId]);
    }

    [Fact]
    public async Task An_order_without_e_mail_is_read_and_left_to_the_rules()
    {
        await using var shop = await StartAsync();
        var id = Order(shop, email: null);

        var order = Assert.Single(await ReadAllAsync(shop));

        Assert.Equal(id, order.SourceId);
        Assert.Null(order.Buyer.Email);
    }
}
