using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pomost.Connectors.Tests.Fake;

/// <summary>A shop of the platform that does not exist: in memory, answering on loopback.</summary>
sealed class FakeShop : IAsyncDisposable
{
    public const string SignatureHeader = "X-Fake-Sign";
    public const string ReadWriteKey = "key-that-may-write";
    public const string ReadOnlyKey = "key-that-may-read";
    public const string ApplicationSecret = "secret of the application";
    public const int Limit = 1_000_000;

    /// <summary>How long a job is prepared.</summary>
    public static readonly TimeSpan Preparing = TimeSpan.FromSeconds(40);

    public static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Warsaw");

    static readonly JsonSerializerOptions Wire = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    readonly Lock _lock = new();
    readonly TimeProvider _clock;
    readonly WebApplication _app;
    readonly SortedDictionary<long, FakePerson> _people = [];
    readonly SortedDictionary<long, FakePerson> _subscribers = [];
    readonly Dictionary<string, FakeCart> _carts = new(StringComparer.Ordinal);
    readonly List<DateTimeOffset> _jobs = [];
    readonly HashSet<string> _hooks = new(StringComparer.Ordinal);
    readonly Queue<FakeAnnouncement> _announced = new();
    long _lastPerson;
    long _lastChange;
    int _left = Limit;

    FakeShop(WebApplication app, TimeProvider clock) => (_app, _clock) = (app, clock);

    public Uri Address => new(_app.Urls.First() + "/");

    /// <summary>Answers instead of the shop, when it says so.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    /// <summary>Changes what the shop is about to say.</summary>
    public Func<JsonNode, JsonNode>? Twist { get; set; }

    /// <summary>Changes the bytes of an answer.</summary>
    public Func<byte[], byte[]>? Spoil { get; set; }

    public static async Task<FakeShop> StartAsync(TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var shop = new FakeShop(app, clock);
        app.Run(shop.HandleAsync);
        await app.StartAsync();
        return shop;
    }

    /// <summary>What the shop's owner types.</summary>
    public Dictionary<string, string> Form(string key = ReadWriteKey) => new(StringComparer.Ordinal)
    {
        [FakeConnector.AddressField] = Address.AbsoluteUri,
        [FakeConnector.KeyField] = key,
        [FakeConnector.ApplicationField] = ApplicationSecret,
    };

    public string Register(string email, params (string Tag, int Points)[] tags)
    {
        lock (_lock)
        {
            var person = new FakePerson(++_lastPerson, email, "Ala", Local(), null, null, tags.ToDictionary(tag => tag.Tag, tag => tag.Points), 0);
            _people.Add(person.Id, person);
            _announced.Enqueue(new("changed", Text(person.Id), null));
            return Text(person.Id);
        }
    }

    public void Change(string id, Func<FakePerson, FakePerson> change)
    {
        lock (_lock)
            _people[Number(id)] = change(_people[Number(id)]);
    }

    public void Delete(string id)
    {
        lock (_lock)
        {
            _people.Remove(Number(id));
            _announced.Enqueue(new("deleted", id, null));
        }
    }

    /// <summary>The person asks the shop to be forgotten.</summary>
    public void Forget(string id)
    {
        lock (_lock)
        {
            _people.Remove(Number(id), out var person);
            _announced.Enqueue(new("forgotten", id, person!.Email));
        }
    }

    public FakePerson? Person(string id)
    {
        lock (_lock)
            return _people.GetValueOrDefault(Number(id));
    }

    public FakePerson? Subscriber(string email)
    {
        lock (_lock)
            return _subscribers.Values.FirstOrDefault(one => one.Email == email);
    }

    public void Subscribe(string email, bool agrees, params (string Tag, int Points)[] tags)
    {
        lock (_lock)
        {
            var old = _subscribers.Values.FirstOrDefault(one => one.Email == email) ?? new FakePerson(_subscribers.Count + 1, email, null, null, null, null, null, 0);
            var all = tags.Length == 0 ? old.Tags : tags.ToDictionary(tag => tag.Tag, tag => tag.Points);
            _subscribers[old.Id] = old with { EmailYes = agrees, Tags = all, Change = ++_lastChange };
        }
    }

    public string PutCart(string email, string? id = null)
    {
        lock (_lock)
        {
            id ??= "k" + Text(_carts.Count + 1);
            _carts[id] = new FakeCart(id, email, 10m + ++_lastChange, Local(), _lastChange);
            return id;
        }
    }

    public void UseUpLimit()
    {
        lock (_lock)
            _left = Limit / 50;
    }

    /// <summary>Sends the announcements that wait.</summary>
    public async Task DeliverAsync()
    {
        using var http = new HttpClient();
        while (true)
        {
            byte[] body;
            string[] hooks;
            lock (_lock)
            {
                if (!_announced.TryDequeue(out var announced))
                    return;
                (body, hooks) = (JsonSerializer.SerializeToUtf8Bytes(announced, Wire), [.. _hooks]);
            }

            foreach (var hook in hooks)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, hook) { Content = new ByteArrayContent(body) };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                request.Headers.Add(SignatureHeader, Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ApplicationSecret), body)));
                using var answer = await http.SendAsync(request);
            }
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task HandleAsync(HttpContext context)
    {
        if (Instead is { } instead && await instead(context))
            return;
        var key = context.Request.Headers["X-Key"].ToString();
        using var reader = new StreamReader(context.Request.Body);
        var asked = await reader.ReadToEndAsync() is { Length: > 0 } text ? JsonNode.Parse(text) : null;
        JsonNode said;
        lock (_lock)
            (context.Response.StatusCode, said) = Answer(context.Request, key, asked);
        var body = JsonSerializer.SerializeToUtf8Bytes(Twist?.Invoke(said) ?? said);
        await context.Response.Body.WriteAsync(Spoil?.Invoke(body) ?? body);
    }

    (int Status, JsonNode Said) Answer(HttpRequest request, string key, JsonNode? asked)
    {
        if (key is not (ReadWriteKey or ReadOnlyKey))
            return (401, new JsonObject { ["error"] = "key" });
        var what = request.Path.Value!["/api/".Length..];
        if (what is "consent" or "tags" or "hooks" && key != ReadWriteKey)
            return (403, new JsonObject { ["error"] = "right" });
        JsonNode said = what switch
        {
            "info" => Node(new FakeInfo(_people.Count, _lastPerson, _lastChange, Zone.Id, key == ReadWriteKey ? ["read", "write"] : ["read"])),
            "jobs" when request.Method == "POST" => NewJob(),
            "jobs" => Node(new FakeJob(Number(request.Query["job"]!), SecondsLeft((int)Number(request.Query["job"]!)))),
            "people" when request.Query["ids"].ToString() is { Length: > 0 } ids => Rows(ids.Split(',').Select(Number).Select(_people.GetValueOrDefault).OfType<FakePerson>()),
            "people" => Rows(Page(request, _people.Values, person => person.Id)),
            "subscribers" => Rows(Page(request, _subscribers.Values, person => person.Change)),
            "carts" => Rows(Page(request, _carts.Values, cart => cart.Change)),
            "consent" => Outcome(SetConsent(asked!)),
            "tags" => Outcome(SetTags(asked!)),
            "hooks" when request.Method == "DELETE" => Outcome(_hooks.Remove(asked!["url"]!.GetValue<string>()) ? "written" : "unchanged"),
            "hooks" => Outcome(_hooks.Add(asked!["url"]!.GetValue<string>()) ? "written" : "unchanged"),
            _ => Outcome("not_found"),
        };
        said["limit"] = Node(new FakeLimit(--_left, Limit));
        return (200, said);
    }

    JsonNode NewJob()
    {
        _jobs.Add(_clock.GetUtcNow() + Preparing);
        return Node(new FakeJob(_jobs.Count, (int)Preparing.TotalSeconds));
    }

    int SecondsLeft(int job) => job > _jobs.Count ? 0 : (int)Math.Max(0, Math.Ceiling((_jobs[job - 1] - _clock.GetUtcNow()).TotalSeconds));

    string SetConsent(JsonNode asked) => Set(asked, person =>
    {
        var yes = asked["yes"]!.GetValue<bool>();
        return asked["channel"]!.GetValue<string>() == "Email" ? person with { EmailYes = yes } : person with { SmsYes = yes };
    });

    string SetTags(JsonNode asked) => Set(asked, person =>
    {
        var tags = (person.Tags ?? new Dictionary<string, int>()).ToDictionary();
        foreach (var tag in asked["remove"]!.AsArray())
            tags.Remove(tag!.GetValue<string>());
        foreach (var (tag, points) in asked["set"]!.AsObject())
        {
            // 0 points take a tag away.
            if (points?.GetValue<int>() is { } some and not 0)
                tags[tag] = some;
            else
                tags.Remove(tag);
        }

        var same = person.Tags is { } old && old.Count == tags.Count && old.All(tag => tags.TryGetValue(tag.Key, out var points) && points == tag.Value);
        return same || (person.Tags is null && tags.Count == 0) ? person : person with { Tags = tags };
    });

    string Set(JsonNode asked, Func<FakePerson, FakePerson> change)
    {
        var (list, id) = asked["id"]?.GetValue<string>() is { } account
            ? (_people, long.TryParse(account, out var number) ? number : 0)
            : (_subscribers, _subscribers.Values.FirstOrDefault(one => one.Email == asked["email"]!.GetValue<string>())?.Id ?? 0);
        if (!list.TryGetValue(id, out var old))
            return "not_found";
        var changed = change(old);
        if (changed == old)
            return "unchanged";
        list[id] = list == _subscribers ? changed with { Change = ++_lastChange } : changed;
        return "written";
    }

    static IEnumerable<T> Page<T>(HttpRequest request, IEnumerable<T> rows, Func<T, long> place)
        => rows.Where(row => place(row) > Number(request.Query["after"]!)).OrderBy(place).Take((int)Number(request.Query["limit"]!));

    static JsonObject Rows<T>(IEnumerable<T> rows) => new() { ["rows"] = new JsonArray([.. rows.Select(row => Node(row))]) };

    static JsonObject Outcome(string outcome) => new() { ["outcome"] = outcome };

    static JsonNode Node<T>(T value) => JsonSerializer.SerializeToNode(value, Wire)!;

    string Local() => TimeZoneInfo.ConvertTime(_clock.GetUtcNow(), Zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
