using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.Export;

/// <summary>The start page of exports: two steps, and what was done.</summary>
static class ExportEndpoints
{
    const int RunsShown = 20;

    public static void Map(IEndpointRouteBuilder panel)
    {
        var export = panel.MapGroup("/stores/{slug}/export").RequireAuthorization(PanelPolicies.SeeExports);
        export.MapGet("", Show);
        foreach (var (step, kind) in new[] { ("contacts", ExportKind.Contacts), ("transactions", ExportKind.Transactions) })
        {
            export.MapPost("/" + step, (string slug, PanelRequest r, StartPage page, Exports exports, PanelAudit audit)
                => Preview(slug, kind, r, page, exports, audit)).RequireAuthorization(PanelPolicies.Export);
            export.MapPost($"/{step}/fill", (string slug, PanelRequest r, StartPage page) => Fill(slug, kind, r, page)).RequireAuthorization(PanelPolicies.Export);
        }

        RunEndpoints.Map(export);
        RecordEndpoints.Map(export);
        HeldEndpoints.Map(export);
    }

    static async Task<IResult> Show(string slug, int? copy, string? step, PanelRequest r, StartPage page)
    {
        if (await page.FindAsync(slug) is not { } link)
            return Page.Missing();
        var copied = copy is { } number ? await page.FormOfAsync(link, number) : null;
        var model = await page.ModelAsync(link, RunsShown, copied);
        if (r.IsPart && model.Steps.FirstOrDefault(view => view.Address == step) is { } part)
            return Page.Of<StepCard>(new { View = part, IsNext = (model.Steps[0].Last is null) == part.IsContacts });
        return Page.Of<ExportPage>(new { Link = link, model.Steps, model.Runs, model.Vanished, model.Held });
    }

    static async Task<IResult> Preview(string slug, ExportKind kind, PanelRequest r, StartPage page, Exports exports, PanelAudit audit)
    {
        if (await page.FindAsync(slug) is not { Store.State: not StoreState.Disconnected } link)
            return Page.Missing();
        var form = await page.ReadAsync(link, kind);
        var (options, errors) = form.Check(kind, StartPage.ZoneOf(link), r.T);
        if (options is null)
        {
            var model = await page.ModelAsync(link, RunsShown, (kind, form), errors);
            return Page.Refused<ExportPage>(new { Link = link, model.Steps, model.Runs, model.Vanished, model.Held });
        }

        var (run, created) = await exports.StartAsync(link.Store.Key, kind, options with { DryRun = true }, r.PersonName, r.Http.RequestAborted);
        if (created)
            await audit.WriteAsync("export.previewed", slug, RunEndpoints.Told(run));
        return Page.See(RunEndpoints.AddressOf(slug, run));
    }

    /// <summary>A preset of dates or statuses, on a browser without a script.</summary>
    static async Task<IResult> Fill(string slug, ExportKind kind, PanelRequest r, StartPage page)
    {
        if (await page.FindAsync(slug) is not { } link)
            return Page.Missing();
        var preset = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["preset"].ToString();
        var filled = (await page.ReadAsync(link, kind)).With(preset, page.TodayOf(link));
        var model = await page.ModelAsync(link, RunsShown, (kind, filled));
        return Page.Of<ExportPage>(new { Link = link, model.Steps, model.Runs, model.Vanished, model.Held });
    }
}

/// <summary>Gathers what the start page shows.</summary>
sealed class StartPage(
    PanelRequest r, StoreDirectory stores, IExportRuns runs, Exports exports, IConsentRemovals removals, IHeldConsents held, IPlatformCatalogue catalogue, TimeProvider clock)
{
    public Task<StoreLink?> FindAsync(string slug) => stores.FindAsync(r.User, slug, r.Http.RequestAborted);

    public static TimeZoneInfo ZoneOf(StoreLink link) => ShopZone.OrDefault(link.Store.Options.TimeZone);

    /// <summary>The shop's day.</summary>
    public DateOnly TodayOf(StoreLink link) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), ZoneOf(link)).DateTime);

    public async Task<ExportForm> ReadAsync(StoreLink link, ExportKind kind)
    {
        var statuses = StatusesOf(link);
        return ExportForm.Read(
            await r.Http.Request.ReadFormAsync(r.Http.RequestAborted), kind, [.. statuses.Select(status => status.Value)],
            [.. statuses.Where(status => status.Stage == OrderStage.ConfirmedAndPaid).Select(status => status.Value)]);
    }

    /// <summary>The form of an earlier run, to be filled in once more; null when there is no such run with a form.</summary>
    public async Task<(ExportKind Kind, ExportForm Form)?> FormOfAsync(StoreLink link, int number)
        => await runs.FindByNumberAsync(link.Store.Key, number, r.Http.RequestAborted) is { Kind: not ExportKind.Subscribers } run
            ? (run.Kind, ExportForm.Of(run, ZoneOf(link))) : null;

    public async Task<(IReadOnlyList<StepView> Steps, IReadOnlyList<ExportRun> Runs, long Vanished, long Held)> ModelAsync(
        StoreLink link, int runsShown, (ExportKind Kind, ExportForm Form)? filled = null, IReadOnlyDictionary<string, string>? errors = null)
    {
        var cancel = r.Http.RequestAborted;
        var recent = await runs.ListAsync(link.Store.Key, runsShown, cancel);
        var steps = new List<StepView>();
        // A CRM has no orders: then the first step is all there is.
        var kinds = catalogue.Find(link.Store.Platform) is null or IReadsOrders ? new[] { ExportKind.Contacts, ExportKind.Transactions } : [ExportKind.Contacts];
        foreach (var kind in kinds)
        {
            var open = recent.FirstOrDefault(
                run => run.Kind == kind && run.State is ExportState.Scheduled or ExportState.Running or ExportState.Paused or ExportState.Failed && run.Kind == kind);
            var empty = new ExportForm { Reversals = link.Store.Options.SendsReversals };
            // The second step does not overrule the first unasked.
            if (kind == ExportKind.Transactions)
                empty = empty.With(await exports.BuyerStatesAsync(link.Store.Key, cancel));
            steps.Add(new StepView
            {
                Link = link,
                Kind = kind,
                Form = filled?.Kind == kind ? filled.Value.Form : empty,
                Errors = filled?.Kind == kind && errors is not null ? errors : new Dictionary<string, string>(StringComparer.Ordinal),
                Last = await runs.LastDoneAsync(link.Store.Key, kind, cancel),
                Open = open is null ? null : new RunNumbers(open, clock.GetUtcNow(), []),
                Preview = recent.FirstOrDefault(run => run.Kind == kind && run.Options.DryRun
                    && new RunNumbers(run, clock.GetUtcNow(), []) is { IsFinished: true, IsExpired: false }),
                Statuses = StatusesOf(link),
                Today = TodayOf(link),
            });
        }

        return (
            steps, recent, await removals.CountAsync(link.Store.Key, RemovalState.Listed, cancel), (await held.CountAsync(link.Store.Key, cancel)).People);
    }

    IReadOnlyList<OrderStatus> StatusesOf(StoreLink link) => catalogue.Find(link.Store.Platform)?.Info.OrderStatuses ?? [];
}
