namespace Pomost.Rules;

/// <summary>What a shop's record says of a channel, weighed against what it said before.</summary>
/// <param name="Statement">The person's statement; <see cref="Consent.None"/> when the record says nothing new.</param>
/// <param name="IsLater">True when it was made after the statement on record, whatever its date says: the shop had agreed with that one.</param>
/// <param name="IsOldCopy">True when the value is older than what is known of the record, or cannot yet be told from an older copy: it is
/// neither a statement nor what the record says now, and the record is to be read once more.</param>
public sealed record ShopReading(Consent Statement, bool IsLater = false, bool IsOldCopy = false)
{
    /// <summary>Nothing new.</summary>
    public static ShopReading Nothing { get; } = new(Consent.None);

    /// <summary>A copy from before.</summary>
    public static ShopReading OldCopy { get; } = new(Consent.None, IsOldCopy: true);
}

/// <summary>What a state in a shop's record says, compared with what the record said before.</summary>
[Rule(
    "shop-record-change",
    "A state in the shop's record is a statement when it differs from what the record said last. A state without a date counts as made when the record " +
    "was last changed, or now; and whatever date it bears, it is later than a statement with which the shop had agreed. What the record said before is no " +
    "news, nor is what Pomost itself wrote there. The value from before our own writing, or from before the person's last choice, is an old copy as long " +
    "as nothing shows that the record was changed since: it comes from a cache, from a replica that lags, or from a plug-in that restores its own value.",
    "derived: the echo guard; without it an old tick in the shop would undo a newer unsubscribe")]
public static class ShopRecordChange
{
    /// <summary>For so long an undated value that flips back may be an older copy.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(90);

    /// <summary>For so long after our own writing the value from before may come back from a copy, where records bear no date of change.</summary>
    public static readonly TimeSpan OldCopiesLive = TimeSpan.FromMinutes(10);

    /// <summary>The statement to weigh against the one on record. Never throws.</summary>
    /// <param name="read">As read from the shop.</param>
    /// <param name="memory">What is remembered of the record.</param>
    /// <param name="recordModifiedAt">When the shop last changed the record, by its own clock, UTC; null = unknown.</param>
    /// <param name="now">The present, UTC.</param>
    /// <param name="onRecord">The statement on record.</param>
    public static ShopReading Of(Consent read, ShopMemory memory, DateTimeOffset? recordModifiedAt, DateTimeOffset now, Consent onRecord)
    {
        if (read.State == ConsentState.NoStatement)
            return ShopReading.Nothing;
        if (memory.Seen is not { } seen)
            return new ShopReading(UndatedWithdrawal.Dated(read, recordModifiedAt < now ? recordModifiedAt : recordModifiedAt is null ? null : now));
        var said = new RecordedState(read.State, read.At);
        if (read.State == seen.State)
            return said.IsDatedAfter(seen) ? new ShopReading(read) : ShopReading.Nothing;
        if (read.State == memory.Own?.State)
            return ShopReading.Nothing;
        if (IsOldCopy(said, memory, recordModifiedAt, now))
            return ShopReading.OldCopy;
        var agreed = onRecord.State == seen.State
            || onRecord.Source is ConsentSource.ShopRecord or ConsentSource.RegistrationForm or ConsentSource.AccountPage;
        return new ShopReading(read with { At = Earlier(read.At ?? recordModifiedAt, now) }, IsLater: agreed);
    }

    /// <summary>The value without its date when that is the date of the value before: something changed the value alone. Never throws.</summary>
    /// <param name="read">As read from the shop.</param>
    /// <param name="memory">What is remembered of the record.</param>
    public static Consent WithOwnDate(Consent read, ShopMemory memory)
        => read.At is { } at && memory.Seen is { } seen && seen.State != read.State && seen.At == at
            ? read with { At = null, Source = ConsentSource.ShopRecord } : read;

    /// <summary>What is remembered once the record was read. An old copy is not to be remembered.</summary>
    /// <param name="memory">What was remembered.</param>
    /// <param name="read">As read from the shop.</param>
    /// <param name="recordModifiedAt">When the shop last changed the record, by its own clock, UTC; null = unknown.</param>
    /// <param name="now">The present, UTC.</param>
    public static ShopMemory Remember(ShopMemory memory, Consent read, DateTimeOffset? recordModifiedAt, DateTimeOffset now)
    {
        var said = new RecordedState(read.State, read.At);
        if (memory.Seen?.State == said.State)
            return said.IsDatedAfter(memory.Seen) ? memory with { Seen = said, SeenModifiedAt = recordModifiedAt ?? memory.SeenModifiedAt } : memory;
        return new ShopMemory
        {
            Seen = said,
            SeenModifiedAt = recordModifiedAt,
            SeenSince = now,
            Before = memory.Seen,
            Own = memory.Own?.State == said.State ? memory.Own : null,
        };
    }

    /// <summary>What is remembered once Pomost wrote into the record, or tried to.</summary>
    /// <param name="memory">What was remembered.</param>
    /// <param name="written">What was written.</param>
    /// <param name="before">What the record said before, as far as it was read then; null = as remembered.</param>
    /// <param name="kept">What it says now, with its date; null = what was written, without a date.</param>
    /// <param name="recordModifiedAt">When the shop last changed the record, by its own clock, UTC; null = unknown.</param>
    /// <param name="isInDoubt">True when our own earlier writing of the other value may still show.</param>
    public static ShopMemory RememberOwn(
        ShopMemory memory, OwnWriting written, RecordedState? before, RecordedState? kept, DateTimeOffset? recordModifiedAt, bool isInDoubt = false)
    {
        var contrary = new RecordedState(written.State == ConsentState.Granted ? ConsentState.Withdrawn : ConsentState.Granted);
        if (!written.IsKept)
            return memory with { Own = written, Before = isInDoubt ? contrary : memory.Before };
        var former = before is not null && before.State != written.State ? before : memory.Seen;
        if (isInDoubt && former?.State != contrary.State)
            former = contrary;
        return new ShopMemory
        {
            Seen = kept ?? new RecordedState(written.State),
            SeenModifiedAt = recordModifiedAt,
            SeenSince = written.At,
            Before = former?.State == written.State ? memory.Before : former,
            Own = written,
        };
    }

    static bool IsOldCopy(RecordedState said, ShopMemory memory, DateTimeOffset? recordModifiedAt, DateTimeOffset now)
    {
        if (memory.Before is not { } before || said.State != before.State)
            return false;
        if (said == before && said.At is not null)
            return true;
        // Whatever date the value bears: the record itself is from before our writing.
        if (memory.Own is { IsKept: true, DatedRecord: true } kept && recordModifiedAt < memory.SeenModifiedAt && now - kept.At < OldCopiesLive)
            return true;
        if (memory.Own is { WrittenAs: { } written } && recordModifiedAt < written)
            return true;
        if (said.At is not null && recordModifiedAt > memory.SeenModifiedAt)
            return false;
        if (said.At is not null)
            return said.State == ConsentState.Granted && !IsNewer(said, before, memory) && (memory.Own is not null || now - memory.SeenSince < OldCopiesLive);
        return memory.Own is { } own
            ? IsFromBeforeOurs(own, said.State, memory, recordModifiedAt, now)
            : IsUnsettled(said.State, memory, recordModifiedAt, now);
    }

    // Our own writing bears a date of another clock, so only the shop's own date from before can be compared.
    static bool IsNewer(RecordedState said, RecordedState before, ShopMemory memory)
        => said.IsDatedAfter(before) && (memory.Own is not null || said.IsDatedAfter(memory.Seen!));

    static bool IsFromBeforeOurs(OwnWriting own, ConsentState state, ShopMemory memory, DateTimeOffset? recordModifiedAt, DateTimeOffset now)
    {
        // Never seen in the shop: what stands there is what stood there before.
        if (!own.IsKept)
            return true;
        var isRecent = now - own.At < OldCopiesLive;
        if (recordModifiedAt is not { } modified || memory.SeenModifiedAt is not { } ours)
            return isRecent;
        if (modified == ours)
            return isRecent && !own.DatedRecord;
        // A clock set back makes a new record look old. An opt-out is not lost for that, and no copy lives so long; an opt-in must show that it is new.
        return modified < ours && (isRecent || state == ConsentState.Granted);
    }

    // The person's own choices: of a flip there and back within moments the way back may be a copy from before.
    static bool IsUnsettled(ConsentState state, ShopMemory memory, DateTimeOffset? recordModifiedAt, DateTimeOffset now)
    {
        var isOlder = recordModifiedAt < memory.SeenModifiedAt && now - memory.SeenSince < OldCopiesLive;
        var isNewer = recordModifiedAt > memory.SeenModifiedAt;
        return state == ConsentState.Granted && !isNewer && (isOlder || now - memory.SeenSince < Settling);
    }

    // A shop's clock may run ahead; a statement is never younger than its reading.
    static DateTimeOffset Earlier(DateTimeOffset? at, DateTimeOffset now) => at is { } time && time < now ? time : now;
}
