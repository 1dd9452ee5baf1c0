namespace Pomost.Rules;

/// <summary>Gender as a shop records it.</summary>
public enum Gender
{
    /// <summary>Not recorded.</summary>
    Unknown,

    /// <summary>Female.</summary>
    Female,

    /// <summary>Male.</summary>
    Male,
}

/// <summary>A postal address. Absent parts are null; a part the person cleared is an empty string.</summary>
/// <param name="Street">Street, house and flat number on one line.</param>
/// <param name="PostCode">Post code as written in its country.</param>
/// <param name="City">City or town.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code, upper case.</param>
/// <param name="Region">Province or state, where the shop keeps one.</param>
public sealed record PostalAddress(string? Street = null, string? PostCode = null, string? City = null, string? Country = null, string? Region = null);

/// <summary>A person known to a shop, with or without an account there, as a connector read them. Nothing is decided yet.</summary>
public sealed record ShopContact
{
    /// <summary>The platform's own id of the account; null for a person without an account.</summary>
    public string? SourceId { get; init; }

    /// <summary>The address exactly as the shop gave it; not yet checked, may be null or unusable.</summary>
    public string? Email { get; init; }

    /// <summary>True when the person has an account in the shop; false for guests and mere subscribers.</summary>
    public bool HasAccount { get; init; }

    /// <summary>True when the person stands on the shop's newsletter list, in whatever state.</summary>
    public bool IsSubscriber { get; init; }

    /// <summary>True when all fields of the record were read: then one that is null is empty in the shop, and not merely unknown.</summary>
    public bool IsWholeRecord { get; init; }

    /// <summary>True for a wholesale customer.</summary>
    public bool IsWholesaler { get; init; }

    /// <summary>Given name.</summary>
    public string? FirstName { get; init; }

    /// <summary>Family name.</summary>
    public string? LastName { get; init; }

    /// <summary>Company, when the person buys for one.</summary>
    public string? Company { get; init; }

    /// <summary>Gender, where the platform records it.</summary>
    public Gender Gender { get; init; }

    /// <summary>Telephone as the shop gave it.</summary>
    public string? Phone { get; init; }

    /// <summary>Billing address; null when the shop has none.</summary>
    public PostalAddress? BillingAddress { get; init; }

    /// <summary>Date of birth, when known.</summary>
    public DateOnly? BirthDate { get; init; }

    /// <summary>Two-letter language code of the person, lower case.</summary>
    public string? Language { get; init; }

    /// <summary>When the account was made, UTC.</summary>
    public DateTimeOffset? RegisteredAt { get; init; }

    /// <summary>When the shop last changed the record, UTC; null where the platform keeps no such time.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Newsletter by e-mail.</summary>
    public Consent EmailConsent { get; init; } = Consent.None;

    /// <summary>Text messages.</summary>
    public Consent SmsConsent { get; init; } = Consent.None;

    /// <summary>Consent, given while ordering, to pass data to services that work with the shop; null = never asked. False on an account's own record
    /// withdraws what was agreed with earlier orders; on the buyer of an order it concerns that order alone.</summary>
    public bool? SharingConsent { get; init; }

    /// <summary>Tags of the person in the shop, as spelled there; null = not read, which says nothing.</summary>
    public IReadOnlyList<string>? ShopTags { get; init; }

    /// <summary>True when the shop's field of tags holds something else than a list of names; nothing of it is sent.</summary>
    public bool HasUnreadableTags { get; init; }

    /// <summary>How the person was won (<c>allegro</c>, <c>ceneo</c>, <c>google</c> …), where the platform says so.</summary>
    public string? AcquisitionSource { get; init; }
}
