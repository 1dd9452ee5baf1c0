namespace Pomost.Rules;

/// <summary>What an undated state in a shop's record says, compared with what the record said before.</summary>
[Rule(
    "shop-record-change",
    "A state that the shop stores without a date is a statement when it differs from what the shop said last: made when the record was last changed, " +
    "or now, and in any case after the statement with which the shop agreed until then. What the shop said before, or what Pomost itself wrote there, is no news.",
    "derived: the echo guard; without it an old tick in the shop would undo a newer unsubscribe")]
public static class ShopRecordChange
{
    /// <summary>The statement to weigh against the one on record. Never throws.</summary>
    /// <param name="read">As read from the shop.</param>
    /// <param name="lastSeen">What the shop said when it was last read or written; null = it was never looked at.</param>
    /// <param name="recordModifiedAt">When the shop last changed the record, UTC; null = unknown.</param>
    /// <param name="now">The present, UTC.</param>
    /// <param name="onRecord">The statement on record: one that the shop made or agreed with before is older than what the shop says now, whatever
    /// date the record bears. Shops change a tick without touching the record's own date.</param>
    public static Consent Of(Consent read, ConsentState? lastSeen, DateTimeOffset? recordModifiedAt, DateTimeOffset now, Consent onRecord)
    {
        if (read is not { At: null, Source: ConsentSource.ShopRecord } || read.State == ConsentState.NoStatement)
            return read;
        if (lastSeen == read.State)
            return Consent.None;
        return lastSeen is null ? UndatedWithdrawal.Dated(read, recordModifiedAt) : read with { At = After(onRecord, lastSeen.Value, Earlier(recordModifiedAt, now)) };
    }

    static DateTimeOffset After(Consent onRecord, ConsentState lastSeen, DateTimeOffset at)
        => onRecord.At is { } before && before >= at && (onRecord.Source == ConsentSource.ShopRecord || onRecord.State == lastSeen)
            ? before.AddMilliseconds(1) : at;

    // A shop's clock may run ahead; a statement is never younger than its reading.
    static DateTimeOffset Earlier(DateTimeOffset? at, DateTimeOffset now) => at is { } time && time < now ? time : now;
}
