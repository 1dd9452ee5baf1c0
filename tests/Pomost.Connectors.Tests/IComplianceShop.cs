using Pomost.Contract;
using Pomost.Testing;

namespace Pomost.Connectors.Tests;

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

/// <summary>A simulated shop as the compliance suite sees it, whatever its platform. Its clock is the test's.</summary>
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

    /// <summary>Fills the shop with people and orders of the past.</summary>
    void Seed(int contacts, int orders);

    /// <summary>Someone registers now.</summary>
    /// <returns>The platform's id.</returns>
    string Register(string email);

    /// <summary>Someone orders now; null = leaves no e-mail.</summary>
    /// <returns>The platform's id.</returns>
    string Order(string? email);

    /// <summary>An order changes now.</summary>
    void TouchOrder(string id);

    /// <summary>An account is deleted.</summary>
    void DeleteContact(string id);

    /// <summary>Misbehaves in the next requests.</summary>
    void Misbehave(ComplianceFault fault, int requests);

    /// <summary>Ends all misbehaviour.</summary>
    void BehaveAgain();
}
