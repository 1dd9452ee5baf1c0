using System.Collections.Concurrent;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Which field of a shop's accounts keeps consents: what some accounts say, and the choice of another field.</summary>
/// <remarks>A shop is looked at when a person asks, at most once in ten minutes for the same settings.</remarks>
public sealed class ConsentFields(IStores stores, Connections connections, StoreSetup setup, IPlatformCatalogue catalogue, TimeProvider clock)
{
    static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);
    static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(10);

    readonly ConcurrentDictionary<StoreKey, (string? Field, DateTimeOffset At, ConsentSample Sample)> _known = new();

    /// <summary>What the store's accounts say; null when the platform has no such field, or the shop cannot be asked now.</summary>
    public async Task<ConsentSample?> SampleAsync(Store store, CancellationToken ct)
    {
        if (catalogue.Find(store.Platform) is not ISamplesConsents sampling || store.State == StoreState.Disconnected)
            return null;
        var field = FieldOf(store);
        var now = clock.GetUtcNow();
        if (_known.TryGetValue(store.Key, out var known) && known.Field == field && now - known.At < Kept)
            return known.Sample;
        using var limit = new CancellationTokenSource(LongestLook, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            var sample = await sampling.SampleConsentsAsync(connections.ShopOf(store), either.Token);
            _known[store.Key] = (field, now, sample);
            return sample;
        }
        catch (Exception e) when (e is ConnectorException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Key of the setting that names the field; null when the platform has none.</summary>
    public string? SettingOf(Store store) => (catalogue.Find(store.Platform) as ISamplesConsents)?.ConsentFieldSetting;

    /// <summary>The field chosen now; null = none, or the platform has none.</summary>
    public string? FieldOf(Store store) => SettingOf(store) is { } key
        ? store.Settings.GetValueOrDefault(key) ?? catalogue.Find(store.Platform)!.Info.Settings.First(field => field.Key == key).Default : null;

    /// <summary>Takes consents from another field from now on. A store that is paused stays so.</summary>
    /// <param name="store">The store.</param>
    /// <param name="field">Name of the field, as typed.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>What is wrong with the name; null when it was saved.</returns>
    public async Task<Text?> ChooseAsync(Store store, string field, CancellationToken ct)
    {
        var connector = connections.ConnectorOf(store);
        var key = ((ISamplesConsents)connector).ConsentFieldSetting;
        var (typed, problems) = setup.Read(connector.Info, new Dictionary<string, string?>(StringComparer.Ordinal) { [key] = field });
        if (problems.FirstOrDefault(problem => problem.Key == key) is { } wrong)
            return wrong.Message;
        await stores.UpdateAsync(store with { Settings = new SettingValues(store.Settings).With(key, typed.Required(key)).All }, ct);
        _known.TryRemove(store.Key, out _);
        return null;
    }
}
