using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Why a card was read, of all hints of one person.</summary>
/// <param name="Source">The strongest reason.</param>
/// <param name="Claimed">What a callback told of the e-mail channel.</param>
/// <param name="ReceivedAt">When the callback came, UTC.</param>
/// <param name="IsLastTry">True when a card that does not show the claim yet is not read again.</param>
sealed record CardQuery(CardHintSource Source, ConsentState? Claimed, DateTimeOffset ReceivedAt, bool IsLastTry);

/// <summary>Why a hint waits.</summary>
enum CardWait
{
    /// <summary>Something of the person is still on its way to the destination.</summary>
    Queued,

    /// <summary>The card does not show yet what a callback told.</summary>
    Unconfirmed,
}

/// <summary>Gathers what cards said, until it is committed as a whole.</summary>
sealed partial class CardDraft(Store store, TagSupport? shopTags, DateTimeOffset now)
{
    readonly List<CardReadingWrite> _readings = [];
    readonly List<ConsentWrite> _consents = [];
    readonly List<NewWriteBack> _writeBacks = [];
    readonly List<TraceWrite> _traces = [];

    public DateTimeOffset Now => now;

    /// <summary>Decides what a card says of a person. Gives why the hint must wait, or null when it is done with.</summary>
    public CardWait? Take(ContactFacts person, DestinationContact? card, CardQuery query)
    {
        if (card is null)
            return query.Source == CardHintSource.Registration && person.Outcome == RecordOutcome.Queued ? CardWait.Queued : Unknown(person, query);
        if (query is { Source: CardHintSource.Callback, IsLastTry: false } && query.Claimed != StateOf(card.EmailOptedOut))
            return CardWait.Unconfirmed;
        var isConfirmed = query.Source == CardHintSource.Callback && query.Claimed == StateOf(card.EmailOptedOut);
        var email = Said(person, person.Email(), StateOf(card.EmailOptedOut), isConfirmed ? query.ReceivedAt : card.ModifiedAt, Question(query, isConfirmed));
        var sms = Said(person, person.Sms(), StateOf(card.PhoneOptedOut), card.ModifiedAt, Question(query, isConfirmed: false));
        // Until the destination has taken what is on its way, the card cannot be compared with it.
        if (person.Outcome == RecordOutcome.Queued && (email.IsOpen || sms.IsOpen))
            return CardWait.Queued;
        Write(person, email, sms, Shown(person.CardEmail, email, card.EmailOptedOut), Shown(person.CardSms, sms, card.PhoneOptedOut));
        TakeTags(person, card);
        if (query.Source == CardHintSource.Callback && !isConfirmed)
            Trace(person, ReasonCode.CallbackNotConfirmed, RecordOutcome.Withheld, null);
        return null;
    }

    public PageCommit Finish(IReadOnlyList<long> done) => new()
    {
        CardReadings = _readings,
        Consents = _consents,
        WriteBacks = _writeBacks,
        Deliveries = _deliveries,
        WrittenTags = _writtenTags,
        Traces = _traces,
        CardHintsDone = done,
    };

    // A card that is gone confirms nothing; an unsubscribe is believed all the same.
    CardWait? Unknown(ContactFacts person, CardQuery query)
    {
        if (query is not { Source: CardHintSource.Callback, Claimed: ConsentState.Withdrawn })
            return null;
        var email = Said(person, person.Email(), ConsentState.Withdrawn, query.ReceivedAt, CardQuestion.Callback);
        Write(person, email, new Answer(person.SmsConsent, false, false, CardQuestion.Changed), ConsentState.Withdrawn, person.CardSms ?? ConsentState.NoStatement);
        return null;
    }

    CardQuestion Question(CardQuery query, bool isConfirmed) => query.Source switch
    {
        CardHintSource.Callback when isConfirmed => CardQuestion.Callback,
        CardHintSource.Registration when store.Options.DownloadsConsent => CardQuestion.Registration,
        CardHintSource.Held => CardQuestion.Held,
        _ => CardQuestion.Changed,
    };

    Answer Said(ContactFacts person, ChannelFacts channel, ConsentState card, DateTimeOffset? at, CardQuestion question)
    {
        var isTold = person.Outcome == RecordOutcome.Sent && channel.Told == channel.Current.State;
        var when = at is { } time && time < now ? time : now;
        var shown = new CardChannel(card, channel.LastOnCard, isTold, when);
        var said = CardStatement.Of(channel.Current, shown, question);
        var holds = LearnedStatement.Of(channel.Current, said, now, CardStatement.IsLater(channel.Current, shown));
        return new Answer(holds, holds != channel.Current, card != channel.Current.State && question is CardQuestion.Changed or CardQuestion.Held, question);
    }

    void Write(ContactFacts person, Answer email, Answer sms, ConsentState cardEmail, ConsentState cardSms)
    {
        Note(person, ConsentChannel.Email, person.EmailConsent, email, cardEmail, person.EmailDebt == ShopDebt.None ? person.ShopEmail.Seen?.State : null);
        Note(person, ConsentChannel.Sms, person.SmsConsent, sms, cardSms, person.SmsDebt == ShopDebt.None ? person.ShopSms.Seen?.State : null);
        var isNews = email.IsNews || sms.IsNews;
        if (!isNews && person.CardEmail == cardEmail && person.CardSms == cardSms)
            return;
        var hash = person.WantedHash is { } told && isNews
            ? ContactToSend.WithConsents(
                told, email.IsNews ? email.Holds.State : ContactToSend.StatesIn(told).Email, sms.IsNews ? sms.Holds.State : ContactToSend.StatesIn(told).Sms)
            : person.WantedHash;
        _readings.Add(new CardReadingWrite(person.EmailKey, email.Holds, sms.Holds, hash, cardEmail, cardSms, isNews)
        {
            IsHeld = email.IsNews && email.Question == CardQuestion.Held,
            IsSmsHeld = sms.IsNews && sms.Question == CardQuestion.Held,
            IsEmailNews = email.IsNews,
        });
    }

    // Seen in the shop: null = unknown, or about to be overwritten.
    void Note(ContactFacts person, ConsentChannel channel, Consent before, Answer answer, ConsentState card, ConsentState? seenInShop)
    {
        if (!answer.IsNews)
        {
            Download(person, channel, answer, card, seenInShop);
            return;
        }

        _consents.Add(new ConsentWrite(person.EmailKey, channel, before.State, answer.Holds));
        if (seenInShop != answer.Holds.State)
            _writeBacks.Add(WriteBackPayload.Of(person.EmailKey, new ConsentChange(person.SourceId, person.EmailKey, channel, answer.Holds)));
        Trace(person, CodeOf(answer.Question), RecordOutcome.Sent, $"{channel} {answer.Holds.State}");
    }

    // Known here already, as a guest's or a subscriber's consent, but not in the account that was just made.
    void Download(ContactFacts person, ConsentChannel channel, Answer answer, ConsentState card, ConsentState? seenInShop)
    {
        if (answer.Question != CardQuestion.Registration || !CardStatement.IsOwedToAccount(answer.Holds, card, seenInShop))
            return;
        _writeBacks.Add(WriteBackPayload.Of(person.EmailKey, new ConsentChange(person.SourceId, person.EmailKey, channel, answer.Holds)));
        Trace(person, ReasonCode.ConsentDownloaded, RecordOutcome.Sent, $"{channel} {answer.Holds.State}");
    }

    void Trace(ContactFacts person, ReasonCode code, RecordOutcome outcome, string? detail) => _traces.Add(new TraceWrite(
        ShopStream.Contacts, person.SourceId ?? person.EmailKey, person.EmailKey, outcome, code,
        [new RuleAnswer("card-statement", code, outcome == RecordOutcome.Sent, detail)], null, detail));

    static ReasonCode CodeOf(CardQuestion question) => question switch
    {
        CardQuestion.Callback => ReasonCode.CallbackConfirmed,
        CardQuestion.Registration => ReasonCode.ConsentDownloaded,
        CardQuestion.Held => ReasonCode.UnsubscribedAtSalesmanago,
        _ => ReasonCode.CardChanged,
    };

    // A card that Pomost made without a statement stays known as such until somebody says something.
    static ConsentState Shown(ConsentState? known, Answer answer, bool optedOut)
        => known == ConsentState.NoStatement && optedOut && !answer.IsNews ? ConsentState.NoStatement : StateOf(optedOut);

    static ConsentState StateOf(bool optedOut) => optedOut ? ConsentState.Withdrawn : ConsentState.Granted;

    /// <param name="Holds">The statement that holds.</param>
    /// <param name="IsNews">True when it is another one than before.</param>
    /// <param name="IsOpen">True when the card differs and only what was told can explain it.</param>
    /// <param name="Question">What was asked.</param>
    sealed record Answer(Consent Holds, bool IsNews, bool IsOpen, CardQuestion Question);
}

/// <summary>One channel of a person of the mirror.</summary>
/// <param name="Current">The statement on record.</param>
/// <param name="Told">State the destination was told last; null = nothing yet.</param>
/// <param name="LastOnCard">State on the card when it was last read.</param>
sealed record ChannelFacts(Consent Current, ConsentState? Told, ConsentState? LastOnCard);

static class ChannelFactsOfContact
{
    public static ChannelFacts Email(this ContactFacts person) => new(
        person.EmailConsent, person.WantedHash is { } hash ? ContactToSend.StatesIn(hash).Email : null, person.CardEmail);

    public static ChannelFacts Sms(this ContactFacts person) => new(
        person.SmsConsent, person.WantedHash is { } hash ? ContactToSend.StatesIn(hash).Sms : null, person.CardSms);
}
