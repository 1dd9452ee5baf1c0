using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Features.Export;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.Import;

/// <summary>The one-off import of earlier subscribers, from a file or from the shop.</summary>
static class ImportEndpoints
{
    /// <summary>Largest file a browser may bring; the command line takes larger ones.</summary>
    public const long MaxBytes = 20L * 1024 * 1024;

    const int LongestFileName = 200;

    public static void Map(IEndpointRouteBuilder panel)
    {
        var import = panel.MapGroup("/stores/{slug}/export/import").RequireAuthorization(PanelPolicies.Export);
        import.MapGet("", Show);
        // Larger than is taken, so that a file that is too large gets an answer instead of a cut line.
        import.MapPost("", Upload).WithMetadata(new BodyLimit(MaxBytes * 5));
        import.MapPost("/shop", FromShop);
        import.MapGet("/{file:long}", Columns);
        import.MapPost("/{file:long}", Start);
        import.MapPost("/{file:long}/preview", Preview);
        import.MapPost("/{file:long}/forget", Forget);
    }

    static async Task<IResult> Show(string slug, string? forgotten, PanelRequest r, StoreDirectory stores, IPlatformCatalogue catalogue, Connections connections)
        => await stores.FindAsync(r.User, slug, r.Http.RequestAborted) is { } link
            ? Page.Of<ImportPage>(new { Link = link, ListsSubscribers = Lists(link, catalogue, connections), IsForgotten = forgotten == "1" }) : Page.Missing();

    static async Task<IResult> Upload(
        string slug, PanelRequest r, StoreDirectory stores, IPlatformCatalogue catalogue, Connections connections, SubscriberImport import, PanelAudit audit)
    {
        var cancel = r.Http.RequestAborted;
        if (await stores.FindAsync(r.User, slug, cancel) is not { Store.State: not StoreState.Disconnected } link)
            return Page.Missing();
        var file = (await r.Http.Request.ReadFormAsync(cancel)).Files.GetFile("file");
        if (file is null || file.FileName.Length == 0)
            return Refused(r.T.Import.FileRequired);
        if (file.Length > MaxBytes)
            return Refused(r.T.Import.TooLarge(r.F.Number((decimal)file.Length / (1024 * 1024), 1)));
        try
        {
            await using var content = file.OpenReadStream();
            var stored = await import.StoreAsync(link.Store.Key, TypedText.Cut(TypedText.OneLine(file.FileName), LongestFileName), content, r.PersonName, cancel);
            await audit.WriteAsync("import.uploaded", slug, new AuditChange("lines", null, stored.Lines.ToString(CultureInfo.InvariantCulture)));
            return Page.See(AddressOf(slug, stored.Id));
        }
        catch (SubscriberFileException problem)
        {
            return Refused(ImportForm.Of(r.T.Import, problem));
        }

        IResult Refused(string message) => Page.Refused<ImportPage>(new { Link = link, ListsSubscribers = Lists(link, catalogue, connections), Errors = Error("file", message) });
    }

    static async Task<IResult> FromShop(
        string slug, PanelRequest r, StoreDirectory stores, IPlatformCatalogue catalogue, Connections connections, SubscriberImport import, PanelAudit audit)
    {
        var cancel = r.Http.RequestAborted;
        if (await stores.FindAsync(r.User, slug, cancel) is not { Store.State: not StoreState.Disconnected } link || !Lists(link, catalogue, connections))
            return Page.Missing();
        var typed = (await r.Http.Request.ReadFormAsync(cancel))["tags"].ToString();
        var tags = TagInput.Parse(typed);
        if (tags.Problem is { } problem)
            return Page.Refused<ImportPage>(new { Link = link, ListsSubscribers = true, Tags = typed, Errors = Error("tags", r.T.Tags.Of(problem)) });
        return await Started(slug, await import.StartFromShopAsync(link.Store.Key, tags.Tags, r.PersonName, dryRun: true, cancel), audit);
    }

    static async Task<IResult> Columns(string slug, long file, PanelRequest r, StoreDirectory stores, ISubscriberFiles files, SubscriberImport import)
    {
        if (await stores.FindAsync(r.User, slug, r.Http.RequestAborted) is not { } link)
            return Page.Missing();
        if (await FindAsync(link, file, r, files) is not { } stored)
            return Page.Of<ImportPage>(new { Link = link, IsGone = true }, StatusCodes.Status404NotFound);
        var look = await import.LookAsync(stored, r.Http.RequestAborted);
        var form = ImportForm.Guessed(look.Guess);
        var (mapping, errors) = form.Check(look, r.T.Import);
        // Nobody was asked yet.
        errors.Clear();
        return await Shown(link, stored, form, mapping, errors, r, import);
    }

    /// <summary>The file read by other columns. Keeps nothing.</summary>
    static Task<IResult> Preview(string slug, long file, PanelRequest r, StoreDirectory stores, ISubscriberFiles files, SubscriberImport import, PanelAudit audit)
        => Read(slug, file, r, stores, files, import, audit, starts: false);

    /// <summary>Counts what the import would send; the run that sends it is started from there.</summary>
    static Task<IResult> Start(string slug, long file, PanelRequest r, StoreDirectory stores, ISubscriberFiles files, SubscriberImport import, PanelAudit audit)
        => Read(slug, file, r, stores, files, import, audit, starts: true);

    static async Task<IResult> Read(
        string slug, long file, PanelRequest r, StoreDirectory stores, ISubscriberFiles files, SubscriberImport import, PanelAudit audit, bool starts)
    {
        var cancel = r.Http.RequestAborted;
        if (await stores.FindAsync(r.User, slug, cancel) is not { Store.State: not StoreState.Disconnected } link)
            return Page.Missing();
        if (await FindAsync(link, file, r, files) is not { } stored)
            return Page.Of<ImportPage>(new { Link = link, IsGone = true }, StatusCodes.Status404NotFound);
        var sent = await r.Http.Request.ReadFormAsync(cancel);
        var form = ImportForm.Read(field => sent[field].ToString(), [.. sent["ignored"].OfType<string>()]);
        var (mapping, errors) = form.Check(await import.LookAsync(stored, cancel), r.T.Import);
        var tags = TagInput.Parse(form.Tags);
        if (tags.Problem is { } problem)
            errors["tags"] = r.T.Tags.Of(problem);
        if (mapping is not { IsReady: true, Columns: { } columns } || errors.Count > 0 || !starts)
            return await Shown(link, stored, form, mapping, errors, r, import);
        return await Started(slug, await import.StartAsync(stored, columns, tags.Tags, r.PersonName, dryRun: true, cancel), audit);
    }

    static async Task<IResult> Forget(string slug, long file, PanelRequest r, StoreDirectory stores, ISubscriberFiles files, PanelAudit audit)
    {
        if (await stores.FindAsync(r.User, slug, r.Http.RequestAborted) is not { } link)
            return Page.Missing();
        if (await FindAsync(link, file, r, files) is { } stored)
        {
            await files.DeleteAsync(link.Store.AccountId, stored.Id, r.Http.RequestAborted);
            await audit.WriteAsync("import.forgotten", slug);
        }

        return Page.See($"/stores/{slug}/export/import?forgotten=1");
    }

    static async Task<IResult> Shown(
        StoreLink link, SubscriberFile file, ImportForm form, SubscriberMapping mapping, Dictionary<string, string> errors, PanelRequest r, SubscriberImport import)
    {
        var cancel = r.Http.RequestAborted;
        return Page.Of<ImportFilePage>(new
        {
            Link = link,
            File = file,
            Mapping = mapping,
            Form = form,
            Errors = (IReadOnlyDictionary<string, string>)errors,
            Preview = mapping.Columns is not { } columns ? null : await import.PreviewAsync(file, columns, StartPage.ZoneOf(link), cancel),
        }, errors.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    static async Task<IResult> Started(string slug, (ExportRun Run, bool Created) started, PanelAudit audit)
    {
        if (started.Created)
            await audit.WriteAsync("export.previewed", slug, RunEndpoints.Told(started.Run));
        return Page.See(RunEndpoints.AddressOf(slug, started.Run));
    }

    static async Task<SubscriberFile?> FindAsync(StoreLink link, long file, PanelRequest r, ISubscriberFiles files)
        => await files.FindAsync(link.Store.AccountId, file, r.Http.RequestAborted) is { } stored && stored.Store == link.Store.Key ? stored : null;

    static bool Lists(StoreLink link, IPlatformCatalogue catalogue, Connections connections) => catalogue.Find(link.Store.Platform) is IReadsSubscribers && connections.Gives(link.Store, ShopStream.Subscribers);

    static Dictionary<string, string> Error(string field, string message) => new(StringComparer.Ordinal) { [field] = message };

    static string AddressOf(string slug, long file) => string.Create(CultureInfo.InvariantCulture, $"/stores/{slug}/export/import/{file}");
}
