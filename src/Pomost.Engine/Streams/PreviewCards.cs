using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>A dry run looks at the cards of the people it would send, as the delivery does before it opts somebody in: who is held, and of whom something
/// would be written into the shop.</summary>
sealed class PreviewCards(StoreRun run, DestinationConnection to)
{
    /// <exception cref="CardsNotReadException">The destination cannot tell of cards now.</exception>
    public async Task CountAsync(PageDraft draft)
    {
        if (draft.ToSend is not { Count: > 0 } candidates)
            return;
        var connector = run.Connector;
        var tags = run.Engine.Connections.TagsOf(run.Store);
        try
        {
            var cards = await CardLook.AtAsync(run.Engine, run.Lease, to, [.. candidates.Select(one => one.EmailKey)], run.Cancel);
            foreach (var one in candidates)
            {
                var card = cards.Of(one.EmailKey);
                var isHeld = one.OptsIn && (one with { Known = one.Known?.With(cards.MadeOf(one.EmailKey)) }).After(card).IsHeld;
                if (isHeld)
                    draft.Hold(one.EmailKey);
                if ((isHeld && connector is IWritesConsent) || (card is not null && tags is not null && draft.TagsOwed(one.EmailKey, card.Tags, tags) is not null))
                    draft.CountShopWrite();
            }
        }
        catch (RetryLaterException e)
        {
            throw new CardsNotReadException(e);
        }
    }
}

/// <summary>The destination's failure, told apart from the shop's.</summary>
sealed class CardsNotReadException(RetryLaterException failure) : Exception(failure.Message, failure)
{
    public RetryLaterException Failure => failure;
}
