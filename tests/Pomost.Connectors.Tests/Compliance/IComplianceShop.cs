using Pomost.Contract;
using Pomost.Rules;
using Pomost.Testing;

namespace Pomost.Connectors.Tests.Compliance;

/// <summary>Ways a shop misbehaves that every connector must survive.</summary>
public enum ComplianceFault
{
    Throttled,

    /// <summary>Throttled for <see cref="IComplianceShop.AskedWait"/>.</summary>
    ThrottledWithWait,
    Unavailable,
    InternalError,
    CutConnection,
    HtmlPage,
    RedirectElsewhere,
    UnknownFields,
    NotUtf8,
    DuplicateRows,
    ShuffledRows,
}

/// <summary>A simulated shop as the compliance suite sees it, whatever its platform. Its clock is the test's. What only some connectors can do is
/// asked for by the interfaces below: the shop implements those of the connector's roles.</summary>
public interface IComplianceShop : IAsyncDisposable
{
    FakeClock Clock { get; }

    /// <summary>A connection whose credentials may do everything.</summary>
    ShopConnection Connection { get; }

    /// <summary>Settings whose credentials the shop does not know.</summary>
    SettingValues WrongCredentials { get; }

    /// <summary>Settings whose credentials work but lack a right.</summary>
    SettingValues LackingPermission { get; }

    /// <summary>What <see cref="ComplianceFault.ThrottledWithWait"/> asks for.</summary>
    TimeSpan AskedWait { get; }

    /// <summary>Fills the shop with people and orders of the past; the second figure means nothing where there are no orders.</summary>
    void Seed(int contacts, int orders);

    /// <summary>Someone registers now.</summary>
    /// <returns>The platform's id.</returns>
    string Register(string email);

    /// <summary>An account gets another first name now.</summary>
    void Rename(string id, string firstName);

    /// <summary>An account is deleted.</summary>
    void DeleteContact(string id);

    /// <summary>Misbehaves in the next requests.</summary>
    void Misbehave(ComplianceFault fault, int requests);

    /// <summary>Ends all misbehaviour.</summary>
    void BehaveAgain();
}

/// <summary>Asked for by <see cref="IReadsOrders"/>.</summary>
public interface IComplianceOrders
{
    /// <summary>Someone orders now; null = leaves no e-mail.</summary>
    /// <returns>The platform's id.</returns>
    string Order(string? email);

    /// <summary>An order changes now.</summary>
    void TouchOrder(string id);
}

/// <summary>Asked for by <see cref="IReadsSubscribers"/>. Who has no account has no id: the address stands for the person.</summary>
public interface IComplianceSubscribers
{
    /// <summary>Fills the newsletter list with people without an account, who said yes in the past.</summary>
    void SeedSubscribers(int count);

    /// <summary>Someone without an account says now whether to be sent the newsletter.</summary>
    void Subscribe(string email, bool agrees);
}

/// <summary>Asked for by <see cref="IReadsCarts"/>.</summary>
public interface IComplianceCarts
{
    /// <summary>Someone fills a cart now, or changes the one of this id.</summary>
    /// <returns>The platform's id of the cart.</returns>
    string PutCart(string email, string? id = null);
}

/// <summary>Asked for by <see cref="IReadsProducts"/>.</summary>
public interface IComplianceProducts
{
    /// <summary>Fills the catalogue.</summary>
    void SeedProducts(int count);

    /// <summary>A product is put on sale now.</summary>
    /// <returns>The platform's id.</returns>
    string AddProduct(string name);

    /// <summary>A product is renamed now.</summary>
    void RenameProduct(string id, string name);
}

/// <summary>Asked for by <see cref="IWritesConsent"/>.</summary>
public interface IComplianceConsents
{
    /// <summary>Channels for which the shop keeps consents of accounts.</summary>
    IReadOnlyList<ConsentChannel> ConsentChannels { get; }

    /// <summary>Settings whose credentials may read and not write consents and tags.</summary>
    SettingValues LackingWrite { get; }
}

/// <summary>Asked for by <see cref="IWritesTags"/>.</summary>
public interface IComplianceTags
{
    /// <summary>The shop's own people give an account a tag.</summary>
    void GiveTag(string id, string tag);

    /// <summary>Points of an account's tag; null = it has none, or has not the tag.</summary>
    int? PointsOf(string id, string tag);
}

/// <summary>Asked for by <see cref="IReceivesWebhooks"/>.</summary>
public interface IComplianceWebhooks
{
    /// <summary>Header that holds the signature over the body; null = the platform does not sign (its secret stands in the address).</summary>
    string? SignatureHeader { get; }

    /// <summary>Settings of another shop or application of the platform, whose secret is another; those of the shop where settings sign nothing.</summary>
    SettingValues OtherSettings { get; }

    /// <summary>The merchant pastes our address into the shop, where the API cannot.</summary>
    void PasteWebhooks(Uri deliverTo, string secret)
    {
    }

    /// <summary>Sends the announcements that are due.</summary>
    Task DeliverWebhooksAsync();
}

/// <summary>Asked for by <see cref="RateLimit.IsReported"/>.</summary>
public interface IComplianceLimits
{
    /// <summary>Uses the shop's limit up to a small rest, which the next answers tell.</summary>
    void UseUpLimit();
}

/// <summary>Asked for by <see cref="IUsesModule"/>; the shop has the module installed.</summary>
public interface IComplianceModule
{
    /// <summary>What the log told so far is removed, as after a month.</summary>
    void CutLog();
}
