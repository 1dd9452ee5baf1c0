using System.Globalization;

namespace Pomost.Panel.Texts;

/// <summary>Numbers, money and times as the panel writes them: written out here, so they do not depend on the machine's ICU data.</summary>
/// <param name="language">Language of the reader.</param>
/// <param name="zone">Time zone of the reader; every time given is UTC and shown in this zone.</param>
/// <param name="clock">Tells what "ago", "today" and "yesterday" mean.</param>
public sealed class Formats(Language language, TimeZoneInfo zone, TimeProvider clock)
{
    const char Nbsp = '\u00a0';
    static readonly NumberFormatInfo Polish = new()
    {
        NumberGroupSeparator = Nbsp.ToString(),
        NumberDecimalSeparator = ",",
        NegativeSign = "\u2212",
    };

    static readonly NumberFormatInfo English = new() { NumberGroupSeparator = ",", NumberDecimalSeparator = ".", NegativeSign = "\u2212" };
    static readonly string[] EnglishShortMonths = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    static readonly string[] EnglishMonths =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    static readonly string[] PolishMonths =
        ["stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia"];
    static readonly string[] PolishDays = ["niedziela", "poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota"];
    static readonly string[] EnglishDays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    bool Pl => language == Language.Pl;

    public static string Number(Language language, long value)
        => value.ToString("N0", language == Language.Pl ? Polish : English);

    public string Number(long value) => Number(language, value);

    public string Number(decimal value, int decimals) => value.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), Pl ? Polish : English);

    /// <summary>A share from 0 to 1 as a percentage, with the given number of decimals.</summary>
    public string Percent(double share, int decimals = 0) => Number((decimal)share * 100, decimals) + "%";

    public string Money(decimal amount, string currency) => (Pl, currency) switch
    {
        (true, "PLN") => Number(amount, 2) + Nbsp + "zł",
        (true, _) => Number(amount, 2) + Nbsp + currency,
        _ => currency + Nbsp + Number(amount, 2),
    };

    public string Date(DateTimeOffset utc) => DateOf(Local(utc));

    /// <summary>The day it is in another zone than the reader's: a range of a shop's days is the same for everybody.</summary>
    public string DateIn(DateTimeOffset utc, TimeZoneInfo zone) => DateOf(TimeZoneInfo.ConvertTime(utc, zone));

    public string Time(DateTimeOffset utc) => Local(utc).ToString("HH:mm", CultureInfo.InvariantCulture);

    public string DateTime(DateTimeOffset utc) => Date(utc) + "," + Nbsp + Time(utc);

    /// <summary>"14 s temu", "dziś 14:41", "wczoraj, 14:41", "środa, 18 listopada"; older than this year: the date.</summary>
    public string Near(DateTimeOffset utc)
    {
        var age = clock.GetUtcNow() - utc;
        if (age >= TimeSpan.Zero && age < TimeSpan.FromMinutes(1))
            return $"{(int)age.TotalSeconds}{Nbsp}s{Nbsp}{(Pl ? "temu" : "ago")}";
        if (age >= TimeSpan.Zero && age < TimeSpan.FromMinutes(60))
            return $"{(int)age.TotalMinutes}{Nbsp}min{Nbsp}{(Pl ? "temu" : "ago")}";
        return Days(utc) switch
        {
            0 => (Pl ? "dziś" : "today") + Nbsp + Time(utc),
            1 => (Pl ? "wczoraj," : "yesterday,") + Nbsp + Time(utc),
            _ => Day(utc),
        };
    }

    /// <summary>The heading of a day on a time line: "Dziś", "Wczoraj", "Środa, 18 listopada", with the year when it is not this one.</summary>
    public string DayHeading(DateTimeOffset utc)
    {
        var text = Days(utc) switch
        {
            0 => Pl ? "dziś" : "today",
            1 => Pl ? "wczoraj" : "yesterday",
            _ => Day(utc),
        };
        return char.ToUpper(text[0], CultureInfo.InvariantCulture) + text[1..];
    }

    /// <summary>A length of time in its two greatest units: "3 min 41 s", "2 godz. 5 min"; a unit of which there is none is left out: "15 min".</summary>
    public string Duration(TimeSpan length)
    {
        var hours = (int)length.TotalHours;
        if (hours > 0)
            return Hours(hours, length.Minutes);
        return length.Minutes == 0 ? $"{length.Seconds}{Nbsp}s"
            : $"{length.Minutes}{Nbsp}min" + (length.Seconds == 0 ? "" : $" {length.Seconds}{Nbsp}s");
    }

    /// <summary>A length of time that is only known about: "40 s", "12 min", "2 godz. 5 min".</summary>
    public string About(TimeSpan length)
    {
        var seconds = (long)Math.Ceiling(length.TotalSeconds);
        if (seconds < 60)
            return $"{Math.Max(1, seconds)}{Nbsp}s";
        var minutes = (long)Math.Ceiling(length.TotalMinutes);
        return minutes < 60 ? $"{minutes}{Nbsp}min" : Hours(minutes / 60, minutes % 60);
    }

    string Hours(long hours, long minutes) => $"{hours}{Nbsp}{(Pl ? "godz." : "h")}" + (minutes == 0 ? "" : $" {minutes}{Nbsp}min");

    /// <summary>A short length of time to the tenth of a second: "0,6 s", "&lt; 0,1 s".</summary>
    public string Seconds(TimeSpan length)
        => (length.TotalSeconds < 0.1 ? "<" + Nbsp + Number(0.1m, 1) : Number((decimal)length.TotalSeconds, 1)) + $"{Nbsp}s";

    public string Rate(double perSecond) => Number((decimal)perSecond, perSecond < 10 ? 1 : 0) + $"{Nbsp}/{Nbsp}s";

    /// <summary>The local day of a moment, to group a time line by.</summary>
    public DateOnly LocalDay(DateTimeOffset utc) => DateOnly.FromDateTime(Local(utc).DateTime);

    /// <summary>A value of unknown length, cut for showing.</summary>
    public static string Cut(string text, int length = 60) => text.Length <= length ? text : text[..(length - 1)] + "…";

    /// <summary>The machine-readable form for a <c>time</c> element.</summary>
    public static string Machine(DateTimeOffset utc) => utc.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    DateTimeOffset Local(DateTimeOffset utc) => TimeZoneInfo.ConvertTime(utc, zone);

    int Days(DateTimeOffset utc) => LocalDay(clock.GetUtcNow()).DayNumber - LocalDay(utc).DayNumber;

    string Day(DateTimeOffset utc)
    {
        var local = Local(utc);
        var year = local.Year == Local(clock.GetUtcNow()).Year ? "" : " " + local.Year.ToString(CultureInfo.InvariantCulture);
        return Pl
            ? $"{PolishDays[(int)local.DayOfWeek]}, {local.Day} {PolishMonths[local.Month - 1]}{year}"
            : $"{EnglishDays[(int)local.DayOfWeek]} {local.Day} {EnglishMonths[local.Month - 1]}{year}";
    }

    /// <summary>A day of the calendar.</summary>
    public string Day(DateOnly day) => DateOf(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));

    string DateOf(DateTimeOffset local) => Pl
        ? local.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture)
        : $"{local.Day}{Nbsp}{EnglishShortMonths[local.Month - 1]}{Nbsp}{local.Year}";
}
