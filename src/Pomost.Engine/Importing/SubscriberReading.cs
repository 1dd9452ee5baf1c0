using System.Globalization;
using System.Text.RegularExpressions;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What is wrong with one line of a file, or with one cell of it.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Field"><c>email</c>, <c>consent</c>, <c>date</c> or <c>phone</c>.</param>
/// <param name="Code">Why.</param>
/// <param name="Value">The cell as it stands in the file; characters that nobody sees are written out.</param>
public sealed record SubscriberProblem(long Line, string Field, ReasonCode Code, string? Value);

/// <summary>A line as it was read.</summary>
/// <param name="Contact">The person; null when the line is rejected.</param>
/// <param name="Problem">What is wrong with the line; null when it is not rejected.</param>
/// <param name="Refuses">The line says that the person wants no mail, also when it is rejected for another reason.</param>
/// <param name="Key">The person's key, as far as the address could be read.</param>
sealed record SubscriberRead(ShopContact? Contact, SubscriberProblem? Problem, bool Refuses, string? Key)
{
    /// <summary>A telephone that a spreadsheet broke; the person is read without it.</summary>
    public SubscriberProblem? LostPhone { get; init; }
}

/// <summary>Reads lines of a file as people. Pure.</summary>
static partial class SubscriberReading
{
    const int LongestText = 255;

    /// <summary>Of two statements of one person in one file the withdrawal holds, unless both have dates and the consent is newer by more than this.</summary>
    /// <remarks>Many files know days alone, and hours in another time zone.</remarks>
    static readonly TimeSpan ClearlyNewer = TimeSpan.FromDays(1);

    /// <summary>The person of a line, or what is wrong with it.</summary>
    public static SubscriberRead Read(SubscriberLine line, SubscriberColumns columns, TimeZoneInfo zone, DateTimeOffset now)
        => Read(line, columns, columns.Fingerprint(), zone, now);

    /// <summary>A page for the run: people, and lines that are not.</summary>
    public static Page<ShopContact> PageOf(
        IReadOnlyList<SubscriberLine> lines, SubscriberFile file, SubscriberColumns columns, TimeZoneInfo zone, DateTimeOffset now)
    {
        var fingerprint = columns.Fingerprint();
        var read = lines.Select(line => Read(line, columns, fingerprint, zone, now)).ToList();
        return new Page<ShopContact>([.. read.Select(one => one.Contact).OfType<ShopContact>()], CursorAt(lines[^1].Line))
        {
            Total = file.Lines,
            Rejected = [.. read.Select(one => one.Problem).OfType<SubscriberProblem>().Select(problem => new RejectedRecord(
                string.Create(CultureInfo.InvariantCulture, $"{file.Name}:{problem.Line}"), problem.Field, problem.Code.ToString())
            { Code = problem.Code, Value = problem.Value })],
        };
    }

    /// <summary>The place after a line.</summary>
    public static SyncCursor CursorAt(long line) => new(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether a consent is newer than a withdrawal beyond doubt.</summary>
    public static bool IsClearlyNewer(DateTimeOffset? granted, DateTimeOffset? withdrawn) => granted > withdrawn + ClearlyNewer;

    /// <summary>Whether a cell of a column of refusals is one: a yes, a date, a reason, a count; not a no, a zero or nothing.</summary>
    public static bool IsRefusal(string cell) => !ConsentWords.IsNoRefusal(cell) && !SubscriberDates.IsNone(cell);

    static SubscriberRead Read(SubscriberLine line, SubscriberColumns columns, string fingerprint, TimeZoneInfo zone, DateTimeOffset now)
    {
        var email = Cell(line, columns.Email);
        var reachable = ReachableAddress.Ask(email, out var address);
        if (address is null)
            return Rejected("email", reachable.Code, email);
        var (refusal, wrong) = RefusalOf(line, columns, zone, now);
        var said = Cell(line, columns.Consent);
        var state = StateOf(said, columns);
        if (wrong is not null)
            return Rejected("date", wrong.Value.Code, wrong.Value.Cell);
        if (state is null)
            return Rejected("consent", ReasonCode.Unreadable, said);
        var (at, code) = TimeOf(Cell(line, columns.Date), columns, zone, now);
        if (code is not null)
            return Rejected("date", code.Value, Cell(line, columns.Date));
        var consent = Joined(state.Value, at, refusal, columns.Consent is not null);
        // Another line of the same person says no.
        if (consent.State == ConsentState.Granted && line.YieldsUnder(fingerprint))
            consent = Consent.None;
        var phone = Cell(line, columns.Phone);
        var lost = phone is not null && Scientific().IsMatch(phone) ? new SubscriberProblem(line.Line, "phone", ReasonCode.Unreadable, phone) : null;
        return new SubscriberRead(ContactOf(line, columns, address, consent, lost is null), null, consent.State == ConsentState.Withdrawn, address.Key)
        {
            LostPhone = lost,
        };

        SubscriberRead Rejected(string field, ReasonCode why, string? value)
            => new(null, new SubscriberProblem(line.Line, field, why, HiddenSigns.Shown(value)), address is not null && Refuses(), address?.Key);

        bool Refuses() => RefusalOf(line, columns, zone, now).Refusal?.State == ConsentState.Withdrawn
            || StateOf(Cell(line, columns.Consent), columns) == ConsentState.Withdrawn;
    }

    static ShopContact ContactOf(SubscriberLine line, SubscriberColumns columns, EmailAddress address, Consent consent, bool hasPhone) => new()
    {
        Email = address.Value,
        IsSubscriber = true,
        FirstName = Text(line, columns.FirstName) ?? Text(line, columns.Name),
        LastName = columns.FirstName is null && columns.Name is not null ? null : Text(line, columns.LastName),
        Phone = hasPhone ? Text(line, columns.Phone) : null,
        Company = Text(line, columns.Company),
        EmailConsent = consent,
    };

    /// <summary>What the column of consent says, or what was said of everybody; null when the word is not known.</summary>
    static ConsentState? StateOf(string? said, SubscriberColumns columns)
    {
        if (columns.Consent is null)
            return columns.EverybodyIs;
        if (said is null)
            return ConsentState.NoStatement;
        // Not confirmed, not active: that is no unsubscription.
        return columns.NoIsSilence && ConsentWords.IsPlainNo(said) ? ConsentState.NoStatement : ConsentWords.StateOf(said);
    }

    /// <summary>What the line's own statement and its refusal come to.</summary>
    static Consent Joined(ConsentState state, DateTimeOffset? at, Consent? refusal, bool ownColumn)
    {
        var own = state == ConsentState.NoStatement ? Consent.None : new Consent(state, at, ConsentSource.Import);
        return (refusal?.State, state) switch
        {
            (null, _) => own,
            // What was said of everybody is no statement of this person.
            (ConsentState.Withdrawn, ConsentState.Granted) => ownColumn && IsClearlyNewer(at, refusal!.At) ? own : refusal!,
            (ConsentState.Withdrawn, ConsentState.Withdrawn) => refusal!.At is null ? own : refusal,
            (ConsentState.Withdrawn, _) => refusal!,
            (_, ConsentState.Granted) => Consent.None,
            _ => own,
        };
    }

    /// <summary>The strictest of what the line's columns of refusals say; null = nothing. Or the cell whose date cannot be read.</summary>
    static (Consent? Refusal, (ReasonCode Code, string Cell)? Wrong) RefusalOf(
        SubscriberLine line, SubscriberColumns columns, TimeZoneInfo zone, DateTimeOffset now)
    {
        Consent? strictest = null;
        (ReasonCode, string)? wrong = null;
        foreach (var column in columns.Refusals)
        {
            if (Cell(line, column.Column) is not { } cell || !IsRefusal(cell))
                continue;
            var (at, code) = SubscriberDates.IsDate(cell) || (column.IsTime && ConsentWords.Number(cell) is not 1) ? TimeOf(cell, columns, zone, now) : (null, null);
            if (code is not null && column.IsTime)
                wrong ??= (code.Value, cell);
            if (column.Means != ConsentState.Withdrawn)
                strictest ??= new Consent(ConsentState.NoStatement);
            else if (strictest?.State != ConsentState.Withdrawn || strictest.At is null || at > strictest.At)
                strictest = new Consent(ConsentState.Withdrawn, at ?? (strictest?.State == ConsentState.Withdrawn ? strictest.At : null), ConsentSource.Import);
        }

        return (strictest, wrong);
    }

    static (DateTimeOffset? At, ReasonCode? Problem) TimeOf(string? cell, SubscriberColumns columns, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (cell is null || SubscriberDates.IsNone(cell))
            return (null, null);
        var at = SubscriberDates.Read(cell, columns.Dates, zone);
        return at is null ? (null, ReasonCode.Unreadable)
            : at > now.AddDays(1) || at < new DateTimeOffset(1990, 1, 1, 0, 0, 0, TimeSpan.Zero) ? (null, ReasonCode.DateImplausible) : (at, null);
    }

    static string? Text(SubscriberLine line, int? column)
    {
        // A formula is no name: what a spreadsheet would compute from it is nobody's data.
        var text = Cell(line, column);
        return text is null || text[0] is '=' or '@' ? null : text.Length <= LongestText ? text : text[..LongestText];
    }

    /// <summary>A cell without the tricks that keep spreadsheets from reckoning: an apostrophe in front, or <c>="…"</c> around.</summary>
    internal static string? Cell(SubscriberLine line, int? column)
    {
        if (column is not { } index || index >= line.Cells.Count)
            return null;
        var text = HiddenSigns.Trim(line.Cells[index]);
        if (text.Length > 3 && text.StartsWith("=\"", StringComparison.Ordinal) && text[^1] == '"')
            text = HiddenSigns.Trim(text[2..^1]);
        if (text.Length > 1 && text[0] == '\'' && text[1] is '=' or '+' or '-' or '@')
            text = text[1..];
        return text.Length == 0 ? null : text;
    }

    // What is left of a telephone once a spreadsheet took it for a number.
    [GeneratedRegex(@"^\+?[0-9]+(?:[.,][0-9]+)?[Ee][+-]?[0-9]+$", RegexOptions.NonBacktracking)]
    private static partial Regex Scientific();
}
