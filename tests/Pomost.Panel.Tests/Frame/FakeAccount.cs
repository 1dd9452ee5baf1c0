using System.Collections.Concurrent;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Panel.Tests.Frame;

/// <summary>A SALESmanago account kept in memory: one person may log in, and what is changed there stays changed.</summary>
sealed class FakeAccount : IDestination, IDestinationAccounts, IProductDestination
{
    public const string Email = "iga@marketing.example";
    public const string Password = "hasło z SALESmanago";
    public const string ClientId = "konto0testowe000";
    public const string Secret = "sekret-konta";
    public const string ProductKey = "klucz-katalogu";
    public const string Token = "token-ktorego-nie-widac";

    public List<string> Users { get; } = [Email, "ola@marketing.example"];

    public List<PushForm> Forms { get; } = [new("17", "Formularz wiosenny")];

    public List<AccountModule> Modules { get; } =
    [
        new(StoreModule.LiveChat, ModuleState.Off, "LIVE_CHAT", "5"), new(StoreModule.WebPush, ModuleState.On, "WEB_PUSH", "6"), new(StoreModule.Popup, ModuleState.NotInAccount),
    ];

    /// <summary>True: it takes a switch and does nothing.</summary>
    public bool IgnoresSwitches { get; set; }

    /// <summary>True: it cannot be reached.</summary>
    public bool IsDown { get; set; }

    public ConcurrentQueue<AccountLook> Looks { get; } = [];

    public ConcurrentQueue<AccountPicture> Pictures { get; } = [];

    public int ContactsPerCall => 400;

    public int EventsPerCall => 1000;

    public int ProductsPerCall => 100;

    public Task<LogInResult> LogInAsync(HttpClient http, LogInForm form, CancellationToken ct)
    {
        Answer();
        if (form.Endpoint == "nie ma takiego")
            throw new NeedsOperatorException(ConnectionProblem.InvalidSetting, "endpoint", "No address.");
        if ((form.Email, form.Password) != (Email, Password))
            throw new NeedsOperatorException(ConnectionProblem.CredentialsRefused, "password", "User not authenticated");
        return Task.FromResult(new LogInResult
        {
            Endpoint = new Uri("https://app3.salesmanago.example"),
            ClientId = ClientId,
            ApiKey = "sól",
            Signature = "podpis",
            Token = Token,
            TokenValidUntil = TimeProvider.System.GetUtcNow().AddDays(29),
            Users = Users,
        });
    }

    public Task<IReadOnlyList<string>> CheckAsync(DestinationConnection destination, CancellationToken ct)
    {
        Answer();
        if (destination.ApiSecret is not null and not Secret)
            throw new NeedsOperatorException(ConnectionProblem.CredentialsRefused, "api_secret", "Not authenticated");
        return Users.Contains(destination.Owner)
            ? Task.FromResult<IReadOnlyList<string>>(Users)
            : throw new NeedsOperatorException(ConnectionProblem.AccountInactive, "owner", "No such owner.");
    }

    Task IProductDestination.CheckAsync(DestinationConnection destination, CancellationToken ct)
    {
        Answer();
        return destination.ApiV3Key == ProductKey
            ? Task.CompletedTask : throw new NeedsOperatorException(ConnectionProblem.CredentialsRefused, IProductDestination.KeySetting, "Not authenticated");
    }

    public Task<IReadOnlyList<string>> UsersAsync(DestinationConnection account, CancellationToken ct) => Task.FromResult(Answer<IReadOnlyList<string>>(Users));

    public Task<AccountToken> RefreshTokenAsync(DestinationConnection account, CancellationToken ct)
        => Task.FromResult(Answer(new AccountToken(Token, TimeProvider.System.GetUtcNow().AddDays(29))));

    public Uri PanelAddress(DestinationConnection account, AccountToken token) => new(account.Endpoint, $"/api/authorization/authorize?t={token.Value}");

    public Task<IReadOnlyList<PushForm>> PushFormsAsync(DestinationConnection account, CancellationToken ct) => Task.FromResult(Answer<IReadOnlyList<PushForm>>(Forms));

    public Task<Uri> UploadPictureAsync(DestinationConnection account, AccountPicture picture, CancellationToken ct)
    {
        Answer();
        Pictures.Enqueue(picture);
        return Task.FromResult(new Uri("https://pictures.salesmanago.example/1.png"));
    }

    public Task SetLookAsync(DestinationConnection account, AccountToken token, AccountLook look, CancellationToken ct)
    {
        Answer();
        Looks.Enqueue(look);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<AccountModule>> ModulesAsync(DestinationConnection account, AccountToken token, CancellationToken ct)
        => Task.FromResult(Answer<IReadOnlyList<AccountModule>>([.. Modules]));

    public Task SwitchModuleAsync(DestinationConnection account, AccountModule module, bool on, CancellationToken ct)
    {
        Answer();
        if (!IgnoresSwitches)
            Modules[Modules.FindIndex(one => one.Module == module.Module)] = module with { State = on ? ModuleState.On : ModuleState.Off };
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<DestinationContact>> ReadContactsAsync(DestinationConnection destination, IReadOnlyList<string> emails, CancellationToken ct)
        => Task.FromResult(Answer<IReadOnlyList<DestinationContact>>([]));

    public Task<BatchResult> UpsertContactsAsync(DestinationConnection destination, IReadOnlyList<OutgoingContact> contacts, CancellationToken ct) => throw NotInThePanel();

    public IReadOnlyList<DestinationField> Describe(OutgoingContact contact) => new Salesmanago.SalesmanagoClient().Describe(contact);

    public IReadOnlyList<DestinationField> Describe(OutgoingEvent happened) => new Salesmanago.SalesmanagoClient().Describe(happened);

    public Task SetOwnerAsync(DestinationConnection destination, string email, string owner, CancellationToken ct) => throw NotInThePanel();

    public Task<bool> ChangeAddressAsync(DestinationConnection destination, OutgoingContact contact, CancellationToken ct) => throw NotInThePanel();

    public Task<BatchResult> AddEventsAsync(DestinationConnection destination, IReadOnlyList<OutgoingEvent> events, CancellationToken ct) => throw NotInThePanel();

    public Task<BatchResult> ChangeEventsAsync(DestinationConnection destination, IReadOnlyList<EventChange> changes, CancellationToken ct) => throw NotInThePanel();

    public Task EraseContactAsync(DestinationConnection destination, string email, CancellationToken ct) => throw NotInThePanel();

    public Task<ChangedContacts> ReadChangedAsync(DestinationConnection destination, DateTimeOffset from, DateTimeOffset until, int page, CancellationToken ct) => throw NotInThePanel();

    public Task<string> FindOrMakeCatalogueAsync(DestinationConnection destination, WantedCatalogue wanted, CancellationToken ct) => throw NotInThePanel();

    public Task<BatchResult> UpsertProductsAsync(
        DestinationConnection destination, string catalogueId, IReadOnlyList<CatalogueProduct> products, CancellationToken ct) => throw NotInThePanel();

    T Answer<T>(T value)
    {
        Answer();
        return value;
    }

    void Answer()
    {
        if (IsDown)
            throw new RetryLaterException("No answer.");
    }

    static InvalidOperationException NotInThePanel() => new("The panel delivers nothing.");
}
