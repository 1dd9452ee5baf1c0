using System.Globalization;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What is wrong with one line of a file.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Field"><c>email</c>, <c>consent</c> or <c>date</c>.</param>
/// <param name="Code">Why.</param>
/// <param name="Value">The cell as it stands in the file.</param>
public sealed record SubscriberProblem(long Line, string Field, ReasonCode Code, string? Value);

/// <summary>Reads lines of a file as people. Pure.</summary>
static class SubscriberReading
{
    const int LongestText = 255;

    static readonly string[] Yes =
        ["1", "TAK", "T", "YES", "Y", "TRUE", "X", "ON", "ZGODA", "SUBSCRIBED", "OPT-IN", "OPTIN", "ACTIVE", "AKTYWNY", "CONFIRMED", "POTWIERDZONY", "ZAPISANY"];

    static readonly string[] No =
        ["0", "NIE", "N", "NO", "FALSE", "OFF", "UNSUBSCRIBED", "OPT-OUT", "OPTOUT", "INACTIVE", "NIEAKTYWNY", "WYPISANY", "CANCELLED"];

    static readonly string[] Dates =
    [
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss", "dd.MM.yyyy", "dd.MM.yyyy HH:mm", "dd.MM.yyyy HH:mm:ss",
        "dd-MM-yyyy", "dd-MM-yyyy HH:mm", "dd-MM-yyyy HH:mm:ss", "dd/MM/yyyy", "dd/MM/yyyy HH:mm", "dd/MM/yyyy HH:mm:ss", "d.M.yyyy", "yyyy/MM/dd",
    ];

    static readonly string[] DatesWithOffset = ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK"];

    /// <summary>The person of a line, or what is wrong with it.</summary>
    public static (ShopContact? Contact, SubscriberProblem? Problem) Read(SubscriberLine line, SubscriberColumns columns, TimeZoneInfo zone, DateTimeOffset now)
    {
        var email = Cell(line, columns.Email);
        var reachable = ReachableAddress.Ask(email, out var address);
        if (address is null)
            return (null, new SubscriberProblem(line.Line, "email", reachable.Code, email));
        var said = Cell(line, columns.Consent);
        if (StateOf(said, columns) is not { } state)
            return (null, new SubscriberProblem(line.Line, "consent", ReasonCode.Unreadable, said));
        var day = Cell(line, columns.Date);
        DateTimeOffset? at = null;
        if (day is not null)
        {
            at = TimeOf(day, zone);
            if (at is null || at > now.AddDays(1) || at < new DateTimeOffset(1990, 1, 1, 0, 0, 0, TimeSpan.Zero))
                return (null, new SubscriberProblem(line.Line, "date", at is null ? ReasonCode.Unreadable : ReasonCode.DateImplausible, day));
        }

        return (new ShopContact
        {
            Email = address.Value,
            IsSubscriber = true,
            FirstName = Text(line, columns.FirstName) ?? Text(line, columns.Name),
            LastName = columns.FirstName is null && columns.Name is not null ? null : Text(line, columns.LastName),
            Phone = Text(line, columns.Phone),
            Company = Text(line, columns.Company),
            EmailConsent = state == ConsentState.NoStatement ? Consent.None : new Consent(state, at, ConsentSource.Import),
        }, null);
    }

    /// <summary>A page for the run: people, and lines that are not.</summary>
    public static Page<ShopContact> PageOf(
        IReadOnlyList<SubscriberLine> lines, SubscriberFile file, SubscriberColumns columns, TimeZoneInfo zone, DateTimeOffset now)
    {
        var read = lines.Select(line => Read(line, columns, zone, now)).ToList();
        return new Page<ShopContact>([.. read.Select(one => one.Contact).OfType<ShopContact>()], CursorAt(lines[^1].Line))
        {
            Total = file.Lines,
            Rejected = [.. read.Select(one => one.Problem).OfType<SubscriberProblem>().Select(problem => new RejectedRecord(
                string.Create(CultureInfo.InvariantCulture, $"{file.Name}:{problem.Line}"), problem.Field, problem.Code.ToString()) { Code = problem.Code, Value = problem.Value })],
        };
    }

    /// <summary>The place after a line.</summary>
    public static SyncCursor CursorAt(long line) => new(line.ToString(CultureInfo.InvariantCulture));

    static ConsentState? StateOf(string? said, SubscriberColumns columns)
    {
        if (columns.Consent is null)
            return columns.EverybodyIs;
        if (said is null)
            return ConsentState.NoStatement;
        var word = SameTag.KeyOf(said);
        return Yes.Contains(word, StringComparer.Ordinal) ? ConsentState.Granted : No.Contains(word, StringComparer.Ordinal) ? ConsentState.Withdrawn : null;
    }

    static DateTimeOffset? TimeOf(string text, TimeZoneInfo zone)
    {
        if (DateTime.TryParseExact(text, Dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            // An hour that the clock skipped is read as the one after it.
            var time = zone.IsInvalidTime(local) ? local.AddHours(1) : local;
            return new DateTimeOffset(time, zone.GetUtcOffset(time)).ToUniversalTime();
        }

        return DateTimeOffset.TryParseExact(text, DatesWithOffset, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var exact)
            ? exact.ToUniversalTime() : null;
    }

    static string? Text(SubscriberLine line, int? column)
    {
        // A formula is no name: what a spreadsheet would compute from it is nobody's data.
        var text = Cell(line, column);
        return text is null || text[0] is '=' or '@' ? null : text.Length <= LongestText ? text : text[..LongestText];
    }

    /// <summary>A cell without the tricks that keep spreadsheets from reckoning: an apostrophe in front, or <c>="…"</c> around.</summary>
    static string? Cell(SubscriberLine line, int? column)
    {
        if (column is not { } index || index >= line.Cells.Count)
            return null;
        var text = line.Cells[index].Trim();
        if (text.Length > 3 && text.StartsWith("=\"", StringComparison.Ordinal) && text[^1] == '"')
            text = text[2..^1].Trim();
        if (text.Length > 1 && text[0] == '\'' && text[1] is '=' or '+' or '-' or '@')
            text = text[1..];
        return text.Length == 0 ? null : text;
    }
}
