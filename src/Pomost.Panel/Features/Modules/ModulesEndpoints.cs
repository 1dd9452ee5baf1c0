using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Hub;
using Pomost.Panel.Features.Registration;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Modules;

/// <summary>The section "Ustawienia użytkownika": Live Chat, Web Push and Pop-up, switched at once.</summary>
static class ModulesEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        var section = panel.MapGroup("/stores/{slug}/user-settings");
        var see = section.MapGroup("").RequireAuthorization(PanelPolicies.SeeStores);
        see.MapGet("", (string slug, string? switched, string? missing, string? ask, PanelRequest r, StoreDirectory stores, ModulesDesk desk)
            => StoreSections.OpenAsync(slug, r, stores, async link => Page.Of<ModulesPage>(new
            {
                View = await desk.ViewAsync(link, asks: ask == "1"),
                Switched = ModuleOf(switched),
                Missing = ModuleOf(missing),
            })));
        see.MapGet("/state", (string slug, PanelRequest r, StoreDirectory stores, ModulesDesk desk)
            => StoreSections.OpenAsync(slug, r, stores, async link => Page.Of<ModuleCards>(new { View = await desk.ViewAsync(link, asks: true) })));
        see.MapGet("/{module}", (string slug, string module, string? saved, PanelRequest r, StoreDirectory stores, ModulesDesk desk, StoreLooks looks)
            => StoreSections.OpenAsync(slug, r, stores, link => Edit(link, module, saved == "1", desk, looks, r)));
        var change = section.MapGroup("").RequireAuthorization(PanelPolicies.Market);
        change.MapPost("/{module}/switch", Switch);
        change.MapPost("/{module}", Save);
    }

    /// <summary>Part of the address that names a module.</summary>
    public static string AddressOf(StoreModule module) => module switch
    {
        StoreModule.LiveChat => "live-chat",
        StoreModule.WebPush => "web-push",
        StoreModule.Popup => "pop-up",
        _ => throw new ArgumentOutOfRangeException(nameof(module), module, "A module without an address."),
    };

    static StoreModule? ModuleOf(string? address)
        => Enum.GetValues<StoreModule>().Where(module => AddressOf(module) == address).Select(module => (StoreModule?)module).FirstOrDefault();

    static Task<IResult> Switch(string slug, string module, PanelRequest r, StoreDirectory stores, ModulesDesk desk, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            var on = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["on"].ToString();
            if (ModuleOf(module) is not { } which || on is not ("0" or "1"))
                return Page.Missing();
            var before = (await desk.ViewAsync(link, asks: false)).Modules.FirstOrDefault(one => one.Module == which);
            if (!await desk.SwitchAsync(link, which, on == "1"))
                return Page.See($"/stores/{link.Slug}/user-settings?missing={module}");
            await audit.WriteAsync("store.module-switched", link.Slug, new AuditChange(module, Word(before?.IsOn == true), Word(on == "1")));
            return Page.See($"/stores/{link.Slug}/user-settings?switched={module}");
        });

    static async Task<IResult> Edit(StoreLink link, string module, bool saved, ModulesDesk desk, StoreLooks looks, PanelRequest r)
    {
        var view = await desk.ViewAsync(link, asks: false);
        if (ModuleOf(module) is not { } which || !view.AtHub || view.Modules.Count == 0)
            return Page.Missing();
        return Page.Of<ModulePage>(new { View = view, Module = which, Look = (await looks.OfAsync(link.Store, r.Http.RequestAborted)).Look, IsSaved = saved });
    }

    static Task<IResult> Save(string slug, string module, PanelRequest r, StoreDirectory stores, ModulesDesk desk, StoreLooks looks, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            var cancel = r.Http.RequestAborted;
            var form = await r.Http.Request.ReadFormAsync(cancel);
            var (name, on) = (form["name"].ToString().Trim(), form["active"] == "1");
            if (ModuleOf(module) is not { } which)
                return Page.Missing();
            if (name.Length is 0 or > HubModules.LongestName || !TypedText.IsName(name))
            {
                var view = await desk.ViewAsync(link, asks: false);
                return !view.AtHub || view.Modules.Count == 0 ? Page.Missing() : Page.Refused<ModulePage>(new
                {
                    View = view,
                    Module = which,
                    Look = (await looks.OfAsync(link.Store, cancel)).Look,
                    Typed = TypedText.Cut(name, HubModules.LongestName),
                    TypedOn = on,
                    Errors = (IReadOnlyDictionary<string, string>)new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["name"] = RegistrationInput.NameProblem(name, r.T, HubModules.LongestName)!,
                    },
                });
            }

            if (await desk.SaveAsync(link, which, on, name) is not { } before)
                return Page.Missing();
            await audit.WriteAsync(
                "store.module-changed", link.Slug, new AuditChange($"{module}.name", before.Name, name), new AuditChange(module, Word(before.IsOn), Word(on)));
            return Page.See($"/stores/{link.Slug}/user-settings/{module}?saved=1");
        });

    static string Word(bool on) => on ? "on" : "off";
}
