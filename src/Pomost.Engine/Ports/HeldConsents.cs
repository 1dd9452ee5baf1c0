using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Somebody the shop has a consent of and who is unsubscribed at SALESmanago: sent without the consent, and opted out here and in the shop.</summary>
/// <param name="ContactId">Number of the contact.</param>
/// <param name="EmailKey">Whose.</param>
/// <param name="Contact">The contact as the shop gave it last.</param>
/// <param name="OptedOutAt">When the person unsubscribed, as far as the card tells, UTC; null = unknown.</param>
/// <param name="HeldAt">When Pomost met the opt-out, UTC.</param>
/// <param name="Channels">Of what they are unsubscribed: e-mail, SMS or both.</param>
public sealed record HeldConsent(
    long ContactId, string EmailKey, ShopContact Contact, DateTimeOffset? OptedOutAt, DateTimeOffset HeldAt, IReadOnlyList<ConsentChannel> Channels)
{
    public string Email => Contact.Email ?? EmailKey;
}

/// <summary>How many people are on the list.</summary>
/// <param name="People">All of them.</param>
/// <param name="OfEmail">Those unsubscribed from e-mail, whom the list can be overruled for.</param>
public sealed record HeldCount(long People, long OfEmail);

/// <summary>The people of a store whose opt-out at SALESmanago held against the shop's consent and holds still. Whoever chose anew since, or was stated for in
/// the panel, is not among them.</summary>
public interface IHeldConsents
{
    Task<HeldCount> CountAsync(StoreKey store, CancellationToken ct);

    /// <summary>By the number of their contact.</summary>
    /// <param name="store">Whose.</param>
    /// <param name="after">Only contacts of a higher number; 0 = from the first.</param>
    /// <param name="max">At most so many.</param>
    /// <param name="ct">Stops waiting.</param>
    Task<IReadOnlyList<HeldConsent>> ListAsync(StoreKey store, long after, int max, CancellationToken ct);

    /// <summary>In one transaction: the edit for everybody on the list who is unsubscribed from e-mail, the store's wake flag, and the entry of the audit log, to which the number of people
    /// is added. Nothing of it when the list is empty or of another length than expected.</summary>
    /// <param name="store">Whose.</param>
    /// <param name="edit">What each person gets.</param>
    /// <param name="expected">How many people the one who decides has seen; null = whoever is there.</param>
    /// <param name="audit">What the audit log is told.</param>
    /// <param name="actor">Who does it, as the ledger names them.</param>
    /// <param name="ct">Cancels before anything was saved.</param>
    /// <returns>How many people it concerns, and whether it was done.</returns>
    Task<(long People, bool Done)> OverruleAsync(StoreKey store, ContactEdit edit, long? expected, AuditEntry audit, string actor, CancellationToken ct);
}
