using System.Globalization;
using System.Runtime.CompilerServices;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine.Tests.Fixture;

/// <summary>A shop kept in memory whose state the test sets: can everything a platform may, also what WooCommerce lacks.</summary>
sealed class ScriptedShop : IPlatformConnector, IReadsById, IReadsOrders, IReadsOrdersById, IReadsSubscribers, IReadsCarts, IReadsProducts, IWritesConsent, IWritesTags
{
    public const string Key = "scripted";

    public ScriptedStream<ShopContact> Contacts { get; } = new();

    public ScriptedStream<ShopContact> Subscribers { get; } = new();

    public ScriptedStream<ShopOrder> Orders { get; } = new();

    public ScriptedStream<ShopCart> Carts { get; } = new();

    public ScriptedStream<ShopProduct> Products { get; } = new();

    /// <summary>Consents written into the shop, in order.</summary>
    public List<ConsentChange> WrittenConsents { get; } = [];

    /// <summary>Tag changes written into the shop, in order.</summary>
    public List<TagChange> WrittenTags { get; } = [];

    /// <summary>Called when a consent was written; what it throws loses the answer. Null = nothing happens.</summary>
    public Action? OnConsentWritten { get; set; }

    /// <summary>Raised by every call while it is set.</summary>
    public ConnectorException? Trouble { get; set; }

    /// <summary>Raised by reads of products while it is set; null = nothing is.</summary>
    public ConnectorException? ProductTrouble { get; set; }

    /// <summary>Raised by reads of orders while it is set; null = nothing is.</summary>
    public Exception? OrderTrouble { get; set; }

    /// <summary>Called before orders are read by id, with the ids; null = nothing happens.</summary>
    public Action<IReadOnlyList<string>>? OnOrdersById { get; set; }

    /// <summary>Called before a consent is written; null = nothing happens.</summary>
    public Action<ConsentChange>? OnConsentToWrite { get; set; }

    /// <summary>Called before each page of a read, with its number from 1; null = nothing happens.</summary>
    public Func<ReadRequest, int, Task>? OnPage { get; set; }

    /// <summary>Called before people are read by id; null = nothing happens.</summary>
    public Func<Task>? OnReadById { get; set; }

    /// <summary>False: as WooCommerce, which cannot be asked whose account changed.</summary>
    public bool TellsChangedContacts { get; init; } = true;

    public PlatformInfo Info => field ??= new()
    {
        Key = Key,
        Name = "Scripted",
        Settings = [new SettingField { Key = "url", Kind = SettingKind.Url, Required = true, Label = new("Adres", "Address") }],
        Streams =
        [
            new(ShopStream.Contacts, TellsChangedContacts, ScriptedStream.PageSize),
            new(ShopStream.Subscribers, HasModificationTime: true, ScriptedStream.PageSize),
            new(ShopStream.Orders, HasModificationTime: true, ScriptedStream.PageSize),
            new(ShopStream.Carts, HasModificationTime: true, ScriptedStream.PageSize),
            new(ShopStream.Products, HasModificationTime: true, ScriptedStream.PageSize),
        ],
        Limit = new(null, 1, 1),
        Tags = new TagSupport(HasPoints: true, ZeroPointsDetach: true, MaxLength: 100),
    };

    public int IdsPerCall => 50;

    public int OrderIdsPerCall => 50;

    public Task<ConnectionCheck> CheckAsync(ShopConnection shop, IProgress<CheckLine>? progress, CancellationToken ct)
    {
        Checks++;
        return Task.FromResult(new ConnectionCheck(Trouble is null ? [] : [new CheckLine("key", new("Klucz", "Key"), CheckState.Missing) { Required = true }]));
    }

    /// <summary>How often the connection was checked.</summary>
    public int Checks { get; private set; }

    public IAsyncEnumerable<Page<ShopContact>> ReadContactsAsync(ShopConnection shop, ReadRequest request, CancellationToken ct) => ReadAsync(Contacts, request, ct);

    public IAsyncEnumerable<Page<ShopContact>> ReadSubscribersAsync(ShopConnection shop, ReadRequest request, CancellationToken ct) => ReadAsync(Subscribers, request, ct);

    public IAsyncEnumerable<Page<ShopOrder>> ReadOrdersAsync(ShopConnection shop, ReadRequest request, CancellationToken ct)
        => OrderTrouble is { } trouble ? throw trouble : ReadAsync(Orders, request, ct);

    public IAsyncEnumerable<Page<ShopCart>> ReadCartsAsync(ShopConnection shop, ReadRequest request, CancellationToken ct) => ReadAsync(Carts, request, ct);

    public IAsyncEnumerable<Page<ShopProduct>> ReadProductsAsync(ShopConnection shop, ReadRequest request, CancellationToken ct)
        => ProductTrouble is { } trouble ? throw trouble : ReadAsync(Products, request, ct);

    public Task<SyncCursor> CursorAtEndAsync(ShopConnection shop, ShopStream stream, CancellationToken ct) => Task.FromResult(stream switch
    {
        ShopStream.Contacts => Contacts.End,
        ShopStream.Subscribers => Subscribers.End,
        ShopStream.Orders => Orders.End,
        ShopStream.Carts => Carts.End,
        ShopStream.Products => Products.End,
        _ => throw new ArgumentOutOfRangeException(nameof(stream)),
    });

    public Task<string> ReadCurrencyAsync(ShopConnection shop, CancellationToken ct) => Task.FromResult("PLN");

    public Task<ShopCounts> CountAsync(ShopConnection shop, CancellationToken ct) => Task.FromResult(new ShopCounts(Contacts.Count, Orders.Count));

    public async Task<Page<ShopContact>> ReadContactsByIdAsync(ShopConnection shop, IReadOnlyList<string> sourceIds, CancellationToken ct)
    {
        await (OnReadById?.Invoke() ?? Task.CompletedTask);
        return new Page<ShopContact>(Contacts.Of(sourceIds), Contacts.End);
    }

    public Task<Page<ShopOrder>> ReadOrdersByIdAsync(ShopConnection shop, IReadOnlyList<string> sourceIds, CancellationToken ct)
    {
        OnOrdersById?.Invoke(sourceIds);
        return Task.FromResult(new Page<ShopOrder>(Orders.Of(sourceIds), Orders.End));
    }

    public Task<ConsentWriteResult> WriteConsentAsync(ShopConnection shop, ConsentChange change, CancellationToken ct)
    {
        ThrowIfTroubled();
        OnConsentToWrite?.Invoke(change);
        WrittenConsents.Add(change);
        if (change.SourceId is { } id && Contacts.Of([id]) is [var contact])
        {
            Contacts.Put(id, change.Channel == ConsentChannel.Email
                ? contact with { EmailConsent = new Consent(change.Consent.State) } : contact with { SmsConsent = new Consent(change.Consent.State) });
        }

        OnConsentWritten?.Invoke();
        return Task.FromResult(new ConsentWriteResult(WriteOutcome.Written));
    }

    /// <summary>Tags of an account in this shop: its own and those written, as a panel would show them.</summary>
    public Task<WriteOutcome> WriteTagsAsync(ShopConnection shop, TagChange change, CancellationToken ct)
    {
        ThrowIfTroubled();
        if (change.SourceId is null || Contacts.Of([change.SourceId]) is not [var contact])
            return Task.FromResult(WriteOutcome.NotFound);
        WrittenTags.Add(change);
        Contacts.Put(change.SourceId, contact with { ShopTags = [.. (contact.ShopTags ?? []).Except(change.Remove).Union(change.Set.Keys)] });
        return Task.FromResult(WriteOutcome.Written);
    }

    async IAsyncEnumerable<Page<T>> ReadAsync<T>(ScriptedStream<T> stream, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        ThrowIfTroubled();
        var number = 0;
        await foreach (var page in stream.ReadAsync(request.From).WithCancellation(ct))
        {
            await (OnPage?.Invoke(request, ++number) ?? Task.CompletedTask);
            yield return page;
        }
    }

    void ThrowIfTroubled()
    {
        if (Trouble is { } trouble)
            throw trouble;
    }
}

static class ScriptedStream
{
    public const int PageSize = 50;
}

/// <summary>Records in the order of their last change.</summary>
sealed class ScriptedStream<T>
{
    readonly Dictionary<string, (long Change, T Record)> _records = new(StringComparer.Ordinal);
    long _last;

    public int Count => _records.Count;

    public SyncCursor End => At(_last);

    /// <summary>Makes or changes a record.</summary>
    public void Put(string id, T record) => _records[id] = (++_last, record);

    public void Remove(string id) => _records.Remove(id);

    public IReadOnlyList<T> Of(IReadOnlyList<string> ids) => [.. ids.Where(_records.ContainsKey).Select(id => _records[id].Record)];

    public async IAsyncEnumerable<Page<T>> ReadAsync(SyncCursor? from)
    {
        var after = from is null ? 0 : long.Parse(from.Value, CultureInfo.InvariantCulture);
        foreach (var page in _records.Values.Where(entry => entry.Change > after).OrderBy(entry => entry.Change).Chunk(ScriptedStream.PageSize))
        {
            await Task.Yield();
            yield return new Page<T>([.. page.Select(entry => entry.Record)], At(page[^1].Change));
        }
    }

    static SyncCursor At(long change) => new(change.ToString(CultureInfo.InvariantCulture));
}

/// <summary>The platforms of this program, and one scripted shop.</summary>
sealed class ScriptedCatalogue(IPlatformConnector shop, string key = ScriptedShop.Key) : IPlatformCatalogue
{
    readonly Connectors.PlatformCatalogue _others = new();

    public IReadOnlyList<IPlatformConnector> All => [.. _others.All, shop];

    public IPlatformConnector? Find(string platformKey) => platformKey == key ? shop : _others.Find(platformKey);
}
