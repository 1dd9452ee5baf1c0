using System.Globalization;

namespace Pomost.Rules;

/// <summary>Several accounts of a shop whose addresses are one.</summary>
[Rule(
    "one-account-per-address",
    "Of several accounts with one address (they differ by capitals or blanks) the one registered last bears the card's data; of two registered at one instant, " +
    "the one with the greater number. The others change neither data nor tags, but a withdrawal stored in any of them counts, " +
    "and a consent without a date in another account never undoes a withdrawal. When the chosen account is gone or has another address, the next takes its place.",
    "derived: SALESmanago knows one person per address, and a second export must have nothing to send")]
public static class OneAccountPerAddress
{
    /// <summary>Whether the first account is the one that counts. Never throws.</summary>
    public static bool Precedes(ShopContact one, ShopContact other)
    {
        var byAge = Nullable.Compare(one.RegisteredAt, other.RegisteredAt);
        return byAge != 0 ? byAge > 0 : CompareIds(one.SourceId, other.SourceId) > 0;
    }

    /// <summary>What an account that is not chosen says about a consent: a withdrawal, or nothing. Never throws.</summary>
    /// <param name="read">As read from it.</param>
    /// <param name="recordModifiedAt">When the shop last changed the record, UTC; null = unknown.</param>
    public static Consent OfFurther(Consent read, DateTimeOffset? recordModifiedAt)
        => read.State == ConsentState.Withdrawn ? UndatedWithdrawal.Dated(read, recordModifiedAt) : Consent.None;

    /// <summary>What an account says that takes the place of another one. Never throws.</summary>
    /// <param name="read">As read from it.</param>
    /// <param name="onRecord">What holds so far.</param>
    public static Consent OfSuccessor(Consent read, Consent onRecord)
        => read is { State: ConsentState.Granted, At: null } && onRecord.State == ConsentState.Withdrawn ? Consent.None : read;

    static int CompareIds(string? one, string? other)
        => decimal.TryParse(one, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && decimal.TryParse(other, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            ? first.CompareTo(second) : string.CompareOrdinal(one, other);
}
