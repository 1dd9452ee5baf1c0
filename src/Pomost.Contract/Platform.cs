namespace Pomost.Contract;

/// <summary>A stream of records a platform can give.</summary>
public enum ShopStream
{
    /// <summary>People with an account, and subscribers where the platform lists them together.</summary>
    Contacts,

    /// <summary>Newsletter subscribers without an account, where they are a stream of their own.</summary>
    Subscribers,

    /// <summary>Orders.</summary>
    Orders,

    /// <summary>Carts not yet bought.</summary>
    Carts,

    /// <summary>Products.</summary>
    Products,
}

/// <summary>What a stream can do.</summary>
/// <param name="Stream">Which stream.</param>
/// <param name="HasModificationTime">False: changes are found by webhooks and by a nightly sweep that compares hashes.</param>
/// <param name="PageSize">Records the platform gives at once.</param>
/// <param name="AnnouncesDeletion">True when deletions can be learned without a sweep.</param>
public sealed record StreamInfo(ShopStream Stream, bool HasModificationTime, int PageSize, bool AnnouncesDeletion = false);

/// <summary>A platform's own limits; the engine's governor starts from these and listens to the answers.</summary>
/// <param name="RequestsPerSecond">Sustained rate; null = none published.</param>
/// <param name="Burst">Requests that may come at once after a rest.</param>
/// <param name="Concurrency">Requests in flight at once.</param>
/// <param name="SharedBy">Stores that share these settings' values share one limit (an application, a panel, a host); empty = each store has its own.</param>
public sealed record RateLimit(double? RequestsPerSecond, int Burst, int Concurrency, params IReadOnlyList<string> SharedBy)
{
    /// <summary>True when answers tell what is left, and the connector reports it by <see cref="ShopConnection.ReportLimits"/>.</summary>
    public bool IsReported { get; init; }
}

/// <summary>How a shop keeps tags of people.</summary>
/// <param name="HasPoints">Tags carry points.</param>
/// <param name="ZeroPointsDetach">Writing 0 points takes the tag away: never write 0.</param>
/// <param name="MaxLength">Longest tag, in characters.</param>
public sealed record TagSupport(bool HasPoints, bool ZeroPointsDetach, int MaxLength);

/// <summary>What an answer said about the shop's limits.</summary>
/// <param name="Remaining">Share of the budget left, 0 to 1; null = not told.</param>
/// <param name="Wait">How long to leave the shop alone; null = no need.</param>
/// <param name="PauseBulk">True when the shop asks that bulk reads stop while live traffic may go on.</param>
public sealed record LimitSignal(double? Remaining, TimeSpan? Wait, bool PauseBulk);

/// <summary>What a platform is and can do: data only, no I/O. The catalogue, the panel and the documentation are drawn from it.</summary>
public sealed record PlatformInfo
{
    /// <summary>Stable key, lower case: <c>woocommerce</c>.</summary>
    public required string Key { get; init; }

    /// <summary>The platform's name as it spells itself.</summary>
    public required string Name { get; init; }

    /// <summary>The form.</summary>
    public required IReadOnlyList<SettingField> Settings { get; init; }

    /// <summary>Key of the field that holds the shop's address: the first one of kind <see cref="SettingKind.Url"/>.</summary>
    public string AddressSetting => Settings.First(setting => setting.Kind == SettingKind.Url).Key;

    /// <summary>What can be read.</summary>
    public required IReadOnlyList<StreamInfo> Streams { get; init; }

    /// <summary>The platform's limits.</summary>
    public required RateLimit Limit { get; init; }

    /// <summary>The shop's order statuses known beforehand, with the meaning each has by default; a check may discover more.</summary>
    public IReadOnlyList<OrderStatus> OrderStatuses { get; init; } = [];

    /// <summary>How the shop keeps tags of people; null = it keeps none.</summary>
    public TagSupport? Tags { get; init; }

    /// <summary>Prefix of the shop's own tags at SALESmanago, for example <c>woocommerce_</c>.</summary>
    public string TagPrefix => $"{Key}_";

    /// <summary>What the platform's own API cannot give, in plain words for the shop owner.</summary>
    public IReadOnlyList<Text> Missing { get; init; } = [];

    /// <summary>Where to make the credentials, step by step.</summary>
    public Text? CredentialsHelp { get; init; }

    /// <summary>What a shop of this platform shows to whoever looks at it from outside, surest first.</summary>
    public IReadOnlyList<PlatformSign> Signs { get; init; } = [];
}

/// <summary>Something by which a shop shows its platform, without any credentials.</summary>
/// <param name="Path">What is asked for, relative to the shop's address; empty = its first page.</param>
/// <param name="Contains">What then stands in the answer: in its body, or in a header written as <c>Name: value</c>. Case does not matter.</param>
/// <param name="Says">The sign, as a person reads it: what was found where.</param>
public sealed record PlatformSign(string Path, string Contains, Text Says);

/// <summary>A status an order can have in a shop.</summary>
/// <param name="Value">As the API spells it.</param>
/// <param name="Label">As the shop owner reads it.</param>
/// <param name="Stage">What it means by default.</param>
public sealed record OrderStatus(string Value, Text Label, Rules.OrderStage Stage);

/// <summary>One connected shop as a connector sees it.</summary>
public sealed record ShopConnection
{
    /// <summary>Values of the platform's form.</summary>
    public required SettingValues Settings { get; init; }

    /// <summary>The form field that holds the shop's address, which errors about reaching it name.</summary>
    public string AddressSetting { get; init; } = "url";

    /// <summary>The way out. Guarded by the engine: private networks refused, no redirects followed, answers bounded in size and time,
    /// the store's limits kept. A connector uses no other.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>The present.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>The time zone of the store, for platforms whose times are local.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Takes what an answer told of the shop's limits, in a header or in the body; null where nobody listens.</summary>
    public Action<LimitSignal>? ReportLimits { get; init; }

    /// <summary>Stores changed settings (a refreshed token) durably before the connector uses them. Null in a mere check.</summary>
    public Func<SettingValues, CancellationToken, Task>? SaveSettings { get; init; }
}
