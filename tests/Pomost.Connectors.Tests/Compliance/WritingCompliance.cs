using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.Tests.Compliance;

/// <summary>Consents written into the shop.</summary>
public abstract class ConsentCompliance(CompliancePlatform platform) : RoleCompliance(platform)
{
    [Fact]
    public async Task A_consent_is_written_once_in_each_channel_and_read_back()
    {
        await using var shop = await StartAsync();
        var id = shop.Register("ala@poczta.example");
        var channels = Of<IComplianceConsents>(shop).ConsentChannels;
        Assert.NotEmpty(channels);
        foreach (var (channel, state) in channels.SelectMany(channel => new[] { (channel, ConsentState.Granted), (channel, ConsentState.Withdrawn) }))
        {
            shop.Clock.Advance(TimeSpan.FromMinutes(1));
            var change = new ConsentChange(id, "ala@poczta.example", channel, new Consent(state, shop.Clock.GetUtcNow(), ConsentSource.Callback));

            var written = await WriteAsync(shop.Connection, change);
            var again = await WriteAsync(shop.Connection, change);

            Assert.Equal((WriteOutcome.Written, WriteOutcome.Unchanged), (written.Outcome, again.Outcome));
            Assert.Equal(state, written.Kept?.State);
            var person = await PersonAsync(shop, id);
            Assert.Equal(state, (channel == ConsentChannel.Email ? person!.EmailConsent : person!.SmsConsent).State);
        }
    }

    [Fact]
    public async Task A_consent_of_nobody_is_not_found_and_credentials_that_may_not_write_need_the_operator()
    {
        await using var shop = await StartAsync();
        var change = ChangeOf(shop, shop.Register("ala@poczta.example"));

        Assert.Equal(WriteOutcome.NotFound, (await WriteAsync(shop.Connection, change with { SourceId = "999999999" })).Outcome);
        var refused = await Assert.ThrowsAsync<NeedsOperatorException>(
            () => WriteAsync(shop.Connection with { Settings = Of<IComplianceConsents>(shop).LackingWrite }, change));

        Assert.Equal(ConnectionProblem.PermissionMissing, refused.Problem);
        Assert.Contains(refused.SettingKey, SettingKeys);
    }

    [Theory]
    [MemberData(nameof(ComplianceFaults.Passing), MemberType = typeof(ComplianceFaults))]
    public async Task A_passing_trouble_means_later_and_never_that_it_was_written(ComplianceFault fault)
    {
        await using var shop = await StartAsync();
        var change = ChangeOf(shop, shop.Register("ala@poczta.example"));
        shop.Misbehave(fault, int.MaxValue);
        await Assert.ThrowsAsync<RetryLaterException>(() => WriteAsync(shop.Connection, change));
        shop.BehaveAgain();

        var outcome = (await WriteAsync(shop.Connection, change)).Outcome;

        Assert.True(outcome is WriteOutcome.Written or WriteOutcome.Unchanged, outcome.ToString());
    }

    static ConsentChange ChangeOf(IComplianceShop shop, string id)
        => new(id, "ala@poczta.example", Of<IComplianceConsents>(shop).ConsentChannels[0], new Consent(ConsentState.Granted, shop.Clock.GetUtcNow(), ConsentSource.Callback));

    Task<ConsentWriteResult> WriteAsync(ShopConnection shop, ConsentChange change) => As<IWritesConsent>().WriteConsentAsync(shop, change, default);
}

/// <summary>Tags written into the shop.</summary>
public abstract class TagCompliance(CompliancePlatform platform) : RoleCompliance(platform)
{
    const string Tag = "salesmanago_shop1_vip";

    [Fact]
    public async Task Tags_are_declared_written_once_read_back_and_taken_away_and_others_stay()
    {
        await using var shop = await StartAsync();
        var tags = Of<IComplianceTags>(shop);
        var support = Connector.Info.Tags;
        Assert.NotNull(support);
        Assert.True(support.MaxLength > 0);
        var id = shop.Register("ala@poczta.example");
        tags.GiveTag(id, "stara");
        int? points = support.HasPoints ? 7 : null;

        Assert.Equal(WriteOutcome.Written, await WriteAsync(shop.Connection, id, new() { [Tag] = points }));
        Assert.Equal(WriteOutcome.Unchanged, await WriteAsync(shop.Connection, id, new() { [Tag] = points }));
        Assert.Equal(points, tags.PointsOf(id, Tag));
        Assert.Equal(["salesmanago_shop1_vip", "stara"], await TagsAsync(shop, id));
        if (support.HasPoints)
        {
            Assert.Equal(WriteOutcome.Written, await WriteAsync(shop.Connection, id, new() { [Tag] = 9 }));
            Assert.Equal(9, tags.PointsOf(id, Tag));
        }

        Assert.Equal(WriteOutcome.Written, await WriteAsync(shop.Connection, id, [], Tag));
        Assert.Equal(WriteOutcome.Unchanged, await WriteAsync(shop.Connection, id, [], Tag));
        Assert.Equal(["stara"], await TagsAsync(shop, id));
    }

    [Fact]
    public async Task Tags_of_nobody_are_not_found_and_a_passing_trouble_means_later()
    {
        await using var shop = await StartAsync();
        var id = shop.Register("ala@poczta.example");

        Assert.Equal(WriteOutcome.NotFound, await WriteAsync(shop.Connection, "999999999", new() { [Tag] = 1 }));
        shop.Misbehave(ComplianceFault.Unavailable, int.MaxValue);
        await Assert.ThrowsAsync<RetryLaterException>(() => WriteAsync(shop.Connection, id, new() { [Tag] = 1 }));
    }

    Task<WriteOutcome> WriteAsync(ShopConnection shop, string id, Dictionary<string, int?> set, params string[] remove)
        => As<IWritesTags>().WriteTagsAsync(shop, new TagChange(id, "ala@poczta.example", set, remove), default);

    async Task<IEnumerable<string>> TagsAsync(IComplianceShop shop, string id) => (await PersonAsync(shop, id))!.ShopTags!.Order(StringComparer.Ordinal);
}
