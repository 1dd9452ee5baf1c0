using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Features.Contacts;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.Export;

static class ExportEndpoints
{
    const int RunsShown = 20;
    const int RejectedShown = 20;

    public static void Map(IEndpointRouteBuilder panel)
    {
        var export = panel.MapGroup("/stores/{slug}/export").RequireAuthorization(PanelPolicies.SeeExports);
        export.MapGet("", (string slug, string? connected, PanelRequest r, StoreDirectory stores, IExportRuns runs, IPlatformCatalogue catalogue)
            => Show(slug, connected == "1", r, stores, runs, catalogue));
        export.MapPost("/contacts", (string slug, PanelRequest r, StoreDirectory stores, IExportRuns runs, Exports exports, IPlatformCatalogue catalogue, PanelAudit audit)
            => Preview(slug, ExportKind.Contacts, r, stores, runs, exports, catalogue, audit)).RequireAuthorization(PanelPolicies.Export);
        export.MapPost("/transactions", (string slug, PanelRequest r, StoreDirectory stores, IExportRuns runs, Exports exports, IPlatformCatalogue catalogue, PanelAudit audit)
            => Preview(slug, ExportKind.Transactions, r, stores, runs, exports, catalogue, audit)).RequireAuthorization(PanelPolicies.Export);
        export.MapGet("/runs/{number:int}", Run);
        export.MapGet("/runs/{number:int}/rejected.csv", Csv);
        MapChange("start", "export.started", (run, exports, r) => StartAsync(run, dryRun: false, exports, r));
        MapChange("again", "export.previewed", (run, exports, r) => StartAsync(run, dryRun: true, exports, r));
        MapChange("pause", "export.paused", async (run, exports, r) => { await exports.PauseAsync(run, r.Http.RequestAborted); return run; });
        MapChange("cancel", "export.cancelled", async (run, exports, r) => { await exports.CancelAsync(run, r.Http.RequestAborted); return run; });
        export.MapPost("/runs/{number:int}/resume", Resume).RequireAuthorization(PanelPolicies.Export);

        void MapChange(string verb, string action, Func<ExportRun, Exports, PanelRequest, Task<ExportRun>> change)
            => export.MapPost("/runs/{number:int}/" + verb, async Task<IResult> (string slug, int number, PanelRequest r, StoreDirectory stores, IExportRuns runs, Exports exports, PanelAudit audit) =>
            {
                if (await FindAsync(slug, number, r, stores, runs) is not (_, { } run))
                    return Page.Missing();
                var changed = await change(run, exports, r);
                await WriteAsync(audit, action, slug, changed);
                return Page.See(AddressOf(slug, changed));
            }).RequireAuthorization(PanelPolicies.Export);
    }

    static async Task<IResult> Show(string slug, bool connected, PanelRequest r, StoreDirectory stores, IExportRuns runs, IPlatformCatalogue catalogue)
    {
        if (await stores.FindAsync(r.User, slug, r.Http.RequestAborted) is not { } link)
            return Page.Missing();
        return Page.Of<ExportPage>(new
        {
            Link = link,
            IsNew = connected,
            Statuses = StatusesOf(link, catalogue),
            Runs = await runs.ListAsync(link.Store.Key, RunsShown, r.Http.RequestAborted),
        });
    }

    static async Task<IResult> Preview(
        string slug, ExportKind kind, PanelRequest r, StoreDirectory stores, IExportRuns runs, Exports exports, IPlatformCatalogue catalogue, PanelAudit audit)
    {
        var cancel = r.Http.RequestAborted;
        if (await stores.FindAsync(r.User, slug, cancel) is not { } link)
            return Page.Missing();
        var statuses = StatusesOf(link, catalogue);
        var defaults = statuses.Where(status => status.Stage == OrderStage.ConfirmedAndPaid).Select(status => status.Value).ToList();
        var form = ExportForm.Read(await r.Http.Request.ReadFormAsync(cancel), kind, defaults);
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(link.Store.Options.TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        var (options, errors) = form.Check(kind, zone, r.T);
        if (options is null)
        {
            return Page.Refused<ExportPage>(new
            {
                Link = link,
                Statuses = statuses,
                Runs = await runs.ListAsync(link.Store.Key, RunsShown, cancel),
                Form = form,
                Kind = (ExportKind?)kind,
                Errors = (IReadOnlyDictionary<string, string>)errors,
            });
        }

        var (run, _) = await exports.StartAsync(link.Store.Key, kind, options with { DryRun = true }, r.PersonName, cancel);
        await WriteAsync(audit, "export.previewed", slug, run);
        return Page.See(AddressOf(slug, run));
    }

    static async Task<IResult> Run(string slug, int number, PanelRequest r, StoreDirectory stores, IExportRuns runs, RunPace pace, IStorePaces paces)
    {
        if (await FindAsync(slug, number, r, stores, runs) is not ({ } link, { } run))
            return Page.Missing();
        var rejected = run.Rejected > 0 ? await runs.RejectedAsync(run.Store.AccountId, run.Id, 0, RejectedShown, r.Http.RequestAborted) : [];
        var waits = await paces.WaitingAsync(run.Store.AccountId, r.Http.RequestAborted);
        var page = new { Link = link, Numbers = pace.Look(run), Rejected = rejected, Wait = waits.GetValueOrDefault(run.Store) };
        return r.IsPart ? Page.Of<RunBody>(page) : Page.Of<RunPage>(page);
    }

    static async Task<IResult> Resume(string slug, int number, PanelRequest r, StoreDirectory stores, IExportRuns runs, Exports exports, StoreSetup setup, PanelAudit audit)
    {
        if (await FindAsync(slug, number, r, stores, runs) is not ({ } link, { } run))
            return Page.Missing();
        // A run that failed for a setting left its store standing still.
        if (link.Store.State == StoreState.NeedsOperator)
            await setup.ResumeAsync(link.Store.Key, r.Http.RequestAborted);
        await exports.ResumeAsync(run, r.Http.RequestAborted);
        await WriteAsync(audit, "export.resumed", slug, run);
        return Page.See(AddressOf(slug, run));
    }

    static async Task<IResult> Csv(string slug, int number, PanelRequest r, StoreDirectory stores, IExportRuns runs, PanelAudit audit)
    {
        if (await FindAsync(slug, number, r, stores, runs) is not ({ } link, { } run))
            return Page.Missing();
        await WriteAsync(audit, "export.downloaded", slug, run);
        var contacts = $"{r.Http.Request.Scheme}://{r.Http.Request.Host}/contacts?q=";
        var format = new RejectedRowsFormat(
            r.Language == Language.Pl ? ';' : ',', r.T.Reasons.Of, r.Address,
            row => string.IsNullOrEmpty(row.Email) ? "" : contacts + Uri.EscapeDataString(r.Address(row.Email)));
        return TypedResults.Stream(
            output => RejectedRows.WriteAsync(output, runs, run, format, r.Http.RequestAborted),
            "text/csv; charset=utf-8", FileNameOf(link.Slug, run));
    }

    static string FileNameOf(string slug, ExportRun run)
        => $"pomost-{slug}-{(run.Kind == ExportKind.Contacts ? "contacts" : "transactions")}-rejected-{run.Number}.csv";

    static async Task<ExportRun> StartAsync(ExportRun run, bool dryRun, Exports exports, PanelRequest r)
        => (await exports.StartAsync(run.Store, run.Kind, run.Options with { DryRun = dryRun }, r.PersonName, r.Http.RequestAborted)).Run;

    static async Task<(StoreLink Link, ExportRun Run)?> FindAsync(string slug, int number, PanelRequest r, StoreDirectory stores, IExportRuns runs)
        => await stores.FindAsync(r.User, slug, r.Http.RequestAborted) is { } link
            && await runs.FindByNumberAsync(link.Store.Key, number, r.Http.RequestAborted) is { } run ? (link, run) : null;

    static Task WriteAsync(PanelAudit audit, string action, string slug, ExportRun run) => audit.WriteAsync(
        action, slug, new AuditChange("number", null, run.Number.ToString(CultureInfo.InvariantCulture)), new AuditChange("kind", null, run.Kind.ToString()));

    static IReadOnlyList<OrderStatus> StatusesOf(StoreLink link, IPlatformCatalogue catalogue) => catalogue.Find(link.Store.Platform)?.Info.OrderStatuses ?? [];

    static string AddressOf(string slug, ExportRun run) => string.Create(CultureInfo.InvariantCulture, $"/stores/{slug}/export/runs/{run.Number}");
}

/// <summary>"run:17": the committed figures of an export run.</summary>
sealed class RunTopic(IExportRuns runs) : ILiveTopic
{
    public string Kind => "run";

    public async Task<string?> StampAsync(string key, HttpContext http, CancellationToken cancel)
        => long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && await runs.FindAsync(http.User.AccountId(), id, cancel) is { } run
            ? string.Create(CultureInfo.InvariantCulture, $"{run.State} {run.Read} {run.ToSend} {run.Sent} {run.SkippedTotal} {run.Rejected} {run.ReadToEnd}")
            : null;
}
