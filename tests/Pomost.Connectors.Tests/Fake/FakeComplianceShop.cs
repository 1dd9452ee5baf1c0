using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pomost.Connectors.Tests.Compliance;
using Pomost.Contract;
using Pomost.Rules;
using Pomost.Testing;

namespace Pomost.Connectors.Tests.Fake;

/// <summary>The shop of the platform that does not exist, behind the compliance suites.</summary>
sealed class FakeComplianceShop
    : IComplianceShop, IComplianceSubscribers, IComplianceCarts, IComplianceConsents, IComplianceTags, IComplianceWebhooks, IComplianceLimits
{
    public static readonly CompliancePlatform Platform = new(new FakeConnector(), async clock => new FakeComplianceShop(await FakeShop.StartAsync(clock), clock));

    readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    FakeComplianceShop(FakeShop shop, FakeClock clock) => (Shop, Clock) = (shop, clock);

    public FakeShop Shop { get; }

    public FakeClock Clock { get; }

    public ShopConnection Connection => new()
    {
        Settings = new SettingValues(Shop.Form()),
        Http = _http,
        Clock = Clock,
        AddressSetting = FakeConnector.AddressField,
        TimeZone = FakeShop.Zone,
    };

    public SettingValues WrongCredentials => Connection.Settings.With(FakeConnector.KeyField, "nobody's key");

    public SettingValues LackingPermission => new(Shop.Form(FakeShop.ReadOnlyKey));

    public SettingValues LackingWrite => LackingPermission;

    public TimeSpan AskedWait => TimeSpan.FromSeconds(3);

    public IReadOnlyList<ConsentChannel> ConsentChannels => [ConsentChannel.Email, ConsentChannel.Sms];

    public string? SignatureHeader => FakeShop.SignatureHeader;

    public SettingValues OtherSettings => Connection.Settings.With(FakeConnector.ApplicationField, "secret of another application");

    public void Seed(int contacts, int orders)
    {
        for (var number = 0; number < contacts; number++)
            Register($"osoba{number}@poczta.example");
    }

    public string Register(string email) => Shop.Register(email);

    public void Rename(string id, string firstName) => Shop.Change(id, person => person with { Name = firstName });

    public void DeleteContact(string id) => Shop.Delete(id);

    public void SeedSubscribers(int count)
    {
        for (var number = 0; number < count; number++)
            Subscribe($"osoba{number}@poczta.example", agrees: true);
    }

    public void Subscribe(string email, bool agrees) => Shop.Subscribe(email, agrees);

    public string PutCart(string email, string? id = null) => Shop.PutCart(email, id);

    public void GiveTag(string id, string tag) => Shop.Change(id, person => person with { Tags = new Dictionary<string, int> { [tag] = 3 } });

    public int? PointsOf(string id, string tag) => Shop.Person(id)?.Tags?.TryGetValue(tag, out var points) == true ? points : null;

    public Task DeliverWebhooksAsync() => Shop.DeliverAsync();

    public void UseUpLimit() => Shop.UseUpLimit();

    public void Misbehave(ComplianceFault fault, int requests)
    {
        var left = requests;
        Shop.Instead = async context => Interlocked.Decrement(ref left) >= 0 && await StrikeAsync(fault, context);
        Shop.Twist = fault switch
        {
            ComplianceFault.UnknownFields => Unknown,
            ComplianceFault.DuplicateRows => said => Reordered(said, rows => rows.SelectMany(row => new[] { row, row!.DeepClone() })),
            ComplianceFault.ShuffledRows => said => Reordered(said, rows => rows.Reverse()),
            _ => null,
        };
        Shop.Spoil = fault == ComplianceFault.NotUtf8
            ? body => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(body).Replace("\"Ala\"", "\"Al\u00B3\"", StringComparison.Ordinal)) : null;
    }

    public void BehaveAgain() => (Shop.Instead, Shop.Twist, Shop.Spoil) = (null, null, null);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Shop.DisposeAsync();
    }

    static async Task<bool> StrikeAsync(ComplianceFault fault, HttpContext context)
    {
        var response = context.Response;
        switch (fault)
        {
            case ComplianceFault.Throttled:
                response.StatusCode = 429;
                return true;
            case ComplianceFault.ThrottledWithWait:
                response.StatusCode = 429;
                response.Headers.RetryAfter = "3";
                return true;
            case ComplianceFault.Unavailable:
                response.StatusCode = 503;
                return true;
            case ComplianceFault.InternalError:
                response.StatusCode = 500;
                return true;
            case ComplianceFault.HtmlPage:
                await response.WriteAsync("<!doctype html><html><body>Przerwa</body></html>");
                return true;
            case ComplianceFault.RedirectElsewhere:
                response.StatusCode = 302;
                response.Headers.Location = "https://somewhere-else.example/api";
                return true;
            case ComplianceFault.CutConnection:
                response.ContentLength = 1_000;
                await response.WriteAsync("{\"rows\":[");
                await response.Body.FlushAsync();
                context.Abort();
                return true;
            case ComplianceFault.UnknownFields or ComplianceFault.NotUtf8 or ComplianceFault.DuplicateRows or ComplianceFault.ShuffledRows:
                return false;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, null);
        }
    }

    static JsonNode Unknown(JsonNode said)
    {
        said["unheard_of"] = new JsonArray(1, "x");
        foreach (var row in said["rows"]?.AsArray() ?? [])
            row!["unheard_of"] = new JsonObject { ["a"] = null };
        return said;
    }

    static JsonNode Reordered(JsonNode said, Func<IEnumerable<JsonNode?>, IEnumerable<JsonNode?>> order)
    {
        if (said["rows"] is JsonArray rows)
            said["rows"] = new JsonArray([.. order([.. rows.Select(row => row!.DeepClone())])]);
        return said;
    }
}
