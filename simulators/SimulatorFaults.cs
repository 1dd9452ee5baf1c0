namespace Pomost.Simulators;

/// <summary>One way for a simulated shop to misbehave.</summary>
public enum Fault
{
    /// <summary>The answer waits for <see cref="SimulatorFaults.SlowBy"/>.</summary>
    Slow,

    /// <summary>429 that does not say how long to wait.</summary>
    TooManyRequests,

    /// <summary>429 with <c>Retry-After</c> of <see cref="SimulatorFaults.RetryAfter"/>.</summary>
    TooManyRequestsWithRetryAfter,

    /// <summary>503 with an HTML body, as a host or a cache in front of the shop sends it.</summary>
    ServiceUnavailable,

    /// <summary>500 with the platform's "critical error" page.</summary>
    InternalError,

    /// <summary>200 with an HTML page where JSON belongs.</summary>
    HtmlPage,

    /// <summary>200 with a log-in page, as a maintenance or members-only plug-in sends it.</summary>
    LoginWall,

    /// <summary>The connection breaks after half of the body.</summary>
    CutConnection,

    /// <summary>A redirect to the same address, again and again.</summary>
    RedirectLoop,

    /// <summary>A redirect to <see cref="SimulatorFaults.RedirectTarget"/>.</summary>
    RedirectToOtherHost,

    /// <summary>The web server drops the <c>Authorization</c> header before the shop sees it.</summary>
    StripAuthorization,

    /// <summary>Totals and links of a list are missing from the headers.</summary>
    MissingTotals,

    /// <summary>A PHP notice stands before the JSON.</summary>
    PhpNotice,

    /// <summary>The first name in the answer holds bytes that are not UTF-8.</summary>
    InvalidUtf8,

    /// <summary>Every record carries fields that no documentation knows.</summary>
    UnknownFields,

    /// <summary>A JSON array that never ends (2 GB at most).</summary>
    EndlessBody,

    /// <summary>A list repeats some of its rows.</summary>
    DuplicateRows,

    /// <summary>A list comes in another order than asked for.</summary>
    ShuffledRows,

    /// <summary>A plug-in puts its own meta of an account back in the moment it was written by the interface; the answer is 200 and shows
    /// the old value.</summary>
    PutMetaBack,

    /// <summary>Meta of an account written by the interface stays until the account is next saved on a page of the shop: then a plug-in
    /// puts the old value back.</summary>
    PutMetaBackAtNextEdit,

    /// <summary>A webhook is never sent, and the shop believes it was.</summary>
    DropWebhook,

    /// <summary>A webhook is sent twice.</summary>
    DuplicateWebhook,

    /// <summary>A push of the module is never sent, and the module believes it was.</summary>
    DropPush,

    /// <summary>The same bytes of a push arrive twice.</summary>
    DuplicatePush,

    /// <summary>A push is signed six minutes before it is sent.</summary>
    StalePush,

    /// <summary>A push is signed with another secret.</summary>
    ForgedPush,
}

/// <summary>
/// Faults a simulated shop commits on request: for the next few requests, or with a probability. Deterministic: the same
/// seed, settings and order of requests give the same faults. Thread-safe.
/// </summary>
public sealed class SimulatorFaults(int seed = 1)
{
    static readonly int Kinds = Enum.GetValues<Fault>().Length;

    readonly Lock _lock = new();
    readonly Setting[] _settings = new Setting[Kinds];
    readonly long[] _committed = new long[Kinds];
    readonly Dictionary<(string Path, long Id), bool> _poison = [];
    Random _random = new(seed);
    bool _any;

    struct Setting
    {
        public int Remaining;
        public double Probability;
        public string? OnlyPath;
    }

    /// <summary>How long <see cref="Fault.Slow"/> holds an answer back, on the shop's clock.</summary>
    public TimeSpan SlowBy { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>What <see cref="Fault.TooManyRequestsWithRetryAfter"/> says; whole seconds.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Where <see cref="Fault.RedirectToOtherHost"/> points; path and query are kept.</summary>
    public Uri RedirectTarget { get; set; } = new("http://somewhere-else.example/");

    /// <summary>Commits the fault in the next <paramref name="count"/> requests whose path contains <paramref name="onlyPath"/> (all when null).</summary>
    public void Next(Fault fault, int count = 1, string? onlyPath = null)
    {
        lock (_lock)
        {
            _settings[(int)fault] = _settings[(int)fault] with { Remaining = count, OnlyPath = onlyPath };
            _any = true;
        }
    }

    /// <summary>Commits the fault with a probability from 0 (never) to 1 (always) in requests whose path contains <paramref name="onlyPath"/>.</summary>
    public void WithProbability(Fault fault, double probability, string? onlyPath = null)
    {
        lock (_lock)
        {
            _settings[(int)fault] = _settings[(int)fault] with { Probability = probability, OnlyPath = onlyPath };
            _any = true;
        }
    }

    /// <summary>Makes the shop fail with an internal error whenever it is to give this record, alone or in a list.</summary>
    /// <param name="path">Part of the path of the records, such as <c>orders</c>.</param>
    /// <param name="id">The record.</param>
    /// <param name="tellsItsId">True: it can be given when nothing but its id and dates are asked for.</param>
    public void Poison(string path, long id, bool tellsItsId = true)
    {
        lock (_lock)
            _poison[(path, id)] = tellsItsId;
    }

    /// <summary>Heals every poisoned record.</summary>
    public void Heal()
    {
        lock (_lock)
            _poison.Clear();
    }

    internal bool IsPoisoned(string path, long id, bool asksForItsIdOnly)
    {
        lock (_lock)
        {
            return _poison.Count > 0
                && _poison.Any(entry => entry.Key.Id == id && path.Contains(entry.Key.Path, StringComparison.Ordinal) && !(asksForItsIdOnly && entry.Value));
        }
    }

    /// <summary>Ends all faults and starts the sequence of chance again. Counters stay.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            Array.Clear(_settings);
            _random = new Random(seed);
            _any = false;
        }
    }

    /// <summary>How often a fault was committed.</summary>
    public long Committed(Fault fault)
    {
        lock (_lock)
            return _committed[(int)fault];
    }

    internal bool Strikes(Fault fault, string path)
    {
        if (!Volatile.Read(ref _any))
            return false;
        lock (_lock)
        {
            ref var setting = ref _settings[(int)fault];
            if (setting.OnlyPath is { } only && !path.Contains(only, StringComparison.Ordinal))
                return false;
            if (setting.Remaining > 0)
                setting.Remaining--;
            else if (setting.Probability <= 0 || _random.NextDouble() >= setting.Probability)
                return false;
            _committed[(int)fault]++;
            return true;
        }
    }

    /// <summary>Repeats about every tenth row and at least one; leaves an empty list alone.</summary>
    internal T[] Duplicate<T>(T[] rows)
    {
        if (rows.Length == 0)
            return rows;
        var result = new List<T>(rows.Length + (rows.Length / 10) + 1);
        lock (_lock)
        {
            var always = _random.Next(rows.Length);
            for (var i = 0; i < rows.Length; i++)
            {
                result.Add(rows[i]);
                if (i == always || _random.Next(10) == 0)
                    result.Add(rows[i]);
            }
        }
        return [.. result];
    }

    internal T[] Shuffle<T>(T[] rows)
    {
        var result = (T[])rows.Clone();
        lock (_lock)
            _random.Shuffle(result);
        return result;
    }
}
