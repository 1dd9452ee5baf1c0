using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Features.Destinations;
using Pomost.Panel.Features.Export;
using Pomost.Panel.Features.Looks;
using Pomost.Panel.Features.Registration;
using Pomost.Panel.Features.StoreSettings;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.Stores;

/// <summary>The wizard: platform, access, account, look. Each step has an address of its own and waits thirty days.</summary>
static class StoresEndpoints
{
    const string NameField = "store_name";
    const int LongestName = 80;
    const int LongestValue = 8_000;
    const int EventsShown = 8;
    const int LongestCallback = 16 * 1024;

    public static void Map(IEndpointRouteBuilder panel)
    {
        var setup = panel.MapGroup("/stores/new").RequireAuthorization(PanelPolicies.Administer);
        setup.MapGet("", Platforms);
        setup.MapPost("/forget", Forget);
        setup.MapPost("/recognise", Recognise);
        setup.MapGet("/{platform}", IResult (string platform, string? url, IPlatformCatalogue catalogue) => catalogue.Find(platform) is { } connector
            ? Page.Of<AccessPage>(new { Connector = connector, Typed = AddressIn(connector.Info, url) }) : Page.Missing());
        setup.MapPost("/{platform}", (string platform, PanelRequest r, IPlatformCatalogue catalogue, StoreSetup store, StoreDrafts drafts)
            => Check(platform, null, r, catalogue, store, drafts));
        setup.MapPost("/{platform}/connect", (string platform, PanelRequest r, IPlatformCatalogue catalogue, StoreSetup store, StoreDrafts drafts, IOptions<PanelOptions> options)
            => Connect(platform, null, r, catalogue, store, drafts, options));
        setup.MapGet("/{platform}/{draft}", Watch);
        setup.MapPost("/{platform}/{draft}", Check);
        setup.MapPost("/{platform}/{draft}/connect", Connect);
        setup.MapGet("/{platform}/{draft}/account", Account);
        setup.MapPost("/{platform}/{draft}/account", Choose);
        setup.MapGet("/{platform}/{draft}/look", Look);
        setup.MapPost("/{platform}/{draft}/look", Integrate).WithMetadata(LookEndpoints.WithPicture);
        panel.MapGet("/stores/{slug}/connected", Connected).RequireAuthorization(PanelPolicies.Administer);
        panel.MapPost("/stores/{slug}/accounts", SendAccounts).RequireAuthorization(PanelPolicies.Administer);
    }

    /// <summary>The door at which shops bring keys. Nobody is logged in there: the one-time value says whose they are.</summary>
    public static void MapCallback(IEndpointRouteBuilder endpoints) => endpoints.MapMethods("/connect/{platform}", ["GET", "POST"], Callback)
        .DisableAntiforgery().AllowAnonymous().ExcludeFromDescription();

    static async Task<IResult> Platforms(string? platform, string? url, PanelRequest r, IPlatformCatalogue catalogue, StoreDrafts drafts)
        => platform is not null && catalogue.Find(platform) is { } chosen
            ? Page.See($"/stores/new/{chosen.Info.Key}{(string.IsNullOrWhiteSpace(url) ? "" : "?url=" + Uri.EscapeDataString(url))}")
            : Page.Of<PlatformPage>(await PlatformsAsync(r, catalogue, drafts));

    /// <summary>Recognises the platform of a typed address, and says by what.</summary>
    static async Task<IResult> Recognise(PanelRequest r, IPlatformCatalogue catalogue, StoreDrafts drafts, ShopRecognition recognition)
    {
        var typed = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["shop_address"].ToString().Trim();
        var page = await PlatformsAsync(r, catalogue, drafts);
        page["Typed"] = typed;
        if (DestinationForm.EndpointOf(typed) is not { } address)
            page["Error"] = typed.Length == 0 ? r.T.Common.Required : r.T.Common.Url;
        else
        {
            try
            {
                page["Found"] = await recognition.LookAsync(address, r.Http.RequestAborted);
                page["HasLooked"] = true;
                return Page.Of<PlatformPage>(page);
            }
            catch (NeedsOperatorException refused)
            {
                page["Error"] = r.T.Problems.Of(refused.Problem, refused.Detail);
            }
        }

        return Page.Refused<PlatformPage>(page);
    }

    static async Task<Dictionary<string, object?>> PlatformsAsync(PanelRequest r, IPlatformCatalogue catalogue, StoreDrafts drafts) => new(StringComparer.Ordinal)
    {
        ["Platforms"] = (IReadOnlyList<PlatformInfo>)[.. catalogue.All.Select(connector => connector.Info)],
        ["Unfinished"] = await drafts.ListAsync(r.User.AccountId(), r.Http.RequestAborted),
    };

    /// <summary>The recognised address, for the first field of an address in the form.</summary>
    static Dictionary<string, string?> AddressIn(PlatformInfo platform, string? url)
    {
        var typed = new Dictionary<string, string?>(StringComparer.Ordinal);
        if (platform.Settings.FirstOrDefault(field => field.Kind == SettingKind.Url) is { } field && url is { Length: > 0 and < 2000 } && DestinationForm.EndpointOf(url) is not null)
            typed[field.Key] = url;
        return typed;
    }

    static async Task<IResult> Forget(PanelRequest r, StoreDrafts drafts, PanelAudit audit)
    {
        var id = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["draft"].ToString();
        var draft = (await drafts.ListAsync(r.User.AccountId(), r.Http.RequestAborted)).FirstOrDefault(draft => draft.Id == id);
        if (draft is null || !await drafts.RemoveAsync(r.User.AccountId(), id, r.Http.RequestAborted))
            return Page.Missing();
        await audit.WriteAsync("store.draft-removed", draft.Name, new AuditChange("platform", draft.Platform, null));
        return Page.See("/stores/new");
    }

    static async Task<IResult> Check(string platform, string? draft, PanelRequest r, IPlatformCatalogue catalogue, StoreSetup setup, StoreDrafts drafts)
    {
        var cancel = r.Http.RequestAborted;
        if (catalogue.Find(platform) is not { } connector)
            return Page.Missing();
        var before = draft is null ? null : await drafts.FindAsync(draft, r.User.AccountId(), platform, cancel);
        var typed = await ReadAsync(connector.Info, before, r, setup, _ => true);
        if (typed.Errors.Count > 0)
            return Refused(connector, before, typed);
        var checking = await drafts.CheckAsync(before, r.User.AccountId(), r.User.UserId(), platform, typed.Name, typed.Values, cancel);
        return Page.See($"/stores/new/{platform}/{checking.Id}");
    }

    /// <summary>Begins a connection by redirect. The way out is a link: a form may not lead to another host.</summary>
    static async Task<IResult> Connect(
        string platform, string? draft, PanelRequest r, IPlatformCatalogue catalogue, StoreSetup setup, StoreDrafts drafts, IOptions<PanelOptions> options)
    {
        var cancel = r.Http.RequestAborted;
        if (catalogue.Find(platform) is not { } connector || connector is not IConnectsByRedirect)
            return Page.Missing();
        var before = draft is null ? null : await drafts.FindAsync(draft, r.User.AccountId(), platform, cancel);
        // What the shop will bring need not be typed; what was typed must be right.
        var typed = await ReadAsync(connector.Info, before, r, setup, field => field.Kind == SettingKind.Url);
        if (typed.Errors.Count > 0)
            return Refused(connector, before, typed);
        var server = options.Value.PublicAddress() ?? new Uri($"{r.Http.Request.Scheme}://{r.Http.Request.Host}{r.Http.Request.PathBase}/");
        try
        {
            var (kept, browser) = await drafts.ConnectAsync(
                before, r.User.AccountId(), r.User.UserId(), connector, typed.Name, typed.Values,
                id => (server.Under($"/connect/{platform}"), server.Under($"/stores/new/{platform}/{id}?returned=1")), cancel);
            return Page.Of<LeavePage>(new { Platform = connector.Info, Draft = kept, Browser = browser });
        }
        catch (ConnectorException failure)
        {
            var refused = failure as NeedsOperatorException;
            // The connector may want an address of ours that the shop can reach safely.
            var ours = refused is { Problem: ConnectionProblem.NotEncrypted } && server.Scheme != Uri.UriSchemeHttps;
            return Refused(connector, before, typed with
            {
                Errors = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    [ours ? "connect" : refused?.SettingKey ?? connector.Info.AddressSetting] = ours ? r.T.Stores.ConnectNeedsHttps : r.T.Problems.Of(refused?.Problem ?? ConnectionProblem.TimedOut, refused?.Detail),
                },
            });
        }
    }

    static async Task<IResult> Callback(string platform, HttpContext http, StoreDrafts drafts)
    {
        if (await BodyAsync(http.Request) is not { } body)
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        var isBrowser = HttpMethods.IsGet(http.Request.Method);
        var callback = new WebhookRequest(
            http.Request.Method,
            http.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal),
            http.Request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body);
        try
        {
            if (await drafts.CompleteAsync(platform, callback, http.RequestAborted) is not { } draft)
                return Results.NotFound();
            return isBrowser ? Page.See($"/stores/new/{platform}/{draft.Id}?returned=1") : Results.Ok();
        }
        catch (ConnectorException)
        {
            return isBrowser ? Page.See("/stores/new") : Results.BadRequest();
        }
    }

    static async Task<IResult> Watch(string platform, string draft, string? returned, string? success, PanelRequest r, IPlatformCatalogue catalogue, StoreDrafts drafts)
    {
        if (catalogue.Find(platform) is not { } connector)
            return Page.Missing();
        var found = await drafts.FindAsync(draft, r.User.AccountId(), platform, r.Http.RequestAborted);
        return r.IsPart && found is not null
            ? Page.Of<CheckBody>(new { Platform = connector.Info, Draft = found })
            : Page.Of<AccessPage>(new { Connector = connector, Draft = found, IsGone = found is null, IsRefused = returned == "1" && success == "0" });
    }

    static async Task<IResult> Account(string platform, string draft, PanelRequest r, IPlatformCatalogue catalogue, StoreDrafts drafts, DestinationDesk desk)
        => await ReadyAsync(platform, draft, r, catalogue, drafts) is { } ready
            ? Page.Of<AccountPage>(new
            {
                Platform = ready.Info,
                Draft = ready.Draft,
                Known = await desk.KnownAsync(r.Http.RequestAborted),
                Form = new DestinationForm { Way = ready.Draft.DestinationId?.ToString(CultureInfo.InvariantCulture) ?? DestinationForm.ByHub },
            })
            : Page.See($"/stores/new/{platform}/{draft}");

    static async Task<IResult> Choose(string platform, string draft, PanelRequest r, IPlatformCatalogue catalogue, StoreDrafts drafts, DestinationDesk desk, PanelAudit audit)
    {
        var cancel = r.Http.RequestAborted;
        if (await ReadyAsync(platform, draft, r, catalogue, drafts) is not { } ready)
            return Page.See($"/stores/new/{platform}/{draft}");
        var typed = await r.Http.Request.ReadFormAsync(cancel);
        var form = DestinationForm.Read(typed);
        var (destination, errors) = await desk.ConnectAsync(form, typed);
        if (destination is null)
        {
            return Page.Refused<AccountPage>(new
            {
                Platform = ready.Info,
                Draft = ready.Draft,
                Known = await desk.KnownAsync(cancel),
                Form = form,
                Errors = (IReadOnlyDictionary<string, string>)errors,
            });
        }

        await drafts.ChooseAsync(ready.Draft, destination.Id, cancel);
        await audit.WriteAsync("destination.chosen", ready.Draft.Name, new AuditChange("destination", null, DestinationEndpoints.NameOf(destination)));
        return Page.See($"/stores/new/{platform}/{draft}/look");
    }

    static async Task<IResult> Look(string platform, string draft, PanelRequest r, IPlatformCatalogue catalogue, StoreDrafts drafts, IStores stores)
    {
        if (await ReadyAsync(platform, draft, r, catalogue, drafts) is not { } ready)
            return Page.See($"/stores/new/{platform}/{draft}");
        return await DestinationOfAsync(ready.Draft, r, stores) is { } destination
            ? Page.Of<LookPage>(new { Platform = ready.Info, Draft = ready.Draft, Destination = destination, Form = LookForm.Of(new ModuleLook()) with { MainFont = "", AdditionalFont = "" } })
            : Page.See($"/stores/new/{platform}/{draft}/account");
    }

    static async Task<IResult> Integrate(
        string platform, string draft, PanelRequest r, IPlatformCatalogue catalogue, StoreDrafts drafts, StoreSetup setup, IStores stores, StoreLooks looks,
        AccountSending sending, StoreDirectory directory, PanelAudit audit)
    {
        var cancel = r.Http.RequestAborted;
        if (await ReadyAsync(platform, draft, r, catalogue, drafts) is not { } ready)
            return Page.See($"/stores/new/{platform}/{draft}");
        if (await DestinationOfAsync(ready.Draft, r, stores) is not { } destination)
            return Page.See($"/stores/new/{platform}/{draft}/account");
        var typed = await r.Http.Request.ReadFormAsync(cancel);
        var form = LookForm.Read(typed);
        var (_, errors) = form.Check(r.T, r.F);
        if ((await LookForm.LogoAsync(typed, r.T, r.F, cancel)).Problem is { } problem)
            errors["logo"] = problem;
        var accounts = AccountsForm.Read(typed);
        foreach (var (field, message) in accounts.Check(r.T))
            errors[field] = message;
        if (errors.Count > 0)
        {
            return Page.Refused<LookPage>(new
            {
                Platform = ready.Info,
                Draft = ready.Draft,
                Destination = destination,
                Form = form,
                Accounts = accounts,
                Errors = (IReadOnlyDictionary<string, string>)errors,
            });
        }

        // Taken away first, so that a second click cannot add the store twice.
        if (!await drafts.RemoveAsync(r.User.AccountId(), draft, cancel))
            return Page.See("/stores/new");
        var store = await AddAsync(ready.Info, ready.Draft, accounts.Apply(OptionsOf(ready.Draft)), destination, setup, drafts);
        await audit.WriteAsync(
            "store.added", store.Slug, new AuditChange("platform", null, platform), new AuditChange("destination", null, DestinationEndpoints.NameOf(destination)));
        if (accounts.Sends)
            await BeginAsync(store, null, r, sending, audit);
        await LookEndpoints.SaveAsync(store, form, typed, r, looks, audit);
        if (typed["tell"] == "1" && await directory.FindAsync(r.User, store.Slug, cancel) is { } link)
            await LookEndpoints.TellAsync(link, r, looks, stores);
        return Page.See($"/stores/{store.Slug}/connected");
    }

    /// <summary>What follows "Integruj": the first events as they come, and what to do next.</summary>
    static Task<IResult> Connected(string slug, PanelRequest r, StoreDirectory stores, IViews views, AccountSending sending)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            var events = await EventsOfAsync(link, r, views);
            return r.IsPart ? Page.Of<ConnectedEvents>(new { Link = link, Events = events })
                : Page.Of<ConnectedPage>(new { Link = link, Events = events, Last = await sending.LastAsync(link.Store.Key, r.Http.RequestAborted) });
        });

    static Task<IReadOnlyList<TraceEntry>> EventsOfAsync(StoreLink link, PanelRequest r, IViews views)
        => views.LatestAsync(link.Store.AccountId, [link.Store.Id], EventsShown, r.Http.RequestAborted);

    /// <summary>The answer of the wizard given later. A budget that the store has stays.</summary>
    static Task<IResult> SendAccounts(string slug, PanelRequest r, StoreDirectory stores, IViews views, AccountSending sending, PanelAudit audit)
        => StoreSections.OpenAsync(slug, r, stores, async link =>
        {
            var form = AccountsForm.Read(await r.Http.Request.ReadFormAsync(r.Http.RequestAborted)) with { Sends = true };
            var isPaced = link.Store.Options.ExportBudget is { IsUsable: true };
            if (!isPaced && form.Check(r.T) is { Count: > 0 } errors)
            {
                var events = await EventsOfAsync(link, r, views);
                return Page.Refused<ConnectedPage>(new { Link = link, Events = events, Form = form, Errors = (IReadOnlyDictionary<string, string>)errors });
            }

            await BeginAsync(link.Store, isPaced ? null : form.Budget, r, sending, audit);
            return Page.See($"/stores/{link.Slug}/connected#h-accounts");
        });

    static async Task BeginAsync(Store store, HourlyBudget? budget, PanelRequest r, AccountSending sending, PanelAudit audit)
    {
        var (run, created, budgeted) = await sending.BeginAsync(store.Key, budget, r.PersonName, CancellationToken.None);
        if (budgeted)
            await audit.WriteAsync("store.settings-changed", store.Slug, OptionChanges.Between(store.Options, store.Options with { ExportBudget = budget }));
        if (created)
            await audit.WriteAsync("export.started", store.Slug, RunEndpoints.Told(run));
    }

    /// <summary>Choices that the shop itself makes.</summary>
    internal static StoreOptions OptionsOf(StoreDraft draft)
        => draft.Result?.Facts.TimeZone is { } zone ? new StoreOptions { TimeZone = zone } : new StoreOptions();

    static async Task<Store> AddAsync(
        PlatformInfo platform, StoreDraft draft, StoreOptions options, Destination destination, StoreSetup setup, StoreDrafts drafts)
    {
        try
        {
            return await setup.AddAsync(draft.AccountId, destination.Id, platform.Key, draft.Name, draft.Values, options, CancellationToken.None);
        }
        catch
        {
            await drafts.PutBackAsync(draft);
            throw;
        }
    }

    static async Task<(PlatformInfo Info, StoreDraft Draft)?> ReadyAsync(string platform, string draft, PanelRequest r, IPlatformCatalogue catalogue, StoreDrafts drafts)
        => catalogue.Find(platform) is { } connector && await drafts.FindAsync(draft, r.User.AccountId(), platform, r.Http.RequestAborted) is { IsReady: true } found
            ? (connector.Info, found) : null;

    static async Task<Destination?> DestinationOfAsync(StoreDraft draft, PanelRequest r, IStores stores)
    {
        var found = draft.DestinationId is { } id ? await stores.FindDestinationAsync(draft.AccountId, id, r.Http.RequestAborted) : null;
        if (found is not null)
            r.SpeakOf(found.IsHub);
        return found;
    }

    /// <param name="platform">Whose form.</param>
    /// <param name="before">What was typed before.</param>
    /// <param name="r">The request.</param>
    /// <param name="setup">Reads values.</param>
    /// <param name="mustBeThere">Fields that may not be left empty.</param>
    static async Task<TypedAccess> ReadAsync(PlatformInfo platform, StoreDraft? before, PanelRequest r, StoreSetup setup, Func<SettingField, bool> mustBeThere)
    {
        var form = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
        var typed = platform.Settings.ToDictionary(field => field.Key, field => TypedIn(form, field, before), StringComparer.Ordinal);
        var (values, problems) = setup.Read(platform, typed);
        var errors = problems
            .Where(problem => !string.IsNullOrWhiteSpace(typed[problem.Key]) || mustBeThere(platform.Settings.First(field => field.Key == problem.Key)))
            .ToDictionary(problem => problem.Key, problem => problem.Message.In(r.Language.Code()), StringComparer.Ordinal);
        var name = form[NameField].ToString().Trim();
        if (RegistrationInput.NameProblem(name, r.T, LongestName) is { } wrong)
            errors[NameField] = wrong;
        // What is longer than any field is not sent back either.
        foreach (var (key, text) in typed.Where(pair => pair.Value?.Length > LongestValue || pair.Value?.Any(sign => char.IsControl(sign) && sign is not ('\r' or '\n' or '\t')) == true).ToList())
        {
            errors[key] = r.T.Common.TextBad(r.F.Number(LongestValue));
            typed[key] = TypedText.Cut(text ?? "", LongestValue);
        }

        return new TypedAccess(typed, values, TypedText.Cut(name, LongestName), errors);
    }

    static IResult Refused(IPlatformConnector connector, StoreDraft? before, TypedAccess typed)
    {
        var shown = new Dictionary<string, string?>(typed.Typed, StringComparer.Ordinal);
        foreach (var secret in connector.Info.Settings.Where(field => field.Kind == SettingKind.Secret))
            shown[secret.Key] = null;
        return Page.Refused<AccessPage>(new
        {
            Connector = connector,
            Draft = before,
            Typed = (IReadOnlyDictionary<string, string?>)shown,
            TypedName = typed.Name,
            Errors = (IReadOnlyDictionary<string, string>)typed.Errors,
        });
    }

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

    static async Task<byte[]?> BodyAsync(HttpRequest request)
    {
        var body = new byte[LongestCallback + 1];
        var read = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        return read > LongestCallback ? null : body[..read];
    }

    sealed record TypedAccess(IReadOnlyDictionary<string, string?> Typed, SettingValues Values, string Name, Dictionary<string, string> Errors);
}

/// <summary>"check:…": the lines of a running connection check.</summary>
sealed class CheckTopic(StoreDrafts drafts) : ILiveTopic
{
    public string Kind => "check";

    public Task<string?> StampAsync(string key, HttpContext http, CancellationToken cancel)
        => Task.FromResult(!http.User.MayAdminister() ? null : drafts.Watched(key, http.User.AccountId())?.Version.ToString(CultureInfo.InvariantCulture));
}
