using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pomost.Connectors.Shared;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.Tests.Fake;

/// <summary>
/// A platform that does not exist, for the corners of the contract that no real one has all together: no orders, an address field that is not called
/// url, local times without an offset, accounts without a time of modification whose history is a job prepared at the shop, limits told in bodies,
/// webhooks signed with an application's secret from the form, people who ask to be forgotten, tags with points of subscribers, too.
/// </summary>
sealed class FakeConnector : IPlatformConnector, IReadsById, IReadsSubscribers, IReadsCarts, IReceivesWebhooks, IWritesConsent, IWritesTags
{
    public const string Key = "fake";
    public const string AddressField = "shop_address";
    public const string KeyField = "access_key";
    public const string ApplicationField = "application_secret";
    public const int PageSize = 7;

    static readonly JsonSerializerOptions Wire = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public PlatformInfo Info { get; } = new()
    {
        Key = Key,
        Name = "Fake",
        Settings =
        [
            new SettingField { Key = KeyField, Kind = SettingKind.Secret, Required = true, Label = new("Klucz", "Key") },
            new SettingField { Key = AddressField, Kind = SettingKind.Url, Required = true, Label = new("Adres", "Address") },
            new SettingField { Key = ApplicationField, Kind = SettingKind.Secret, Required = true, Label = new("Sekret aplikacji", "Application secret") },
        ],
        Streams =
        [
            new(ShopStream.Contacts, HasModificationTime: false, PageSize, AnnouncesDeletion: true),
            new(ShopStream.Subscribers, HasModificationTime: true, PageSize),
            new(ShopStream.Carts, HasModificationTime: true, PageSize),
        ],
        Limit = new(RequestsPerSecond: null, Burst: 1, Concurrency: 1, KeyField) { IsReported = true },
        Tags = new(HasPoints: true, ZeroPointsDetach: true, MaxLength: 100) { WithoutAccount = true },
        Missing = [new("Zamówienia: ta platforma ich nie ma.", "Orders: this platform has none.")],
    };

    public int IdsPerCall => 5;

    public async Task<ConnectionCheck> CheckAsync(ShopConnection shop, IProgress<CheckLine>? progress, CancellationToken ct)
    {
        var lines = new List<CheckLine>();
        void Tell(CheckLine line)
        {
            lines.Add(line);
            progress?.Report(line);
        }

        var title = new Text("Połączenie", "Connection");
        try
        {
            var info = await GetAsync<FakeInfo>(shop, "info", Asking.Check, ct);
            Tell(new("connection", title, CheckState.Ready));
            Tell(info.Rights?.Contains("write", StringComparer.Ordinal) == true
                ? new("write", new("Zapis", "Writing"), CheckState.Ready)
                : new("write", new("Zapis", "Writing"), CheckState.Missing)
                {
                    Problem = ConnectionProblem.PermissionMissing,
                    Detail = "write",
                    Fix = new("Daj kluczowi prawo zapisu.", "Let the key write."),
                    SettingKey = KeyField,
                });
            return new ConnectionCheck(lines) { Counts = new(info.People, null), Facts = new() { TimeZone = info.Zone } };
        }
        catch (NeedsOperatorException wrong)
        {
            Tell(new("connection", title, CheckState.Missing)
            {
                Problem = wrong.Problem,
                Detail = wrong.Detail,
                Fix = new("Popraw to pole.", "Mend this field."),
                SettingKey = wrong.SettingKey,
            });
            return new ConnectionCheck(lines);
        }
    }

    public async IAsyncEnumerable<Page<ShopContact>> ReadContactsAsync(ShopConnection shop, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var at = FakePlace.Of(request.From);
        if (request is { From: null, Purpose: ReadPurpose.Backfill })
        {
            var job = await SendAsync<FakeJob>(shop, HttpMethod.Post, "jobs", new { }, Asking.Read, ct);
            at = new FakePlace(0, job.Job, job.ReadyIn);
            yield return Waiting(at, shop.Clock.GetUtcNow().AddSeconds(job.ReadyIn));
            yield break;
        }

        if (at.Job is { } begun)
        {
            var job = await GetAsync<FakeJob>(shop, $"jobs?job={begun}", Asking.Read, ct);
            if (job.ReadyIn > 0)
            {
                yield return Waiting(at, shop.Clock.GetUtcNow().AddSeconds(job.ReadyIn));
                yield break;
            }
        }

        await foreach (var (rows, next) in ListAsync<FakePerson>(shop, "people", person => person.Id, at, ct))
            yield return Contacts(rows, next, shop, hasAccount: true);
    }

    public async IAsyncEnumerable<Page<ShopContact>> ReadSubscribersAsync(ShopConnection shop, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var (rows, next) in ListAsync<FakePerson>(shop, "subscribers", person => person.Change, FakePlace.Of(request.From), ct))
            yield return Contacts(rows, next, shop, hasAccount: false);
    }

    public async IAsyncEnumerable<Page<ShopCart>> ReadCartsAsync(ShopConnection shop, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var (rows, next) in ListAsync<FakeCart>(shop, "carts", cart => cart.Change, FakePlace.Of(request.From), ct))
            yield return new Page<ShopCart>([.. rows.Select(row => Cart(row, shop)).OfType<ShopCart>()], next);
    }

    public async Task<SyncCursor> CursorAtEndAsync(ShopConnection shop, ShopStream stream, CancellationToken ct)
    {
        var info = await GetAsync<FakeInfo>(shop, "info", Asking.Read, ct);
        return new FakePlace(stream == ShopStream.Contacts ? info.LastPerson : info.LastChange).ToCursor();
    }

    public async Task<ShopCounts> CountAsync(ShopConnection shop, CancellationToken ct) => new((await GetAsync<FakeInfo>(shop, "info", Asking.Read, ct)).People, null);

    public async Task<Page<ShopContact>> ReadContactsByIdAsync(ShopConnection shop, IReadOnlyList<string> sourceIds, CancellationToken ct)
    {
        var ids = sourceIds.Where(id => id.Length is > 0 and < 19 && id.All(char.IsAsciiDigit)).ToList();
        if (ids.Count == 0)
            return new Page<ShopContact>([], new FakePlace(0).ToCursor());
        var list = await GetAsync<FakeList<FakePerson>>(shop, $"people?ids={string.Join(',', ids)}", Asking.Read, ct);
        return Contacts(list.Rows ?? [], new FakePlace(0).ToCursor(), shop, hasAccount: true);
    }

    public async Task<ConsentWriteResult> WriteConsentAsync(ShopConnection shop, ConsentChange change, CancellationToken ct)
    {
        var call = new { id = change.SourceId, email = change.Email, channel = change.Channel.ToString(), yes = change.Consent.State == ConsentState.Granted };
        var told = await SendAsync<FakeOutcome>(shop, HttpMethod.Post, "consent", call, Asking.Read, ct);
        var outcome = OutcomeOf(told);
        return new ConsentWriteResult(outcome) { Kept = outcome is WriteOutcome.Written or WriteOutcome.Unchanged ? new Consent(change.Consent.State) : null };
    }

    public async Task<WriteOutcome> WriteTagsAsync(ShopConnection shop, TagChange change, CancellationToken ct)
        => OutcomeOf(await SendAsync<FakeOutcome>(
            shop, HttpMethod.Post, "tags", new { id = change.SourceId, email = change.Email, set = change.Set, remove = change.Remove }, Asking.Read, ct));

    public async Task<WebhookState> EnsureWebhooksAsync(ShopConnection shop, Uri deliverTo, string secret, CancellationToken ct)
        => new(Active: true, OutcomeOf(await SendAsync<FakeOutcome>(shop, HttpMethod.Post, "hooks", new { url = deliverTo.AbsoluteUri }, Asking.Read, ct)) == WriteOutcome.Written ? 1 : 0);

    public Task RemoveWebhooksAsync(ShopConnection shop, Uri deliverTo, CancellationToken ct)
        => SendAsync<FakeOutcome>(shop, HttpMethod.Delete, "hooks", new { url = deliverTo.AbsoluteUri }, Asking.Read, ct);

    public WebhookVerdict Read(WebhookRequest request, ShopConnection shop, string secret)
    {
        var given = request.Headers.FirstOrDefault(header => header.Key.Equals(FakeShop.SignatureHeader, StringComparison.OrdinalIgnoreCase)).Value ?? "";
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(shop.Settings[ApplicationField] ?? ""), request.Body.Span);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(expected)), Encoding.ASCII.GetBytes(given)))
            return WebhookVerdict.Refused("The signature is wrong.");
        var told = Parsed<FakeAnnouncement>(request.Body.Span);
        var kind = told.What switch
        {
            "changed" => ChangeKind.Changed,
            "deleted" => ChangeKind.Deleted,
            "forgotten" => ChangeKind.Erased,
            _ => (ChangeKind?)null,
        };
        return new WebhookVerdict(true, kind is { } known ? [new(ShopStream.Contacts, known, told.Id) { Facts = known == ChangeKind.Erased ? told.Email : null }] : []);
    }

    static WriteOutcome OutcomeOf(FakeOutcome told) => told.Outcome switch
    {
        "written" => WriteOutcome.Written,
        "unchanged" => WriteOutcome.Unchanged,
        "not_found" => WriteOutcome.NotFound,
        _ => throw new RetryLaterException("The shop did not say what became of it."),
    };

    static Page<ShopContact> Waiting(FakePlace at, DateTimeOffset until) => new([], at.ToCursor()) { NextAt = until };

    static Page<ShopContact> Contacts(IReadOnlyList<FakePerson> rows, SyncCursor next, ShopConnection shop, bool hasAccount) => new(
        [
            .. rows.Where(row => row.Id > 0 && row.Email is not null).Select(row => new ShopContact
            {
                SourceId = hasAccount ? row.Id.ToString(CultureInfo.InvariantCulture) : null,
                Email = row.Email,
                HasAccount = hasAccount,
                IsSubscriber = !hasAccount || row.EmailYes == true,
                FirstName = row.Name,
                RegisteredAt = hasAccount ? Utc(row.Made, shop) : null,
                EmailConsent = ConsentOf(row.EmailYes),
                SmsConsent = ConsentOf(row.SmsYes),
                ShopTags = [.. row.Tags?.Keys ?? []],
            }),
        ], next);

    static ShopCart? Cart(FakeCart row, ShopConnection shop) => row.Id is null || Utc(row.At, shop) is not { } at ? null : new ShopCart
    {
        SourceId = row.Id,
        Email = row.Email,
        ModifiedAt = at,
        Currency = "PLN",
        Total = row.Total,
        Lines = [new OrderLine { ProductId = "1", Name = "Miód", Quantity = 1, Total = row.Total }],
    };

    static Consent ConsentOf(bool? yes) => new(yes switch { true => ConsentState.Granted, false => ConsentState.Withdrawn, null => ConsentState.NoStatement });

    // Of an hour that comes twice the earlier is meant, so that nothing lies before what is told; an hour that does not exist lies after the gap.
    static DateTimeOffset? Utc(string? local, ShopConnection shop)
    {
        if (!DateTime.TryParseExact(local, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return null;
        var offset = shop.TimeZone.IsAmbiguousTime(time) ? shop.TimeZone.GetAmbiguousTimeOffsets(time).Max() : shop.TimeZone.GetUtcOffset(time);
        return new DateTimeOffset(time, offset).ToUniversalTime();
    }

    static async IAsyncEnumerable<(IReadOnlyList<T> Rows, SyncCursor Next)> ListAsync<T>(
        ShopConnection shop, string list, Func<T, long> place, FakePlace at, [EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            var read = await GetAsync<FakeList<T>>(shop, string.Create(CultureInfo.InvariantCulture, $"{list}?after={at.After}&limit={PageSize}"), Asking.Read, ct);
            var rows = (read.Rows ?? []).Where(row => row is not null).DistinctBy(place).OrderBy(place).ToList();
            if (rows.Count == 0 || place(rows[^1]) <= at.After)
                yield break;
            at = at with { After = place(rows[^1]) };
            yield return (rows, at.ToCursor());
        }
    }

    static Task<T> GetAsync<T>(ShopConnection shop, string path, Asking asking, CancellationToken ct)
        where T : class
        => SendAsync<T>(shop, HttpMethod.Get, path, null, asking, ct);

    static async Task<T> SendAsync<T>(ShopConnection shop, HttpMethod method, string path, object? body, Asking asking, CancellationToken ct)
        where T : class
    {
        using var request = new HttpRequestMessage(method, new Uri(new Uri(shop.Settings.Required(AddressField)), "api/" + path));
        request.Headers.TryAddWithoutValidation("X-Key", shop.Settings.Required(KeyField));
        if (body is not null)
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, Wire));
        using var answer = await ShopHttp.SendAsync(shop, request, asking, KeyField, ct);
        if ((int)answer.Status == 401)
            throw new NeedsOperatorException(ConnectionProblem.CredentialsRefused, KeyField, "The shop does not know the key.");
        if ((int)answer.Status == 403)
            throw new NeedsOperatorException(ConnectionProblem.PermissionMissing, KeyField, "The key may not write.", "write");
        if (!answer.IsSuccess)
            throw new RetryLaterException($"The shop answered {(int)answer.Status}.");
        if (Parsed<FakeList<object>>(answer.Json.Span).Limit is { Of: > 0 } limit)
            shop.ReportLimits?.Invoke(new LimitSignal(Math.Clamp((double)limit.Left / limit.Of, 0, 1), null, limit.Left * 10 < limit.Of));
        return Parsed<T>(answer.Json.Span);
    }

    static T Parsed<T>(ReadOnlySpan<byte> json)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Wire) ?? throw new RetryLaterException("The shop answered nothing.");
        }
        catch (JsonException broken)
        {
            throw new RetryLaterException("The shop's answer cannot be read.", inner: broken);
        }
    }

    sealed record FakePlace(long After, long? Job = null, int Wait = 0)
    {
        public static FakePlace Of(SyncCursor? cursor) => cursor is null ? new(0) : JsonSerializer.Deserialize<FakePlace>(cursor.Value)!;

        public SyncCursor ToCursor() => new(JsonSerializer.Serialize(this));
    }
}

sealed record FakeLimit(int Left, int Of);

sealed record FakeInfo(long People, long LastPerson, long LastChange, string? Zone, string[]? Rights);

sealed record FakeJob(long Job, int ReadyIn);

sealed record FakeOutcome(string? Outcome);

sealed record FakeAnnouncement(string? What, string? Id, string? Email);

sealed record FakeList<T>(IReadOnlyList<T>? Rows, FakeLimit? Limit);

sealed record FakePerson(long Id, string? Email, string? Name, string? Made, bool? EmailYes, bool? SmsYes, IReadOnlyDictionary<string, int>? Tags, long Change);

sealed record FakeCart(string? Id, string? Email, decimal Total, string? At, long Change);
