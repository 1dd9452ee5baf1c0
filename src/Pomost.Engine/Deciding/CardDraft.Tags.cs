using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <content>What the tags of a card mean.</content>
sealed partial class CardDraft
{
    // Should a destination store a tag in a way we do not recognise, it must not be sent every minute for ever.
    static readonly TimeSpan SentAgainAtMost = TimeSpan.FromHours(24);

    readonly List<NewDelivery> _deliveries = [];
    readonly List<WrittenTagsWrite> _writtenTags = [];

    /// <summary>Mirrors the card's tags into the shop, and sends again what was deleted only at the destination.</summary>
    void TakeTags(ContactFacts person, DestinationContact card)
    {
        var written = person.WrittenTags;
        if (shopTags is not null && TagWriting.HasPlaceFor(shopTags, person.HasAccount, person.EmailConsent.State != ConsentState.NoStatement, person.SourceId)
            && TagWriting.Of(
                card.Tags, store, shopTags, written, null, person.HasAccount ? person.SourceId : null, person.EmailKey, person.WantedTags) is { } plan)
        {
            _writeBacks.Add(WriteBackPayload.Of(person.EmailKey, plan.Change));
            written = plan.Written;
        }

        var missing = person.Outcome == RecordOutcome.Sent ? ShopTagsToSend.MissingOn(person.OwnTags, card.Tags.Keys) : [];
        if (missing.Count > 0 && !(written.SentAgainAt > now - SentAgainAtMost))
        {
            _deliveries.Add(new NewDelivery
            {
                Kind = DeliveryKind.Contact,
                EmailKey = person.EmailKey,
                SourceId = person.SourceId ?? person.EmailKey,
                Payload = DeliveryPayload.Of(new OutgoingContact { Email = card.Email, Tags = missing }),
            });
            written = written with { SentAgainAt = now };
        }

        if (written != person.WrittenTags)
            _writtenTags.Add(new WrittenTagsWrite(person.EmailKey, written));
    }
}
