using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Cards as they are at this moment, with what is known of their making.</summary>
sealed class CardLook
{
    static readonly CardLook Nothing = new(new Dictionary<string, DestinationContact>(), new Dictionary<string, DefaultCard>());

    readonly IReadOnlyDictionary<string, DestinationContact> _cards;
    readonly IReadOnlyDictionary<string, DefaultCard> _made;

    CardLook(IReadOnlyDictionary<string, DestinationContact> cards, IReadOnlyDictionary<string, DefaultCard> made) => (_cards, _made) = (cards, made);

    /// <summary>Reads the cards of these people.</summary>
    /// <exception cref="RetryLaterException">The destination does not answer now.</exception>
    /// <exception cref="NeedsOperatorException"/>
    public static async Task<CardLook> AtAsync(
        EngineServices engine, StoreLease lease, DestinationConnection to, IReadOnlyCollection<string> emailKeys, CancellationToken ct)
    {
        if (emailKeys.Count == 0)
            return Nothing;
        string[] keys = [.. emailKeys.Distinct(StringComparer.Ordinal)];
        var cards = (await engine.Destination.ReadContactsAsync(to, keys, ct))
            .GroupBy(card => EmailAddress.KeyOf(card.Email), StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        return new CardLook(cards, cards.Count == 0 ? Nothing._made : await engine.Runs.DefaultCardsAsync(lease, [.. cards.Keys], ct));
    }

    /// <summary>The card, or null when there is none.</summary>
    public DestinationContact? Of(string emailKey) => _cards.GetValueOrDefault(emailKey);

    /// <summary>What is known of its making, or null.</summary>
    public DefaultCard? MadeOf(string emailKey) => _made.GetValueOrDefault(emailKey);
}
