using Microsoft.Extensions.Logging;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Delivers a store's products, a pack at a time, while no contact and no event waits. It waits and fails alone: nothing else stands still for it.</summary>
sealed partial class ProductDelivery(EngineServices engine, ILogger log, StoreLease lease, Store store, Destination target, StorePace pace) : IDisposable
{
    /// <summary>How long to leave alone what a person has to mend; asking for the products again ends it at once.</summary>
    static readonly TimeSpan MendWait = TimeSpan.FromMinutes(15);

    static readonly string KeyMissing = ProblemOf(ConnectionProblem.InvalidSetting, IProductDestination.KeySetting);

    // Reading and delivering run side by side, and either may be the first to need the catalogue.
    readonly SemaphoreSlim _lookUp = new(1);
    readonly SemaphoreSlim _change = new(1);
    DestinationConnection? _to;
    ProductRoute _route = new(lease.DestinationId, null, null, null);

    /// <summary>True when this store's products are sent at all.</summary>
    public bool IsOpen => _to is not null;

    /// <summary>Finds out whether products are sent, and says what is missing when they cannot be.</summary>
    public async Task OpenAsync(DestinationConnection connection, CancellationToken ct)
    {
        if (!store.Options.SendsProducts || engine.Connections.ConnectorOf(store) is not IReadsProducts)
            return;
        var to = await engine.Connections.WithProductKeyAsync(target, connection, ct);
        _route = await engine.Products.RouteAsync(lease.Store, ct) ?? _route;
        if (to.ApiV3Key is null)
        {
            await NoteAsync(KeyMissing, "The destination has no key of API v3.");
            return;
        }

        if (_route.DestinationId != lease.DestinationId)
        {
            // Another destination has nothing of what the last one had.
            await engine.Products.OweAgainAsync(lease, everything: true, ct);
            await ChangeAsync(last => last with { DestinationId = lease.DestinationId, CatalogueId = null, Problem = null });
        }
        else if (_route.Problem == KeyMissing)
            await NoteAsync(null);

        _to = to;
    }

    /// <summary>Sends one pack. False when nothing is owed, or what is owed has to wait.</summary>
    public async Task<bool> SendNextAsync(CancellationToken ct)
    {
        if (_to is null || engine.Clock.GetUtcNow() < pace.ProductsNotBefore)
            return false;
        var pack = await engine.Products.NextAsync(lease, engine.ProductDestination.ProductsPerCall, ct);
        if (pack.Count == 0)
            return false;
        var left = new List<OwedProduct>(pack);
        try
        {
            var catalogue = _route.CatalogueId ?? await LookUpAsync(ct);
            await engine.Products.MarkSentAsync(lease, pack, ct);
            await SendAsync(catalogue, left, ct);
            pace.ProductFailures = 0;
            await NoteAsync(null);
            return true;
        }
        catch (RetryLaterException e)
        {
            await WaitAsync(left, e.After, e.Message);
        }
        catch (NeedsOperatorException e) when (e is { Problem: ConnectionProblem.InvalidSetting, SettingKey: IProductDestination.CatalogueSetting })
        {
            // Somebody removed the catalogue there: it is made again, and everything put into it.
            await engine.Products.OweAgainAsync(lease, everything: true, ct);
            await ChangeAsync(route => route with { CatalogueId = null });
            await WaitAsync(left, null, e.Message);
        }
        catch (NeedsOperatorException e)
        {
            await StandStillAsync(e);
        }
        catch (Exception e) when (Poison.Is(e))
        {
            Log.Unforeseen(log, lease.Store.StoreId, left.Count, Poison.TraceOf(e));
            await WaitAsync(left, null, Poison.ReasonOf(e));
        }

        return false;
    }

    /// <summary>Sends a pack, and leaves in it what was not settled. One that makes the call fail for a reason nobody foresaw is set aside.</summary>
    async Task SendAsync(string catalogue, List<OwedProduct> left, CancellationToken ct)
    {
        try
        {
            await CallAsync([.. left]);
        }
        catch (Exception e) when (Poison.Is(e))
        {
            var found = await Poison.SearchAsync([.. left], e, async some =>
            {
                await CallAsync(some);
                return true;
            });
            if (found.IsEverything)
                throw;
            Log.Unforeseen(log, lease.Store.StoreId, found.Suspects.Count, Poison.TraceOf(e));
            foreach (var (row, error) in found.Suspects)
                await SetAsideAsync(row, Poison.ReasonOf(error), found.OthersPassed || row.Attempts + 1 >= Poison.MostTries);
        }

        async Task CallAsync(IReadOnlyList<OwedProduct> some)
        {
            var result = await engine.ProductDestination.UpsertProductsAsync(_to!, catalogue, [.. some.Select(row => row.Product)], ct);
            var refused = result.Refused.ToDictionary(record => record.Index, record => record.Message);
            await engine.Products.SettleAsync(lease, new ProductSettlement
            {
                Taken = [.. some.Where((_, index) => !refused.ContainsKey(index))],
                Refused = [.. refused.Select(record => (some[record.Key], record.Value))],
            }, CancellationToken.None);
            left.RemoveAll(some.Contains);
        }
    }

    Task SetAsideAsync(OwedProduct row, string reason, bool isGivenUp) => engine.Products.SettleAsync(lease, new ProductSettlement
    {
        Refused = isGivenUp ? [(row, reason)] : [],
        PutOff = isGivenUp ? [] : [row],
        NotBefore = engine.Clock.GetUtcNow() + Backoff.After(row.Attempts + 1, null, engine.Chance),
        PutOffReason = reason,
    }, CancellationToken.None);

    /// <summary>Everything is about to be read once more: what was refused gets another chance, and a catalogue that is no longer there is made again.</summary>
    public async Task BeginComparisonAsync(CancellationToken ct)
    {
        await engine.Products.OweAgainAsync(lease, everything: false, ct);
        if (_route.CatalogueId is null || engine.Clock.GetUtcNow() < pace.ProductsNotBefore)
            return;
        try
        {
            await LookUpAsync(ct);
        }
        catch (RetryLaterException e)
        {
            Log.PutOff(log, lease.Store.StoreId, 0, e.Message);
        }
        catch (NeedsOperatorException e)
        {
            await StandStillAsync(e);
        }
    }

    /// <summary>When the next product is to be sent.</summary>
    public async Task<DateTimeOffset> DueAtAsync()
    {
        if (_to is null || await engine.Products.NextDueAsync(lease.Store, CancellationToken.None) is not { } due)
            return DateTimeOffset.MaxValue;
        var notBefore = pace.ProductsNotBefore > pace.DestinationNotBefore ? pace.ProductsNotBefore : pace.DestinationNotBefore;
        return due > notBefore ? due : notBefore;
    }

    /// <summary>Notes whether the shop gives its products.</summary>
    /// <param name="problem">What must be mended there; null = it gives them.</param>
    public Task NoteShopAsync(NeedsOperatorException? problem)
        => ChangeAsync(route => route with { ShopProblem = problem is null ? null : ProblemOf(problem.Problem, problem.SettingKey) });

    public void Dispose()
    {
        _lookUp.Dispose();
        _change.Dispose();
    }

    async Task<string> LookUpAsync(CancellationToken ct)
    {
        await _lookUp.WaitAsync(ct);
        try
        {
            var reader = (IReadsProducts)engine.Connections.ConnectorOf(store);
            var currency = await reader.ReadCurrencyAsync(engine.Connections.ShopOf(store), ct);
            var found = await engine.ProductDestination.FindOrMakeCatalogueAsync(_to!, new WantedCatalogue(store.Name, currency, store.Location), ct);
            if (_route.CatalogueId is { } before && before != found)
                await engine.Products.OweAgainAsync(lease, everything: true, ct);
            await ChangeAsync(route => route with { CatalogueId = found });
            return found;
        }
        finally
        {
            _lookUp.Release();
        }
    }

    /// <summary>What failed for 24 hours is given up until the night, the rest waits.</summary>
    async Task WaitAsync(List<OwedProduct> pack, TimeSpan? asked, string reason)
    {
        var now = engine.Clock.GetUtcNow();
        var notBefore = now + Backoff.After(++pace.ProductFailures, asked, engine.Chance);
        pace.ProductsNotBefore = notBefore;
        Log.PutOff(log, lease.Store.StoreId, pack.Count, reason);
        var given = pack.Where(row => row.Attempts > 0 && Backoff.IsSpent(row.QueuedAt, now)).ToList();
        await engine.Products.SettleAsync(lease, new ProductSettlement
        {
            Refused = [.. given.Select(row => (row, reason))],
            PutOff = [.. pack.Except(given)],
            NotBefore = notBefore,
            PutOffReason = reason,
        }, CancellationToken.None);
    }

    /// <summary>Notes that products stand still until a person mends a setting; everything else goes on.</summary>
    async Task StandStillAsync(NeedsOperatorException problem)
    {
        pace.ProductsNotBefore = engine.Clock.GetUtcNow() + MendWait;
        // The hub's own key can be made again without a person.
        if (target.IsHub && problem is { Problem: ConnectionProblem.CredentialsRefused, SettingKey: IProductDestination.KeySetting })
        {
            await engine.Connections.SaveProductKeyAsync(target, null, CancellationToken.None);
            pace.ProductsNotBefore = engine.Clock.GetUtcNow() + Backoff.After(++pace.ProductFailures, null, engine.Chance);
        }

        await NoteAsync(ProblemOf(problem.Problem, problem.SettingKey), problem.Message);
    }

    static string ProblemOf(ConnectionProblem problem, string settingKey) => $"{problem}:{settingKey}";

    async Task NoteAsync(string? problem, string reason = "")
    {
        if (problem is not null && problem != _route.Problem)
            Log.StandStill(log, lease.Store.StoreId, problem, reason);
        await ChangeAsync(route => route with { Problem = problem });
    }

    async Task ChangeAsync(Func<ProductRoute, ProductRoute> change)
    {
        await _change.WaitAsync();
        try
        {
            var changed = change(_route);
            if (changed == _route)
                return;
            await engine.Products.SaveRouteAsync(lease, changed, CancellationToken.None);
            _route = changed;
        }
        finally
        {
            _change.Release();
        }
    }

    static partial class Log
    {
        [LoggerMessage(33, LogLevel.Warning, "Store {StoreId}: {Count} products put off, everything else goes on: {Reason}")]
        public static partial void PutOff(ILogger log, long storeId, int count, string reason);

        [LoggerMessage(34, LogLevel.Warning, "Store {StoreId}: products are not sent, everything else is. {Problem}: {Reason}")]
        public static partial void StandStill(ILogger log, long storeId, string problem, string reason);

        [LoggerMessage(38, LogLevel.Error, "Store {StoreId}: {Count} products failed for a reason nobody foresaw. {Error}")]
        public static partial void Unforeseen(ILogger log, long storeId, int count, string error);
    }
}
