using Pomost.Contract;
using Pomost.Testing;

namespace Pomost.Connectors.Tests.Compliance;

/// <summary>The check of a connection, and answers that nobody foresaw.</summary>
public abstract class ConnectionCompliance(CompliancePlatform platform) : RoleCompliance(platform)
{
    [Fact]
    public async Task Good_credentials_pass_the_check_and_every_line_is_told_as_it_is_known()
    {
        await using var shop = await SeededAsync();
        var told = new List<CheckLine>();

        var check = await Connector.CheckAsync(shop.Connection, new Listener(told), default);

        Assert.True(check.IsReady, string.Join('\n', check.Lines));
        Assert.Equal(check.Lines, told);
        Assert.All(check.Lines, line => Assert.NotEqual(CheckState.Skipped, line.State));
        Assert.Equal(await Connector.CountAsync(shop.Connection, default), check.Counts);
    }

    [Fact]
    public async Task Wrong_credentials_name_the_field_to_mend()
    {
        await using var shop = await SeededAsync();

        var check = await Connector.CheckAsync(shop.Connection with { Settings = shop.WrongCredentials }, null, default);

        Assert.False(check.IsReady);
        var line = Assert.Single(check.Lines, line => line.State == CheckState.Missing);
        Assert.Equal(ConnectionProblem.CredentialsRefused, line.Problem);
        Assert.Contains(line.SettingKey, SettingKeys);
        Assert.NotNull(line.Fix);
    }

    [Fact]
    public async Task A_missing_right_is_named()
    {
        await using var shop = await SeededAsync();

        var check = await Connector.CheckAsync(shop.Connection with { Settings = shop.LackingPermission }, null, default);

        var line = check.Lines.First(line => line.State == CheckState.Missing);
        Assert.Equal(ConnectionProblem.PermissionMissing, line.Problem);
        Assert.Contains(line.SettingKey, SettingKeys);
        Assert.NotNull(line.Fix);
    }

    [Fact]
    public async Task A_redirect_and_a_page_instead_of_data_are_named()
    {
        await using var shop = await SeededAsync();
        shop.Misbehave(ComplianceFault.RedirectElsewhere, int.MaxValue);
        var redirected = await Connector.CheckAsync(shop.Connection, null, default);
        shop.BehaveAgain();
        shop.Misbehave(ComplianceFault.HtmlPage, int.MaxValue);
        var page = await Connector.CheckAsync(shop.Connection, null, default);

        Assert.Contains(redirected.Lines, line => line is { State: CheckState.Missing, Problem: ConnectionProblem.Redirected, SettingKey: not null });
        Assert.Contains(page.Lines, line => line is { State: CheckState.Missing, Problem: ConnectionProblem.NotAnApi });
    }

    [Fact]
    public async Task Answers_changed_by_chance_are_read_or_put_off_and_never_break_the_connector()
    {
        await using var shop = await StartAsync();
        shop.Seed(12, 20);
        var fuzz = new Fuzz([[0]], 400);
        using var spoiling = new Spoiling(shop.Connection.Http, fuzz);
        using var http = new HttpClient(spoiling);
        Func<Task>[] calls = [.. Calls(shop.Connection with { Http = http })];
        for (var drawn = 0; drawn < fuzz.Count; drawn++)
        {
            try
            {
                await calls[drawn % calls.Length]();
            }
            catch (ConnectorException)
            {
                // Refused in the contract's words.
            }
            catch (Exception broken) when (broken is not Xunit.Sdk.XunitException)
            {
                Assert.Fail(fuzz.Told($"call {drawn % calls.Length}", spoiling.Last, broken.ToString()));
            }
        }
    }

    IEnumerable<Func<Task>> Calls(ShopConnection shop)
    {
        yield return () => Connector.CheckAsync(shop, null, default);
        yield return () => Connector.CountAsync(shop, default);
        yield return () => All(Connector.ReadContactsAsync(shop, new(), default));
        foreach (var stream in CompliancePlatform.StreamsOf(Connector).Except((Connector as IUsesModule)?.ModuleStreams ?? []))
            yield return () => Connector.CursorAtEndAsync(shop, stream, default);
        if (Connector is IReadsById contacts)
            yield return () => contacts.ReadContactsByIdAsync(shop, ["1", "2"], default);
        if (Connector is IReadsOrdersById ordersById)
            yield return () => ordersById.ReadOrdersByIdAsync(shop, ["1", "2"], default);
        if (Connector is IReadsProductsById productsById)
            yield return () => productsById.ReadProductsByIdAsync(shop, ["1", "2"], default);
        if (Connector is IReadsOrders orders)
        {
            yield return () => All(orders.ReadOrdersAsync(shop, new(), default));
            yield return () => All(orders.ReadOrdersAsync(shop, new() { Purpose = ReadPurpose.Increment }, default));
        }

        if (Connector is IReadsSubscribers subscribers)
            yield return () => All(subscribers.ReadSubscribersAsync(shop, new(), default));
        if (Connector is IReadsCarts carts)
            yield return () => All(carts.ReadCartsAsync(shop, new(), default));
        if (Connector is IReadsProducts products)
        {
            yield return () => All(products.ReadProductsAsync(shop, new(), default));
            yield return () => products.ReadCurrencyAsync(shop, default);
        }
    }

    async Task<IComplianceShop> SeededAsync()
    {
        var shop = await StartAsync();
        shop.Seed(5, 5);
        return shop;
    }

    /// <summary>A shop whose answers come changed by chance, three in four.</summary>
    sealed class Spoiling(HttpClient shop, Fuzz fuzz) : HttpMessageHandler
    {
        public byte[] Last { get; private set; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var asked = new HttpRequestMessage(request.Method, request.RequestUri) { Content = request.Content };
            foreach (var (name, values) in request.Headers)
                asked.Headers.TryAddWithoutValidation(name, values);
            var answer = await shop.SendAsync(asked, cancellationToken);
            asked.Content = null;
            var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            Last = body.Length > 0 && fuzz.Next(4) > 0 ? fuzz.Changed(body) : body;
            var type = answer.Content.Headers.ContentType;
            answer.Content = new ByteArrayContent(Last);
            answer.Content.Headers.ContentType = type;
            return answer;
        }
    }

    sealed class Listener(List<CheckLine> told) : IProgress<CheckLine>
    {
        public void Report(CheckLine value) => told.Add(value);
    }
}
