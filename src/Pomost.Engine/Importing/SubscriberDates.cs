using System.Globalization;
using System.Text.RegularExpressions;

namespace Pomost.Engine;

/// <summary>Which comes first in 3/4/2024.</summary>
public enum DateOrder
{
    /// <summary>Nobody knows; such a date is not read.</summary>
    Unknown,

    /// <summary>The third of April.</summary>
    DayFirst,

    /// <summary>The fourth of March.</summary>
    MonthFirst,
}

/// <summary>Reads dates as shops, newsletter programs and spreadsheets write them. Pure.</summary>
static partial class SubscriberDates
{
    // The days of a spreadsheet are counted from here; before 1990 nobody had a newsletter.
    static readonly DateTime SheetEpoch = new(1899, 12, 30, 0, 0, 0, DateTimeKind.Unspecified);
    const decimal FirstSheetDay = 32_874;
    const decimal LastSheetDay = 73_050;

    /// <summary>Whether the cell is what programs write when there is no date.</summary>
    public static bool IsNone(string text) => text.StartsWith("0000-00-00", StringComparison.Ordinal) || text is "-" or "–";

    /// <summary>The moment, UTC; null when the cell cannot be read.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="order">How dates with a slash or a dash are read.</param>
    /// <param name="zone">Of dates that name no offset.</param>
    public static DateTimeOffset? Read(string text, DateOrder order, TimeZoneInfo zone)
    {
        var plain = Plain(text);
        if (ConsentWords.Number(plain) is { } number)
            return OfNumber(number, plain, zone);
        if (YearFirst().Match(plain) is { Success: true } iso)
            return Of(iso, Number(iso, "y"), Number(iso, "m"), Number(iso, "d"), zone);
        if (YearLast().Match(plain) is not { Success: true } date)
            return null;
        var (first, second, year) = (Number(date, "a"), Number(date, "b"), Number(date, "y"));
        if (year < 100)
            year += 2000;
        // With points the day comes first everywhere.
        if (date.Groups["s"].Value == ".")
            return Of(date, year, second, first, zone);
        return order switch
        {
            DateOrder.DayFirst => Of(date, year, second, first, zone),
            DateOrder.MonthFirst => Of(date, year, first, second, zone),
            _ when first == second => Of(date, year, first, second, zone),
            _ => null,
        };
    }

    /// <summary>What a date says of the order of its column: known, unknown because both readings are possible, or null when it says nothing of it.</summary>
    public static DateOrder? OrderOf(string text)
    {
        if (YearLast().Match(Plain(text)) is not { Success: true } date || date.Groups["s"].Value == ".")
            return null;
        var (first, second) = (Number(date, "a"), Number(date, "b"));
        return first == second ? null : first > 12 ? DateOrder.DayFirst : second > 12 ? DateOrder.MonthFirst : DateOrder.Unknown;
    }

    /// <summary>Whether the cell is a date in some reading. A bare number is none: it may count anything.</summary>
    public static bool IsDate(string text) => Plain(text) is var plain && (YearFirst().IsMatch(plain) || YearLast().IsMatch(plain));

    static DateTimeOffset? OfNumber(decimal number, string text, TimeZoneInfo zone)
    {
        if (number is >= FirstSheetDay and < LastSheetDay)
            return At(SheetEpoch.AddSeconds((double)decimal.Round(number * 86_400)), zone);
        if (text.Length == 8 && DateTime.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return At(day, zone);
        return text.Length == 10 && decimal.IsInteger(number) && number > 0 ? DateTimeOffset.FromUnixTimeSeconds((long)number) : null;
    }

    static DateTimeOffset? Of(Match match, int year, int month, int day, TimeZoneInfo zone)
    {
        var hour = Number(match, "h");
        if (match.Groups["p"].Value is { Length: > 0 } half)
        {
            if (hour is < 1 or > 12)
                return null;
            hour = (hour % 12) + (char.ToUpperInvariant(half[0]) == 'P' ? 12 : 0);
        }

        var (minute, second) = (Number(match, "n"), Number(match, "c"));
        if (year is < 1900 or > 9998 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return null;
        var local = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified);
        return match.Groups["z"].Value is { Length: > 0 } offset ? WithOffset(local, offset) : At(local, zone);
    }

    static DateTimeOffset? WithOffset(DateTime local, string offset)
    {
        if (offset[0] is not ('+' or '-'))
            return new DateTimeOffset(local, TimeSpan.Zero);
        var digits = offset[1..].Replace(":", "", StringComparison.Ordinal);
        var minutes = (int.Parse(digits[..2], CultureInfo.InvariantCulture) * 60) + (digits.Length > 2 ? int.Parse(digits[2..], CultureInfo.InvariantCulture) : 0);
        return minutes > 14 * 60 ? null
            : new DateTimeOffset(local, TimeSpan.FromMinutes(offset[0] == '-' ? -minutes : minutes)).ToUniversalTime();
    }

    // An hour that the clock skipped is read as the one after it.
    static DateTimeOffset At(DateTime local, TimeZoneInfo zone)
    {
        var time = zone.IsInvalidTime(local) ? local.AddHours(1) : local;
        return new DateTimeOffset(time, zone.GetUtcOffset(time)).ToUniversalTime();
    }

    // Spaces that do not break stand between date and hour in some programs' files.
    static string Plain(string text) => Space().Replace(HiddenSigns.Trim(text), " ");

    static int Number(Match match, string group)
        => match.Groups[group] is { Success: true, Value: { Length: > 0 } digits } ? int.Parse(digits, CultureInfo.InvariantCulture) : 0;

    const string Hour = @"(?:(?:,? |T)(?<h>[0-9]{1,2}):(?<n>[0-9]{2})(?::(?<c>[0-9]{2})(?:[.,][0-9]+)?)?(?: ?(?<p>[AaPp])\.?[Mm]\.?)?(?: ?(?<z>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?)?$";

    [GeneratedRegex(@"^(?<y>[0-9]{4})(?:-(?<m>[0-9]{1,2})-|/(?<m>[0-9]{1,2})/|\.(?<m>[0-9]{1,2})\.)(?<d>[0-9]{1,2})" + Hour, RegexOptions.NonBacktracking)]
    private static partial Regex YearFirst();

    [GeneratedRegex(@"^(?<a>[0-9]{1,2})(?:(?:(?<s>\.)(?<b>[0-9]{1,2})\.|(?<s>/)(?<b>[0-9]{1,2})/)(?<y>[0-9]{4}|[0-9]{2})|(?<s>-)(?<b>[0-9]{1,2})-(?<y>[0-9]{4}))"
        + Hour, RegexOptions.NonBacktracking)]
    private static partial Regex YearLast();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Space();
}
