using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Pomost.App.Commands;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.App.Hosting;

/// <summary>A person, named in the body so that no address stands in anybody's log of URLs.</summary>
sealed record PersonRequest(string? Email);

/// <summary>An export to start.</summary>
/// <param name="Kind">Which.</param>
/// <param name="DryRun">True = look only.</param>
/// <param name="Tags">For each contact that is sent.</param>
/// <param name="Consents">States to export; null = as in the panel.</param>
sealed record ExportRequest(
    [property: JsonConverter(typeof(JsonStringEnumConverter<ExportKind>))] ExportKind? Kind, bool DryRun, IReadOnlyList<string>? Tags, IReadOnlyList<string>? Consents);

/// <summary>An act that opts in the people of a list.</summary>
/// <param name="People">How many people the caller has seen on it.</param>
/// <param name="Reason">How it is known that they agreed.</param>
/// <param name="Document">What proves it.</param>
sealed record OverruleRequest(long? People, string? Reason, string? Document);

/// <summary>A look at the shop to ask for.</summary>
sealed record SyncRequest(bool Full);

/// <summary>What to bring back into the queue: one by its name, all of a store, or all.</summary>
sealed record ReplayRequest(string? Name, string? Store);

/// <summary><c>/api/v1</c>: what the command line does, for the programs of agencies and operators.</summary>
static class ApiEndpoints
{
    const string Root = "/api/v1";
    const int MaxBodyBytes = 64 * 1024;
    const int RunsShown = 20;
    const int DeadLettersShown = 500;
    const int AuditShown = 200;
    const int HeldShown = 500;
    const int LongestEvidence = 500;

    // The names of states are the same as on the command line.
    static readonly JsonSerializerOptions Shape = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Around the calls, once it is known that it is one: bare errors get a body, and nobody keeps the answers.</summary>
    public static void Use(IApplicationBuilder app) => app.UseWhen(ApiCall.Is, part => part.Use(ApiRefusals.NoteAsync).UseStatusCodePages().Use((http, next) =>
    {
        http.Response.Headers.CacheControl = "no-store";
        return IsInKnownSigns(http.Request.ContentType)
            ? next(http) : Problem(415, "The body's character set is not known. Send JSON in UTF-8.").ExecuteAsync(http);
    }));

    // The framework fails on a name of a character set that it does not know.
    static bool IsInKnownSigns(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || type.CharSet is not { } named)
            return true;
        return Encoding.GetEncodings().Any(known => string.Equals(known.Name, named.Trim('"'), StringComparison.OrdinalIgnoreCase));
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup(Root).DisableAntiforgery().WithTags("api").AddEndpointFilter(ApiAudit.WriteAsync)
            .RequireAuthorization(ApiKeyHandler.Read).RequireRateLimiting(ApiKeyHandler.Pace)
            .WithMetadata(ApiCall.It, new RequestSizeLimitAttribute(MaxBodyBytes));
        // What is not known to read alone takes a key that may write.
        ((IEndpointConventionBuilder)api).Finally(call =>
        {
            var reads = call.Metadata.OfType<ReadsOnly>().Any() || call.Metadata.OfType<IHttpMethodMetadata>().All(verbs => verbs.HttpMethods.All(HttpMethods.IsGet));
            if (!reads)
                call.Metadata.Add(new AuthorizeAttribute(ApiKeyHandler.Write));
        });
        api.Map("/{**rest}", () => Problem(404, "There is no such call. See /openapi/v1.json.")).ExcludeFromDescription();
        api.MapGet("/stores", StoresAsync).WithSummary("The account's stores with their numbers and what each waits for.");
        api.MapGet("/stores/{store}", async (string store, HttpContext http, IStores stores, IViews views, IStorePaces paces, IDeadLetters letters, CancellationToken ct)
            => await FindAsync(http, stores, store, ct) is { } found
                ? Json((await ShownAsync([found], views, paces, letters, ct))[0]) : NoStore(store)).WithSummary("One store.");
        api.MapPost("/stores/{store}/sync", SyncAsync).WithSummary("Reads the store's changes now.");
        api.MapPost("/stores/{store}/pause", PauseAsync).WithSummary("Stops the store after the page in hand.");
        api.MapPost("/stores/{store}/resume", ResumeAsync).WithSummary("Lets a paused store go on.");
        api.MapGet("/stores/{store}/exports", ExportsAsync).WithSummary("The store's newest export runs.");
        api.MapPost("/stores/{store}/exports", StartExportAsync).WithSummary("Starts an export, or gives the one of this kind under way.");
        api.MapPost("/stores/{store}/exports/{number:int}/{action}", ChangeExportAsync).WithSummary("pause, resume or cancel.");
        api.MapGet("/stores/{store}/held", HeldOfStoreAsync)
            .WithSummary("People unsubscribed at SALESmanago whom the shop had with a consent; go on with after=the last contact.");
        api.MapPost("/stores/{store}/held/overrule", OverruleAsync).WithSummary("Opts in all of them, for who has proof that they agreed again.");
        api.MapPost("/people/find", FindPersonAsync).WithMetadata(ReadsOnly.It).WithSummary("What became of a person in each store, and why.");
        api.MapPost("/people/consents", ConsentsAsync).WithMetadata(ReadsOnly.It).WithSummary("Proof of a person's consents.");
        api.MapPost("/people/held", HeldAsync).WithMetadata(ReadsOnly.It).WithSummary("All that is held about a person.");
        api.MapPost("/people/erase", EraseAsync).WithSummary("Forgets a person everywhere.");
        api.MapGet("/erasures/{number:int}", async (int number, HttpContext http, Erasure erasure, CancellationToken ct)
            => KeyOf(http).StoreIds is not null ? ForAllStoresOnly() : await erasure.FindAsync(AccountOf(http), number, ct) is { } certificate ? Json(certificate) : Problem(404, $"There is no erasure {number}."))
            .WithSummary("The certificate of an erasure.");
        api.MapGet("/deadletters", DeadLettersAsync).WithSummary("What was given up, and why.");
        api.MapPost("/deadletters/replay", ReplayAsync).WithSummary("Brings one or all back into the queue.");
        api.MapGet("/audit", async (string? action, string? subject, long? before, HttpContext http, IAuditLog log, CancellationToken ct)
            => KeyOf(http).StoreIds is not null ? ForAllStoresOnly()
                : Json((await log.ListAsync(AccountOf(http), new AuditFilter(action, Subject: subject), before, AuditShown, ct)).Select(AuditCommand.Shown)))
            .WithSummary("Who changed what, newest first; go on with before=the last id.");
        WebhookApi.Map(api);
        api.MapGet("/system", async (HttpContext http, SystemHealth health, CancellationToken ct)
            => KeyOf(http).StoreIds is not null ? ForAllStoresOnly() : Json(await health.LookAsync(AccountOf(http), ct)))
            .WithSummary("The system's health, line by line.");
        api.MapGet("/callbacks", CallbacksAsync).WithSummary("The opt-in and opt-out URLs to enter at SALESmanago.");
        api.MapGet("/destinations", async (HttpContext http, IStores stores, CancellationToken ct) => KeyOf(http).StoreIds is not null ? ForAllStoresOnly() : Json(
            (await stores.ListDestinationsAsync(AccountOf(http), ct)).Select(one => new { id = one.Id, isHub = one.IsHub, clientId = one.ClientId, owner = one.Owner })))
            .WithSummary("Where the account's stores send to.");
    }

    static async Task<IResult> StoresAsync(HttpContext http, IStores stores, IViews views, IStorePaces paces, IDeadLetters letters, CancellationToken ct)
        => Json(await ShownAsync(await ListAsync(http, stores, ct), views, paces, letters, ct));

    static async Task<List<object>> ShownAsync(IReadOnlyList<Store> stores, IViews views, IStorePaces paces, IDeadLetters letters, CancellationToken ct)
    {
        if (stores.Count == 0)
            return [];
        var account = stores[0].AccountId;
        var numbers = (await views.NumbersAsync(account, ct)).ToDictionary(one => one.Store);
        var queues = (await letters.QueuesAsync(account, ct)).ToDictionary(one => one.Store);
        var waits = await paces.WaitingAsync(account, ct);
        return [.. stores.Select(store =>
        {
            var (counted, queue) = (numbers.GetValueOrDefault(store.Key), queues.GetValueOrDefault(store.Key));
            return new
            {
                store = store.Slug, name = store.Name, number = store.Number, platform = store.Platform, address = store.Address, state = store.State, problem = store.Problem,
                destination = store.DestinationId, contacts = counted?.Contacts ?? 0, orders = counted?.Orders ?? 0, waiting = queue?.Waiting ?? 0,
                inDoubt = queue?.InDoubt ?? 0, owedToShop = queue?.ToShop ?? 0, dead = queue?.Dead ?? 0, oldestWaitingSince = queue?.OldestAt,
                deliveredLast24Hours = counted?.DeliveredLast24Hours ?? 0, lastDeliveryAt = counted?.LastDeliveryAt, waitingFor = waits.GetValueOrDefault(store.Key),
            };
        })];
    }

    static async Task<IResult> SyncAsync(string store, SyncRequest? asked, HttpContext http, IStores stores, Synchronization sync, CancellationToken ct)
    {
        if (await FindAsync(http, stores, store, ct) is not { } found)
            return NoStore(store);
        if (found.State != StoreState.Active)
            return Problem(409, $"The store is {found.State}; nothing was started.");
        await sync.NowAsync(found.Key, asked?.Full == true, ct);
        ApiAudit.Note(http, "store.synced", found.Slug);
        return Json(new { store = found.Slug, asked = true }, StatusCodes.Status202Accepted);
    }

    static async Task<IResult> PauseAsync(string store, HttpContext http, IStores stores, StoreDisconnection life, CancellationToken ct)
    {
        if (await FindAsync(http, stores, store, ct) is not { } found)
            return NoStore(store);
        if (found.State == StoreState.Disconnected)
            return Problem(409, "The store is disconnected for good.");
        await life.PauseAsync(found.Key, ct);
        ApiAudit.Note(http, "store.paused", found.Slug);
        return Json(new { store = found.Slug, state = StoreState.Paused });
    }

    static async Task<IResult> ResumeAsync(string store, HttpContext http, IStores stores, StoreSetup setup, CancellationToken ct)
    {
        if (await FindAsync(http, stores, store, ct) is not { } found)
            return NoStore(store);
        if (found.State == StoreState.Disconnected)
            return Problem(409, "The store is disconnected for good.");
        await setup.ResumeAsync(found.Key, ct);
        ApiAudit.Note(http, "store.resumed", found.Slug);
        return Json(new { store = found.Slug, state = StoreState.Active });
    }

    static async Task<IResult> ExportsAsync(string store, HttpContext http, IStores stores, IExportRuns runs, CancellationToken ct)
        => await FindAsync(http, stores, store, ct) is { } found
            ? Json((await runs.ListAsync(found.Key, RunsShown, ct)).Select(ExportCommands.Shown)) : NoStore(store);

    static async Task<IResult> StartExportAsync(string store, ExportRequest? asked, HttpContext http, IStores stores, Exports exports, Connections connections, CancellationToken ct)
    {
        if (await FindAsync(http, stores, store, ct) is not { } found)
            return NoStore(store);
        if (asked?.Kind is not (ExportKind.Contacts or ExportKind.Transactions))
            return Problem(400, "Say which: contacts or transactions. Nothing was started.", "kind");
        if (asked.Kind == ExportKind.Transactions && !connections.Gives(found, Contract.ShopStream.Orders))
            return Problem(400, "The store's platform has no orders. Nothing was started.", "kind");
        if (asked.Tags?.FirstOrDefault(tag => string.IsNullOrWhiteSpace(tag) || tag.Length > 255) is { } wrong)
            return Problem(400, $"A tag has 1 to 255 characters, this one {wrong.Length}. Nothing was started.", "tags");
        if (asked.Tags?.Any(tag => !IsPlain(tag)) == true)
            return Problem(400, "A tag is one line without control characters. Nothing was started.", "tags");
        if (asked.Consents?.FirstOrDefault(state => !Enum.GetNames<ConsentState>().Contains(state, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            return Problem(400, $"There is no consent state \"{unknown}\": granted, withdrawn or noStatement. Nothing was started.", "consents");
        IReadOnlyCollection<ConsentState> states = asked.Consents is { Count: > 0 } named ? [.. named.Select(state => Enum.Parse<ConsentState>(state, ignoreCase: true))]
            : asked.Kind == ExportKind.Transactions ? await exports.BuyerStatesAsync(found.Key, ct) : Exports.PresetStates;
        var options = new ExportOptions { DryRun = asked.DryRun, Tags = asked.Tags ?? [], Choice = new ExportChoice { States = states } };
        var (run, created) = await exports.StartAsync(found.Key, asked.Kind.Value, options, $"API: {KeyOf(http).Name}", ct);
        NoteExport(http, asked.DryRun ? "export.previewed" : "export.started", found, run);
        return Json(ExportCommands.Shown(run), created ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
    }

    static async Task<IResult> ChangeExportAsync(
        string store, int number, string action, HttpContext http, IStores stores, IExportRuns runs, Exports exports, CancellationToken ct)
    {
        if (await FindAsync(http, stores, store, ct) is not { } found)
            return NoStore(store);
        if (await runs.FindByNumberAsync(found.Key, number, ct) is not { } run)
            return Problem(404, $"The store has no export {number}.");
        (bool Done, string Name)? change = action switch
        {
            "pause" => (await exports.PauseAsync(run, ct), "export.paused"),
            "resume" => (await exports.ResumeAsync(run, ct), "export.resumed"),
            "cancel" => (await exports.CancelAsync(run, ct), "export.cancelled"),
            _ => null,
        };
        if (change is { Done: true } made)
            NoteExport(http, made.Name, found, run);
        return change?.Done switch
        {
            null => Problem(404, "An export can be asked to pause, resume or cancel."),
            false => Problem(409, $"The export is {run.State}; nothing was changed."),
            _ => Json(ExportCommands.Shown((await runs.FindByNumberAsync(found.Key, number, ct))!)),
        };
    }

    static async Task<IResult> HeldOfStoreAsync(string store, long? after, HttpContext http, IStores stores, IHeldConsents held, CancellationToken ct)
    {
        if (await FindAsync(http, stores, store, ct) is not { } found)
            return NoStore(store);
        var people = await held.ListAsync(found.Key, after ?? 0, HeldShown, ct);
        if (people.Count > 0)
            ApiAudit.Note(http, "held.listed", found.Slug);
        var count = await held.CountAsync(found.Key, ct);
        return Json(new { store = found.Slug, people = count.OfEmail, listed = count.People, held = people.Select(HeldCommands.Shown) });
    }

    static async Task<IResult> OverruleAsync(string store, OverruleRequest? asked, HttpContext http, IStores stores, HeldPeople people, CancellationToken ct)
    {
        if (await FindAsync(http, stores, store, ct) is not { } found)
            return NoStore(store);
        if (found.State == StoreState.Disconnected)
            return Problem(409, "The store is disconnected for good.");
        if (asked?.People is not { } seen)
            return Problem(400, "Say how many people the list has: it must be the list you have seen. Nothing was saved.", "people");
        if ((asked.Reason?.Length > LongestEvidence ? "reason" : asked.Document?.Length > LongestEvidence ? "document" : null) is { } tooLong)
            return Problem(400, $"At most {LongestEvidence} characters. Nothing was saved.", tooLong);
        if ((!IsPlain(asked.Reason) ? "reason" : !IsPlain(asked.Document) ? "document" : null) is { } hidden)
            return Problem(400, "One line without control characters. Nothing was saved.", hidden);
        var evidence = new ConsentEvidence($"API: {KeyOf(http).Name}", asked.Reason, asked.Document);
        var entry = ApiAudit.EntryWith(http, HeldPeople.Overruled, found.Slug);
        var (count, refusal) = await people.OverruleAsync(found.Key, evidence, seen, entry, ct);
        return refusal?.Problem switch
        {
            null => Json(new { store = found.Slug, people = count, overruled = true }, StatusCodes.Status202Accepted),
            EditProblem.NobodyHeld or EditProblem.ListChanged => Problem(409, HeldCommands.Words(refusal.Problem)),
            _ => Problem(400, HeldCommands.Words(refusal.Problem), "reason"),
        };
    }

    static Task<IResult> FindPersonAsync(PersonRequest? asked, HttpContext http, IStores stores, IViews views, CancellationToken ct) => OfPersonAsync(asked, async person =>
    {
        var slugs = (await stores.ListAsync(AccountOf(http), ct)).ToDictionary(store => store.Key, store => store.Slug);
        var found = new List<object>();
        foreach (var row in await views.FindByEmailAsync(AccountOf(http), person.Key, ct))
        {
            if (!KeyOf(http).Opens(row.Store) || await views.ContactAsync(AccountOf(http), row.Id, ct) is not { } card)
                continue;
            found.Add(new
            {
                store = slugs.GetValueOrDefault(row.Store),
                id = row.Id,
                name = row.Name,
                email = row.Email,
                emailConsent = card.EmailConsent,
                smsConsent = card.SmsConsent,
                tags = row.Tags,
                outcome = row.Outcome,
                reason = row.Code,
                changedAt = row.ChangedAt,
                decisions = card.Traces.Select(trace => new { at = trace.At, stream = trace.Stream, record = trace.SourceId, outcome = trace.Outcome, reason = trace.Code, detail = trace.Detail, answers = trace.Answers }),
            });
        }

        if (found.Count > 0)
            ApiAudit.Note(http, "person.found", "");
        return Json(found);
    });

    static Task<IResult> ConsentsAsync(PersonRequest? asked, HttpContext http, ConsentProofs proofs, CancellationToken ct) => OfPersonEverywhereAsync(asked, http, async person =>
        Told(http, "person.proven", (await proofs.OfAsync(AccountOf(http), person, ct))?.ToJson(), "The ledger has no line of this person."));

    static Task<IResult> HeldAsync(PersonRequest? asked, HttpContext http, PersonAccess access, CancellationToken ct) => OfPersonEverywhereAsync(asked, http, async person =>
        Told(http, "person.exported", (await access.ExportAsync(AccountOf(http), person, ct))?.ToJsonString(), "Nothing is held about this person."));

    /// <summary>Hands out all that is known of a person, which the audit log remembers.</summary>
    static IResult Told(HttpContext http, string action, string? document, string nothing)
    {
        if (document is null)
            return Problem(404, nothing);
        ApiAudit.Note(http, action, "");
        return Results.Text(document, "application/json");
    }

    static Task<IResult> EraseAsync(PersonRequest? asked, HttpContext http, Erasure erasure, CancellationToken ct) => OfPersonEverywhereAsync(asked, http, async person =>
    {
        var certificate = await erasure.EraseAsync(AccountOf(http), person, $"API: {KeyOf(http).Name}", ct);
        ApiAudit.Note(http, "person.erased", certificate.Number.ToString(CultureInfo.InvariantCulture));
        return Json(certificate);
    });

    static async Task<IResult> OfPersonAsync(PersonRequest? asked, Func<EmailAddress, Task<IResult>> answer)
        => EmailAddress.TryParse(asked?.Email, out var person, out _) ? await answer(person) : Problem(400, "email is missing or no address; nothing was done.", "email");

    /// <summary>What concerns the person in every store of the account.</summary>
    static async Task<IResult> OfPersonEverywhereAsync(PersonRequest? asked, HttpContext http, Func<EmailAddress, Task<IResult>> answer)
        => KeyOf(http).StoreIds is null ? await OfPersonAsync(asked, answer) : ForAllStoresOnly();

    static async Task<IResult> DeadLettersAsync(string? store, HttpContext http, IStores stores, IDeadLetters letters, CancellationToken ct)
    {
        var found = store is null ? null : await FindAsync(http, stores, store, ct);
        if (store is not null && found is null)
            return NoStore(store);
        var slugs = (await ListAsync(http, stores, ct)).ToDictionary(one => one.Key, one => one.Slug);
        if (found is null && KeyOf(http).StoreIds is not null)
            return NameTheStore();
        var given = await letters.ListAsync(AccountOf(http), found?.Id, DeadLettersShown, ct);
        if (given.Count > 0)
            ApiAudit.Note(http, "delivery.listed", found?.Slug ?? "");
        return Json(given.Select(letter => new
        {
            name = letter.Name,
            store = slugs.GetValueOrDefault(letter.Store),
            kind = letter.Kind,
            record = letter.SourceId,
            email = letter.EmailKey,
            reason = letter.Reason,
            attempts = letter.Attempts,
            owedSince = letter.CreatedAt,
        }));
    }

    static async Task<IResult> ReplayAsync(ReplayRequest? asked, HttpContext http, IStores stores, Replay replay, CancellationToken ct)
    {
        if (KeyOf(http).StoreIds is not null && (asked?.Name is not null || asked?.Store is null))
            return NameTheStore();
        if (asked?.Name is { } name)
        {
            if (await replay.OneAsync(AccountOf(http), name, ct) is not { } one)
                return Problem(400, "A dead letter is called d17 or w17; nothing was done.", "name");
            ApiAudit.Note(http, "delivery.replayed", name, new AuditChange("records", null, one.Replayed.ToString(CultureInfo.InvariantCulture)));
            return Json(one);
        }

        var store = asked?.Store is { } slug ? await FindAsync(http, stores, slug, ct) : null;
        if (asked?.Store is not null && store is null)
            return NoStore(asked.Store);
        var all = await replay.AllAsync(AccountOf(http), store?.Id, ct);
        ApiAudit.Note(http, "delivery.replayed", store?.Slug ?? "", new AuditChange("records", null, all.Replayed.ToString(CultureInfo.InvariantCulture)));
        return Json(all);
    }

    static async Task<IResult> CallbacksAsync(HttpContext http, Callbacks callbacks, EngineOptions options, CancellationToken ct)
    {
        if (options.PublicAddress() is not { } server)
            return Problem(409, "The server was started without --public-address: nobody outside could call it.");
        var urls = callbacks.UrlsOf(await callbacks.AddressOfAsync(AccountOf(http), null, ct), server);
        if (!KeyOf(http).MayWrite)
            return Problem(403, "The URLs carry a secret; a key that may write is needed.");
        return KeyOf(http).StoreIds is null ? Json(urls) : ForAllStoresOnly();
    }

    static async Task<Store?> FindAsync(HttpContext http, IStores stores, string slug, CancellationToken ct)
        => await stores.FindBySlugAsync(AccountOf(http), slug, ct) is { } store && KeyOf(http).Opens(store.Key) ? store : null;

    static async Task<IReadOnlyList<Store>> ListAsync(HttpContext http, IStores stores, CancellationToken ct)
        => [.. (await stores.ListAsync(AccountOf(http), ct)).Where(store => KeyOf(http).Opens(store.Key))];

    static void NoteExport(HttpContext http, string action, Store store, ExportRun run) => ApiAudit.Note(
        http, action, store.Slug, new AuditChange("run", null, run.Number.ToString(CultureInfo.InvariantCulture)), new AuditChange("kind", null, run.Kind.ToString()));

    static bool IsPlain(string? text) => text is null || TypedText.IsOneLine(text);

    static ApiKey KeyOf(HttpContext http) => ApiAudit.KeyOf(http);

    static long AccountOf(HttpContext http) => KeyOf(http).AccountId;

    internal static IResult Json(object value, int status = StatusCodes.Status200OK) => Results.Json(value, Shape, statusCode: status);

    internal static IResult ForAllStoresOnly() => Problem(403, "This key opens chosen stores only; this concerns all of the account. Nothing was done.");

    static IResult NameTheStore() => Problem(403, "This key opens chosen stores only: name one of them. Nothing was done.", "store");

    static IResult NoStore(string slug) => Problem(404, $"There is no store {slug}. See GET {Root}/stores.", "store");

    internal static IResult Problem(int status, string detail, string? field = null) => Results.Problem(
        detail, statusCode: status, extensions: field is null ? null : new Dictionary<string, object?>(StringComparer.Ordinal) { ["field"] = field });
}
