using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.Tests.Compliance;

/// <summary>Accounts, which every platform lists.</summary>
public abstract class ContactCompliance(CompliancePlatform platform) : StreamCompliance<ShopContact>(platform, ShopStream.Contacts)
{
    protected override IAsyncEnumerable<Page<ShopContact>> Read(ShopConnection shop, ReadRequest request, CancellationToken ct = default)
        => Connector.ReadContactsAsync(shop, request, ct);

    protected override string IdOf(ShopContact record) => record.SourceId!;

    protected override void Seed(IComplianceShop shop, int count) => shop.Seed(count, 0);

    protected override string Add(IComplianceShop shop) => shop.Register("nowa@poczta.example");

    protected override void Change(IComplianceShop shop, string id) => shop.Rename(id, "Zenobia");

    [Fact]
    public async Task People_deleted_between_two_reads_hide_nobody_else()
    {
        await using var shop = await SeededAsync();
        var first = (await All(Read(shop.Connection, new())))[0];
        foreach (var contact in first.Items.Take(first.Items.Count - 1))
            shop.DeleteContact(contact.SourceId!);

        var rest = await ReadAllAsync(shop, new() { From = first.Next });

        Assert.Equal(Count, Ids(first.Items).Union(Ids(rest), StringComparer.Ordinal).Count());
    }
}

/// <summary>Everything once more, by which the engine finds what no time of modification told; in streams without one, by which it finds every change.</summary>
public abstract class SweepCompliance(CompliancePlatform platform) : RoleCompliance(platform)
{
    [Fact]
    public async Task People_deleted_while_reading_hide_nobody_else()
    {
        await using var shop = await StartAsync();
        var count = SomePagesOf(ShopStream.Contacts);
        shop.Seed(count, 0);
        var seen = new List<string>();
        var deleted = 0;
        await foreach (var page in Connector.ReadContactsAsync(shop.Connection, new() { Purpose = ReadPurpose.Sweep }, default))
        {
            seen.AddRange(page.Items.Select(contact => contact.SourceId!));
            foreach (var id in page.Items.Take(2).Select(contact => contact.SourceId!))
            {
                shop.DeleteContact(id);
                deleted++;
            }
        }

        Assert.True(deleted >= 4);
        Assert.Equal(count, seen.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Who_changed_is_shown_as_they_are_and_who_is_gone_is_not_shown()
    {
        await using var shop = await StartAsync();
        shop.Seed(5, 0);
        var before = Items(await All(Connector.ReadContactsAsync(shop.Connection, new() { Purpose = ReadPurpose.Sweep }, default)));
        shop.Clock.Advance(TimeSpan.FromMinutes(5));
        shop.Rename(before[1].SourceId!, "Zenobia");
        shop.DeleteContact(before[2].SourceId!);

        Assert.Equal("Zenobia", (await PersonAsync(shop, before[1].SourceId!))?.FirstName);
        Assert.Null(await PersonAsync(shop, before[2].SourceId!));
    }
}
