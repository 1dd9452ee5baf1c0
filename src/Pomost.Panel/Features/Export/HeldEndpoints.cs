using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Features.Contacts;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Export;

/// <summary>People whose opt-out at SALESmanago held against the shop's consent, and the act that overrules their list.</summary>
static class HeldEndpoints
{
    const int Shown = 50;
    const int LongestReason = 500;
    const int LongestDocument = 200;

    public static void Map(RouteGroupBuilder export)
    {
        var held = export.MapGroup("/held").RequireAuthorization(PanelPolicies.SeeContacts);
        held.MapGet("", Show);
        held.MapPost("/overrule", Overrule).RequireAuthorization(PanelPolicies.Administer);
        export.MapGet("/held.csv", Csv).RequireAuthorization(PanelPolicies.SeeContacts);
    }

    static async Task<IResult> Show(string slug, long? after, long? overruled, PanelRequest r, StoreDirectory stores, IHeldConsents held)
        => await stores.FindAsync(r.User, slug, r.Http.RequestAborted) is { } link
            ? Page.Of<HeldPage>(new { View = await ViewAsync(link, after ?? 0, r, held) with { Overruled = overruled } }) : Page.Missing();

    static async Task<IResult> Csv(string slug, PanelRequest r, StoreDirectory stores, HeldPeople people, PanelAudit audit)
    {
        if (await stores.FindAsync(r.User, slug, r.Http.RequestAborted) is not { } link)
            return Page.Missing();
        var role = r.User.Role();
        await audit.WriteAsync("held.downloaded", slug);
        var format = new HeldRowsFormat(r.Language == Language.Pl ? ';' : ',', email => ExportLooks.Masked(email, role));
        return TypedResults.Stream(
            output => people.WriteAsync(output, link.Store.Key, format, r.Http.RequestAborted), "text/csv; charset=utf-8", $"pomost-{link.Slug}-unsubscribed.csv");
    }

    /// <summary>States an opt-in for everybody listed: with a reason, with proof, and for as many people as the page has shown.</summary>
    static async Task<IResult> Overrule(string slug, PanelRequest r, StoreDirectory stores, IHeldConsents held, HeldPeople people, PanelAudit audit)
    {
        var cancel = r.Http.RequestAborted;
        if (await stores.FindAsync(r.User, slug, cancel) is not { Store.State: not StoreState.Disconnected } link)
            return Page.Missing();
        var form = await r.Http.Request.ReadFormAsync(cancel);
        var (reason, document) = (Cut(form["reason"], LongestReason), Cut(form["document"], LongestDocument));
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(reason))
            errors["reason"] = r.T.Contacts.ReasonMissing;
        if (form["proof"] != "1" || !long.TryParse(form["people"], NumberStyles.None, CultureInfo.InvariantCulture, out var seen))
            errors["proof"] = r.T.Export.OverruleProofMissing;
        else if (errors.Count == 0)
        {
            var evidence = new ConsentEvidence(r.PersonName, reason, document);
            var (count, refusal) = await people.OverruleAsync(link.Store.Key, evidence, seen, audit.EntryOf(HeldPeople.Overruled, slug), cancel);
            if (refusal is null)
                return Page.See(string.Create(CultureInfo.InvariantCulture, $"/stores/{slug}/export/held?overruled={count}"));
            errors[refusal.Problem is EditProblem.NamesThePerson ? "reason" : "proof"] = refusal.Problem == EditProblem.NamesThePerson
                ? r.T.Export.HeldNotNamed : r.T.Contacts.Of(refusal);
        }

        return Page.Refused<HeldPage>(new { View = await ViewAsync(link, 0, r, held) with { Reason = reason, Document = document, Errors = errors } });
    }

    static async Task<HeldView> ViewAsync(StoreLink link, long after, PanelRequest r, IHeldConsents held)
    {
        // One more than shown says whether there is a next page, without counting.
        var people = await held.ListAsync(link.Store.Key, after, Shown + 1, r.Http.RequestAborted);
        var count = await held.CountAsync(link.Store.Key, r.Http.RequestAborted);
        return new HeldView
        {
            Link = link,
            Count = count.People,
            OfEmail = count.OfEmail,
            People = [.. people.Take(Shown)],
            Next = people.Count > Shown ? people[Shown - 1].ContactId : null,
            IsFirst = after == 0,
        };
    }

    static string Cut(string? text, int most) => text is null ? "" : text.Length <= most ? text : text[..most];
}

/// <summary>What the page of these people shows.</summary>
public sealed record HeldView
{
    public required StoreLink Link { get; init; }

    public required long Count { get; init; }

    /// <summary>Those of them whom the list can be overruled for.</summary>
    public required long OfEmail { get; init; }

    public IReadOnlyList<HeldConsent> People { get; init; } = [];

    /// <summary>Where the next page begins; null = this is the last.</summary>
    public long? Next { get; init; }

    public bool IsFirst { get; init; }

    /// <summary>How many consents were saved a moment ago; null = none were.</summary>
    public long? Overruled { get; init; }

    public string? Reason { get; init; }

    public string? Document { get; init; }

    /// <summary>Message by field of a refused form.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
