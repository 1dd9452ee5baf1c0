using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Stores;

static class StoresEndpoints
{
    const string NameField = "store_name";

    public static void Map(IEndpointRouteBuilder panel)
    {
        var setup = panel.MapGroup("/stores/new").RequireAuthorization(PanelPolicies.Administer);
        setup.MapGet("", Platforms);
        setup.MapGet("/{platform}", IResult (string platform, IPlatformCatalogue catalogue) => catalogue.Find(platform) is { } connector
            ? Page.Of<AccessPage>(new { Platform = connector.Info }) : Page.Missing());
        setup.MapPost("/{platform}", (string platform, PanelRequest r, IPlatformCatalogue catalogue, StoreSetup store, StoreDrafts drafts)
            => Check(platform, null, r, catalogue, store, drafts));
        setup.MapGet("/{platform}/{draft}", Watch);
        setup.MapPost("/{platform}/{draft}", Check);
        setup.MapGet("/{platform}/{draft}/account", Account);
        setup.MapPost("/{platform}/{draft}/account", Integrate);
    }

    static IResult Platforms(string? platform, IPlatformCatalogue catalogue)
        => platform is not null && catalogue.Find(platform) is { } chosen
            ? Page.See("/stores/new/" + chosen.Info.Key)
            : Page.Of<PlatformPage>(new { Platforms = (IReadOnlyList<PlatformInfo>)[.. catalogue.All.Select(connector => connector.Info)] });

    static async Task<IResult> Check(string platform, string? draft, PanelRequest r, IPlatformCatalogue catalogue, StoreSetup setup, StoreDrafts drafts)
    {
        if (catalogue.Find(platform) is not { } connector)
            return Page.Missing();
        var info = connector.Info;
        var before = draft is null ? null : drafts.Find(draft, r.User.AccountId(), platform);
        var form = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
        var typed = info.Settings.ToDictionary(field => field.Key, field => TypedIn(form, field, before), StringComparer.Ordinal);
        var (values, problems) = setup.Read(info, typed);
        var errors = problems.ToDictionary(problem => problem.Key, problem => problem.Message.In(Texts.Languages.Code(r.Language)), StringComparer.Ordinal);
        var name = form[NameField].ToString().Trim();
        if (name.Length is 0 or > 80)
            errors[NameField] = r.T.Common.Required;
        if (errors.Count > 0)
        {
            foreach (var secret in info.Settings.Where(field => field.Kind == SettingKind.Secret))
                typed[secret.Key] = null;
            return Page.Refused<AccessPage>(new
            {
                Platform = info,
                Draft = before,
                Typed = (IReadOnlyDictionary<string, string?>)typed,
                TypedName = name,
                Errors = (IReadOnlyDictionary<string, string>)errors,
            });
        }

        return Page.See($"/stores/new/{info.Key}/{drafts.Check(before, r.User.AccountId(), info.Key, name, values).Id}");
    }

    static IResult Watch(string platform, string draft, PanelRequest r, IPlatformCatalogue catalogue, StoreDrafts drafts)
    {
        if (catalogue.Find(platform) is not { } connector)
            return Page.Missing();
        var found = drafts.Find(draft, r.User.AccountId(), platform);
        return r.IsPart && found is not null
            ? Page.Of<CheckBody>(new { Platform = connector.Info, Draft = found })
            : Page.Of<AccessPage>(new { Platform = connector.Info, Draft = found, IsGone = found is null });
    }

    static IResult Account(string platform, string draft, PanelRequest r, IPlatformCatalogue catalogue, StoreDrafts drafts)
        => Ready(platform, draft, r, catalogue, drafts) is { } ready
            ? Page.Of<AccountPage>(new { Platform = ready.Info, Draft = ready.Draft })
            : Page.See($"/stores/new/{platform}/{draft}");

    static async Task<IResult> Integrate(
        string platform, string draft, PanelRequest r, IPlatformCatalogue catalogue, StoreDrafts drafts, StoreSetup setup, IAccounts accounts)
    {
        if (Ready(platform, draft, r, catalogue, drafts) is not { } ready)
            return Page.See($"/stores/new/{platform}/{draft}");
        var cancel = r.Http.RequestAborted;
        var account = (await accounts.FindAsync(r.User.AccountId(), cancel))!;
        if (await setup.HubDestinationAsync(account, r.User.Identity!.Name!, cancel) is not { } destination)
            return Page.Refused<AccountPage>(new { Platform = ready.Info, Draft = ready.Draft, Problem = r.T.Stores.HubTaken });
        var facts = ready.Draft.Result!.Facts;
        var options = facts.TimeZone is { } zone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) ? new StoreOptions { TimeZone = zone } : new StoreOptions();
        // Taken away first, so that a second click cannot add the store twice.
        drafts.Forget(ready.Draft);
        var store = await setup.AddAsync(account.Id, destination.Id, ready.Info.Key, ready.Draft.Name, ready.Draft.Values, options, cancel);
        return Page.See($"/stores/{store.Slug}/export?connected=1");
    }

    static (PlatformInfo Info, StoreDraft Draft)? Ready(string platform, string draft, PanelRequest r, IPlatformCatalogue catalogue, StoreDrafts drafts)
        => catalogue.Find(platform) is { } connector && drafts.Find(draft, r.User.AccountId(), platform) is { IsReady: true } found ? (connector.Info, found) : null;

    static string? TypedIn(IFormCollection form, SettingField field, StoreDraft? before)
    {
        var text = field.Kind switch
        {
            SettingKind.Toggle => form[field.Key] == "true" ? "true" : "false",
            SettingKind.MultiChoice => string.Join(',', form[field.Key].OfType<string>()),
            _ => form[field.Key].ToString(),
        };
        // An empty secret field keeps what was typed before: it was never sent back to the browser.
        return text.Length == 0 && field.Kind == SettingKind.Secret ? before?.Values[field.Key] : text;
    }
}

/// <summary>"check:…": the lines of a running connection check.</summary>
sealed class CheckTopic(StoreDrafts drafts) : ILiveTopic
{
    public string Kind => "check";

    public Task<string?> StampAsync(string key, HttpContext http, CancellationToken cancel)
        => Task.FromResult(drafts.Find(key, http.User.AccountId())?.Version.ToString(CultureInfo.InvariantCulture));
}
