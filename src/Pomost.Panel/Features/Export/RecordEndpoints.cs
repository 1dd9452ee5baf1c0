using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.Export;

/// <summary>Single records of runs: what a dry run listed, what was rejected, and both as files.</summary>
static class RecordEndpoints
{
    const int ListShown = 20;
    const int RejectedShown = 100;
    const int TracesShown = 20;

    public static void Map(RouteGroupBuilder export)
    {
        export.MapGet("/runs/{number:int}/records/{list}", List);
        export.MapGet("/runs/{number:int}/records/{list}.csv", ListCsv);
        export.MapGet("/runs/{number:int}/rejected", Rejected);
        export.MapGet("/runs/{number:int}/rejected.csv", RejectedCsv);
        export.MapGet("/runs/{number:int}/rejected/{id:long}", RejectedRow);
        export.MapGet("/runs/{number:int}/examples", Examples).RequireAuthorization(PanelPolicies.Export);
    }

    static async Task<IResult> List(string slug, int number, string list, PanelRequest r, RunDesk desk, IExportRuns runs)
    {
        if (await desk.FindAsync(slug, number) is not ({ } link, { } run) || r.T.Of(new PreviewList(list)) is not { } name)
            return Page.Missing();
        var address = RunEndpoints.AddressOf(slug, run);
        return Page.Of<RecordsPage>(new
        {
            Link = link,
            Run = run,
            Title = r.T.Export.RecordList(name, r.F.Number(CountOf(run, new PreviewList(list)))),
            Address = address,
            Csv = $"{address}/records/{list}.csv",
            Rows = await runs.PreviewRowsAsync(run.Store.AccountId, run.Id, new PreviewList(list), 0, ListShown, r.Http.RequestAborted),
        });
    }

    static async Task<IResult> ListCsv(string slug, int number, string list, PanelRequest r, RunDesk desk, IExportRuns runs, PanelAudit audit)
    {
        if (await desk.FindAsync(slug, number) is not ({ } link, { } run) || r.T.Of(new PreviewList(list)) is not { } name)
            return Page.Missing();
        var role = r.User.Role();
        await audit.WriteAsync("export.records_downloaded", slug, [.. RunEndpoints.Told(run), new AuditChange("list", null, list)]);
        var format = new PreviewRowsFormat(SeparatorOf(r), name, email => ExportLooks.Masked(email, role));
        return TypedResults.Stream(
            output => PreviewRows.WriteAsync(output, runs, run, new PreviewList(list), format, r.Http.RequestAborted),
            "text/csv; charset=utf-8", FileNameOf(link.Slug, run, list.ToLowerInvariant()));
    }

    static async Task<IResult> Rejected(string slug, int number, string? reason, long? after, PanelRequest r, RunDesk desk, IExportRuns runs)
    {
        var code = Enum.TryParse<ReasonCode>(reason, out var parsed) && Enum.IsDefined(parsed) ? parsed : (ReasonCode?)null;
        if (await desk.FindAsync(slug, number) is not ({ } link, { } run) || (reason is not null && code is null))
            return Page.Missing();
        var (account, cancel) = (run.Store.AccountId, r.Http.RequestAborted);
        // One row more than shown says whether there is a next page, without counting.
        var rows = code is { } one
            ? await runs.RejectedAsync(account, run.Id, one, after ?? 0, RejectedShown + 1, cancel)
            : await runs.RejectedAsync(account, run.Id, after ?? 0, RejectedShown + 1, cancel);
        var address = RunEndpoints.AddressOf(slug, run);
        var next = rows.Count > RejectedShown
            ? QueryString.Create([new("after", rows[RejectedShown - 1].Id.ToString(System.Globalization.CultureInfo.InvariantCulture)), .. code is null ? [] : new KeyValuePair<string, string?>[] { new("reason", reason) }]) : (QueryString?)null;
        return Page.Of<RecordsPage>(new
        {
            Link = link,
            Run = run,
            Title = code is { } shown ? r.T.Reasons.Of(shown) : r.T.Export.RejectedRows,
            Address = address,
            Csv = $"{address}/rejected.csv",
            Rejected = (IReadOnlyList<RejectedRow>)[.. rows.Take(RejectedShown)],
            Next = next is null ? null : $"{address}/rejected{next}",
        });
    }

    static async Task<IResult> RejectedCsv(string slug, int number, PanelRequest r, RunDesk desk, IExportRuns runs, PanelAudit audit)
    {
        if (await desk.FindAsync(slug, number) is not ({ } link, { } run))
            return Page.Missing();
        var role = r.User.Role();
        await audit.WriteAsync("export.rejected_downloaded", slug, RunEndpoints.Told(run));
        var address = $"{r.Http.Request.Scheme}://{r.Http.Request.Host}{RunEndpoints.AddressOf(slug, run)}/rejected/";
        var format = new RejectedRowsFormat(
            SeparatorOf(r), r.T.Reasons.Of, email => ExportLooks.Masked(email, role),
            row => address + row.Id.ToString(System.Globalization.CultureInfo.InvariantCulture))
        { Value = row => ExportLooks.Masked(row, role) };
        return TypedResults.Stream(
            output => RejectedRows.WriteAsync(output, runs, run, format, r.Http.RequestAborted),
            "text/csv; charset=utf-8", FileNameOf(link.Slug, run, "rejected"));
    }

    static async Task<IResult> RejectedRow(string slug, int number, long id, PanelRequest r, RunDesk desk, IExportRuns runs, IViews views)
    {
        var cancel = r.Http.RequestAborted;
        if (await desk.FindAsync(slug, number) is not ({ } link, { } run) || await runs.FindRejectedAsync(run.Store.AccountId, run.Id, id, cancel) is not { } row)
            return Page.Missing();
        var stream = run.Kind switch { ExportKind.Contacts => ShopStream.Contacts, ExportKind.Transactions => ShopStream.Orders, _ => ShopStream.Subscribers };
        var contact = EmailAddress.TryParse(row.Email, out var address, out _)
            ? (await views.FindByEmailAsync(run.Store.AccountId, address.Key, cancel)).FirstOrDefault(found => found.Store == run.Store) : null;
        return Page.Of<RejectedPage>(new
        {
            Link = link,
            Run = run,
            Row = row,
            Address = RunEndpoints.AddressOf(slug, run),
            Traces = row.SourceId.Length == 0 ? [] : await views.TracesAsync(run.Store, stream, row.SourceId, TracesShown, cancel),
            ContactId = contact?.Id,
        });
    }

    /// <summary>A few records field by field. Whoever opens them reads personal data, so it is written down.</summary>
    static async Task<IResult> Examples(string slug, int number, PanelRequest r, RunDesk desk, IExportRuns runs, PanelAudit audit)
    {
        if (await desk.FindAsync(slug, number) is not ({ } link, { } run))
            return Page.Missing();
        await audit.WriteAsync("export.examples_opened", slug, RunEndpoints.Told(run));
        return Page.Of<ExamplesPage>(new
        {
            Link = link,
            Run = run,
            Address = RunEndpoints.AddressOf(slug, run),
            Samples = await runs.SamplesAsync(run.Store.AccountId, run.Id, r.Http.RequestAborted),
        });
    }

    static long CountOf(ExportRun run, PreviewList list)
    {
        if (list == PreviewList.New)
            return run.Kind == ExportKind.Transactions ? run.ToSend : run.NewToSend;
        if (list == PreviewList.Changed)
            return run.Kind == ExportKind.Transactions ? 0 : run.ToSend - run.NewToSend;
        if (list == PreviewList.Of(ReasonCode.UnsubscribedAtSalesmanago))
            return run.Held;
        return run.Skipped.GetValueOrDefault(Enum.Parse<ReasonCode>(list.Name));
    }

    static char SeparatorOf(PanelRequest r) => r.Language == Language.Pl ? ';' : ',';

    static string FileNameOf(string slug, ExportRun run, string what) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"pomost-{slug}-{run.Kind.ToString().ToLowerInvariant()}-{what}-{run.Number}.csv");
}
