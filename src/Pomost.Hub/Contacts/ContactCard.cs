using System.Text.Json.Serialization;

namespace Pomost.Hub;

/// <summary>What is known of a consent. Without a statement a contact counts as opted out, yet nothing was refused.</summary>
public enum HubConsent
{
    NoStatement = 0,
    Granted = 1,
    Withdrawn = 2,

    /// <summary>Only in history: asked for, to be confirmed by the person (double opt-in).</summary>
    Requested = 3,
}

public enum HubChannel
{
    Email = 0,
    Phone = 1,
}

/// <summary>One contact as stored; immutable, so that a change shows by comparison.</summary>
public sealed record ContactCard
{
    public required Guid Id { get; init; }

    /// <summary>The address as last written; <see cref="EmailKey"/> is what it is found by.</summary>
    public required string Email { get; init; }

    public required string Owner { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ModifiedAt { get; init; }

    public string? Name { get; init; }

    public string? Phone { get; init; }

    public string? Fax { get; init; }

    public string? Company { get; init; }

    public string? ExternalId { get; init; }

    /// <summary>CUSTOMER, PROSPECT, PARTNER, OTHER or UNKNOWN.</summary>
    public string State { get; init; } = "UNKNOWN";

    public string? Street { get; init; }

    public string? ZipCode { get; init; }

    public string? City { get; init; }

    public string? Country { get; init; }

    public string? Province { get; init; }

    /// <summary>yyyyMMdd, or MMdd when the year is not known.</summary>
    public string? Birthday { get; init; }

    public string? Language { get; init; }

    public HubConsent EmailConsent { get; init; }

    public HubConsent PhoneConsent { get; init; }

    /// <summary>Deleted but not erased: hidden from lists, revived by the next write.</summary>
    public bool Deleted { get; init; }

    /// <summary>Custom fields and other lists; replaced as a whole, never changed in place.</summary>
    public ContactExtras Extras { get; init; } = ContactExtras.None;

    public string EmailKey => KeyOf(Email);

    /// <summary>The form of an address that is compared: case never tells two people apart.</summary>
    public static string KeyOf(string email) => email.Trim().ToLowerInvariant();
}

/// <summary>The open-ended part of a contact, stored as one JSON text.</summary>
public sealed record ContactExtras
{
    // Generated readers set what a stored text lacks to null; the lists are never null.
    public static ContactExtras None { get; } = new();

    public IReadOnlyDictionary<string, string> Properties { get; init => field = value ?? field; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public IReadOnlyList<DictionaryProperty> DictionaryProperties { get; init => field = value ?? field; } = [];

    public IReadOnlyList<ConsentDetail> ConsentDetails { get; init => field = value ?? field; } = [];

    public IReadOnlyList<string> LoyaltyPrograms { get; init => field = value ?? field; } = [];

    /// <summary>Points of a loyalty programme by its name; a programme without an entry has none.</summary>
    public IReadOnlyDictionary<string, long> LoyaltyPoints { get; init => field = value ?? field; } = new Dictionary<string, long>(StringComparer.Ordinal);

    [JsonIgnore]
    public bool IsEmpty => Properties.Count == 0 && DictionaryProperties.Count == 0 && ConsentDetails.Count == 0 && LoyaltyPrograms.Count == 0;
}

/// <summary>An attribute typed for the whole account.</summary>
/// <param name="Type">NUMBER or DATE.</param>
public sealed record DictionaryProperty(string Name, string Type, string Value);

/// <summary>A named consent beyond the two channels.</summary>
/// <param name="AgreementDate">Unix milliseconds.</param>
public sealed record ConsentDetail(string ConsentName, bool ConsentAccept, long AgreementDate, string? Ip, bool OptOut, long? ConsentDescriptionId);

/// <summary>A tag on a contact. Points can be read through the protocol, never written.</summary>
public sealed record ContactTag(string Tag, long Points, DateTimeOffset CreatedAt);

/// <summary>One line of the consent history.</summary>
/// <param name="Id">Time-ordered.</param>
/// <param name="Source">The call that said so, for example <c>contact/optin</c>.</param>
/// <param name="Owner">The user the call spoke for; null when it named none.</param>
public sealed record ConsentStatement(Guid Id, Guid ContactId, HubChannel Channel, HubConsent Consent, DateTimeOffset At, string Source, string? Owner);

/// <summary>JSON the hub stores in its tables.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ContactExtras))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(HubProductCard))]
[JsonSerializable(typeof(NoteContent))]
[JsonSerializable(typeof(TaskContent))]
[JsonSerializable(typeof(CouponContent))]
public sealed partial class HubStoredJson : JsonSerializerContext;
