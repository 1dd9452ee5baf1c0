using System.Globalization;
using System.Text;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What a cell says of consent, in the words of shops and newsletter programs, Polish and English. Only a clear yes is a yes. Pure.</summary>
static class ConsentWords
{
    // Words that say yes or no to whatever the column asks.
    static readonly HashSet<string> PlainYes = new(StringComparer.Ordinal) { "TAK", "T", "YES", "Y", "TRUE", "PRAWDA", "X", "ON" };
    static readonly HashSet<string> PlainNo = new(StringComparer.Ordinal) { "NIE", "N", "NO", "FALSE", "FALSZ", "OFF" };

    // Words of a state, which mean the same in every column.
    static readonly HashSet<string> Granted = new(StringComparer.Ordinal)
    {
        "SUBSCRIBED", "OPTIN", "OPTEDIN", "CONFIRMEDOPTIN", "DOUBLEOPTIN", "SINGLEOPTIN", "ZAPISANY", "ZAPISANA", "ZGODA", "GRANTED",
        "CONFIRMED",
        "POTWIERDZONY", "POTWIERDZONA", "POTWIERDZONE", "ACTIVE", "AKTYWNY", "AKTYWNA", "ACCEPTED", "AGREED",
    };

    static readonly HashSet<string> Withdrawn = new(StringComparer.Ordinal)
    {
        "UNSUBSCRIBED", "UNSUBSCRIBE", "UNSUB", "OPTOUT", "OPTEDOUT", "WYPISANY", "WYPISANA", "CANCELLED", "CANCELED", "CLEANED",
        "COMPLAINED", "COMPLAINT",
        "SPAM", "SPAMCOMPLAINT", "MARKEDASSPAM", "REPORTEDASSPAM", "ABUSE", "BLACKLISTED", "BLOCKLISTED", "BLOCKED", "SUPPRESSED",
        "WITHDRAWN", "REVOKED",
        "REFUSED", "DECLINED", "DENIED", "DONOTEMAIL", "DONOTCONTACT", "REZYGNACJA", "ZREZYGNOWAL", "ZREZYGNOWALA", "WYCOFANA",
        "ODMOWA", "ZABLOKOWANY",
        "ZABLOKOWANA",
    };

    static readonly HashSet<string> Undecided = new(StringComparer.Ordinal)
    {
        "BOUNCED", "BOUNCE", "HARDBOUNCED", "HARDBOUNCE", "SOFTBOUNCED", "SOFTBOUNCE", "ODBITY", "UNCONFIRMED", "NOTCONFIRMED",
        "NIEPOTWIERDZONY",
        "NIEPOTWIERDZONA", "PENDING", "PENDINGCONFIRMATION", "OCZEKUJACY", "OCZEKUJACA", "OCZEKUJE", "WAITING", "INACTIVE",
        "NIEAKTYWNY", "NIEAKTYWNA",
        "NEVERSUBSCRIBED", "NOTSUBSCRIBED", "NONSUBSCRIBED", "NONSUBSCRIBER", "NIEZAPISANY", "NIEZAPISANA", "TRANSACTIONAL",
        "UNVERIFIED", "DISABLED",
        "ARCHIVED", "DELETED", "USUNIETY", "USUNIETA", "EXPIRED", "INVALID", "BRAKZGODY", "NOCONSENT", "NOTSET", "UNKNOWN", "UNDEFINED",
        "NIEZNANY",
        "NIEOKRESLONO",
    };

    static readonly HashSet<string> Nothing = new(StringComparer.Ordinal) { "", "NULL", "NONE", "NA", "ND", "NEVER", "NIGDY", "BRAK", "BRAKDANYCH" };

    /// <summary>What the cell says in a column that asks for consent; null when the word is not known.</summary>
    public static ConsentState? StateOf(string cell)
    {
        if (IsTick(cell) is { } ticked)
            return ticked ? ConsentState.Granted : ConsentState.Withdrawn;
        if (IsNumber(cell))
            return null;
        var word = Folded(cell);
        return PlainYes.Contains(word) || Granted.Contains(word) ? ConsentState.Granted
            : PlainNo.Contains(word) || Withdrawn.Contains(word) ? ConsentState.Withdrawn
            : Undecided.Contains(word) || Nothing.Contains(word) ? ConsentState.NoStatement : null;
    }

    /// <summary>Whether a column that asks for a <em>refusal</em> (unsubscribed, blacklist, bounced) is answered with "no" or not at all.</summary>
    public static bool IsNoRefusal(string cell)
    {
        if (IsTick(cell) is { } ticked)
            return !ticked;
        var word = Folded(cell);
        return PlainNo.Contains(word) || Granted.Contains(word) || (Nothing.Contains(word) && !IsNumber(cell));
    }

    /// <summary>Whether the cell is a bare no, which answers whatever the column asks.</summary>
    public static bool IsPlainNo(string cell) => IsTick(cell) is { } ticked ? !ticked : PlainNo.Contains(Folded(cell));

    /// <summary>A word that speaks of subscribing in whatever column it stands.</summary>
    public static bool IsTelling(string cell)
        => Folded(cell) is { Length: >= 5 } word && word is not ("SPAM" or "ABUSE" or "INVALID" or "UNKNOWN" or "UNDEFINED" or "ACCEPTED" or "WAITING" or "PENDING"
                or "ACTIVE" or "INACTIVE" or "CANCELLED" or "CANCELED" or "DELETED" or "EXPIRED" or "ARCHIVED" or "DISABLED" or "NIEZNANY" or "DECLINED" or "REFUSED"
                or "DENIED" or "BLOCKED" or "NOTSET" or "AGREED" or "CONFIRMED" or "GRANTED" or "ODMOWA" or "TRANSACTIONAL")
            && (Granted.Contains(word) || Withdrawn.Contains(word) || Undecided.Contains(word));

    /// <summary>Letters and digits in capitals without diacritics: "Opt-out", "opt_out" and "OPT OUT" are one word.</summary>
    public static string Folded(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var character in text.Normalize(NormalizationForm.FormD))
        {
            if (char.IsLetterOrDigit(character))
                folded.Append(char.ToUpperInvariant(character) is 'Ł' ? 'L' : char.ToUpperInvariant(character));
        }

        return folded.ToString();
    }

    /// <summary>True and false for the signs and figures of a ticked and an empty box; null for everything else, above all for -1.</summary>
    static bool? IsTick(string cell) => cell switch
    {
        "✓" or "✔" or "☑" or "✅" => true,
        "✗" or "✘" or "☐" or "❌" => false,
        _ when IsNumber(cell) => Number(cell) switch { 1 => true, 0 => false, _ => null },
        _ => null,
    };

    /// <summary>Whether the cell is a number, with a point or a comma.</summary>
    public static bool IsNumber(string cell) => Number(cell) is not null;

    /// <summary>The number of a cell, or null.</summary>
    public static decimal? Number(string cell) => decimal.TryParse(
        cell.Replace(',', '.'), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
