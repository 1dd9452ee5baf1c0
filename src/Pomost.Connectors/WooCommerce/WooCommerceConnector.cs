using System.Runtime.CompilerServices;
using Pomost.Connectors.Module;
using Pomost.Connectors.Shared;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.WooCommerce;

/// <summary>WooCommerce, the shop of WordPress, by its REST API v3.</summary>
public sealed class WooCommerceConnector
    : IPlatformConnector, IReadsById, IReadsOrders, IReadsOrdersById, IReadsSubscribers, IReadsCarts, IReadsProducts, IReadsProductsById, IWritesConsent, IWritesTags, IReceivesWebhooks,
        IConnectsByRedirect, IUsesModule, ISamplesConsents
{
    const string Customers = "wc/v3/customers";
    const string Orders = "wc/v3/orders";
    const string Products = "wc/v3/products";

    /// <inheritdoc/>
    public PlatformInfo Info { get; } = new()
    {
        Key = "woocommerce",
        Name = "WooCommerce",
        Settings = WooCommerceSettings.Form,
        Streams =
        [
            new(ShopStream.Contacts, HasModificationTime: false, WooCommerceApi.PageSize, AnnouncesDeletion: true),
            new(ShopStream.Orders, HasModificationTime: true, WooCommerceApi.PageSize, AnnouncesDeletion: true),
            new(ShopStream.Products, HasModificationTime: true, WooCommerceApi.PageSize, AnnouncesDeletion: true),
            new(ShopStream.Subscribers, HasModificationTime: true, ModuleClient.PageSize),
            new(ShopStream.Carts, HasModificationTime: true, ModuleClient.PageSize),
        ],
        // The platform has no limit of its own; more than one page at a time slows the shop's front page (measured).
        Limit = new(RequestsPerSecond: null, Burst: 1, Concurrency: 1),
        OrderStatuses = WooCommerceMapping.Statuses,
        Tags = new TagSupport(HasPoints: true, ZeroPointsDetach: false, MaxLength: 255) { WithoutAccount = true },
        Signs =
        [
            new("wp-json/", "\"wc/v3\"", new("REST API WooCommerce pod adresem /wp-json/", "the WooCommerce REST API at /wp-json/")),
            new("", "content=\"WooCommerce ", new("znacznik „WooCommerce” w kodzie strony głównej", "the mark \"WooCommerce\" in the code of the first page")),
            new("", "/wp-content/plugins/woocommerce/", new("pliki wtyczki WooCommerce na stronie głównej", "files of the WooCommerce plugin on the first page")),
        ],
        Missing =
        [
            new(
                "Zapisy do newslettera bez konta: WooCommerce ich nie przechowuje. Zbiera je nasz moduł.",
                "Newsletter subscribers without an account: WooCommerce keeps none. Our module gathers them."),
            new("Porzucone koszyki: API ich nie udostępnia. Podaje je nasz moduł.", "Abandoned carts: the API does not give them. Our module does."),
            new(
                "Zmiany danych klientów: API nie podaje ich daty, więc przychodzą webhookiem albo z nocnego porównania. Nasz moduł prowadzi dziennik zmian.",
                "Changes of customers: the API cannot be asked for them, so they come by webhook or by the nightly comparison. Our module keeps a log of them."),
            new(
                "Zgody: tylko z pola, które zapisuje wtyczka sklepu (ustawienia zaawansowane).",
                "Consents: only from a field that a plugin of the shop keeps (advanced settings)."),
        ],
        CredentialsHelp = new(
            "W WordPressie: WooCommerce → Ustawienia → Zaawansowane → REST API → Dodaj klucz. Wybierz użytkownika, który jest administratorem lub kierownikiem sklepu, uprawnienia „Odczyt/Zapis”, i skopiuj oba klucze.",
            "In WordPress: WooCommerce → Settings → Advanced → REST API → Add key. Choose a user who is an administrator or shop manager, permissions Read/Write, and copy both keys."),
    };

    /// <inheritdoc/>
    public int IdsPerCall => WooCommerceApi.PageSize;

    /// <inheritdoc/>
    public int OrderIdsPerCall => WooCommerceApi.PageSize;

    /// <inheritdoc/>
    public int ProductIdsPerCall => WooCommerceApi.PageSize;

    /// <inheritdoc/>
    public string ModuleSecretSetting => WooCommerceSettings.ModuleSecretField;

    /// <inheritdoc/>
    public IReadOnlyList<ShopStream> ModuleStreams { get; } = [ShopStream.Subscribers, ShopStream.Carts];

    /// <inheritdoc/>
    public Text ModuleHelp { get; } = new(
        "W WordPressie: Wtyczki → Dodaj wtyczkę → Wyślij wtyczkę na serwer, potem Włącz.",
        "In WordPress: Plugins → Add New → Upload Plugin, then Activate.");

    /// <inheritdoc/>
    public Task<ConnectionCheck> CheckAsync(ShopConnection shop, IProgress<CheckLine>? progress, CancellationToken ct)
        => new WooCommerceCheck(shop, progress).RunAsync(ct);

    /// <inheritdoc/>
    public string ConsentFieldSetting => WooCommerceSettings.EmailConsentField;

    /// <inheritdoc/>
    public Task<ConsentSample> SampleConsentsAsync(ShopConnection shop, CancellationToken ct)
    {
        var (settings, api) = Open(shop);
        return WooCommerceConsentSample.ReadAsync(api, settings, ct);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<Page<ShopContact>> ReadContactsAsync(ShopConnection shop, ReadRequest request, CancellationToken ct)
        => Ahead(request, token => ContactsAsync(shop, request, token), ct);

    /// <inheritdoc/>
    public IAsyncEnumerable<Page<ShopOrder>> ReadOrdersAsync(ShopConnection shop, ReadRequest request, CancellationToken ct)
        => Ahead(request, token => OrdersAsync(shop, request, token), ct);

    /// <inheritdoc/>
    public IAsyncEnumerable<Page<ShopProduct>> ReadProductsAsync(ShopConnection shop, ReadRequest request, CancellationToken ct)
        => Ahead(request, token => ProductsAsync(shop, request, token), ct);

    /// <inheritdoc/>
    public IAsyncEnumerable<Page<ShopContact>> ReadSubscribersAsync(ShopConnection shop, ReadRequest request, CancellationToken ct)
        => ModuleOf(shop) is { } module ? ModuleReading.SubscribersAsync(module, request.From, ct) : AsyncEnumerable.Empty<Page<ShopContact>>();

    /// <inheritdoc/>
    public IAsyncEnumerable<Page<ShopCart>> ReadCartsAsync(ShopConnection shop, ReadRequest request, CancellationToken ct)
        => ModuleOf(shop) is { } module ? ModuleReading.CartsAsync(module, request.From, ct) : AsyncEnumerable.Empty<Page<ShopCart>>();

    /// <inheritdoc/>
    public IAsyncEnumerable<ChangeLogPage> ReadChangesAsync(ShopConnection shop, SyncCursor? from, CancellationToken ct)
        => ModuleOf(shop) is { } module ? ModuleReading.ChangesAsync(module, from, ct) : AsyncEnumerable.Empty<ChangeLogPage>();

    /// <inheritdoc/>
    public ModulePush? ReadPush(WebhookRequest request, string? secret, DateTimeOffset now) => ModulePushReader.Read(request, secret, now);

    /// <inheritdoc/>
    public byte[] BuildModule(ModuleInstallation installation) => WooCommerceModule.Build(installation);

    /// <inheritdoc/>
    public async Task<SyncCursor> CursorAtEndAsync(ShopConnection shop, ShopStream stream, CancellationToken ct)
    {
        var (settings, api) = Open(shop);
        return stream switch
        {
            ShopStream.Contacts => await LastCustomerAsync(api, ct),
            ShopStream.Orders => await OrderWalk(api, new()).EndAsync(ct),
            ShopStream.Products => await ProductWalk(api).EndAsync(ct),
            ShopStream.Subscribers when ModuleOf(shop) is { } module => await ModuleReading.EndAsync(module, "subscribers", ct),
            ShopStream.Carts when ModuleOf(shop) is { } module => await ModuleReading.EndAsync(module, "carts", ct),
            ShopStream.Subscribers or ShopStream.Carts or _ => throw new ArgumentOutOfRangeException(nameof(stream), stream, "WooCommerce has no such stream."),
        };
    }

    /// <inheritdoc/>
    public async Task<ShopCounts> CountAsync(ShopConnection shop, CancellationToken ct)
    {
        var (_, api) = Open(shop);
        return new ShopCounts(
            await api.CountAsync(Customers, new WooQuery().With("role", "all"), ct),
            await api.CountAsync(Orders, new WooQuery().With("status", "any"), ct));
    }

    /// <inheritdoc/>
    public async Task<Page<ShopContact>> ReadContactsByIdAsync(ShopConnection shop, IReadOnlyList<string> sourceIds, CancellationToken ct)
    {
        var (settings, api) = Open(shop);
        if (Including(sourceIds) is not { } query)
            return new Page<ShopContact>([], WooIdPosition.Start.ToCursor());
        var list = await api.ListAsync(
            Customers, query.With("role", "all").With("_fields", WooCustomer.Fields), WooCommerceJson.Default.WooCustomer, ct);
        return new Page<ShopContact>(Contacts(list.Rows.Select(row => row.Value), settings), WooIdPosition.Start.ToCursor())
        {
            Rejected = Unreadable(list.Rows.Select(row => row.Value)),
        };
    }

    /// <inheritdoc/>
    public async Task<Page<ShopOrder>> ReadOrdersByIdAsync(ShopConnection shop, IReadOnlyList<string> sourceIds, CancellationToken ct)
    {
        var (settings, api) = Open(shop);
        var nowhere = new WooChangePosition().ToCursor();
        if (Including(sourceIds) is not { } query)
            return new Page<ShopOrder>([], nowhere);
        var list = await api.ListAsync(Orders, OrderFields(query), WooCommerceJson.Default.WooOrder, ct);
        return await MappedAsync([.. list.Rows.Select(row => row.Value)], nowhere, null, new WooCommerceMenu(api), settings, ct);
    }

    /// <inheritdoc/>
    public async Task<Page<ShopProduct>> ReadProductsByIdAsync(ShopConnection shop, IReadOnlyList<string> sourceIds, CancellationToken ct)
    {
        var (_, api) = Open(shop);
        var nowhere = new WooChangePosition().ToCursor();
        if (Including(sourceIds) is not { } query)
            return new Page<ShopProduct>([], nowhere);
        var list = await api.ListAsync(Products, ProductFields(query), WooCommerceJson.Default.WooProduct, ct);
        return new Page<ShopProduct>(await MappedAsync(list.Rows.Select(row => row.Value), new WooCommerceMenu(api), ct), nowhere);
    }

    /// <inheritdoc/>
    public async Task<string> ReadCurrencyAsync(ShopConnection shop, CancellationToken ct)
    {
        var (_, api) = Open(shop);
        using var answer = await api.GetAsync("wc/v3/data/currencies/current", new WooQuery().With("_fields", "code"), ct);
        return LenientValue.Text(WooCommerceApi.ObjectOf(answer, WooCommerceJson.Default.WooCurrency)?.Code) is { Length: 3 } code
            ? code.ToUpperInvariant()
            : throw new RetryLaterException("The shop did not say which currency its prices have.");
    }

    /// <inheritdoc/>
    public async Task<ConsentWriteResult> WriteConsentAsync(ShopConnection shop, ConsentChange change, CancellationToken ct)
    {
        var (settings, api) = Open(shop);
        var result = await WooCommerceConsent.WriteAsync(api, settings, change, ct);
        // Who has no account may stand on the module's list.
        return result.Outcome == WriteOutcome.NotFound && ModuleOf(shop) is { } module
            ? await ModuleWriting.ConsentAsync(module, change, ct) : result;
    }

    /// <inheritdoc/>
    public async Task<WriteOutcome> WriteTagsAsync(ShopConnection shop, TagChange change, CancellationToken ct)
    {
        var (settings, api) = Open(shop);
        var outcome = await WooCommerceTags.WriteAsync(api, settings, change, ct);
        return outcome == WriteOutcome.NotFound && ModuleOf(shop) is { } module ? await ModuleWriting.TagsAsync(module, change, ct) : outcome;
    }

    /// <inheritdoc/>
    public Task<WebhookState> EnsureWebhooksAsync(ShopConnection shop, Uri deliverTo, string secret, CancellationToken ct)
        => WooCommerceWebhooks.EnsureAsync(Open(shop).Api, deliverTo, secret, ct);

    /// <inheritdoc/>
    public Task RemoveWebhooksAsync(ShopConnection shop, Uri deliverTo, CancellationToken ct)
        => WooCommerceWebhooks.RemoveAsync(Open(shop).Api, deliverTo, ct);

    /// <inheritdoc/>
    public WebhookVerdict Read(WebhookRequest request, ShopConnection shop, string secret) => WooCommerceWebhooks.Read(request, secret);

    /// <inheritdoc/>
    public Task<RedirectStart> StartAsync(ShopConnection shop, string state, Uri callback, Uri returnTo, CancellationToken ct)
        => Task.FromResult(WooCommerceAuthorization.Start(shop.Settings, state, callback, returnTo));

    /// <inheritdoc/>
    public string? StateOf(WebhookRequest callback) => WooCommerceAuthorization.StateOf(callback);

    /// <inheritdoc/>
    public Task<SettingValues> CompleteAsync(ShopConnection shop, string? pending, WebhookRequest callback, CancellationToken ct)
        => Task.FromResult(WooCommerceAuthorization.Complete(shop.Settings, callback));

    static (WooCommerceSettings Settings, WooCommerceApi Api) Open(ShopConnection shop)
    {
        var settings = WooCommerceSettings.Of(shop.Settings);
        return (settings, new WooCommerceApi(shop, settings, Asking.Read));
    }

    static ModuleClient? ModuleOf(ShopConnection shop) => WooCommerceModule.Of(shop, WooCommerceSettings.Of(shop.Settings), Asking.Read);

    // The history is worth asking one page ahead; changes are few, and a page asked for in vain costs the shop.
    static IAsyncEnumerable<T> Ahead<T>(ReadRequest request, Func<CancellationToken, IAsyncEnumerable<T>> pages, CancellationToken ct)
        => request.Purpose == ReadPurpose.Backfill ? ReadAhead.OnePageAsync(pages, ct) : pages(ct);

    static async IAsyncEnumerable<Page<ShopContact>> ContactsAsync(ShopConnection shop, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var (settings, api) = Open(shop);
        Task<WooList<WooCustomer>> Fetch(long offset, CancellationToken token) => api.ListAsync(
            Customers,
            new WooQuery().With("role", "all").With("orderby", "id").With("order", "asc").With("per_page", WooCommerceApi.PageSize)
                .With("offset", offset).With("_fields", WooCustomer.Fields),
            WooCommerceJson.Default.WooCustomer,
            token);
        await foreach (var step in WooCommerceIdWalk.ReadAsync<WooCustomer>(Fetch, WooIdPosition.Of(request.From), ct))
        {
            yield return new Page<ShopContact>(Contacts(step.Fresh, settings), step.Next.ToCursor())
            {
                Total = step.Total,
                Rejected = Unreadable(step.Fresh),
            };
        }
    }

    static List<ShopContact> Contacts(IEnumerable<WooCustomer> customers, WooCommerceSettings settings)
        => [.. customers.Where(customer => customer is { Id: > 0, Failure: null } && WooCommerceMapping.IsCustomer(customer, settings))
            .Select(customer => WooCommerceMapping.Contact(customer, settings))];

    static IReadOnlyList<RejectedRecord> Unreadable<T>(IEnumerable<T> records)
        where T : IWooRecord
        => [.. records.Where(record => record.Id <= 0 || record.Failure is not null).Select(record => new RejectedRecord(
            record.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), "id", record.Failure ?? "The record has no id."))];

    static async IAsyncEnumerable<Page<ShopOrder>> OrdersAsync(ShopConnection shop, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var (settings, api) = Open(shop);
        var menu = new WooCommerceMenu(api);
        await foreach (var step in OrderWalk(api, request).ReadAsync(request.From, ct))
        {
            var page = await MappedAsync(step.Fresh, step.Next, step.Total, menu, settings, ct);
            yield return request.Since is { } since ? page with { Items = [.. page.Items.Where(order => order.PlacedAt >= since)] } : page;
        }
    }

    static async Task<Page<ShopOrder>> MappedAsync(
        IReadOnlyList<WooOrder> orders, SyncCursor next, long? total, WooCommerceMenu menu, WooCommerceSettings settings, CancellationToken ct)
    {
        await menu.PrepareAsync(orders.SelectMany(order => order.LineItems).Select(line => line.ProductId), ct);
        var good = new List<ShopOrder>(orders.Count);
        var rejected = new List<RejectedRecord>(Unreadable(orders.Where(order => order.Failure is not null)));
        foreach (var order in orders.Where(order => order.Failure is null))
        {
            var (read, reason) = WooCommerceMapping.Order(order, settings, menu.PathsTo);
            if (read is not null)
                good.Add(read);
            else
                rejected.Add(reason!);
        }
        return new Page<ShopOrder>(good, next) { Rejected = rejected, Total = total };
    }

    static async IAsyncEnumerable<Page<ShopProduct>> ProductsAsync(ShopConnection shop, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var (_, api) = Open(shop);
        var menu = new WooCommerceMenu(api);
        await foreach (var step in ProductWalk(api).ReadAsync(request.From, ct))
        {
            yield return new Page<ShopProduct>(await MappedAsync(step.Fresh, menu, ct), step.Next) { Total = step.Total, Rejected = Unreadable(step.Fresh) };
        }
    }

    static async Task<List<ShopProduct>> MappedAsync(IEnumerable<WooProduct> read, WooCommerceMenu menu, CancellationToken ct)
    {
        var products = new List<ShopProduct>();
        foreach (var product in read.Where(product => product is { Id: > 0, Failure: null }))
            products.Add(WooCommerceMapping.Product(product, await menu.PathsOfAsync(product, ct)));
        return products;
    }

    static WooCommerceChangeWalk<WooOrder> OrderWalk(WooCommerceApi api, ReadRequest request)
        => new(
            async (query, ct) => await api.ListAsync(
                Orders, await api.InUtcAsync(PlacedBetween(OrderFields(query), request), ct), WooCommerceJson.Default.WooOrder, ct),
            api.Clock);

    static WooCommerceChangeWalk<WooProduct> ProductWalk(WooCommerceApi api)
        => new(
            async (query, ct) => await api.ListAsync(
                Products, await api.InUtcAsync(ProductFields(query), ct), WooCommerceJson.Default.WooProduct, ct),
            api.Clock);

    // "any" leaves out the bin: what lies there is gone.
    static WooQuery ProductFields(WooQuery query) => query.With("status", "any").With("_fields", WooProduct.Fields);

    static WooQuery OrderFields(WooQuery query) => query.With("status", "any").With("_fields", WooOrder.Fields);

    // Both bounds of the platform are exclusive and have whole seconds. An hour more: the platform reads a bound an hour later in
    // nights when clocks change, and what is too much the reader of the page leaves out.
    static WooQuery PlacedBetween(WooQuery query, ReadRequest request)
    {
        if (request.Since is { } since)
            query.With("after", WooCommerceApi.Bound(since.AddSeconds(-1).AddHours(-1)));
        if (request.Until is { } until)
            query.With("before", WooCommerceApi.Bound(until.AddTicks(TimeSpan.TicksPerSecond - 1)));
        return query;
    }

    static WooQuery? Including(IReadOnlyList<string> sourceIds)
    {
        // An id that is no number cannot be one of this shop's; an empty list of ids would mean every record.
        var ids = sourceIds.Where(id => id.Length is > 0 and < 19 && id.All(char.IsAsciiDigit)).Distinct(StringComparer.Ordinal).ToList();
        return ids.Count == 0 ? null
            : new WooQuery().With("include", string.Join(',', ids)).With("per_page", WooCommerceApi.PageSize).With("orderby", "id").With("order", "asc");
    }

    static async Task<SyncCursor> LastCustomerAsync(WooCommerceApi api, CancellationToken ct)
    {
        var query = new WooQuery().With("role", "all").With("orderby", "id").With("order", "desc").With("per_page", 1).With("_fields", "id");
        var list = await api.ListAsync(Customers, query, WooCommerceJson.Default.WooCustomer, ct);
        return list.Rows.Count == 0
            ? WooIdPosition.Start.ToCursor()
            : new WooIdPosition(Math.Max(0, (list.Total ?? 1) - 1), list.Rows[0].Value.Id).ToCursor();
    }
}
