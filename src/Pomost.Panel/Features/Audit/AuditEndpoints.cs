using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Audit;

/// <summary>Who changed what: a list with filters in its address, and the same as a file.</summary>
static class AuditEndpoints
{
    const int PageSize = 50;
    const int RowsPerLook = 500;
    const int ActorsAmong = 5_000;

    public static void Map(IEndpointRouteBuilder panel)
    {
        var audit = panel.MapGroup("/audit").RequireAuthorization(PanelPolicies.SeeAudit);
        audit.MapGet("", List);
        audit.MapGet("/file.csv", Csv);
    }

    static async Task<IResult> List(string? who, string? kind, string? subject, long? before, PanelRequest r, IAuditLog log)
    {
        if (!r.User.MaySeeAudit())
            return Page.Missing();
        var choice = AuditChoice.Of(who, kind, subject);
        var account = r.User.AccountId();
        var actors = await log.ActorsAsync(account, ActorsAmong, r.Http.RequestAborted);
        // One entry more than shown says whether there is a next page, without counting.
        var entries = await log.ListAsync(account, choice.Filter, before, PageSize + 1, r.Http.RequestAborted);
        return Page.Of<AuditPage>(new
        {
            Entries = (IReadOnlyList<KeptAuditEntry>)[.. entries.Take(PageSize)],
            Actors = actors,
            Choice = choice,
            IsFirstPage = before is null,
            Next = entries.Count > PageSize ? entries[PageSize - 1].Id : (long?)null,
        });
    }

    static async Task<IResult> Csv(string? who, string? kind, string? subject, PanelRequest r, IAuditLog log, PanelAudit audit)
    {
        if (!r.User.MaySeeAudit())
            return Page.Missing();
        var choice = AuditChoice.Of(who, kind, subject);
        await audit.WriteAsync("audit.downloaded");
        return TypedResults.Stream(
            output => WriteAsync(output, log, r.User.AccountId(), choice.Filter, r.T.Audit, r.Language == Language.Pl ? ';' : ',', r.Http.RequestAborted),
            "text/csv; charset=utf-8", string.Create(CultureInfo.InvariantCulture, $"pomost-audit-{r.Today:yyyy-MM-dd}.csv"));
    }

    /// <summary>The whole log as far as it was asked for, newest first, in UTF-8 with its mark. Times are UTC.</summary>
    static async Task WriteAsync(Stream output, IAuditLog log, long account, AuditFilter filter, AuditTexts t, char separator, CancellationToken cancel)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await writer.WriteAsync(CsvCells.Line(separator, "id", "at", "who", "action", "what", "subject", "changes", "origin"));
        long? before = null;
        while (await log.ListAsync(account, filter, before, RowsPerLook, cancel) is { Count: > 0 } page)
        {
            foreach (var (id, at, entry) in page)
            {
                await writer.WriteAsync(CsvCells.Line(
                    separator, id.ToString(CultureInfo.InvariantCulture), Formats.Machine(at), t.Who(entry.Actor), entry.Action, t.What(entry), entry.Subject,
                    string.Join("; ", entry.Changes.Select(change => $"{change.Field}: {change.Old ?? ""} -> {change.New ?? ""}")), entry.Origin ?? ""));
            }

            before = page[^1].Id;
        }
    }
}

/// <summary>What the reader wants to see, as it stands in the address.</summary>
/// <param name="Who">A person's id, or the name of a key or the command line; empty = everybody.</param>
/// <param name="Kind">The first word of the action; empty = all.</param>
/// <param name="Subject">Empty = all.</param>
public sealed record AuditChoice(string Who, string Kind, string Subject)
{
    public static AuditChoice Of(string? who, string? kind, string? subject) => new(
        who?.Trim() ?? "", kind is { Length: > 0 and < 40 } && kind.All(char.IsAsciiLetterLower) ? kind : "", subject?.Trim() ?? "");

    public bool IsNone => Who.Length + Kind.Length + Subject.Length == 0;

    public AuditFilter Filter => new(
        Kind.Length == 0 ? null : Kind + ".",
        Guid.TryParse(Who, out var user) ? user : null,
        Subject.Length == 0 ? null : Subject,
        Who.Length == 0 || Guid.TryParse(Who, out _) ? null : Who);

    /// <summary>The address of the list, or of the file, with this choice.</summary>
    public string Address(string path, long? before = null)
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in new[] { ("who", Who), ("kind", Kind), ("subject", Subject) })
        {
            if (value.Length > 0)
                query.Add(name, value);
        }

        if (before is { } place)
            query.Add("before", place.ToString(CultureInfo.InvariantCulture));
        return path + query.ToQueryString();
    }
}
