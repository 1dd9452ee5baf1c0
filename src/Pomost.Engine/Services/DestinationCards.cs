using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>A person's card at one destination.</summary>
/// <param name="Target">Which destination.</param>
/// <param name="Stores">Stores that send the person there.</param>
/// <param name="Card">The card; null when there is none, or when nobody answered.</param>
/// <param name="Owners">Users of the account who may own it; empty when there is no card.</param>
/// <param name="Answers">False when the destination does not answer now.</param>
public sealed record CardAtDestination(Destination Target, IReadOnlyList<StoreKey> Stores, DestinationContact? Card, IReadOnlyList<string> Owners, bool Answers);

/// <summary>Reads a person's cards at the destinations, as they are at this moment.</summary>
public sealed class DestinationCards(IStores stores, IDestination destination, Connections connections)
{
    /// <summary>The cards at every destination of the stores that know the person.</summary>
    public async Task<IReadOnlyList<CardAtDestination>> OfAsync(ContactCard contact, CancellationToken ct)
    {
        var found = new List<CardAtDestination>();
        foreach (var (target, known) in await TargetsAsync(contact, ct))
            found.Add(await ReadAsync(target, known, contact.Row.Email, ct));
        return found;
    }

    /// <summary>Destinations of the connected stores that know the person.</summary>
    internal async Task<IReadOnlyList<(Destination Target, IReadOnlyList<StoreKey> Stores)>> TargetsAsync(ContactCard contact, CancellationToken ct)
    {
        var known = new List<Store>();
        foreach (var key in contact.Elsewhere.Select(other => other.Store).Prepend(contact.Row.Store))
        {
            if (await stores.FindAsync(key, ct) is { State: not StoreState.Disconnected } store)
                known.Add(store);
        }

        var targets = new List<(Destination, IReadOnlyList<StoreKey>)>();
        foreach (var group in known.GroupBy(store => store.DestinationId))
        {
            if (await stores.FindDestinationAsync(contact.Row.Store.AccountId, group.Key, ct) is { } target)
                targets.Add((target, [.. group.Select(store => store.Key)]));
        }

        return targets;
    }

    async Task<CardAtDestination> ReadAsync(Destination target, IReadOnlyList<StoreKey> known, string email, CancellationToken ct)
    {
        try
        {
            var connection = connections.DestinationOf(target);
            var card = await destination.ReadContactsAsync(connection, [email], ct) is [var one, ..] ? one : null;
            return new CardAtDestination(target, known, card, card is null ? [] : await destination.CheckAsync(connection, ct), Answers: true);
        }
        catch (Exception e) when (e is ConnectorException or InvalidOperationException)
        {
            return new CardAtDestination(target, known, null, [], Answers: false);
        }
    }
}
