using Pomost.Engine;
using Pomost.Rules;
using static Pomost.Storage.EnumColumns;

namespace Pomost.Storage;

/// <summary>How much one page may look at.</summary>
/// <param name="Candidates">Gathering so many takes as long as meeting a page of them on the way, when they are one in a hundred of a million.</param>
/// <param name="IndexEntries">How far a page walks where the index alone answers.</param>
/// <param name="Rows">How far it walks where each row must be read.</param>
/// <param name="Sample">From how many a share is worked out.</param>
/// <param name="Large">A number of rows that is not counted anew each time.</param>
internal sealed record SearchLimits(int Candidates, int IndexEntries, int Rows, int Sample, int Large)
{
    public static SearchLimits Default { get; } = new(7_000, 250_000, 40_000, 20_000, 20_000);
}

/// <summary>Finds one page of contacts in bounded time: few candidates are gathered by an index and sorted; many are met soon on the way through
/// the newest changes.</summary>
internal sealed class ContactSearch(DbSession session, long accountId, ContactQuery query, SearchLimits limits)
{
    private const int ShortestPhone = 3;
    private static readonly char[] Blanks = [' ', '\t', '\u00a0'];

    private readonly List<(string Name, object Value)> values = [];

    /// <summary>Gives the places of a page and how many contacts there are in all, as far as it was looked.</summary>
    /// <param name="total">Contacts of the account, or of the stores asked for.</param>
    public async Task<Found> RunAsync(Func<Task<(long Count, CountKind Kind)>> total)
    {
        var (driver, count) = await DriverAsync();
        if (driver is not null && count <= limits.Candidates) return await OfCandidatesAsync(driver);
        var page = await WalkAsync();
        if (driver is not null) return page with { Count = limits.Candidates, Kind = CountKind.MoreThan };
        var (all, kind) = await total();
        if (!IsFiltered) return page with { Count = all, Kind = kind };
        return await EstimatedAsync(page, all, kind);
    }

    public sealed record Found(IReadOnlyList<ContactPlace> Places, ContactPlace? Next, long Count, CountKind Kind, bool IsCut);

    private bool IsFiltered => !OnlyFilter(query with { Stores = null });

    // What no index in the order of changes answers.
    private bool ReadsRows => query is { Search: not null } or { Outcome: not null };

    private bool HasFacets => query is { EmailConsent: not null } or { SmsConsent: not null };

    /// <summary>The filter with the fewest candidates, among those an index answers.</summary>
    private async Task<(Driver? Driver, long Count)> DriverAsync()
    {
        var best = ((Driver?)null, long.MaxValue);
        foreach (var driver in Drivers())
        {
            var count = (await Command($"SELECT count(*) FROM ({driver.Ids}) AS k").NumberAsync())!.Value;
            if (count < best.Item2) best = (driver, count);
        }
        return best;
    }

    private IEnumerable<Driver> Drivers()
    {
        if (query.Search is not null) yield return new Driver(OfSearch("id"), OnlyFilter(query with { Search = null }) ? OfSearch("changed_at, id") : null);
        if (query.Tag is not null) yield return new Driver(Limited("id", $"SELECT contact_id AS id FROM contact_tag WHERE account_id = @account_id AND {TagTerm()}"), null);
        // Whoever was sent is the rule, and in no index of its own.
        if (query.Outcome is not (null or RecordOutcome.Sent)) yield return new Driver(OfOutcome("id"), OnlyFilter(query with { Outcome = null }) ? OfOutcome("changed_at, id") : null);
    }

    private string OfSearch(string columns) => string.Join(
        " UNION ", SearchTerms().Select(term => Limited(columns, $"SELECT {columns} FROM contact AS c WHERE c.account_id = @account_id AND {term}")));

    private string OfOutcome(string columns) => Limited(
        columns, $"SELECT {columns} FROM contact WHERE account_id = @account_id AND outcome = {Value("outcome", NameOf(query.Outcome!.Value))} AND outcome <> 'Sent'");

    private string Limited(string columns, string sql) => $"SELECT {columns} FROM ({sql} LIMIT {limits.Candidates + 1}) AS l";

    private static bool OnlyFilter(ContactQuery others) => others is
    {
        Stores: null, Search: null, Outcome: null, EmailConsent: null, SmsConsent: null, Tag: null, ChangedFrom: null, ChangedUntil: null,
    };

    /// <param name="Ids">Gives the candidates' ids from an index.</param>
    /// <param name="Places">Gives their places as well, when no other filter has to be asked; else null.</param>
    private sealed record Driver(string Ids, string? Places);

    private async Task<Found> OfCandidatesAsync(Driver driver)
    {
        var places = await Command(driver.Places
            ?? $"SELECT c.changed_at, c.id FROM ({driver.Ids}) AS k CROSS JOIN contact AS c WHERE c.account_id = @account_id AND c.id = k.id{All("c")}").QueryAsync(PlaceOf);
        var after = query.After is { } place ? places.Where(one => Compare(one, place) < 0) : places;
        var page = after.OrderByDescending(one => one.ChangedAt).ThenByDescending(one => one.Id).Take(query.Max + 1).ToList();
        return new Found([.. page.Take(query.Max)], page.Count > query.Max ? page[query.Max - 1] : null, places.Count, CountKind.Exact, IsCut: false);
    }

    private async Task<Found> WalkAsync()
    {
        var scan = ReadsRows ? limits.Rows : limits.IndexEntries;
        // Both databases hand the inner rows on in their order and stop at the limit; a second ORDER BY would make SQLite read all of them first.
        var page = (await Command($"SELECT s.changed_at, s.id FROM ({Scanned(scan)}) AS s WHERE true{Facets("s")}{Others("s")} LIMIT {query.Max + 1}").QueryAsync(PlaceOf))
            .OrderByDescending(one => one.ChangedAt).ThenByDescending(one => one.Id).ToList();
        if (page.Count > query.Max) return new Found(page[..query.Max], page[query.Max - 1], 0, default, IsCut: false);
        var end = await Command($"SELECT s.changed_at, s.id FROM ({Scanned(1, scan - 1)}) AS s").QueryAsync(PlaceOf);
        return new Found(page, end is [var last] ? last : null, 0, default, IsCut: end.Count > 0);
    }

    /// <summary>The share of the newest that pass, taken for the share of all.</summary>
    private async Task<Found> EstimatedAsync(Found page, long all, CountKind kind)
    {
        // A period is counted rather than guessed: what lies outside says nothing about it.
        var isPeriod = query is { ChangedFrom: not null } or { ChangedUntil: not null };
        var (seen, passed) = await Command($"SELECT count(*) AS seen, COALESCE(SUM(CASE WHEN true{Facets("s")}{Others("s")} THEN 1 ELSE 0 END), 0) AS passed FROM ({Scanned(limits.Sample, fromStart: true)}) AS s")
            .FirstOrDefaultAsync(row => (row.Number("seen"), row.Number("passed")));
        if (seen < limits.Sample) return page with { Count = passed, Kind = isPeriod ? CountKind.Exact : kind };
        if (isPeriod) return page with { Count = passed, Kind = CountKind.MoreThan };
        return page with { Count = Rounded((double)passed / seen * all), Kind = CountKind.About };
    }

    // Two figures are all a sample can promise.
    private static long Rounded(double number)
    {
        var unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(1, number))) - 1));
        return (long)(Math.Round(number / unit) * unit);
    }

    /// <summary>The newest contacts in their order, with no more columns than the filters ask.</summary>
    private string Scanned(int max, int skip = 0, bool fromStart = false)
    {
        var columns = ReadsRows && !HasFacets ? "*" : "changed_at, id, store_id, email_state, sms_state";
        var place = query.After is { } after && !fromStart
            ? $" AND (changed_at, id) < ({Value("after_at", after.ChangedAt)}, {Value("after_id", after.Id)})" : "";
        return $"""
            SELECT {columns} FROM contact WHERE account_id = @account_id{Store("")}{Period("")}{place}
            ORDER BY changed_at DESC, id DESC LIMIT {max}{(skip > 0 ? $" OFFSET {skip}" : "")}
            """;
    }

    private string All(string row) => Store(row) + Period(row) + Facets(row) + RowFilters(row) + Tag(row);

    /// <summary>What is asked of a row of the walk besides its facets: of the row itself where those have sorted out most, else as it is read.</summary>
    private string Others(string row) => Tag(row) + (ReadsRows && HasFacets
        ? $" AND EXISTS (SELECT 1 FROM contact AS c WHERE c.account_id = @account_id AND c.id = {row}.id{RowFilters("c")} LIMIT 1 OFFSET 0)"
        : RowFilters(row));

    private string Store(string row) => query.Stores is [var one]
        ? $" AND {Column(row, "store_id")} = {Value("store_id", one)}" : StoreIds.Among(Column(row, "store_id"), query.Stores);

    private string Period(string row) =>
        (query.ChangedFrom is { } from ? $" AND {Column(row, "changed_at")} >= {Value("changed_from", from.ToUnixTimeMilliseconds())}" : "")
        + (query.ChangedUntil is { } until ? $" AND {Column(row, "changed_at")} < {Value("changed_until", until.ToUnixTimeMilliseconds())}" : "");

    private string Facets(string row) =>
        (query.EmailConsent is { } email ? $" AND {Column(row, "email_state")} = {Value("email_state", NameOf(email))}" : "")
        + (query.SmsConsent is { } sms ? $" AND {Column(row, "sms_state")} = {Value("sms_state", NameOf(sms))}" : "");

    private string RowFilters(string row) =>
        (query.Outcome is { } outcome ? $" AND {Column(row, "outcome")} = {Value("outcome", NameOf(outcome))}" : "")
        + (query.Search is not null ? $" AND ({string.Join(" OR ", SearchTerms().Select(term => term.Replace("c.", row + ".", StringComparison.Ordinal)))})" : "");

    // "LIMIT 1 OFFSET 0" keeps PostgreSQL asking for each row by the index.
    private string Tag(string row) => query.Tag is null
        ? "" : $" AND EXISTS (SELECT 1 FROM contact_tag WHERE account_id = @account_id AND {TagTerm()} AND contact_id = {row}.id LIMIT 1 OFFSET 0)";

    private static string Column(string row, string name) => row.Length == 0 ? name : $"{row}.{name}";

    /// <summary>What the search may mean, each answered by an index; rows are called <c>c</c>.</summary>
    private List<string> SearchTerms()
    {
        var text = SearchKeys.OfName(query.Search) ?? "";
        var terms = new List<string> { query.WholeAddress ? $"c.email_key = {Value("email", EmailAddress.KeyOf(text))}" : Begins("email_key", text) };
        terms.Add(Begins("first_name_key", text));
        terms.Add(Begins("last_name_key", text));
        if (text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries) is [var first, .., var last])
        {
            terms.Add($"{Begins("last_name_key", last)} AND {Begins("first_name_key", first)}");
            terms.Add($"{Begins("last_name_key", first)} AND {Begins("first_name_key", last)}");
        }
        terms.AddRange(SearchKeys.PhonesMeant(text, ShortestPhone)
            .Select(phone => query.WholeAddress ? $"c.phone_key = {Value("phone", phone)}" : Begins("phone_key", phone)));
        return terms;
    }

    private string Begins(string column, string text) => $"c.{column} >= {Value("from", text)} AND c.{column} < {Value("to", SearchKeys.After(text))}";

    private string TagTerm() => $"tag IN ({string.Join(", ", SearchKeys.TagsMeant(query.Tag!).Select(tag => Value("tag", tag)))})";

    // The same value is the same parameter, so that the text of a statement depends on the kind of filters alone.
    private string Value(string name, object value)
    {
        var known = values.FindIndex(one => one.Value.Equals(value));
        if (known < 0)
        {
            known = values.Count;
            values.Add((string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}_{known}"), value));
        }
        return "@" + values[known].Name;
    }

    private Statement Command(string sql)
    {
        var statement = session.Command(sql).With("account_id", accountId);
        foreach (var (name, value) in values)
        {
            // SQLite takes no value that the statement does not name.
            if (!sql.Contains("@" + name, StringComparison.Ordinal)) continue;
            if (value is long number) statement.With(name, number);
            else statement.With(name, (string)value);
        }
        return statement;
    }

    private static ContactPlace PlaceOf(Row row) => new(row.Number("changed_at"), row.Number("id"));

    private static int Compare(ContactPlace one, ContactPlace other)
        => one.ChangedAt != other.ChangedAt ? one.ChangedAt.CompareTo(other.ChangedAt) : one.Id.CompareTo(other.Id);
}
