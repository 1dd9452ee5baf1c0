using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Features.Destinations;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.AccountSettings;

/// <summary>What the account at the destination lists, as far as it answered.</summary>
/// <param name="Users">Who may own contacts; null = not asked.</param>
/// <param name="Forms">Web push consent forms; null = not asked.</param>
/// <param name="Problem">Why it did not answer.</param>
public sealed record AccountLists(IReadOnlyList<string>? Users, IReadOnlyList<PushForm>? Forms, string? Problem = null)
{
    public static AccountLists NotAsked { get; } = new(null, null);
}

/// <summary>The section "Ustawienia konta": callbacks, owner, forms, consent download, health.</summary>
static class AccountSettingsEndpoints
{
    const string OptIn = "opt-in";
    const string OptOut = "opt-out";
    const string NewPassword = "new_password";
    const string NewSecret = "new_secret";

    /// <summary>Minutes between two downloads of consents that can be chosen, besides one at each poll.</summary>
    public static readonly IReadOnlyList<int> ConsentPeriods = [15, 30, 60, 120, 240, 480, 720, 1440];

    public static void Map(IEndpointRouteBuilder panel)
    {
        var account = panel.MapGroup("/stores/{slug}/account").RequireAuthorization(PanelPolicies.Administer);
        account.MapGet("", (string slug, string? done, string? trial, string? kind, string? lists, PanelRequest r, StoreDirectory stores, AccountSettingsDesk desk, ShownOnce once)
            => StoreSections.OpenAsync(slug, r, stores, async link => Page.Of<AccountSettingsPage>(new
            {
                View = await desk.ViewAsync(link, lists == "1"),
                MadeSecret = done == NewSecret ? once.Take() : null,
                MadePassword = done == NewPassword ? once.Take() : null,
                Done = WordsOf(done, r.T),
                Trial = trial is not null && Enum.TryParse<TrialOutcome>(trial, ignoreCase: true, out var outcome) ? outcome : (TrialOutcome?)null,
                TrialOf = kind == OptOut ? ConsentState.Withdrawn : ConsentState.Granted,
            })));
        account.MapGet("/lists", (string slug, PanelRequest r, StoreDirectory stores, AccountSettingsDesk desk)
            => StoreSections.OpenAsync(slug, r, stores, async link => Page.Of<AccountPart>(new { View = await desk.ViewAsync(link, withLists: true) })));
        account.MapPost("/owner", Owner);
        account.MapPost("/push-form", PushForm);
        account.MapPost("/product-key", ProductKey);
        account.MapPost("/consent-download", ConsentDownload);
        account.MapPost("/consent-download/now", (string slug, PanelRequest r, StoreDirectory stores, AccountSettingsDesk desk, PanelAudit audit)
            => StoreSections.OpenAsync(slug, r, stores, async link =>
            {
                await desk.DownloadNowAsync(link);
                await audit.WriteAsync("store.synced", link.Slug);
                return See(link, "asked");
            }));
        account.MapPost("/plugins/password", (string slug, PanelRequest r, StoreDirectory stores, AccountSettingsDesk desk, PluginAccess plugins, PanelAudit audit, ShownOnce once)
            => RenewAsync(slug, r, stores, desk, audit, once, NewPassword, async (of, cancel) => (await plugins.SetPasswordAsync(of, null, cancel))?.Password));
        account.MapPost("/plugins/secret", (string slug, PanelRequest r, StoreDirectory stores, AccountSettingsDesk desk, PluginAccess plugins, PanelAudit audit, ShownOnce once)
            => RenewAsync(slug, r, stores, desk, audit, once, NewSecret, plugins.RenewSecretAsync));
        account.MapGet("/plugins/" + WordPressFile.Name, (string slug, PanelRequest r, StoreDirectory stores, AccountSettingsDesk desk)
            => StoreSections.OpenAsync(slug, r, stores, async link => (await desk.DestinationOfAsync(link)).IsHub
                ? Results.File(WordPressFile.Make(desk.Server.Address), "application/octet-stream", WordPressFile.Name)
                : Page.Missing()));
        account.MapPost("/callbacks/rotate", Rotate);
        account.MapPost("/callbacks/try", Try);
    }

    static Task<IResult> Owner(string slug, PanelRequest r, StoreDirectory stores, AccountSettingsDesk desk, DestinationSetup destinations, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            var owner = (await FormAsync(r))["owner"].ToString().Trim();
            var before = await desk.DestinationOfAsync(link);
            var wrong = owner.Length == 0 ? r.T.Common.Required : EmailAddress.TryParse(owner, out _, out _) ? null : r.T.Common.Email;
            try
            {
                if (wrong is null)
                    await destinations.ChangeOwnerAsync(before, owner, r.Http.RequestAborted);
            }
            catch (NeedsOperatorException refused)
            {
                wrong = r.T.Problems.OfDestination(refused.Problem, refused.SettingKey, refused.Detail);
            }
            catch (RetryLaterException)
            {
                wrong = r.T.Problems.DestinationTimedOut;
            }

            if (wrong is not null)
                return await RefusedAsync(link, desk, "owner", wrong, owner);
            await audit.WriteAsync("destination.owner-changed", link.Slug, new AuditChange("owner", before.Owner, owner));
            return See(link, "saved");
        });

    static Task<IResult> PushForm(string slug, PanelRequest r, StoreDirectory stores, AccountSettingsDesk desk, IStores store, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            var code = (await FormAsync(r))["push_form"].ToString();
            var lists = await desk.ListsAsync(await desk.DestinationOfAsync(link));
            var chosen = lists.Forms?.FirstOrDefault(form => form.Code == code);
            if (chosen is null && code.Length > 0)
                return await RefusedAsync(link, desk, "push_form", lists.Problem ?? r.T.Common.Choose, code);
            var kept = code.Length == 0 ? null : code;
            var before = await store.ChangeOptionsAsync(link.Store.Key, options => options with { PushForm = kept }, r.Http.RequestAborted);
            await audit.WriteAsync("store.settings-changed", link.Slug, new AuditChange("push_form", before?.PushForm, kept));
            return See(link, "saved");
        });

    static Task<IResult> ProductKey(string slug, PanelRequest r, StoreDirectory stores, AccountSettingsDesk desk, DestinationSetup destinations, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            var destination = await desk.DestinationOfAsync(link);
            // The built-in hub makes its own.
            if (destination.IsHub)
                return Page.Missing();
            var key = DestinationForm.ProductKeyOf(await FormAsync(r));
            var wrong = key is null ? r.T.Common.Required : null;
            try
            {
                if (key is not null)
                    await destinations.UseProductKeyAsync(destination, key, r.Http.RequestAborted);
            }
            catch (NeedsOperatorException refused)
            {
                wrong = r.T.Problems.OfDestination(refused.Problem, refused.SettingKey, refused.Detail);
            }
            catch (RetryLaterException)
            {
                wrong = r.T.Problems.DestinationTimedOut;
            }

            if (wrong is not null)
                return await RefusedAsync(link, desk, IProductDestination.KeySetting, wrong, "");
            await audit.WriteAsync("destination.product-key-changed", link.Slug, AuditChange.OfSecret(IProductDestination.KeySetting));
            return See(link, "product_key");
        });

    static Task<IResult> ConsentDownload(string slug, PanelRequest r, StoreDirectory stores, AccountSettingsDesk desk, IStores store, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            var cancel = r.Http.RequestAborted;
            var form = await FormAsync(r);
            var (on, typed) = (form["downloads"] == "1", form["every"].ToString());
            int? every = int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) ? minutes : null;
            if (typed.Length > 0 && !(every is { } chosen && ConsentPeriods.Contains(chosen)))
                return await RefusedAsync(link, desk, "every", r.T.Common.Choose, "");
            var before = await store.ChangeOptionsAsync(link.Store.Key, options => options with { DownloadsConsent = on }, cancel);
            var destination = await desk.DestinationOfAsync(link);
            if (destination.ConsentMinutes != every)
            {
                await store.UpdateDestinationAsync(destination with { ConsentMinutes = every }, cancel);
                // Whoever waits for the end of the former period looks at the new one.
                await desk.DownloadNowAsync(link);
            }

            await audit.WriteAsync(
                "store.settings-changed", link.Slug, new AuditChange("downloads_consent", Word(before?.DownloadsConsent == true), Word(on)),
                new AuditChange("consent_minutes", Text(destination.ConsentMinutes), Text(every)));
            return See(link, "saved");
        });

    // What was made is shown on the page that follows, and nowhere again.
    static Task<IResult> RenewAsync(
        string slug, PanelRequest r, StoreDirectory stores, AccountSettingsDesk desk, PanelAudit audit, ShownOnce once, string what,
        Func<Destination, CancellationToken, Task<string?>> make)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            if (await desk.DestinationOfAsync(link) is not { IsHub: true } destination || await make(destination, r.Http.RequestAborted) is not { } made)
                return Page.Missing();
            await audit.WriteAsync(
                what == NewSecret ? "hub.secret_renewed" : "hub.password_renewed", destination.ClientId,
                AuditChange.OfSecret(what == NewSecret ? DestinationSecrets.ApiSecret : "password"));
            once.Put(made);
            return See(link, what, "#plugins");
        });

    static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    static Task<IResult> Rotate(string slug, PanelRequest r, StoreDirectory stores, AccountSettingsDesk desk, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            await desk.RotateAsync();
            await audit.WriteAsync("callback.rotated");
            return See(link, "rotated");
        });

    static Task<IResult> Try(string slug, PanelRequest r, StoreDirectory stores, AccountSettingsDesk desk, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            var kind = (await FormAsync(r))["kind"].ToString();
            if (kind is not (OptIn or OptOut))
                return Page.Missing();
            var trial = await desk.TryAsync(kind == OptIn ? ConsentState.Granted : ConsentState.Withdrawn);
            await audit.WriteAsync("callback.tried", kind, new AuditChange("outcome", null, trial.Outcome.ToString()));
            return Page.See($"/stores/{link.Slug}/account?trial={trial.Outcome}&kind={kind}#callbacks");
        });

    static async Task<IResult> RefusedAsync(StoreLink link, AccountSettingsDesk desk, string field, string message, string typed)
        => Page.Refused<AccountSettingsPage>(new
        {
            View = await desk.ViewAsync(link, withLists: true),
            Typed = typed,
            Errors = (IReadOnlyDictionary<string, string>)new Dictionary<string, string>(StringComparer.Ordinal) { [field] = message },
        });

    static RedirectHttpResult See(StoreLink link, string done, string part = "") => Page.See($"/stores/{link.Slug}/account?done={done}{part}");

    static Task<IFormCollection> FormAsync(PanelRequest r) => r.Http.Request.ReadFormAsync(r.Http.RequestAborted);

    static string Word(bool on) => on ? "on" : "off";

    static string? WordsOf(string? done, PanelTexts t) => done switch
    {
        "saved" => t.AccountSettings.Saved,
        "product_key" => t.AccountSettings.ProductKeySaved,
        "rotated" => t.AccountSettings.Rotated,
        "asked" => t.Operation.SyncAsked,
        _ => null,
    };
}
