using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Looks;

/// <summary>The section "Integracje": language, logo and colours of a store's modules.</summary>
static class LookEndpoints
{
    /// <summary>A picture is shown as a picture and as nothing else.</summary>
    const string PicturePolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";

    public static void Map(IEndpointRouteBuilder panel)
    {
        var section = panel.MapGroup("/stores/{slug}/integrations");
        section.MapGet("", (string slug, string? done, PanelRequest r, StoreDirectory stores, StoreLooks looks, IStores store)
            => StoreSections.OpenAsync(slug, r, stores, async link => Page.Of<IntegrationsPage>(new { View = await ViewAsync(link, r, looks, store), Done = done })))
            .RequireAuthorization(PanelPolicies.SeeStores);
        section.MapGet("/logo", Logo).RequireAuthorization(PanelPolicies.SeeStores);
        section.MapPost("", Save).RequireAuthorization(PanelPolicies.Market).WithMetadata(WithPicture);
        section.MapPost("/tell", (string slug, PanelRequest r, StoreDirectory stores, StoreLooks looks, IStores store, PanelAudit audit)
            => StoreSections.OpenAsync(slug, r, stores, async link =>
            {
                var told = await TellAsync(link, r, looks, store);
                await audit.WriteAsync("store.look-told", link.Slug);
                return See(link, told);
            })).RequireAuthorization(PanelPolicies.Market);
        // Without a store, so that the wizard shows it before there is one.
        panel.MapPost("/look/preview", async (PanelRequest r) =>
        {
            var form = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
            return Page.Of<LookPreview>(new { Form = LookForm.Read(form), LogoAddress = Shown(form["logo_shown"]), ShopName = TypedText.Cut(TypedText.OneLine(form["shop_name"].ToString()), TypedText.LongestName) });
        }).RequireAuthorization(PanelPolicies.Market).WithMetadata(WithPicture);
    }

    /// <summary>Larger than is taken, so that a picture that is too large gets an answer in words.</summary>
    internal static readonly BodyLimit WithPicture = new(21 * 1024 * 1024);

    /// <summary>Saves what was typed; tells the account when asked to. Gives messages by field when it was refused.</summary>
    public static async Task<Dictionary<string, string>> SaveAsync(Store store, LookForm form, IFormCollection typed, PanelRequest r, StoreLooks looks, PanelAudit audit)
    {
        var cancel = r.Http.RequestAborted;
        var (look, errors) = form.Check(r.T, r.F);
        var (logo, problem) = await LookForm.LogoAsync(typed, r.T, r.F, cancel);
        if (problem is not null)
            errors["logo"] = problem;
        if (look is null || errors.Count > 0)
            return errors;
        var before = await looks.OfAsync(store, cancel);
        var named = look with { LogoText = look.LogoText.Length == 0 ? store.Name : look.LogoText };
        await looks.SaveAsync(store, named, logo, form.RemovesLogo && logo is null, cancel);
        var after = await looks.OfAsync(store, cancel);
        await audit.WriteAsync("store.look-changed", store.Slug, Between(before, after));
        return errors;
    }

    public static async Task<LookView> ViewAsync(StoreLink link, PanelRequest r, StoreLooks looks, IStores store)
    {
        var cancel = r.Http.RequestAborted;
        var destination = (await store.FindDestinationAsync(link.Store.AccountId, link.Store.DestinationId, cancel))!;
        return new LookView(link, await looks.OfAsync(link.Store, cancel), destination.IsHub);
    }

    static Task<IResult> Save(string slug, PanelRequest r, StoreDirectory stores, StoreLooks looks, IStores store, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            var typed = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
            var form = LookForm.Read(typed);
            var errors = await SaveAsync(link.Store, form, typed, r, looks, audit);
            if (errors.Count > 0)
                return Page.Refused<IntegrationsPage>(new { View = await ViewAsync(link, r, looks, store), Typed = form, Errors = (IReadOnlyDictionary<string, string>)errors });
            return See(link, typed["tell"] == "1" ? await TellAsync(link, r, looks, store) : "saved");
        });

    /// <summary>Word for the address of what became of telling the account.</summary>
    public static async Task<string> TellAsync(StoreLink link, PanelRequest r, StoreLooks looks, IStores store)
    {
        var destination = (await store.FindDestinationAsync(link.Store.AccountId, link.Store.DestinationId, r.Http.RequestAborted))!;
        return destination.IsHub ? "saved" : await looks.TellAsync(link.Store, destination, r.Http.RequestAborted) ? "told" : "refused";
    }

    static Task<IResult> Logo(string slug, PanelRequest r, StoreDirectory stores, StoreLooks looks) => StoreSections.OpenAsync(slug, r, stores, async link =>
    {
        if (await looks.LogoAsync(link.Store, r.Http.RequestAborted) is not { } logo)
            return Page.Missing();
        r.Http.Response.Headers.ContentSecurityPolicy = PicturePolicy;
        r.Http.Response.Headers.ContentDisposition = $"inline; filename=\"logo.{RasterPicture.EndingOf(logo.MediaType)}\"";
        return Results.Bytes(logo.Content, logo.MediaType);
    });

    static RedirectHttpResult See(StoreLink link, string done) => Page.See($"/stores/{link.Slug}/integrations?done={done}");

    /// <summary>Address of a logo of ours, as a form may name it; anything else is not drawn.</summary>
    static string? Shown(string? address) => Page.Local(address) is var local && local.StartsWith("/stores/", StringComparison.Ordinal) ? local : null;

    static IReadOnlyList<AuditChange> Between(StoredLook before, StoredLook after) =>
    [
        new("language", before.Look.Language, after.Look.Language), new("main", before.Look.Main, after.Look.Main), new("main_font", before.Look.MainFont, after.Look.MainFont),
        new("additional", before.Look.Additional, after.Look.Additional), new("additional_font", before.Look.AdditionalFont, after.Look.AdditionalFont),
        new("logo_text", before.Look.LogoText, after.Look.LogoText), new("logo", before.LogoHash?[..12], after.LogoHash?[..12]),
    ];
}

/// <summary>What the section shows.</summary>
public sealed record LookView(StoreLink Link, StoredLook Stored, bool AtHub)
{
    public string? LogoAddress => Stored.LogoHash is { } hash ? $"/stores/{Link.Slug}/integrations/logo?v={hash[..12]}" : null;
}
