using System.Text.Json.Serialization;

namespace Pomost.Rules;

/// <summary>A contact as it is owed to the destination: only what may and must be sent.</summary>
/// <remarks>Of texts and parts of the address, null keeps what the destination has and an empty text empties it.</remarks>
public sealed record OutgoingContact
{
    /// <summary>The person's address; identity at the destination.</summary>
    public required string Email { get; init; }

    /// <summary>The card that is to move to <see cref="Email"/>; null = nothing moves.</summary>
    public FormerCard? Former { get; init; }

    /// <summary>First and last name in one field; null = keep what the destination has.</summary>
    public string? Name { get; init; }

    /// <summary>Company name.</summary>
    public string? Company { get; init; }

    /// <summary>Telephone.</summary>
    public string? Phone { get; init; }

    /// <summary>The shop's id of the account.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Billing address.</summary>
    public PostalAddress? Address { get; init; }

    /// <summary>A date of birth that empties the destination's, as an empty text does.</summary>
    public static readonly DateOnly NoBirthDate = DateOnly.MinValue;

    /// <summary>Date of birth; <see cref="NoBirthDate"/> empties it.</summary>
    public DateOnly? BirthDate { get; init; }

    /// <summary>Gender; sent as a property, SALESmanago has no field for it.</summary>
    public Gender Gender { get; init; }

    /// <summary>Two-letter language, lower case.</summary>
    public string? Language { get; init; }

    /// <summary>Newsletter state to set; <see cref="ConsentState.NoStatement"/> leaves the destination's state alone.</summary>
    public ConsentState EmailConsent { get; init; }

    /// <summary>SMS state to set; <see cref="ConsentState.NoStatement"/> leaves the destination's state alone.</summary>
    public ConsentState SmsConsent { get; init; }

    /// <summary>True when the newsletter state is known to be later than what the card said when it was last looked at. Never sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool EmailIsLater { get; init; }

    /// <summary>The same of the SMS state. Never sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SmsIsLater { get; init; }

    /// <summary>A moment after which the newsletter state was stated, UTC; null = unknown. Never sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EmailMadeAfter { get; init; }

    /// <summary>The same of the SMS state. Never sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? SmsMadeAfter { get; init; }

    /// <summary>Tags to add, as they will be stored.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Tags to take away, as they are stored.</summary>
    public IReadOnlyList<string> RemoveTags { get; init; } = [];
}

/// <summary>A card under the address that a person had before.</summary>
/// <param name="EmailKey">Key of the former address.</param>
/// <param name="EmailConsent">E-mail state that holds: to be said again when the card cannot move.</param>
/// <param name="SmsConsent">SMS state that holds.</param>
/// <param name="Tags">Tags the card got, as stored.</param>
public sealed record FormerCard(string EmailKey, ConsentState EmailConsent, ConsentState SmsConsent, IReadOnlyList<string> Tags);

/// <summary>What an event says happened.</summary>
public enum OutgoingEventKind
{
    /// <summary>A confirmed and paid order.</summary>
    Purchase,

    /// <summary>A cart left alone.</summary>
    Cart,

    /// <summary>A purchase that was called off.</summary>
    Cancellation,

    /// <summary>A purchase given back, whole or in part.</summary>
    Return,
}

/// <summary>An event on a contact's card, as it is owed to the destination.</summary>
public sealed record OutgoingEvent
{
    /// <summary>What happened.</summary>
    public required OutgoingEventKind Kind { get; init; }

    /// <summary>Whose card; the contact is delivered first.</summary>
    public required string Email { get; init; }

    /// <summary>Identity within kind and location: makes sending again harmless.</summary>
    public required string ExternalId { get; init; }

    /// <summary>When it happened in the shop, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Value in <see cref="Currency"/>, gross.</summary>
    public required decimal Value { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Location id of the shop: at most 36 of <c>A-Z a-z 0-9 _</c>; equal to the catalogue's.</summary>
    public required string Location { get; init; }

    /// <summary>Domain of the shop.</summary>
    public required string ShopDomain { get; init; }

    /// <summary>Payment method, or the cart's recovery link.</summary>
    public string? Description { get; init; }

    /// <summary>Goods.</summary>
    public IReadOnlyList<OutgoingProduct> Products { get; init; } = [];

    /// <summary>Delivery method.</summary>
    public string? DeliveryMethod { get; init; }

    /// <summary>Place of collection.</summary>
    public string? PickUpPlace { get; init; }

    /// <summary>Order number the customer sees.</summary>
    public string? OrderNumber { get; init; }
}

/// <summary>One product of an event.</summary>
/// <param name="Id">Product id, equal to the catalogue's; null when the product no longer exists.</param>
/// <param name="Name">Name as bought.</param>
/// <param name="Quantity">How many.</param>
/// <param name="Sku">Stock-keeping code.</param>
public sealed record OutgoingProduct(string? Id, string Name, decimal Quantity, string? Sku);
