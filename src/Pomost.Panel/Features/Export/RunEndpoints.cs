using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Export;

/// <summary>The page of a run, and what can be done with it.</summary>
static class RunEndpoints
{
    public static void Map(RouteGroupBuilder export)
    {
        export.MapGet("/runs/{number:int}", Show);
        export.MapPost("/runs/{number:int}/start", Start).RequireAuthorization(PanelPolicies.Export);
        MapChange("again", (run, exports, r) => OtherAsync("export.previewed", exports.StartAsync(
            run.Store, run.Kind, run.Options with { DryRun = true, PreviewNumber = null, RetryOf = null }, r.PersonName, r.Http.RequestAborted)));
        MapChange("retry", (run, exports, r) => IsRetryable(run)
            ? OtherAsync("export.retried", exports.RetryAsync(run, r.PersonName, r.Http.RequestAborted)) : Task.FromResult<(string?, ExportRun)>((null, run)));
        MapChange("pause", async (run, exports, r) => (await exports.PauseAsync(run, r.Http.RequestAborted) ? "export.paused" : null, run));
        MapChange("cancel", async (run, exports, r) => (await exports.CancelAsync(run, r.Http.RequestAborted) ? "export.cancelled" : null, run));
        export.MapPost("/runs/{number:int}/resume", Resume).RequireAuthorization(PanelPolicies.Export);

        void MapChange(string verb, Func<ExportRun, Exports, PanelRequest, Task<(string? Done, ExportRun Run)>> change)
            => export.MapPost("/runs/{number:int}/" + verb, async Task<IResult> (string slug, int number, PanelRequest r, RunDesk desk, Exports exports, PanelAudit audit) =>
            {
                if (await desk.FindAsync(slug, number) is not (_, { } run))
                    return Page.Missing();
                var (done, shown) = await change(run, exports, r);
                if (done is not null)
                    await audit.WriteAsync(done, slug, Told(shown));
                return Page.See(AddressOf(slug, shown) + (done == "export.retried" ? "?started=1" : ""));
            }).RequireAuthorization(PanelPolicies.Export);
    }

    public static string AddressOf(string slug, ExportRun run) => string.Create(CultureInfo.InvariantCulture, $"/stores/{slug}/export/runs/{run.Number}");

    /// <summary>What the audit log tells of a run.</summary>
    public static AuditChange[] Told(ExportRun run)
        => [new("run", null, run.Number.ToString(CultureInfo.InvariantCulture)), new("kind", null, run.Kind.ToString())];

    /// <summary>True when its rejected rows can be read once more: a real run of the shop's own records that has ended.</summary>
    public static bool IsRetryable(ExportRun run)
        => run is { Rejected: > 0, Options.DryRun: false, State: ExportState.DoneWithRejects, Kind: ExportKind.Contacts or ExportKind.Transactions };

    static async Task<IResult> Show(string slug, int number, string? started, PanelRequest r, RunDesk desk)
    {
        if (await desk.FindAsync(slug, number) is not ({ } link, { } run))
            return Page.Missing();
        var view = await desk.ViewAsync(link, run) with { JustStarted = started == "1" };
        return r.IsPart ? Page.Of<RunBody>(new { View = view }) : Page.Of<RunPage>(new { View = view });
    }

    /// <summary>Sends what a dry run counted. What nobody has looked at, or looked at too long ago, is not sent.</summary>
    static async Task<IResult> Start(
        string slug, int number, PanelRequest r, RunDesk desk, Exports exports, IExportNotices notices, TimeProvider clock, PanelAudit audit)
    {
        if (await desk.FindAsync(slug, number) is not (_, { } preview))
            return Page.Missing();
        if (new RunNumbers(preview, clock.GetUtcNow(), []) is not { IsDryRun: true, IsFinished: true, IsExpired: false })
            return Page.See(AddressOf(slug, preview));
        var cancel = r.Http.RequestAborted;
        var (run, created) = await exports.StartAsync(
            preview.Store, preview.Kind, preview.Options with { DryRun = false, PreviewNumber = preview.Number }, r.PersonName, cancel);
        if (created && (await r.Http.Request.ReadFormAsync(cancel))["notice"] == "1" && r.User.Identity?.Name is { } email)
            await notices.AskAsync(run, email, r.Language.Code(), cancel);
        if (created)
            await audit.WriteAsync("export.started", slug, Told(run));
        return Page.See(AddressOf(slug, run) + "?started=1");
    }

    static async Task<(string?, ExportRun)> OtherAsync(string done, Task<(ExportRun Run, bool Created)> start)
    {
        var (run, created) = await start;
        return (created ? done : null, run);
    }

    static async Task<IResult> Resume(string slug, int number, PanelRequest r, RunDesk desk, Exports exports, StoreSetup setup, PanelAudit audit)
    {
        if (await desk.FindAsync(slug, number) is not ({ } link, { } run))
            return Page.Missing();
        // A run that failed for a setting left its store standing still.
        if (link.Store.State == StoreState.NeedsOperator)
            await setup.ResumeAsync(link.Store.Key, r.Http.RequestAborted);
        if (await exports.ResumeAsync(run, r.Http.RequestAborted))
            await audit.WriteAsync("export.resumed", slug, Told(run));
        return Page.See(AddressOf(slug, run));
    }
}

/// <summary>Finds runs and gathers what their pages show.</summary>
sealed class RunDesk(
    PanelRequest r, StoreDirectory directory, IExportRuns runs, IStorePaces paces, IPlatformCatalogue catalogue, ConsentFields fields, MailRoom mail,
    TimeProvider clock)
{
    const int RejectedShown = 20;

    public async Task<(StoreLink Link, ExportRun Run)?> FindAsync(string slug, int number)
        => await directory.FindAsync(r.User, slug, r.Http.RequestAborted) is { } link
            && await runs.FindByNumberAsync(link.Store.Key, number, r.Http.RequestAborted) is { } run ? (link, run) : null;

    public async Task<RunView> ViewAsync(StoreLink link, ExportRun run)
    {
        var cancel = r.Http.RequestAborted;
        var (account, now) = (run.Store.AccountId, clock.GetUtcNow());
        var pace = run.State is ExportState.Scheduled or ExportState.Running or ExportState.Paused
            ? await runs.PaceAsync(account, run.Id, now - RunNumbers.PaceShown, cancel) : [];
        var numbers = new RunNumbers(run, now, pace);
        var last = numbers.IsDryRun && numbers.IsFinished ? await runs.LastDoneAsync(run.Store, run.Kind, cancel) : null;
        var connector = catalogue.Find(link.Store.Platform);
        return new RunView
        {
            Link = link,
            Numbers = numbers,
            Wait = numbers.IsOpen ? (await paces.WaitingAsync(account, cancel)).GetValueOrDefault(run.Store) : null,
            Rejected = run.Rejected > 0 ? await runs.RejectedAsync(account, run.Id, 0, RejectedShown, cancel) : [],
            RejectCounts = run.Rejected > 0 && numbers.IsDryRun ? await runs.RejectCountsAsync(account, run.Id, cancel) : new Dictionary<Rules.ReasonCode, long>(),
            Preview = run.Options.PreviewNumber is { } preview ? await runs.FindByNumberAsync(run.Store, preview, cancel) : null,
            Retried = run.Options.RetryOf is { } retried ? await runs.FindAsync(account, retried, cancel) : null,
            Last = last,
            Estimate = numbers.IsDryRun ? ExportEstimate.Of(run, last, link.Store.Options.ExportBudget) : null,
            Consents = numbers is { IsDryRun: true, IsFinished: true, IsContacts: true } && SaysNothing(run) ? await fields.SampleAsync(link.Store, cancel) : null,
            CanRetry = connector is IReadsById && RunEndpoints.IsRetryable(run),
            NoticeEmail = mail.Sends ? r.User.Identity?.Name : null,
            Destination = DestinationWords.For(r.Language == Language.Pl, link.IsHub).Name,
            RequestsPerSecond = link.Store.Options.RequestsPerSecond ?? connector?.Info.Limit.RequestsPerSecond,
        };
    }

    // Nobody was read with a yes or a no.
    static bool SaysNothing(ExportRun run)
        => run.States.Count > 0 && run.States.GetValueOrDefault(Rules.ConsentState.Granted) + run.States.GetValueOrDefault(Rules.ConsentState.Withdrawn) == 0;
}

/// <summary>"run:17": the committed figures of an export run, and what it waits for.</summary>
sealed class RunTopic(IExportRuns runs, IStorePaces paces, TimeProvider clock) : ILiveTopic
{
    public string Kind => "run";

    public async Task<string?> StampAsync(string key, HttpContext http, CancellationToken cancel)
    {
        if (!long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || await runs.FindAsync(http.User.AccountId(), id, cancel) is not { } run
            || !http.User.MaySee(run.Store))
            return null;
        var wait = (await paces.WaitingAsync(run.Store.AccountId, cancel)).GetValueOrDefault(run.Store);
        // Rate and end of a run under way change with time, even while nothing is done.
        var slot = run.State == ExportState.Running ? clock.GetUtcNow().ToUnixTimeSeconds() / (long)ExportPace.Slot.TotalSeconds : 0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{run.State} {run.IsInHand} {run.Read} {run.ToSend} {run.Sent} {run.Held} {run.SkippedTotal} {run.Rejected} {run.ReadToEnd} {run.Total} {wait?.Reason} {slot}");
    }
}
