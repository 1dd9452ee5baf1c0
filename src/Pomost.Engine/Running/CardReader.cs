using System.Globalization;
using Microsoft.Extensions.Logging;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Brings back what people said at SALESmanago: follows hints to their cards, and reads the list of changed cards.</summary>
sealed partial class CardReader(
    EngineServices engine, ILogger log, StoreLease lease, Store store, StorePace pace, Destination target, DestinationConnection to, CancellationToken ct)
{
    const int HintsPerStep = 200;
    const int TriesToConfirm = 3;
    const int NightHour = 2;

    static readonly TimeSpan FirstConfirmation = TimeSpan.FromSeconds(30);
    static readonly TimeSpan QueuedWait = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);
    static readonly TimeSpan SpreadOverNight = TimeSpan.FromHours(2);
    static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(30);

    /// <summary>Follows the hints that wait. A destination that cannot answer delays nothing else.</summary>
    /// <exception cref="NeedsOperatorException"/>
    public async Task FollowAsync(Func<bool> hasTime)
    {
        while (hasTime() && engine.Clock.GetUtcNow() >= NotBefore
            && await engine.Hints.NextAsync(lease.Store, HintsPerStep, ct) is { Count: > 0 } hints)
        {
            try
            {
                await FollowEachAsync(hints);
            }
            catch (RetryLaterException e)
            {
                PutOff(e);
            }
        }
    }

    /// <summary>A person whose card makes it fail for a reason nobody foresaw waits alone, however long it takes: it may be an opt-out.</summary>
    async Task FollowEachAsync(IReadOnlyList<CardHint> hints)
    {
        try
        {
            await FollowAsync(hints);
        }
        catch (Exception e) when (Poison.Is(e))
        {
            var people = hints.GroupBy(hint => hint.EmailKey, StringComparer.Ordinal).Select(group => group.ToList()).ToList();
            var found = await Poison.SearchAsync(people, e, async some =>
            {
                await FollowAsync([.. some.SelectMany(person => person)]);
                return true;
            });
            if (found.IsEverything)
                throw;
            Log.Unforeseen(log, lease.Store.StoreId, found.Suspects.Count, Poison.TraceOf(e));
            foreach (var (person, _) in found.Suspects)
            {
                var wait = Backoff.After(person.Max(hint => hint.Attempts) + 1, null, engine.Chance);
                await engine.Hints.PutOffAsync(lease, [.. person.Select(hint => hint.Id)], engine.Clock.GetUtcNow() + wait, ct);
            }
        }
    }

    /// <summary>Reads which cards changed since the last look, and tells every store of the destination. Heals callbacks that never came.</summary>
    /// <exception cref="NeedsOperatorException"/>
    public async Task PollChangedAsync(Func<bool> hasTime)
    {
        var now = engine.Clock.GetUtcNow();
        if (now < NotBefore || now < pace.NextCardPoll)
            return;
        // Another store reads it for this one, until it is paused or gone.
        pace.NextCardPoll = now + TimeSpan.FromSeconds(store.Options.PollSeconds);
        if (!await engine.Hints.IsLeadAsync(lease, ct))
            return;
        if (target.ConsentMinutes is { } minutes)
            pace.NextCardPoll = now + TimeSpan.FromMinutes(minutes);
        try
        {
            var place = Place.Of(await engine.Hints.CursorAsync(lease.Store.AccountId, lease.DestinationId, ICardHints.ChangedList, ct), now);
            while (hasTime())
            {
                var changed = await engine.Destination.ReadChangedAsync(to, place.From, place.Until, place.Page, ct);
                if (changed.Emails.Count > 0)
                {
                    await engine.Hints.SpreadChangedAsync(
                        lease.Store.AccountId, lease.DestinationId, [.. changed.Emails.Select(EmailAddress.KeyOf)],
                        new ChangedPeriod(place.From, NextNight(now)), ct);
                }

                place = changed.HasMore ? place with { Page = place.Page + 1 } : place.Next(now);
                await engine.Hints.SaveCursorAsync(lease, ICardHints.ChangedList, place.ToCursor(), ct);
                if (!changed.HasMore)
                    return;
            }

            pace.NextCardPoll = now;
        }
        catch (RetryLaterException e)
        {
            PutOff(e);
        }
    }

    /// <summary>When a hint or the next look is due.</summary>
    public async Task<DateTimeOffset> DueAtAsync()
    {
        var hint = await engine.Hints.NextDueAsync(lease.Store, CancellationToken.None);
        var due = hint < pace.NextCardPoll ? hint.Value : pace.NextCardPoll;
        return due > NotBefore ? due : NotBefore;
    }

    DateTimeOffset NotBefore => pace.CardsNotBefore > pace.DestinationNotBefore ? pace.CardsNotBefore : pace.DestinationNotBefore;

    async Task FollowAsync(IReadOnlyList<CardHint> hints)
    {
        var keys = hints.Select(hint => hint.EmailKey).Distinct(StringComparer.Ordinal).ToList();
        var known = await engine.Runs.ContactsAsync(lease.Store, keys, ct);
        var cards = (await engine.Destination.ReadContactsAsync(to, [.. keys.Where(known.ContainsKey)], ct))
            .GroupBy(card => EmailAddress.KeyOf(card.Email), StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        pace.CardFailures = 0;

        var draft = new CardDraft(store, TagsOfShop(), engine.Clock.GetUtcNow());
        var later = new List<(CardHint Hint, DateTimeOffset At)>();
        foreach (var group in hints.GroupBy(hint => hint.EmailKey, StringComparer.Ordinal))
        {
            if (!known.TryGetValue(group.Key, out var person))
                continue;
            var question = Strongest(group);
            var card = cards.GetValueOrDefault(group.Key);
            if (draft.Take(person, card, question) is { } wait)
                later.AddRange(group.Select(hint => (hint, draft.Now + (wait == CardWait.Queued ? QueuedWait : FirstConfirmation * (1 << hint.Attempts)))));
        }

        foreach (var wait in later.GroupBy(row => row.At))
            await engine.Hints.PutOffAsync(lease, [.. wait.Select(row => row.Hint.Id)], wait.Key, ct);
        var waiting = later.Select(row => row.Hint.Id).ToHashSet();
        await engine.Runs.CommitAsync(lease, draft.Finish([.. hints.Select(hint => hint.Id).Where(id => !waiting.Contains(id))]), ct);
    }

    // What our own export explains is read at night, when nobody waits.
    DateTimeOffset NextNight(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, StoreSetup.ZoneOf(store));
        var night = local.Date.AddHours(local.Hour < NightHour ? NightHour : 24 + NightHour);
        return now + (night - local.DateTime) + engine.Chance.NextDouble() * SpreadOverNight;
    }

    // Null where the shop keeps no tags, or its connector cannot write them.
    TagSupport? TagsOfShop() => engine.Connections.TagsOf(store);

    // Of several callbacks the last one received is the claim; any callback says more than a mere listing.
    static CardQuery Strongest(IEnumerable<CardHint> hints)
    {
        var last = hints.OrderBy(hint => hint.Source switch
        {
            CardHintSource.Callback => 3,
            CardHintSource.Registration => 2,
            CardHintSource.Held => 1,
            _ => 0,
        }).ThenBy(hint => hint.Id).Last();
        return new CardQuery(last.Source, last.Claimed, last.ReceivedAt, IsLastTry: last.Attempts + 1 >= TriesToConfirm);
    }

    void PutOff(RetryLaterException e)
    {
        pace.CardFailures++;
        pace.CardsNotBefore = engine.Clock.GetUtcNow() + Backoff.After(pace.CardFailures, e.After, engine.Chance);
        Log.CardsWait(log, lease.Store.StoreId, pace.CardFailures, e.Message);
    }

    /// <summary>A place in the list of changed cards: a period and a page of it.</summary>
    sealed record Place(DateTimeOffset From, DateTimeOffset Until, int Page)
    {
        public static Place Of(SyncCursor? cursor, DateTimeOffset now)
        {
            // What changed before the first look was agreed before the store was connected.
            if (cursor is null)
                return new Place(now - Overlap, now, 1);
            var parts = cursor.Value.Split(' ').Select(part => long.Parse(part, CultureInfo.InvariantCulture)).ToArray();
            var from = DateTimeOffset.FromUnixTimeMilliseconds(parts[0]);
            if (parts[2] > 1)
                return new Place(from, DateTimeOffset.FromUnixTimeMilliseconds(parts[1]), (int)parts[2]);
            return new Place(from, now - from > LongestPeriod ? from + LongestPeriod : now, 1);
        }

        public Place Next(DateTimeOffset now) => new(Until - Overlap, now, 1);

        public SyncCursor ToCursor() => new(string.Create(
            CultureInfo.InvariantCulture, $"{From.ToUnixTimeMilliseconds()} {Until.ToUnixTimeMilliseconds()} {Page}"));
    }

    static partial class Log
    {
        [LoggerMessage(44, LogLevel.Error, "Store {StoreId}: the cards of {Count} people failed for a reason nobody foresaw, and are looked at again. {Error}")]
        public static partial void Unforeseen(ILogger log, long storeId, int count, string error);

        [LoggerMessage(30, LogLevel.Warning, "Store {StoreId}: cards cannot be read now, failure {Failures} in a row: {Reason}")]
        public static partial void CardsWait(ILogger log, long storeId, int failures, string reason);
    }
}
