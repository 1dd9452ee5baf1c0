using Pomost.Contract;

namespace Pomost.Connectors.Tests;

/// <summary>What the intake relies on, proved for every connector whose platform announces changes.</summary>
public abstract class WebhookCompliance(IReceivesWebhooks connector)
{
    protected const string Secret = "a secret of this store only";

    static readonly ShopConnection Shop = new()
    {
        Settings = SettingValues.Empty,
        Http = new HttpClient(),
        Clock = new Testing.FakeClock(new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero)),
    };

    /// <summary>What a shop sends when an order changed, signed with <see cref="Secret"/>, and the id of that order.</summary>
    protected abstract Task<(WebhookRequest Request, string OrderId)> GenuineAsync();

    [Fact]
    public async Task A_genuine_announcement_names_the_order()
    {
        var (request, id) = await GenuineAsync();

        var verdict = connector.Read(request, Shop, Secret);

        Assert.True(verdict.Accepted, verdict.Refusal);
        Assert.Equal(new AnnouncedChange(ShopStream.Orders, ChangeKind.Changed, id), Assert.Single(verdict.Changes));
    }

    [Fact]
    public async Task A_forged_announcement_is_refused_and_the_reason_holds_no_secret()
    {
        var (request, _) = await GenuineAsync();
        var changed = request.Body.ToArray();
        changed[^2] ^= 1;
        var unsigned = request.Headers.Where(header => !header.Key.Contains("Signature", StringComparison.OrdinalIgnoreCase)).ToDictionary();
        var nonsense = request.Headers.ToDictionary(
            header => header.Key, header => header.Key.Contains("Signature", StringComparison.OrdinalIgnoreCase) ? "ż=" : header.Value);

        Assert.All(
            [
                connector.Read(request with { Body = changed }, Shop, Secret),
                connector.Read(request, Shop, Secret + "x"),
                connector.Read(request with { Headers = unsigned }, Shop, Secret),
                connector.Read(request with { Headers = nonsense }, Shop, Secret),
                connector.Read(request with { Body = ReadOnlyMemory<byte>.Empty }, Shop, Secret),
            ],
            verdict =>
            {
                Assert.False(verdict.Accepted);
                Assert.Empty(verdict.Changes);
                Assert.DoesNotContain(Secret, verdict.Refusal, StringComparison.Ordinal);
            });
    }
}
