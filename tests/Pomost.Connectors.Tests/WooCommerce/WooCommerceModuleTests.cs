using System.Globalization;
using System.IO.Compression;
using System.Text;
using Pomost.Connectors.WooCommerce;
using Pomost.Contract;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Connectors.Tests.WooCommerce;

/// <summary>Goal: with its module the shop tells what its own API does not, and without it nothing changes. Method: the simulated module, written from the contract alone.</summary>
public sealed class WooCommerceModuleTests
{
    const string Secret = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    readonly WooCommerceConnector _connector = new();

    [Fact]
    public async Task The_log_tells_from_now_on_what_changed_and_repeats_only_what_has_not_settled()
    {
        await using var shop = await StartAsync();
        shop.Register("wczesniej@poczta.example");
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        var start = Assert.Single(await ReadAsync(shop, null));
        Assert.Empty(start.Changes);
        var person = shop.Register("ala@poczta.example");
        shop.Simulator.Shop.SetCustomerMeta(int.Parse(person, CultureInfo.InvariantCulture), "pomost_newsletter_consent", "1");
        var order = shop.Order("gosc@poczta.example");
        shop.Simulator.Shop.TrashOrder(int.Parse(order, CultureInfo.InvariantCulture));

        var first = await ReadAsync(shop, start.Next);
        var again = await ReadAsync(shop, first[^1].Next);
        shop.Clock.Advance(TimeSpan.FromSeconds(30));
        var settled = await ReadAsync(shop, again[^1].Next);
        var quiet = await ReadAsync(shop, settled[^1].Next);

        AnnouncedChange[] expected =
        [
            new(ShopStream.Contacts, ChangeKind.Changed, person), new(ShopStream.Orders, ChangeKind.Changed, order), new(ShopStream.Orders, ChangeKind.Deleted, order),
        ];
        Assert.Equal(expected, first.SelectMany(page => page.Changes));
        Assert.Equal(expected, again.SelectMany(page => page.Changes));
        Assert.Equal(expected, settled.SelectMany(page => page.Changes));
        Assert.Empty(quiet.SelectMany(page => page.Changes));
        Assert.All(first.Concat(again).Concat(settled).Concat(quiet), page => Assert.False(page.HasGap));
    }

    [Fact]
    public async Task A_row_that_is_committed_after_later_ones_is_not_missed()
    {
        await using var shop = await StartAsync();
        var start = Assert.Single(await ReadAsync(shop, null));
        shop.Simulator.Module.NoteLate("contacts", 77, TimeSpan.FromSeconds(20));
        var person = shop.Register("ala@poczta.example");

        var before = await ReadAsync(shop, start.Next);
        shop.Clock.Advance(TimeSpan.FromSeconds(25));
        var after = await ReadAsync(shop, before[^1].Next);

        Assert.Equal([person], before.SelectMany(page => page.Changes).Select(change => change.SourceId));
        Assert.Equal(["77", person], after.SelectMany(page => page.Changes).Select(change => change.SourceId));
    }

    [Fact]
    public async Task A_long_log_is_read_page_by_page_from_any_cursor()
    {
        await using var shop = await StartAsync();
        var start = Assert.Single(await ReadAsync(shop, null));
        var ids = Enumerable.Range(0, 2_300).Select(number => shop.Register($"osoba{number}@poczta.example")).ToList();

        var unsettled = await ReadAsync(shop, start.Next);
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        var pages = await ReadAsync(shop, start.Next);

        Assert.Equal([1_000, 1_000, 300], unsettled.Select(page => page.Changes.Count));
        Assert.Equal([1_000, 1_000, 300], pages.Select(page => page.Changes.Count));
        Assert.Equal(ids, pages.SelectMany(page => page.Changes).Select(change => change.SourceId));
        Assert.Equal(1_300, (await ReadAsync(shop, pages[0].Next)).Sum(page => page.Changes.Count));
        Assert.Empty((await ReadAsync(shop, pages[^1].Next)).SelectMany(page => page.Changes));
    }

    [Fact]
    public async Task A_log_that_was_cut_or_begun_anew_says_so_once()
    {
        await using var shop = await StartAsync();
        shop.Register("jeden@poczta.example");
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        var kept = Assert.Single(await ReadAsync(shop, null)).Next;
        shop.Register("dwa@poczta.example");
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        shop.Simulator.Module.Prune();
        var third = shop.Register("trzy@poczta.example");
        shop.Clock.Advance(TimeSpan.FromMinutes(1));

        var cut = await ReadAsync(shop, kept);
        Assert.Equal([third], cut.SelectMany(page => page.Changes).Select(change => change.SourceId));
        Assert.True(Assert.Single(cut).HasGap);
        Assert.False(Assert.Single(await ReadAsync(shop, cut[^1].Next)).HasGap);

        shop.Simulator.Module.Install(Secret, null);
        var fourth = shop.Register("cztery@poczta.example");
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        var anew = await ReadAsync(shop, cut[^1].Next);
        Assert.Equal([fourth], anew.SelectMany(page => page.Changes).Select(change => change.SourceId));
        Assert.Single(anew, page => page.HasGap);
        Assert.DoesNotContain(await ReadAsync(shop, anew[^1].Next), page => page.HasGap);
    }

    [Fact]
    public async Task Subscribers_without_an_account_come_with_their_statement_and_are_written_to()
    {
        await using var shop = await StartAsync();
        shop.Simulator.Module.Subscribe("dawno@poczta.example");
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        var end = await _connector.CursorAtEndAsync(shop.Connection, ShopStream.Subscribers, default);
        var said = shop.Clock.GetUtcNow();
        shop.Simulator.Module.Subscribe("nowa@poczta.example", source: "checkout");

        var all = Items(await All(_connector.ReadSubscribersAsync(shop.Connection, new(), default)));
        var read = Assert.Single(Items(await All(_connector.ReadSubscribersAsync(shop.Connection, new() { From = end }, default))));
        Assert.Equal(["dawno@poczta.example", "nowa@poczta.example"], all.Select(one => one.Email));
        Assert.Equal(
            ("nowa@poczta.example", false, true, new Consent(ConsentState.Granted, said, ConsentSource.Checkout)),
            (read.Email, read.HasAccount, read.IsSubscriber, read.EmailConsent));
        Assert.Null(read.SourceId);

        var change = new ConsentChange(null, "Nowa@poczta.example", ConsentChannel.Email, new Consent(ConsentState.Withdrawn, said));
        Assert.Equal(WriteOutcome.Written, (await _connector.WriteConsentAsync(shop.Connection, change, default)).Outcome);
        Assert.Equal(WriteOutcome.Unchanged, (await _connector.WriteConsentAsync(shop.Connection, change, default)).Outcome);
        Assert.Equal(WriteOutcome.NotFound, (await _connector.WriteConsentAsync(shop.Connection, change with { Email = "nikt@poczta.example" }, default)).Outcome);
        var tags = new TagChange(null, "nowa@poczta.example", new Dictionary<string, int?> { ["salesmanago_shop1_vip"] = 5 }, []);
        Assert.Equal(WriteOutcome.Written, await _connector.WriteTagsAsync(shop.Connection, tags, default));
        Assert.Equal(WriteOutcome.Unchanged, await _connector.WriteTagsAsync(shop.Connection, tags, default));

        var now = Items(await All(_connector.ReadSubscribersAsync(shop.Connection, new() { From = end }, default))).Last();
        Assert.Equal((ConsentState.Withdrawn, "salesmanago_shop1_vip"), (now.EmailConsent.State, Assert.Single(now.ShopTags!)));
    }

    [Fact]
    public async Task What_the_module_stored_is_told_with_what_was_there_before()
    {
        await using var shop = await StartAsync();
        var first = shop.Clock.GetUtcNow();
        shop.Simulator.Module.Subscribe("nowa@poczta.example");
        shop.Clock.Advance(TimeSpan.FromHours(1));
        var change = Withdrawal(first.AddMinutes(5).AddMilliseconds(300));

        var written = await _connector.WriteConsentAsync(shop.Connection, change, default);
        var again = await _connector.WriteConsentAsync(shop.Connection, change, default);

        var before = new Consent(ConsentState.Granted, first, ConsentSource.NewsletterForm);
        var kept = new Consent(ConsentState.Withdrawn, first.AddMinutes(5));
        var result = new ConsentWriteResult(WriteOutcome.Written) { Before = before, Kept = kept, RecordModifiedAt = first.AddHours(1) };
        Assert.Equal(result, written);
        Assert.Equal(result with { Outcome = WriteOutcome.Unchanged, Before = kept }, again);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_module_that_did_not_keep_what_it_says_it_wrote_is_found_out(bool tells)
    {
        await using var shop = await StartAsync();
        shop.Simulator.Module.Subscribe("nowa@poczta.example");
        shop.Clock.Advance(TimeSpan.FromHours(1));
        (shop.Simulator.Module.TellsWhatItStored, shop.Simulator.Module.KeepsConsents) = (tells, false);

        var result = await _connector.WriteConsentAsync(shop.Connection, Withdrawal(shop.Clock.GetUtcNow()), default);

        Assert.Equal((WriteOutcome.NotKept, ConsentState.Granted), (result.Outcome, result.Kept!.State));
    }

    [Fact]
    public async Task An_older_module_that_says_only_written_is_asked_what_it_has()
    {
        await using var shop = await StartAsync();
        var first = shop.Clock.GetUtcNow();
        shop.Simulator.Module.Subscribe("nowa@poczta.example");
        shop.Clock.Advance(TimeSpan.FromHours(1));
        shop.Simulator.Module.Subscribe("inna@poczta.example");
        shop.Simulator.Module.TellsWhatItStored = false;
        var change = Withdrawal(first.AddMinutes(5));

        var written = await _connector.WriteConsentAsync(shop.Connection, change, default);
        var again = await _connector.WriteConsentAsync(shop.Connection, change, default);

        Assert.Equal(
            new ConsentWriteResult(WriteOutcome.Written) { Kept = new Consent(ConsentState.Withdrawn, first.AddMinutes(5)), RecordModifiedAt = first.AddHours(1) },
            written);
        Assert.Equal((WriteOutcome.Unchanged, ConsentState.Withdrawn), (again.Outcome, again.Kept!.State));
    }

    [Fact]
    public async Task A_statement_of_a_form_goes_to_the_module_with_its_source()
    {
        await using var shop = await StartAsync();
        shop.Simulator.Module.Subscribe("nowa@poczta.example", "withdrawn");
        var at = shop.Clock.GetUtcNow();
        var change = new ConsentChange(null, "nowa@poczta.example", ConsentChannel.Email, new Consent(ConsentState.Granted, at, ConsentSource.Checkout));

        var written = await _connector.WriteConsentAsync(shop.Connection, change, default);

        Assert.Equal(new Consent(ConsentState.Granted, at, ConsentSource.Checkout), written.Kept);
    }

    [Fact]
    public async Task Carts_come_with_their_lines_and_say_when_they_were_bought()
    {
        await using var shop = await StartAsync();
        shop.Simulator.Module.PutCart("k1", "ala@poczta.example", new WooCartLine(11, 12, "M1", "Miód", 2, 24.60m));
        shop.Simulator.Module.PutCart("k2", null, new WooCartLine(11, 0, "M1", "Miód", 1, 12.30m));

        var carts = Items(await All(_connector.ReadCartsAsync(shop.Connection, new(), default)));
        Assert.Equal(("k1", "ala@poczta.example", "PLN", 24.60m), (carts[0].SourceId, carts[0].Email, carts[0].Currency, carts[0].Total));
        var line = Assert.Single(carts[0].Lines);
        Assert.Equal(("11", "12", "M1", "Miód", 2m, 24.60m), (line.ProductId, line.VariantId, line.Sku, line.Name, line.Quantity, line.Total));
        Assert.Null(carts[1].Email);
        var order = shop.Order("ala@poczta.example");

        Assert.Equal(order, Items(await All(_connector.ReadCartsAsync(shop.Connection, new(), default))).Last().OrderId);
    }

    [Theory]
    [InlineData(Fault.ServiceUnavailable)]
    [InlineData(Fault.CutConnection)]
    [InlineData(Fault.HtmlPage)]
    [InlineData(Fault.TooManyRequestsWithRetryAfter)]
    public async Task A_passing_trouble_means_later(Fault fault)
    {
        await using var shop = await StartAsync();
        shop.Register("ala@poczta.example");
        var start = new SyncCursor("{\"l\":\"x\",\"a\":\"0\",\"v\":1}");
        shop.Simulator.Faults.Next(fault, onlyPath: "pomost");

        await Assert.ThrowsAsync<RetryLaterException>(() => ReadAsync(shop, start));

        Assert.NotEmpty((await ReadAsync(shop, start)).SelectMany(page => page.Changes));
    }

    [Fact]
    public async Task The_check_says_whether_the_module_answers_and_what_to_mend()
    {
        await using var shop = await StartAsync();
        Assert.Equal((CheckState.Ready, "1.0.0"), await LineAsync(shop.Connection, line => (line.State, line.Detail)));
        var without = shop.Connection with { Settings = shop.Connection.Settings.With("module_secret", null) };
        Assert.Equal(CheckState.NotOffered, await LineAsync(without, line => line.State));

        var wrong = shop.Connection with { Settings = shop.Connection.Settings.With("module_secret", new string('0', 64)) };
        Assert.Equal(
            (CheckState.Missing, ConnectionProblem.CredentialsRefused, "module_secret", false),
            await LineAsync(wrong, line => (line.State, line.Problem!.Value, line.SettingKey!, line.Required)));
        shop.Simulator.Module.ClockAhead = TimeSpan.FromMinutes(6);
        var now = shop.Clock.GetUtcNow();
        Assert.Equal(
            (ConnectionProblem.CredentialsRefused, $"{now.AddMinutes(6):yyyy-MM-dd'T'HH:mm:ss'Z'} ≠ {now:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
            await LineAsync(shop.Connection, line => (line.Problem!.Value, line.Detail!)));
        shop.Simulator.Module.Remove();
        Assert.Equal((CheckState.Missing, ConnectionProblem.NotAnApi), await LineAsync(shop.Connection, line => (line.State, line.Problem!.Value)));
        Assert.True((await _connector.CheckAsync(shop.Connection, null, default)).IsReady);
    }

    [Fact]
    public async Task Nothing_is_asked_of_a_module_that_is_not_there()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();

        Assert.Empty(await All(_connector.ReadSubscribersAsync(shop.Connection, new(), default)));
        Assert.Empty(await All(_connector.ReadCartsAsync(shop.Connection, new(), default)));
        Assert.Empty(await ReadAsync(shop, null));
        var change = new ConsentChange(null, "nikt@poczta.example", ConsentChannel.Email, new Consent(ConsentState.Granted));
        Assert.Equal(WriteOutcome.NotFound, (await _connector.WriteConsentAsync(shop.Connection, change, default)).Outcome);
    }

    [Fact]
    public void The_archive_holds_the_plug_in_with_the_secret_and_the_inbox_of_this_shop()
    {
        var bytes = _connector.BuildModule(new ModuleInstallation(Secret, new Uri("https://pomost.example/in/abc?d='e")));

        Assert.Equal(bytes, _connector.BuildModule(new ModuleInstallation(Secret, new Uri("https://pomost.example/in/abc?d='e"))));
        using var archive = new ZipArchive(new MemoryStream(bytes));
        Assert.All(archive.Entries, entry => Assert.StartsWith("pomost/", entry.FullName, StringComparison.Ordinal));
        Assert.Contains(archive.Entries, entry => entry.FullName == "pomost/pomost.php");
        Assert.Contains(archive.Entries, entry => entry.FullName == "pomost/uninstall.php");
        Assert.DoesNotContain(archive.Entries, entry => entry.FullName.Contains("test", StringComparison.OrdinalIgnoreCase));
        using var reader = new StreamReader(archive.GetEntry("pomost/pomost-config.php")!.Open(), Encoding.UTF8);
        var configuration = reader.ReadToEnd();
        Assert.StartsWith("<?php\n", configuration, StringComparison.Ordinal);
        Assert.Contains($"'secret' => '{Secret}'", configuration, StringComparison.Ordinal);
        Assert.Contains(@"'inbox'  => 'https://pomost.example/in/abc?d=\'e'", configuration, StringComparison.Ordinal);
    }

    static ConsentChange Withdrawal(DateTimeOffset at)
        => new(null, "Nowa@poczta.example", ConsentChannel.Email, new Consent(ConsentState.Withdrawn, at, ConsentSource.Callback));

    static async Task<WooCommerceComplianceShop> StartAsync()
    {
        var shop = await WooCommerceComplianceShop.StartAsync(module: Secret);
        shop.Simulator.Module.Install(Secret, null);
        return shop;
    }

    async Task<T> LineAsync<T>(ShopConnection shop, Func<CheckLine, T> of)
        => of(Assert.Single((await _connector.CheckAsync(shop, null, default)).Lines, line => line.Key == "module"));

    async Task<List<ChangeLogPage>> ReadAsync(WooCommerceComplianceShop shop, SyncCursor? from)
    {
        var pages = new List<ChangeLogPage>();
        await foreach (var page in _connector.ReadChangesAsync(shop.Connection, from, default))
            pages.Add(page);
        return pages;
    }

    static async Task<List<Page<T>>> All<T>(IAsyncEnumerable<Page<T>> pages)
    {
        var all = new List<Page<T>>();
        await foreach (var page in pages)
            all.Add(page);
        return all;
    }

    static List<T> Items<T>(IEnumerable<Page<T>> pages) => [.. pages.SelectMany(page => page.Items)];
}
