using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What a person may do in an account.</summary>
public enum AccountRole
{
    /// <summary>Everything, including who else may.</summary>
    Owner,

    /// <summary>Stores, credentials and people, but not the owner.</summary>
    Administrator,

    /// <summary>Exports, tags, looks and modules.</summary>
    Marketer,

    /// <summary>Conversations.</summary>
    Agent,

    /// <summary>Reads, with addresses masked.</summary>
    Viewer,
}

/// <summary>Of whom an account demands a second factor.</summary>
public enum SecondFactorDemand
{
    Nobody,

    /// <summary>Owners and administrators.</summary>
    Administrators,

    Everybody,
}

/// <summary>A tenant.</summary>
public sealed record Account(long Id, string Name, DateTimeOffset CreatedAt)
{
    /// <summary>Whom it lets work only with a second factor.</summary>
    public SecondFactorDemand SecondFactorOf { get; init; }
}

/// <summary>A person's place in an account.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="UserId">The person.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Stores">Ids of the stores they are limited to; null = all. Owners and administrators are never limited.</param>
public sealed record Membership(long AccountId, Guid UserId, AccountRole Role, IReadOnlyList<long>? Stores = null);

/// <summary>Accounts and who belongs to them.</summary>
public interface IAccounts
{
    Task<Account> CreateAsync(string name, Guid ownerId, CancellationToken ct);

    /// <summary>Takes back an account that could not be made whole: with its members' places, destinations and callback addresses. One that has a store stays.</summary>
    Task TakeBackAsync(long accountId, CancellationToken ct);

    Task<Account?> FindAsync(long accountId, CancellationToken ct);

    Task<IReadOnlyList<Account>> ListAsync(CancellationToken ct);

    /// <summary>Says of whom the account demands a second factor; holds at their next request.</summary>
    Task DemandSecondFactorAsync(long accountId, SecondFactorDemand of, CancellationToken ct);

    /// <summary>Memberships of a user, oldest account first.</summary>
    Task<IReadOnlyList<Membership>> MembershipsAsync(Guid userId, CancellationToken ct);
}

/// <summary>Where a store's data goes. Secrets are encrypted before they come here.</summary>
public sealed record Destination
{
    public required long AccountId { get; init; }

    /// <summary>0 when not yet stored.</summary>
    public long Id { get; init; }

    /// <summary>True for the built-in hub.</summary>
    public required bool IsHub { get; init; }

    /// <summary>Base address; of the hub only a placeholder, its real address is asked at each use.</summary>
    public required Uri Endpoint { get; init; }

    public required string ClientId { get; init; }

    /// <summary>E-mail of the owner of contacts.</summary>
    public required string Owner { get; init; }

    /// <summary>Encrypted secrets (api secret, or login key and signature).</summary>
    public required string ProtectedSecrets { get; init; }

    /// <summary>Calls a minute it may be sent by one process, all stores together; null = as many as it takes.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Minutes between two looks at its list of changed cards, 15 to 1440; null = one at each poll.</summary>
    public int? ConsentMinutes { get; init; }
}

/// <summary>State of a store as a whole.</summary>
public enum StoreState
{
    /// <summary>Connected and working.</summary>
    Active,

    /// <summary>Stopped by a person; the queue is kept.</summary>
    Paused,

    /// <summary>A setting must be mended first.</summary>
    NeedsOperator,

    /// <summary>Disconnected for good: its credentials are forgotten, its number is not given again.</summary>
    Disconnected,
}

/// <summary>What happens in a shop that may give a person tags.</summary>
public enum TagEvent
{
    /// <summary>Has an account.</summary>
    Registration,

    /// <summary>Subscribes without an account.</summary>
    Newsletter,

    /// <summary>Buys.</summary>
    Purchase,

    /// <summary>Buys without an account.</summary>
    GuestPurchase,

    /// <summary>Leaves a cart.</summary>
    AbandonedCart,
}

/// <summary>Choices of a store that rules ask for.</summary>
public sealed record StoreOptions
{
    public SharingMode Sharing { get; init; } = SharingMode.Everyone;

    /// <summary>Statuses that count as purchases; null = the platform's defaults.</summary>
    public IReadOnlyList<string>? OrderStatuses { get; init; }

    /// <summary>Tags for everybody registered, by event; as stored.</summary>
    public IReadOnlyList<string> RegistrationTags { get; init; } = [];

    /// <summary>Tags for newsletter subscribers without an account; as stored.</summary>
    public IReadOnlyList<string> NewsletterTags { get; init; } = [];

    /// <summary>Tags for buyers; as stored.</summary>
    public IReadOnlyList<string> PurchaseTags { get; init; } = [];

    /// <summary>Further tags for who buys without an account; as stored.</summary>
    public IReadOnlyList<string> GuestPurchaseTags { get; init; } = [];

    /// <summary>Tags for who leaves a cart; as stored.</summary>
    public IReadOnlyList<string> AbandonedCartTags { get; init; } = [];

    /// <summary>Events whose tags are kept but not given.</summary>
    public IReadOnlyList<TagEvent> TagsOff { get; init; } = [];

    /// <summary>Automatic tags (registration, newsletter, menu, source) on or off.</summary>
    public bool AutomaticTags { get; init; } = true;

    /// <summary>Time zone of the shop, for days and hours: a name that <see cref="ShopZone"/> knows.</summary>
    public string TimeZone { get; init; } = ShopZone.Default;

    /// <summary>Seconds between polls.</summary>
    public int PollSeconds { get; init; } = 60;

    /// <summary>Pages of accounts compared at each poll at least, one after the other and round again, where the platform cannot be asked what changed;
    /// 0 = only at night. Further pages follow while all of it takes less than a twentieth of the time between polls, so a quick shop is compared whole
    /// at each poll; what a lost webhook did not tell is found within accounts / page size / this many polls at the latest.</summary>
    public int ComparePagesPerPoll { get; init; } = 3;

    /// <summary>Cancelled and refunded orders send reversing events.</summary>
    public bool SendsReversals { get; init; } = true;

    /// <summary>Abandoned carts are told.</summary>
    public bool SendsCarts { get; init; } = true;

    /// <summary>The catalogue goes to the destination, where the platform lists products and the destination has a key of API v3.</summary>
    public bool SendsProducts { get; init; } = true;

    /// <summary>Minutes without a change after which a cart is abandoned; 10 to 1440.</summary>
    public int AbandonedCartMinutes { get; init; } = 60;

    /// <summary>A person who registers without ticking the newsletter, but is opted in at SALESmanago, is opted in in the shop, too.</summary>
    public bool DownloadsConsent { get; init; } = true;

    /// <summary>Code of the account's web push consent form shown in the shop; null = none.</summary>
    public string? PushForm { get; init; }

    /// <summary>Requests a second the shop may be asked; null = the platform's own limit alone.</summary>
    public double? RequestsPerSecond { get; init; }

    /// <summary>What exports may read by hour of the shop's day; null = as fast as the limits of shop and destination allow.</summary>
    public HourlyBudget? ExportBudget { get; init; }

    /// <summary>Tags typed for an event, whether or not they are given at present.</summary>
    public IReadOnlyList<string> TypedTags(TagEvent happened) => happened switch
    {
        TagEvent.Registration => RegistrationTags,
        TagEvent.Newsletter => NewsletterTags,
        TagEvent.Purchase => PurchaseTags,
        TagEvent.GuestPurchase => GuestPurchaseTags,
        TagEvent.AbandonedCart => AbandonedCartTags,
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "An event without tags."),
    };

    /// <summary>Tags given for an event at present.</summary>
    public IReadOnlyList<string> TagsFor(TagEvent happened) => TagsOff.Contains(happened) ? [] : TypedTags(happened);
}

/// <summary>A connected shop. Secrets are encrypted before they come here.</summary>
public sealed record Store
{
    public required long AccountId { get; init; }

    /// <summary>0 when not yet stored; unique over all accounts.</summary>
    public long Id { get; init; }

    /// <summary>1, 2, 3 … within the account; never given twice.</summary>
    public int Number { get; init; }

    public required long DestinationId { get; init; }

    /// <summary>Name the panel shows.</summary>
    public required string Name { get; init; }

    /// <summary>Part of the panel's addresses; unique within the account, lower-case letters, digits and hyphens.</summary>
    public required string Slug { get; init; }

    /// <summary>Key of the platform.</summary>
    public required string Platform { get; init; }

    /// <summary>Address of the shop.</summary>
    public required Uri Address { get; init; }

    /// <summary>Location id of its events.</summary>
    public required string Location { get; init; }

    /// <summary>Values of the platform's form that are no secrets.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>Encrypted secrets of the form, and the webhook secret.</summary>
    public required string ProtectedSecrets { get; init; }

    public required StoreOptions Options { get; init; }

    public StoreState State { get; init; }

    /// <summary>Why the store stands still, as a <c>ConnectionProblem</c> name; null while it works.</summary>
    public string? Problem { get; init; }

    /// <summary>Unguessable part of its webhook address.</summary>
    public required string WebhookToken { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public StoreKey Key => new(AccountId, Id);
}

/// <summary>Stores and destinations.</summary>
public interface IStores
{
    /// <summary>Stores a new destination; gives it with its id.</summary>
    Task<Destination> AddDestinationAsync(Destination destination, CancellationToken ct);

    Task<Destination?> FindDestinationAsync(long accountId, long destinationId, CancellationToken ct);

    Task<IReadOnlyList<Destination>> ListDestinationsAsync(long accountId, CancellationToken ct);

    Task UpdateDestinationAsync(Destination destination, CancellationToken ct);

    /// <summary>Stores a new store; gives it with id and number. The slug gets a number behind it when taken.</summary>
    Task<Store> AddAsync(Store store, CancellationToken ct);

    Task<Store?> FindAsync(StoreKey key, CancellationToken ct);

    Task<Store?> FindBySlugAsync(long accountId, string slug, CancellationToken ct);

    Task<Store?> FindByWebhookTokenAsync(string token, CancellationToken ct);

    Task<IReadOnlyList<Store>> ListAsync(long accountId, CancellationToken ct);

    /// <summary>Writes everything but id, number, account and creation time.</summary>
    Task UpdateAsync(Store store, CancellationToken ct);

    /// <summary>Changes a store's choices and nothing else, in one transaction: what the engine writes meanwhile stays.</summary>
    /// <returns>The choices before; null when there is no such store.</returns>
    Task<StoreOptions?> ChangeOptionsAsync(StoreKey key, Func<StoreOptions, StoreOptions> change, CancellationToken ct);

    Task SetStateAsync(StoreKey key, StoreState state, string? problem, CancellationToken ct);
}
