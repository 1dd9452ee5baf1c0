using System.Text.RegularExpressions;

namespace Pomost.Engine;

/// <summary>What the name of a column says of consent.</summary>
enum ColumnSense
{
    /// <summary>Nothing.</summary>
    Silent,

    /// <summary>Consent to something else than mail, such as text messages.</summary>
    OtherChannel,

    /// <summary>Whether the person agreed to mail.</summary>
    Consent,

    /// <summary>Whether or when the person unsubscribed, or complained.</summary>
    Unsubscribed,

    /// <summary>Whether mail cannot reach the person, or the address was never confirmed.</summary>
    Unreachable,

    /// <summary>When the person signed up.</summary>
    SignedUpAt,

    /// <summary>The same, and some people have no such date: perhaps they never did.</summary>
    SignedUpAtTimes,

    /// <summary>Perhaps something of consent; only a person knows.</summary>
    Doubtful,
}

/// <summary>Reads the names of columns, in any case, spacing and spelling, with or without Polish diacritics. Pure.</summary>
static partial class ColumnNames
{
    static readonly string[] OtherChannels = ["SMS", "WHATSAPP", "PUSH", "PHONE", "TELEFON", "VIBER", "MMS"];

    static readonly string[] Unsubscribed =
    [
        "UNSUB", "OPTOUT", "OPTEDOUT", "WYPIS", "ODSUBSKR", "REZYGN", "BLACKLIST", "BLOCKLIST", "CZARNALIST", "SUPPRESS", "COMPLAIN",
        "CLEANED", "CLEANTIME",
        "CLEANCAMPAIGN", "CLEANDATE", "DONOTEMAIL", "DONOTMAIL", "DONOTCONTACT", "DONOTSEND", "NIEWYSYL", "WITHDRAW", "REVOKED",
        "WYCOFAN", "COFNI", "SPRZECIW",
    ];

    static readonly string[] Unreachable =
    [
        "BOUNC", "ODBITY", "ODBICI", "UNCONFIRM", "NOTCONFIRM", "NIEPOTWIERDZ", "INACTIVE", "NIEAKTYWN", "NOTSUBSCRI", "NONSUBSCRI",
        "NEVERSUBSCRI", "NIEZAPISAN",
        "BRAKZGOD", "NOCONSENT",
    ];

    static readonly string[] Consent =
    [
        "CONSENT", "ZGOD", "SUBSCRI", "SUBSKRY", "OPTIN", "OPTEDIN", "NEWSLETTER", "MARKETING", "CONFIRM", "POTWIERDZ", "ZAPISAN",
        "AKTYWN", "GLOBALSTATUS",
        "LISTSTATUS", "EMAILSTATUS", "MAILSTATUS", "MAILINGSTATUS", "MAILABLE", "PERMISSION",
    ];

    static readonly string[] ConsentWhole = ["STATUS", "STAN", "ACTIVE", "MAILING", "ZGODA"];

    // They ask for something else than the newsletter, or perhaps for it.
    static readonly string[] OfSomethingElse = ["RODO", "GDPR", "PRZETWARZ", "REGULAMIN", "TERMS", "PRYWATN", "PRIVACY", "PROFIL", "COOKIE", "ORDER", "ZAMOW", "PAYMENT"];

    static readonly string[] Doubtful =
    [
        "STATUS", "RODO", "GDPR", "AGREE", "ACCEPT", "AKCEPT", "ACTIVE", "ENABLED", "DISABLED", "VERIFIED", "ALLOW", "SPAM", "CANCEL",
        "BLOCKED",
        "ZABLOKOW", "REFUS", "ODMOW", "MAILING", "ARCHIVED", "USUNIET", "DELETED", "INVALID", "NIEWAZN", "DNC",
    ];

    // An address of the network, a number, a link: they stand beside a consent and say nothing of it.
    static readonly string[] Beside =
    [
        "IP", "ID", "LINK", "URL", "TOKEN", "KEY", "HASH", "CODE", "SOURCE", "ZRODLO", "TIMEZONE", "VERSION", "WERSJA", "TRESC", "TEXT",
        "NAME", "IMIE",
    ];

    static readonly string[] SignUps = ["ZAPIS", "SIGNUP", "SIGNEDUP", "JOIN", "REJESTRACJ", "REGISTR"];

    static readonly string[] Times = ["DATE", "TIME", "AT", "ON", "DATA", "CZAS", "KIEDY", "DATETIME", "TIMESTAMP", "SINCE", "OD", "DZIEN"];

    public static ColumnSense Of(string name)
    {
        var whole = ConsentWords.Folded(name);
        var words = Words(name);
        if (Has(whole, OtherChannels) && !whole.Contains("MAIL", StringComparison.Ordinal))
            return ColumnSense.OtherChannel;
        var isBeside = words.Count > 1 && Beside.Contains(words[^1], StringComparer.Ordinal);
        if (Has(whole, Unsubscribed))
            return isBeside && words[^1] is "LINK" or "URL" or "TOKEN" or "KEY" or "HASH" or "CODE" ? ColumnSense.Silent : ColumnSense.Unsubscribed;
        if (isBeside)
            return ColumnSense.Silent;
        if (Has(whole, Unreachable))
            return ColumnSense.Unreachable;
        if (Has(whole, Consent) || ConsentWhole.Contains(whole, StringComparer.Ordinal))
            return IsTime(words) ? ColumnSense.SignedUpAt : Has(whole, OfSomethingElse) ? ColumnSense.Doubtful : ColumnSense.Consent;
        if (Has(whole, SignUps) && IsTime(words))
            return ColumnSense.SignedUpAt;
        return Has(whole, Doubtful) ? ColumnSense.Doubtful : ColumnSense.Silent;
    }

    /// <summary>Whether a column of consent asks if the address was confirmed or is active: no is no unsubscription there.</summary>
    public static bool AsksForConfirmation(string name) => Has(ConsentWords.Folded(name), ["CONFIRM", "POTWIERDZ", "AKTYWN", "ACTIVE", "MAILABLE"]);

    /// <summary>Whether the name is that of a moment.</summary>
    public static bool IsTime(string name) => IsTime(Words(name));

    static bool IsTime(IReadOnlyList<string> words) => words.Any(word => Times.Contains(word, StringComparer.Ordinal));

    static bool Has(string whole, string[] parts) => parts.Any(part => whole.Contains(part, StringComparison.Ordinal));

    // Names of programs run words together: optInTime.
    static List<string> Words(string name)
        => [.. Word().Matches(Hump().Replace(name, "${small} ${large}")).Select(match => ConsentWords.Folded(match.Value))];

    [GeneratedRegex(@"[\p{L}\p{M}\p{Nd}]+", RegexOptions.NonBacktracking)]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<small>\p{Ll})(?<large>\p{Lu})", RegexOptions.NonBacktracking)]
    private static partial Regex Hump();
}
