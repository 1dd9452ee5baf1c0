using System.Globalization;
using System.Net;
using Pomost.Connectors.WooCommerce;
using Pomost.Contract;
using Pomost.Rules;
using Pomost.Simulators;
using WooCustomer = Pomost.Simulators.WooCommerce.WooCustomer;
using WooMeta = Pomost.Simulators.WooCommerce.WooMeta;

namespace Pomost.Connectors.Tests.WooCommerce;

/// <summary>
/// Goal: a consent counts as written only when the shop was seen to keep it, and carries its own date and source. Method: the
/// simulated shop, with a plug-in, a replica or a cache between it and the connector.
/// </summary>
public sealed class WooCommerceConsentTests
{
    const string Field = "pomost_newsletter_consent";
    const string TimeField = "pomost_consent_at";
    const string SourceField = "pomost_consent_source";
    const string OtherField = "mailchimp_woocommerce_is_subscribed";

    static readonly DateTimeOffset Said = new(2026, 3, 1, 18, 30, 15, 400, TimeSpan.Zero);
    static readonly DateTimeOffset Second = new(2026, 3, 1, 18, 30, 15, TimeSpan.Zero);
    static readonly DateTimeOffset Earlier = new(2025, 1, 1, 10, 0, 0, TimeSpan.Zero);

    readonly WooCommerceConnector _connector = new();

    [Theory]
    [InlineData(ConsentSource.Callback, "pomost", ConsentSource.ShopRecord)]
    [InlineData(ConsentSource.SalesmanagoCard, "pomost", ConsentSource.ShopRecord)]
    [InlineData(ConsentSource.Operator, "pomost", ConsentSource.ShopRecord)]
    [InlineData(ConsentSource.AccountPage, "account", ConsentSource.AccountPage)]
    [InlineData(ConsentSource.NewsletterForm, "form", ConsentSource.NewsletterForm)]
    public async Task A_written_consent_carries_its_own_date_and_source_and_says_what_was_there_and_what_is(
        ConsentSource source, string written, ConsentSource read)
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var person = Registered(shop, new(0, Field, "1"), new(0, TimeField, "2025-01-01T10:00:00Z"), new(0, SourceField, "registration"));
        shop.Clock.Advance(TimeSpan.FromHours(1));

        var result = await WriteAsync(shop.Connection, person, new Consent(ConsentState.Withdrawn, Said, source));

        Assert.Equal(WriteOutcome.Written, result.Outcome);
        Assert.Equal(new Consent(ConsentState.Granted, Earlier, ConsentSource.RegistrationForm), result.Before);
        Assert.Equal(new Consent(ConsentState.Withdrawn, Second, read), result.Kept);
        Assert.Equal((shop.Clock.GetUtcNow(), Field), (result.RecordModifiedAt, result.Field));
        Assert.Equal(("0", "2026-03-01T18:30:15Z", written), Stored(shop, person, Field));
        Assert.Equal(result.Kept, (await ReadAsync(shop, person)).EmailConsent);
    }

    [Fact]
    public async Task An_undated_consent_takes_away_the_date_that_stood_there()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var dated = Registered(shop, new(0, Field, "1"), new(0, TimeField, "2025-01-01T10:00:00Z"), new(0, SourceField, "account"));

        var result = await WriteAsync(shop.Connection, dated, new Consent(ConsentState.Withdrawn));

        Assert.Equal((WriteOutcome.Written, new Consent(ConsentState.Withdrawn)), (result.Outcome, result.Kept));
        Assert.Null(MetaOf(shop, dated, TimeField));
        Assert.Equal("pomost", MetaOf(shop, dated, SourceField));
    }

    [Fact]
    public async Task The_field_of_another_plugin_gets_its_value_alone_and_is_never_dated_by_the_modules()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var person = Registered(shop, new(0, OtherField, "1"), new(0, TimeField, "2025-01-01T10:00:00Z"), new(0, SourceField, "account"));
        var withdrawn = new Consent(ConsentState.Withdrawn, Said, ConsentSource.Callback);

        var result = await WriteAsync(shop.Connection, person, withdrawn, OtherField);

        Assert.Equal((WriteOutcome.Written, OtherField), (result.Outcome, result.Field));
        Assert.Equal((new Consent(ConsentState.Granted), new Consent(ConsentState.Withdrawn)), (result.Before, result.Kept));
        Assert.Equal(("0", "2025-01-01T10:00:00Z", "account"), Stored(shop, person, OtherField));
        Assert.Null(MetaOf(shop, person, Field));
    }

    [Fact]
    public async Task A_text_message_consent_leaves_the_date_of_the_newsletter_alone()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var person = Registered(shop, new(0, Field, "1"), new(0, TimeField, "2025-01-01T10:00:00Z"));
        var change = new ConsentChange(Text(person), "ala@poczta.example", ConsentChannel.Sms, new Consent(ConsentState.Granted, Said));

        var result = await _connector.WriteConsentAsync(shop.Connection, change, default);

        Assert.Equal((WriteOutcome.Written, "pomost_sms_consent"), (result.Outcome, result.Field));
        Assert.Equal(ConsentState.NoStatement, result.Before!.State);
        Assert.Equal("2025-01-01T10:00:00Z", MetaOf(shop, person, TimeField));
        Assert.Null(MetaOf(shop, person, SourceField));
    }

    [Fact]
    public async Task What_the_shop_already_had_is_told_too_and_nothing_is_written()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var person = Registered(shop, new(0, Field, "0"), new(0, TimeField, "2025-01-01T10:00:00Z"), new(0, SourceField, "account"));
        var changed = shop.Clock.GetUtcNow();
        shop.Clock.Advance(TimeSpan.FromHours(1));

        var result = await WriteAsync(shop.Connection, person, new Consent(ConsentState.Withdrawn, Said, ConsentSource.Callback));

        var there = new Consent(ConsentState.Withdrawn, Earlier, ConsentSource.AccountPage);
        var expected = new ConsentWriteResult(WriteOutcome.Unchanged) { Before = there, Kept = there, RecordModifiedAt = changed, Field = Field };
        Assert.Equal(expected, result);
        Assert.Equal(changed.ToUnixTimeSeconds(), shop.Simulator.Shop.Customer(person)!.ModifiedAt);
    }

    [Theory]
    [InlineData(Field, 0)]
    [InlineData(Field, 60)]
    [InlineData(OtherField, 0)]
    [InlineData(OtherField, 60)]
    public async Task A_plugin_that_puts_its_own_value_back_is_found_out(string field, int secondsLater)
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var person = Registered(shop, new WooMeta(0, field, "1"));
        shop.Clock.Advance(TimeSpan.FromSeconds(secondsLater));
        using var http = new HttpClient(new Between(shop)
        {
            AfterPut = () => shop.Simulator.Shop.SetCustomerMeta(person, field, "1"),
        });

        var result = await WriteAsync(shop.Connection with { Http = http }, person, new Consent(ConsentState.Withdrawn, Said), field);

        Assert.Equal((WriteOutcome.NotKept, field), (result.Outcome, result.Field));
        Assert.Equal((ConsentState.Granted, ConsentState.Granted), (result.Before!.State, result.Kept!.State));
        Assert.Equal(shop.Clock.GetUtcNow(), result.RecordModifiedAt);
    }

    [Fact]
    public async Task A_shop_that_drops_the_field_and_says_200_did_not_keep_it()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var person = Registered(shop);
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        using var http = new HttpClient(new Between(shop) { AfterPut = () => shop.Simulator.Shop.SetCustomerMeta(person, Field, null) });

        var result = await WriteAsync(shop.Connection with { Http = http }, person, new Consent(ConsentState.Withdrawn, Said));

        Assert.Equal((WriteOutcome.NotKept, ConsentState.NoStatement), (result.Outcome, result.Kept!.State));
    }

    [Fact]
    public async Task Without_an_answer_to_the_look_afterwards_it_is_tried_again_later()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var person = Registered(shop, new WooMeta(0, Field, "1"));
        using var http = new HttpClient(new Between(shop)
        {
            AfterPut = () => shop.Simulator.Faults.Next(Fault.ServiceUnavailable),
        });
        var withdrawn = new Consent(ConsentState.Withdrawn, Said);

        await Assert.ThrowsAsync<RetryLaterException>(() => WriteAsync(shop.Connection with { Http = http }, person, withdrawn));

        var again = await WriteAsync(shop.Connection, person, withdrawn);
        Assert.Equal((WriteOutcome.Unchanged, Second), (again.Outcome, again.Kept!.At));
    }

    [Theory]
    [InlineData(Field)]
    [InlineData(OtherField)]
    public async Task A_replica_that_lags_is_asked_again_and_never_taken_for_the_shops_word(string field)
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var person = Registered(shop, new(0, field, "1"), new(0, TimeField, "2025-01-01T10:00:00Z"));
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        using var catchesUp = new HttpClient(new Between(shop) { StaleReads = 1 });
        using var lags = new HttpClient(new Between(shop) { StaleReads = int.MaxValue });

        var result = await WriteAsync(shop.Connection with { Http = catchesUp }, person, new Consent(ConsentState.Withdrawn, Said), field);
        Assert.Equal((WriteOutcome.Written, ConsentState.Withdrawn), (result.Outcome, result.Kept!.State));

        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        var granted = new Consent(ConsentState.Granted, Said.AddHours(1));
        var unseen = await WriteAsync(shop.Connection with { Http = lags }, person, granted, field);
        Assert.Equal((WriteOutcome.NotSeenYet, ConsentState.Withdrawn), (unseen.Outcome, unseen.Kept!.State));
        Assert.Equal("1", MetaOf(shop, person, field));
        Assert.Equal(WriteOutcome.Unchanged, (await WriteAsync(shop.Connection, person, granted, field)).Outcome);
    }

    [Fact]
    public async Task A_write_not_seen_yet_is_repeated_neither_over_an_old_copy_nor_over_a_later_choice()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var person = Registered(shop, new WooMeta(0, Field, "0"));
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        using var lags = new HttpClient(new Between(shop) { StaleReads = int.MaxValue });
        var granted = Change(person, new Consent(ConsentState.Granted, Said));
        var first = await _connector.WriteConsentAsync(shop.Connection with { Http = lags }, granted, default);
        Assert.Equal((WriteOutcome.NotSeenYet, shop.Clock.GetUtcNow()), (first.Outcome, first.WrittenAs));

        var again = await _connector.WriteConsentAsync(shop.Connection with { Http = lags }, granted with { WrittenAs = first.WrittenAs }, default);
        Assert.Equal(WriteOutcome.NotSeenYet, again.Outcome);
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        shop.Simulator.Shop.SetCustomerMeta(person, Field, "0");
        var later = await _connector.WriteConsentAsync(shop.Connection, granted with { WrittenAs = first.WrittenAs }, default);

        Assert.Equal((WriteOutcome.Written, first.WrittenAs), (later.Outcome, later.RecordModifiedAt));
        Assert.Equal("0", MetaOf(shop, person, Field));
    }

    [Fact]
    public async Task After_a_write_in_doubt_the_other_value_is_written_though_the_shop_seems_to_have_it()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var person = Registered(shop, new WooMeta(0, Field, "0"));
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        using var lags = new HttpClient(new Between(shop) { StaleReads = int.MaxValue });
        await WriteAsync(shop.Connection with { Http = lags }, person, new Consent(ConsentState.Granted, Said));
        Assert.Equal("1", MetaOf(shop, person, Field));

        var withdrawn = Change(person, new Consent(ConsentState.Withdrawn, Said.AddHours(1)));
        var result = await _connector.WriteConsentAsync(shop.Connection with { Http = lags }, withdrawn with { IsInDoubt = true }, default);

        Assert.Equal((WriteOutcome.Written, shop.Clock.GetUtcNow()), (result.Outcome, result.RecordModifiedAt));
        Assert.Equal("0", MetaOf(shop, person, Field));
    }

    [Fact]
    public async Task A_shop_that_answers_with_somebody_else_has_nothing_written()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var person = Registered(shop, new WooMeta(0, Field, "1"));
        var other = shop.Simulator.Shop.Register(new WooCustomer { Email = "inna@poczta.example", Meta = [new(0, Field, "1")] }).Id;
        var instead = $$"""
            [{"id":{{other}},"email":"inna@poczta.example","meta_data":[{"key":"{{Field}}","value":"1"}]}]
            """;
        using var http = new HttpClient(new Between(shop) { Instead = instead });
        var connection = shop.Connection with { Http = http };
        var withdrawn = new Consent(ConsentState.Withdrawn, Said);

        await Assert.ThrowsAsync<RetryLaterException>(() => WriteAsync(connection, person, withdrawn));
        var byAddress = new ConsentChange(null, "ala@poczta.example", ConsentChannel.Email, withdrawn);
        Assert.Equal(WriteOutcome.NotFound, (await _connector.WriteConsentAsync(connection, byAddress, default)).Outcome);

        Assert.Equal(("1", "1"), (MetaOf(shop, person, Field), MetaOf(shop, other, Field)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_page_cache_hides_neither_new_orders_and_accounts_nor_what_was_written(bool keysInAddress)
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        await PollsAndWritesPastTheCacheAsync(shop, shop.Connection with
        {
            Settings = shop.Connection.Settings.With("keys_in_address", keysInAddress ? "true" : "false"),
        });
    }

    [Fact]
    public async Task A_page_cache_before_a_shop_without_https_hides_nothing_either()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync(options: new());
        await PollsAndWritesPastTheCacheAsync(shop, shop.Connection);
    }

    [Fact]
    public async Task Reads_ask_for_no_cached_answer_and_never_twice_by_the_same_address()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var person = Text(Registered(shop));
        var order = shop.Order("ala@poczta.example");
        var between = new Between(shop);
        using var http = new HttpClient(between);
        var connection = shop.Connection with { Http = http };

        for (var poll = 0; poll < 2; poll++)
        {
            await OrdersAsync(connection, null);
            await PeopleAsync(connection, null);
            await All(_connector.ReadProductsAsync(connection, new(), default));
            Assert.Single((await _connector.ReadContactsByIdAsync(connection, [person], default)).Items);
            Assert.Single((await _connector.ReadOrdersByIdAsync(connection, [order], default)).Items);
            await _connector.CountAsync(connection, default);
            await _connector.ReadCurrencyAsync(connection, default);
        }

        Assert.Equal(between.Reads.Count, between.Reads.Select(read => read.Address).Distinct(StringComparer.Ordinal).Count());
        Assert.All(between.Reads, read =>
        {
            Assert.True(read.NoCache && read.NoStore);
            Assert.Equal("no-cache", read.Pragma);
        });
    }

    [Theory]
    [InlineData("registration", "2025-01-01T10:00:00Z", ConsentSource.RegistrationForm)]
    [InlineData("account", "2025-01-01T10:00:00Z", ConsentSource.AccountPage)]
    [InlineData("checkout", "2025-01-01T10:00:00Z", ConsentSource.Checkout)]
    [InlineData("form", "2025-01-01T10:00:00Z", ConsentSource.NewsletterForm)]
    [InlineData("newsletter", "2025-01-01T10:00:00Z", ConsentSource.NewsletterForm)]
    [InlineData("import", "2025-01-01T10:00:00Z", ConsentSource.Import)]
    [InlineData("pomost", "2025-01-01T10:00:00Z", ConsentSource.ShopRecord)]
    [InlineData("something new", "2025-01-01T10:00:00Z", ConsentSource.ShopRecord)]
    [InlineData(null, "2025-01-01T10:00:00Z", ConsentSource.ShopRecord)]
    [InlineData("account", null, ConsentSource.ShopRecord)]
    [InlineData("account", "yesterday", ConsentSource.ShopRecord)]
    public async Task A_dated_statement_of_the_module_says_where_it_was_made(string? source, string? at, ConsentSource expected)
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var meta = new List<WooMeta> { new(0, Field, "0") };
        if (source is not null)
            meta.Add(new(0, SourceField, source));
        if (at is not null)
            meta.Add(new(0, TimeField, at));
        var person = Registered(shop, [.. meta]);

        var read = (await ReadAsync(shop, person)).EmailConsent;

        Assert.Equal(new Consent(ConsentState.Withdrawn, at is null or "yesterday" ? null : Earlier, expected), read);
    }

    [Fact]
    public async Task Values_named_for_another_plugin_do_not_change_what_the_modules_own_fields_mean()
    {
        await using var shop = await WooCommerceComplianceShop.StartAsync();
        var person = Registered(shop, new WooMeta(0, Field, "1"));
        var connection = shop.Connection with { Settings = shop.Connection.Settings.With("consent_values", "TAK") };

        var before = Assert.Single((await _connector.ReadContactsByIdAsync(connection, [Text(person)], default)).Items);
        await WriteAsync(connection, person, new Consent(ConsentState.Withdrawn, Said));
        var result = await WriteAsync(connection, person, new Consent(ConsentState.Granted, Said.AddDays(1)));

        Assert.Equal(ConsentState.Granted, before.EmailConsent.State);
        Assert.Equal((WriteOutcome.Written, "1"), (result.Outcome, MetaOf(shop, person, Field)));
    }

    async Task PollsAndWritesPastTheCacheAsync(WooCommerceComplianceShop shop, ShopConnection connection)
    {
        var person = Registered(shop, new WooMeta(0, Field, "1"));
        shop.Simulator.PageCache.KeepsFor = TimeSpan.FromDays(7);
        var orders = (await OrdersAsync(connection, null)).LastOrDefault()?.Next;
        var people = (await PeopleAsync(connection, null))[^1].Next;
        // A poll that finds nothing comes back to the same place: from here on the same question would have the same address.
        await OrdersAsync(connection, orders);
        await PeopleAsync(connection, people);
        Assert.Single((await _connector.ReadContactsByIdAsync(connection, [Text(person)], default)).Items);
        var order = shop.Order("nowa@poczta.example");
        var account = shop.Register("nowa@poczta.example");

        var newOrders = await OrdersAsync(connection, orders);
        var newPeople = await PeopleAsync(connection, people);
        var written = await WriteAsync(connection, person, new Consent(ConsentState.Withdrawn, Said));
        var again = Assert.Single((await _connector.ReadContactsByIdAsync(connection, [Text(person)], default)).Items);

        Assert.Equal(order, Assert.Single(newOrders.SelectMany(page => page.Items)).SourceId);
        Assert.Equal(account, Assert.Single(newPeople.SelectMany(page => page.Items)).SourceId);
        Assert.Equal((WriteOutcome.Written, ConsentState.Withdrawn), (written.Outcome, again.EmailConsent.State));
        Assert.Equal(0, shop.Simulator.PageCache.Hits);
    }

    Task<List<Page<ShopOrder>>> OrdersAsync(ShopConnection connection, SyncCursor? from)
        => All(_connector.ReadOrdersAsync(connection, new() { From = from, Purpose = ReadPurpose.Increment }, default));

    Task<List<Page<ShopContact>>> PeopleAsync(ShopConnection connection, SyncCursor? from)
        => All(_connector.ReadContactsAsync(connection, new() { From = from, Purpose = ReadPurpose.Increment }, default));

    Task<ConsentWriteResult> WriteAsync(ShopConnection connection, int person, Consent consent, string field = Field)
        => _connector.WriteConsentAsync(
            connection with { Settings = connection.Settings.With("email_consent_key", field) }, Change(person, consent), default);

    static ConsentChange Change(int person, Consent consent) => new(Text(person), "ala@poczta.example", ConsentChannel.Email, consent);

    async Task<ShopContact> ReadAsync(WooCommerceComplianceShop shop, int person)
        => Assert.Single((await _connector.ReadContactsByIdAsync(shop.Connection, [Text(person)], default)).Items);

    static int Registered(WooCommerceComplianceShop shop, params WooMeta[] meta)
        => shop.Simulator.Shop.Register(new WooCustomer { Email = "ala@poczta.example", Meta = meta }).Id;

    static string? MetaOf(WooCommerceComplianceShop shop, int person, string key)
        => shop.Simulator.Shop.Customer(person)!.Meta.Where(entry => entry.Key == key).Select(entry => entry.Value).SingleOrDefault();

    static (string? Value, string? At, string? Source) Stored(WooCommerceComplianceShop shop, int person, string field)
        => (MetaOf(shop, person, field), MetaOf(shop, person, TimeField), MetaOf(shop, person, SourceField));

    static string Text(int id) => id.ToString(CultureInfo.InvariantCulture);

    static async Task<List<Page<T>>> All<T>(IAsyncEnumerable<Page<T>> pages)
    {
        var all = new List<Page<T>>();
        await foreach (var page in pages)
            all.Add(page);
        return all;
    }

    sealed record Read(string Address, bool NoCache, bool NoStore, string Pragma);

    /// <summary>Stands before the shop: notes reads, acts behind a write, gives reads after a write what was there before it.</summary>
    sealed class Between(WooCommerceComplianceShop shop) : HttpMessageHandler
    {
        byte[]? _before;
        bool _isWritten;
        int _stale;

        public List<Read> Reads { get; } = [];

        public Action? AfterPut { get; init; }

        public int StaleReads { get; init; }

        /// <summary>What every read is answered with, as by a cache that does not look at the question.</summary>
        public string? Instead { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var isRead = request.Method == HttpMethod.Get;
            if (isRead)
            {
                var cache = request.Headers.CacheControl;
                var address = request.RequestUri!.AbsoluteUri;
                Reads.Add(new(address, cache?.NoCache == true, cache?.NoStore == true, request.Headers.Pragma.ToString()));
            }
            if (isRead && Instead is not null)
                return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Instead) };
            if (isRead && _isWritten && _stale++ < StaleReads)
                return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(_before!) };
            using var asked = new HttpRequestMessage(request.Method, request.RequestUri) { Content = request.Content };
            foreach (var (name, values) in request.Headers)
                asked.Headers.TryAddWithoutValidation(name, values);
            var answer = await shop.Connection.Http.SendAsync(asked, cancellationToken);
            asked.Content = null;
            if (isRead && !_isWritten)
            {
                _before = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
                var copy = new ByteArrayContent(_before);
                answer.Content = copy;
            }
            if (request.Method == HttpMethod.Put)
            {
                _isWritten = true;
                AfterPut?.Invoke();
            }
            return answer;
        }
    }
}
