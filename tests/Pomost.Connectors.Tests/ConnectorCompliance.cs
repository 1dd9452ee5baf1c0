using System.Text.Json;
using Pomost.Contract;
using Pomost.Rules;
using Pomost.Testing;

namespace Pomost.Connectors.Tests;

/// <summary>What the engine relies on, proved for every connector. A platform's test class inherits it and brings a simulated shop.</summary>
public abstract class ConnectorCompliance(IPlatformConnector connector)
{
    IReadsOrders OrderReader => (IReadsOrders)connector;

    const int Contacts = 230;
    const int Orders = 320;

    protected IPlatformConnector Connector => connector;

    public static TheoryData<ComplianceFault> PassingFaults { get; } =
    [
        ComplianceFault.Throttled, ComplianceFault.ThrottledWithWait, ComplianceFault.Unavailable, ComplianceFault.InternalError,
        ComplianceFault.CutConnection, ComplianceFault.HtmlPage,
    ];

    public static TheoryData<ComplianceFault> HarmlessFaults { get; } =
        [ComplianceFault.UnknownFields, ComplianceFault.NotUtf8, ComplianceFault.DuplicateRows, ComplianceFault.ShuffledRows];

    /// <summary>An empty shop.</summary>
    protected abstract Task<IComplianceShop> StartAsync(FakeClock clock);

    [Fact]
    public async Task Good_credentials_pass_the_check_and_every_line_is_told_as_it_is_known()
    {
        await using var shop = await SeededAsync();
        var told = new List<CheckLine>();

        var check = await connector.CheckAsync(shop.Connection, new Listener(told), default);

        Assert.True(check.IsReady, string.Join('\n', check.Lines));
        Assert.Equal(check.Lines, told);
        Assert.All(check.Lines, line => Assert.NotEqual(CheckState.Skipped, line.State));
        Assert.Equal(await connector.CountAsync(shop.Connection, default), check.Counts);
    }

    [Theory]
    [InlineData(-10)]
    [InlineData(10)]
    public async Task However_far_our_clock_is_off_what_happens_after_the_end_is_read(int minutes)
    {
        await using var shop = await StartAsync(new FakeClock());
        var connection = shop.Connection with { Clock = new OffClock(shop.Clock, TimeSpan.FromMinutes(minutes)) };
        var empty = await connector.CursorAtEndAsync(connection, ShopStream.Orders, default);
        shop.Clock.Advance(TimeSpan.FromSeconds(1));
        var first = shop.Order("ala@poczta.example");
        var pages = await All(OrderReader.ReadOrdersAsync(connection, new() { Purpose = ReadPurpose.Increment, From = empty }, default));
        var end = await connector.CursorAtEndAsync(connection, ShopStream.Orders, default);
        shop.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = shop.Order("ola@poczta.example");

        var after = await All(OrderReader.ReadOrdersAsync(connection, new() { Purpose = ReadPurpose.Increment, From = pages[^1].Next }, default));
        var afterEnd = await All(OrderReader.ReadOrdersAsync(connection, new() { Purpose = ReadPurpose.Increment, From = end }, default));

        Assert.Equal([first], pages.SelectMany(page => page.Items).Select(order => order.SourceId));
        Assert.Equal([second], after.SelectMany(page => page.Items).Select(order => order.SourceId));
        Assert.Equal([second], afterEnd.SelectMany(page => page.Items).Select(order => order.SourceId));
    }

    [Fact]
    public async Task Answers_changed_by_chance_are_read_or_put_off_and_never_break_the_connector()
    {
        await using var shop = await StartAsync(new FakeClock());
        shop.Seed(12, 20);
        var fuzz = new Fuzz([[0]], 400);
        using var spoiling = new Spoiling(shop.Connection.Http, fuzz);
        using var http = new HttpClient(spoiling);
        var connection = shop.Connection with { Http = http };
        Func<Task>[] calls =
        [
            () => connector.CheckAsync(connection, null, default),
            () => All(connector.ReadContactsAsync(connection, new(), default)),
            () => All(OrderReader.ReadOrdersAsync(connection, new(), default)),
            () => All(OrderReader.ReadOrdersAsync(connection, new() { Purpose = ReadPurpose.Increment }, default)),
            () => connector.CursorAtEndAsync(connection, ShopStream.Orders, default),
            () => connector.CountAsync(connection, default),
            () => connector is IReadsById byId ? byId.ReadContactsByIdAsync(connection, ["1", "2"], default) : Task.CompletedTask,
            () => connector is IReadsOrdersById byId ? byId.ReadOrdersByIdAsync(connection, ["1", "2"], default) : Task.CompletedTask,
        ];
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

    [Fact]
    public async Task Wrong_credentials_name_the_field_to_mend_in_the_check_and_in_reads()
    {
        await using var shop = await SeededAsync();
        var connection = shop.Connection with { Settings = shop.WrongCredentials };

        var check = await connector.CheckAsync(connection, null, default);
        var read = await Assert.ThrowsAsync<NeedsOperatorException>(() => All(OrderReader.ReadOrdersAsync(connection, new(), default)));

        Assert.False(check.IsReady);
        var line = Assert.Single(check.Lines, line => line.State == CheckState.Missing);
        Assert.Equal(ConnectionProblem.CredentialsRefused, line.Problem);
        Assert.Contains(line.SettingKey, SettingKeys());
        Assert.NotNull(line.Fix);
        Assert.Equal(ConnectionProblem.CredentialsRefused, read.Problem);
        Assert.Contains(read.SettingKey, SettingKeys());
    }

    [Fact]
    public async Task A_missing_right_is_named_in_the_check()
    {
        await using var shop = await SeededAsync();

        var check = await connector.CheckAsync(shop.Connection with { Settings = shop.LackingPermission }, null, default);

        var line = check.Lines.First(line => line.State == CheckState.Missing);
        Assert.Equal(ConnectionProblem.PermissionMissing, line.Problem);
        Assert.Contains(line.SettingKey, SettingKeys());
        Assert.NotNull(line.Fix);
    }

    [Fact]
    public async Task An_empty_shop_has_nothing_to_read()
    {
        await using var shop = await StartAsync(new FakeClock());

        Assert.Empty(Items(await All(OrderReader.ReadOrdersAsync(shop.Connection, new(), default))));
        Assert.Empty(Items(await All(connector.ReadContactsAsync(shop.Connection, new(), default))));
        Assert.Empty(Items(await All(OrderReader.ReadOrdersAsync(
            shop.Connection, new() { From = await connector.CursorAtEndAsync(shop.Connection, ShopStream.Orders, default) }, default))));
    }

    [Theory]
    [InlineData(ReadPurpose.Backfill)]
    [InlineData(ReadPurpose.Increment)]
    [InlineData(ReadPurpose.Sweep)]
    public async Task A_full_read_gives_every_record_once_and_twice_the_same(ReadPurpose purpose)
    {
        await using var shop = await SeededAsync();

        var contacts = Items(await All(connector.ReadContactsAsync(shop.Connection, new() { Purpose = purpose }, default)));
        var orders = Items(await All(OrderReader.ReadOrdersAsync(shop.Connection, new() { Purpose = purpose }, default)));

        Assert.Equal(Contacts, contacts.Count);
        Assert.Equal(Orders, orders.Count);
        Assert.Equal(Contacts, Ids(contacts).Count);
        Assert.Equal(Orders, Ids(orders).Count);
        Assert.Equal(Text(contacts), Text(Items(await All(connector.ReadContactsAsync(shop.Connection, new() { Purpose = purpose }, default)))));
        Assert.Equal(Text(orders), Text(Items(await All(OrderReader.ReadOrdersAsync(shop.Connection, new() { Purpose = purpose }, default)))));
    }

    [Fact]
    public async Task A_read_resumed_after_any_page_misses_nothing()
    {
        await using var shop = await SeededAsync();

        await ResumesAsync(request => connector.ReadContactsAsync(shop.Connection, request, default), Ids);
        await ResumesAsync(request => OrderReader.ReadOrdersAsync(shop.Connection, request, default), Ids);
    }

    [Fact]
    public async Task A_cursor_fits_its_place_and_a_finished_read_has_nothing_more()
    {
        await using var shop = await SeededAsync();

        var contacts = await All(connector.ReadContactsAsync(shop.Connection, new(), default));
        var orders = await All(OrderReader.ReadOrdersAsync(shop.Connection, new(), default));

        Assert.All(contacts, page => Assert.InRange(page.Next.Value.Length, 1, 4_000));
        Assert.All(orders, page => Assert.InRange(page.Next.Value.Length, 1, 4_000));
        Assert.Empty(Items(await All(connector.ReadContactsAsync(shop.Connection, new() { From = contacts[^1].Next }, default))));
        Assert.Empty(Items(await All(OrderReader.ReadOrdersAsync(shop.Connection, new() { From = orders[^1].Next }, default))));
    }

    [Fact]
    public async Task A_cursor_in_the_future_reads_nothing()
    {
        await using var later = await StartAsync(new FakeClock(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        later.Seed(Contacts * 2, Orders);
        await using var shop = await SeededAsync();
        var contacts = await connector.CursorAtEndAsync(later.Connection, ShopStream.Contacts, default);
        var orders = await connector.CursorAtEndAsync(later.Connection, ShopStream.Orders, default);

        Assert.Empty(Items(await All(connector.ReadContactsAsync(shop.Connection, new() { From = contacts }, default))));
        Assert.Empty(Items(await All(OrderReader.ReadOrdersAsync(shop.Connection, new() { From = orders }, default))));
    }

    [Fact]
    public async Task From_the_end_on_only_what_happens_afterwards_is_read()
    {
        await using var shop = await SeededAsync();
        var contacts = await connector.CursorAtEndAsync(shop.Connection, ShopStream.Contacts, default);
        var orders = await connector.CursorAtEndAsync(shop.Connection, ShopStream.Orders, default);
        var known = Items(await All(OrderReader.ReadOrdersAsync(shop.Connection, new(), default)));
        shop.Clock.Advance(TimeSpan.FromMinutes(5));
        var registered = shop.Register("nowa@poczta.example");
        var placed = shop.Order("nowa@poczta.example");
        shop.TouchOrder(known[3].SourceId);

        var people = Items(await All(connector.ReadContactsAsync(shop.Connection, new() { From = contacts, Purpose = ReadPurpose.Increment }, default)));
        var changed = Items(await All(OrderReader.ReadOrdersAsync(shop.Connection, new() { From = orders, Purpose = ReadPurpose.Increment }, default)));

        Assert.Equal([registered], Ids(people));
        Assert.Equal(new[] { placed, known[3].SourceId }.Order(StringComparer.Ordinal), Ids(changed).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(PassingFaults))]
    public async Task A_passing_trouble_means_later_and_the_read_goes_on_from_the_last_page(ComplianceFault fault)
    {
        await using var shop = await SeededAsync();

        var contacts = await InterruptedAsync(shop, fault, request => connector.ReadContactsAsync(shop.Connection, request, default), Ids);
        var orders = await InterruptedAsync(shop, fault, request => OrderReader.ReadOrdersAsync(shop.Connection, request, default), Ids);

        Assert.Equal(Contacts, contacts);
        Assert.Equal(Orders, orders);
    }

    [Theory]
    [MemberData(nameof(HarmlessFaults))]
    public async Task Odd_answers_cost_no_record(ComplianceFault fault)
    {
        await using var shop = await SeededAsync();
        shop.Misbehave(fault, int.MaxValue);

        var contacts = Items(await All(connector.ReadContactsAsync(shop.Connection, new(), default)));
        var orders = Items(await All(OrderReader.ReadOrdersAsync(shop.Connection, new(), default)));

        Assert.Equal(Contacts, Ids(contacts).Count);
        Assert.Equal(Orders, Ids(orders).Count);
    }

    [Fact]
    public async Task A_redirect_tells_the_operator_where_the_shop_went()
    {
        await using var shop = await SeededAsync();
        shop.Misbehave(ComplianceFault.RedirectElsewhere, int.MaxValue);

        var read = await Assert.ThrowsAsync<NeedsOperatorException>(() => All(OrderReader.ReadOrdersAsync(shop.Connection, new(), default)));
        var check = await connector.CheckAsync(shop.Connection, null, default);

        Assert.Equal(ConnectionProblem.Redirected, read.Problem);
        Assert.Contains("somewhere-else.example", read.Detail, StringComparison.Ordinal);
        Assert.Contains(check.Lines, line => line is { State: CheckState.Missing, Problem: ConnectionProblem.Redirected, SettingKey: not null });
        Assert.All(connector.Info.Settings.Where(field => field.Kind == SettingKind.Secret).Select(field => shop.Connection.Settings[field.Key]).OfType<string>(), secret =>
            Assert.DoesNotContain(secret, read.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_instead_of_data_fails_the_check_and_only_delays_a_read()
    {
        await using var shop = await SeededAsync();
        shop.Misbehave(ComplianceFault.HtmlPage, int.MaxValue);

        var check = await connector.CheckAsync(shop.Connection, null, default);

        Assert.Contains(check.Lines, line => line is { State: CheckState.Missing, Problem: ConnectionProblem.NotAnApi });
        await Assert.ThrowsAsync<RetryLaterException>(() => All(connector.ReadContactsAsync(shop.Connection, new(), default)));
    }

    [Theory]
    [InlineData("2026-03-28T23:30:00Z")]   // Poland goes from 01:59:59+01:00 to 03:00:00+02:00 at 01:00 UTC
    [InlineData("2025-10-25T23:30:00Z")]   // Poland has the hour from 02:00 to 03:00 twice, until 01:00 UTC and after it
    public async Task No_order_is_lost_or_misdated_in_a_night_when_clocks_change(string start)
    {
        var clock = new FakeClock(DateTimeOffset.Parse(start, System.Globalization.CultureInfo.InvariantCulture));
        await using var shop = await StartAsync(clock);
        var cursor = await connector.CursorAtEndAsync(shop.Connection, ShopStream.Orders, default);
        var expected = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var seen = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        for (var quarter = 0; quarter < 16; quarter++)
        {
            clock.Advance(TimeSpan.FromMinutes(15));
            expected.Add(shop.Order("ala@poczta.example"), clock.GetUtcNow());
            foreach (var page in await All(OrderReader.ReadOrdersAsync(shop.Connection, new() { From = cursor, Purpose = ReadPurpose.Increment }, default)))
            {
                cursor = page.Next;
                foreach (var order in page.Items)
                    seen[order.SourceId] = order.PlacedAt;
            }
        }

        Assert.Equal(expected, seen);
        Assert.Equal(expected, Items(await All(OrderReader.ReadOrdersAsync(shop.Connection, new(), default)))
            .ToDictionary(order => order.SourceId, order => order.PlacedAt, StringComparer.Ordinal));
    }

    [Fact]
    public async Task People_deleted_while_reading_hide_nobody_else()
    {
        await using var shop = await SeededAsync();
        var seen = new List<string>();
        var deleted = 0;
        await foreach (var page in connector.ReadContactsAsync(shop.Connection, new() { Purpose = ReadPurpose.Sweep }, default))
        {
            seen.AddRange(page.Items.Select(contact => contact.SourceId!));
            foreach (var id in page.Items.Take(7).Select(contact => contact.SourceId!))
            {
                shop.DeleteContact(id);
                deleted++;
            }
        }

        Assert.True(deleted >= 14);
        Assert.Equal(Contacts, seen.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task People_deleted_between_two_reads_hide_nobody_else()
    {
        await using var shop = await SeededAsync();
        var first = (await All(connector.ReadContactsAsync(shop.Connection, new(), default)))[0];
        foreach (var contact in first.Items.Take(first.Items.Count - 1))
            shop.DeleteContact(contact.SourceId!);

        var rest = Items(await All(connector.ReadContactsAsync(shop.Connection, new() { From = first.Next }, default)));

        Assert.Equal(Contacts, Ids(first.Items).Union(Ids(rest), StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Orders_that_change_while_reading_are_read_in_their_newest_state_and_hide_no_other()
    {
        await using var shop = await SeededAsync();
        var before = Items(await All(OrderReader.ReadOrdersAsync(shop.Connection, new(), default)));
        var newest = new Dictionary<string, DateTimeOffset?>(StringComparer.Ordinal);
        var isFirst = true;
        await foreach (var page in OrderReader.ReadOrdersAsync(shop.Connection, new() { Purpose = ReadPurpose.Sweep }, default))
        {
            foreach (var order in page.Items)
                newest[order.SourceId] = order.ModifiedAt;
            if (!isFirst)
                continue;
            isFirst = false;
            shop.Clock.Advance(TimeSpan.FromHours(1));
            shop.TouchOrder(before[0].SourceId);
            shop.TouchOrder(before[^1].SourceId);
            shop.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(Orders, newest.Count);
        var touched = shop.Clock.GetUtcNow() - TimeSpan.FromHours(1);
        Assert.Equal(touched, newest[before[0].SourceId]);
        Assert.Equal(touched, newest[before[^1].SourceId]);
    }

    [Fact]
    public async Task An_order_without_e_mail_is_read_and_left_to_the_rules()
    {
        await using var shop = await StartAsync(new FakeClock());
        var id = shop.Order(email: null);

        var page = Assert.Single(await All(OrderReader.ReadOrdersAsync(shop.Connection, new(), default)));

        var order = Assert.Single(page.Items);
        Assert.Equal(id, order.SourceId);
        Assert.Null(order.Buyer.Email);
    }

    [Fact]
    public async Task A_read_can_be_left_early_and_cancelled()
    {
        await using var shop = await SeededAsync();
        await foreach (var page in OrderReader.ReadOrdersAsync(shop.Connection, new() { Purpose = ReadPurpose.Backfill }, default))
        {
            Assert.NotEmpty(page.Items);
            break;
        }
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => All(OrderReader.ReadOrdersAsync(shop.Connection, new(), cancelled.Token)));
    }

    protected static async Task<List<Page<T>>> All<T>(IAsyncEnumerable<Page<T>> pages)
    {
        var all = new List<Page<T>>();
        await foreach (var page in pages)
            all.Add(page);
        return all;
    }

    protected static List<T> Items<T>(IEnumerable<Page<T>> pages) => [.. pages.SelectMany(page => page.Items)];

    protected static HashSet<string> Ids(IEnumerable<ShopOrder> orders) => orders.Select(order => order.SourceId).ToHashSet(StringComparer.Ordinal);

    protected static HashSet<string> Ids(IEnumerable<ShopContact> contacts) => contacts.Select(contact => contact.SourceId!).ToHashSet(StringComparer.Ordinal);

    static string Text<T>(List<T> records) => JsonSerializer.Serialize(records);

    async Task<IComplianceShop> SeededAsync()
    {
        var shop = await StartAsync(new FakeClock());
        shop.Seed(Contacts, Orders);
        return shop;
    }

    IEnumerable<string> SettingKeys() => connector.Info.Settings.Select(field => field.Key);

    static async Task ResumesAsync<T>(Func<ReadRequest, IAsyncEnumerable<Page<T>>> read, Func<IEnumerable<T>, HashSet<string>> ids)
    {
        var pages = await All(read(new()));
        Assert.True(pages.Count > 2, "Too few pages to prove anything.");
        for (var stop = 0; stop < pages.Count; stop++)
        {
            var rest = await All(read(new() { From = pages[stop].Next }));
            var missing = ids(pages.Skip(stop + 1).SelectMany(page => page.Items)).Except(ids(Items(rest)), StringComparer.Ordinal);
            Assert.Empty(missing);
            Assert.True(Items(rest).Count <= Items(pages.Skip(stop)).Count, "A resumed read started too far back.");
        }
    }

    static async Task<int> InterruptedAsync<T>(
        IComplianceShop shop, ComplianceFault fault, Func<ReadRequest, IAsyncEnumerable<Page<T>>> read, Func<IEnumerable<T>, HashSet<string>> ids)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        SyncCursor? cursor = null;
        var later = await Record.ExceptionAsync(async () =>
        {
            await foreach (var page in read(new() { Purpose = ReadPurpose.Increment }))
            {
                seen.UnionWith(ids(page.Items));
                cursor = page.Next;
                shop.Misbehave(fault, 1);
            }
        });
        Assert.NotNull(cursor);
        shop.BehaveAgain();
        // What may be the fault of one record may be got over by smaller pages at once.
        if (later is null && fault == ComplianceFault.InternalError)
            return seen.Count;
        Assert.Equal(fault == ComplianceFault.ThrottledWithWait ? shop.AskedWait : null, Assert.IsType<RetryLaterException>(later).After);
        seen.UnionWith(ids(Items(await All(read(new() { From = cursor })))));
        return seen.Count;
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
