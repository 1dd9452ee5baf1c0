namespace Pomost.Salesmanago.Wire;

/// <summary>The fields every signed call of API v2 carries.</summary>
class SignedBody
{
    public string? ClientId { get; set; }

    public string? ApiKey { get; set; }

    public long RequestTime { get; set; }

    public string? Sha { get; set; }

    public string? Owner { get; set; }
}

sealed class BatchUpsertBody : SignedBody
{
    public required IReadOnlyList<ContactDetail> UpsertDetails { get; init; }

    /// <summary>Always false: the default is true and would mail everybody in an import.</summary>
    public bool UseApiDoubleOptIn { get; init; }

    public string? Lang { get; init; }

    public bool? FireEvents { get; init; }
}

/// <summary>One contact of a batch.</summary>
class ContactDetail
{
    public ContactBody? Contact { get; set; }

    public string? NewEmail { get; set; }

    public IReadOnlyList<string>? Tags { get; set; }

    public IReadOnlyList<string>? RemoveTags { get; set; }

    /// <summary>Fields to empty, by name, as API v3 says it of products. The built-in hub heeds it; SALESmanago's own record of API v2 names no way.</summary>
    public IReadOnlyList<string>? SetAsNull { get; set; }

    public IReadOnlyDictionary<string, string>? Properties { get; set; }

    public string? Birthday { get; set; }

    public string? Province { get; set; }

    public string? Lang { get; set; }

    public bool? ForceOptIn { get; set; }

    public bool? ForceOptOut { get; set; }

    public bool? ForcePhoneOptIn { get; set; }

    public bool? ForcePhoneOptOut { get; set; }
}

/// <summary>The contact of the union call; it carries account and owner at its own level.</summary>
sealed class ContactUpsertRequest : ContactDetail
{
    public string? ClientId { get; init; }

    public string? Owner { get; init; }

    public bool Async { get; init; }

    public bool UseApiDoubleOptIn { get; init; }
}

sealed class UnionBody : SignedBody
{
    public ContactUpsertRequest? ContactUpsertRequest { get; init; }

    public AddEventRequest? AddContactExtEventRequest { get; init; }
}

sealed class AddEventRequest
{
    public string? ClientId { get; init; }

    public string? Owner { get; init; }

    public bool ForceOptIn { get; init; }

    public required string Email { get; init; }

    public required EventBody ContactEvent { get; init; }
}

/// <summary><c>/api/contact/upsert</c>: the same fields as a detail, beside the signature.</summary>
sealed class UpsertBody : SignedBody
{
    public required ContactBody Contact { get; init; }

    public string? NewEmail { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public IReadOnlyList<string>? RemoveTags { get; init; }

    public IReadOnlyList<string>? SetAsNull { get; init; }

    public IReadOnlyDictionary<string, string>? Properties { get; init; }

    public string? Birthday { get; init; }

    public string? Province { get; init; }

    public string? Lang { get; init; }

    public bool? ForceOptIn { get; init; }

    public bool? ForceOptOut { get; init; }

    public bool? ForcePhoneOptIn { get; init; }

    public bool? ForcePhoneOptOut { get; init; }

    public bool Async { get; init; }

    public bool UseApiDoubleOptIn { get; init; }
}

sealed class ContactBody
{
    public required string Email { get; init; }

    public string? Name { get; init; }

    public string? Phone { get; init; }

    public string? Company { get; init; }

    public string? ExternalId { get; init; }

    public AddressBody? Address { get; init; }
}

sealed class AddressBody
{
    public string? StreetAddress { get; init; }

    public string? ZipCode { get; init; }

    public string? City { get; init; }

    public string? Country { get; init; }
}

sealed class BatchEventsBody : SignedBody
{
    public required IReadOnlyList<BatchEvent> Events { get; init; }
}

sealed class BatchEvent
{
    public required string Email { get; init; }

    public required EventBody ContactEvent { get; init; }
}

sealed class EventCallBody : SignedBody
{
    public string? Email { get; init; }

    public required EventBody ContactEvent { get; init; }
}

sealed class EventBody
{
    public string? EventId { get; init; }

    public long Date { get; init; }

    public required string ContactExtEventType { get; init; }

    public string? Products { get; init; }

    public decimal Value { get; init; }

    public string? Location { get; init; }

    public string? Description { get; init; }

    public string? ExternalId { get; init; }

    public string? ShopDomain { get; init; }

    public string? Detail1 { get; init; }

    public string? Detail3 { get; init; }

    public string? Detail5 { get; init; }

    public string? Detail6 { get; init; }

    public string? Detail9 { get; init; }

    public string? Detail10 { get; init; }

    public string? Detail11 { get; init; }
}

sealed class DeleteEventBody : SignedBody
{
    public string? EventId { get; init; }

    public string? ExternalId { get; init; }
}

sealed class EmailBody : SignedBody
{
    public required string Email { get; init; }

    public bool? Permanently { get; init; }
}

sealed class EmailListBody : SignedBody
{
    public required IReadOnlyList<string> Email { get; init; }
}

sealed class EmailsBody : SignedBody
{
    public required IReadOnlyList<string> Emails { get; init; }
}

sealed class ManageTagsBody : SignedBody
{
    public required string Email { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public IReadOnlyList<string>? RemoveTags { get; init; }
}

sealed class TagListBody : SignedBody
{
    public bool ShowSystemTags { get; init; }
}

sealed class PeriodBody : SignedBody
{
    public long From { get; init; }

    public long To { get; init; }

    public int? Page { get; init; }

    public int? Size { get; init; }
}

sealed class NewOwnerBody : SignedBody
{
    public required string Contact { get; init; }

    public required string NewOwner { get; init; }
}

sealed class JobBody : SignedBody
{
    public long RequestId { get; init; }
}

sealed class PasswordBody
{
    public required string Username { get; init; }

    public required string Password { get; init; }
}

/// <summary>Calls that are proved by a token of the log-in instead of a signature.</summary>
sealed class TokenBody
{
    public required string Token { get; init; }

    public string? ApiKey { get; init; }

    public string? ClientId { get; init; }

    public string? Properties { get; init; }
}

/// <summary>A module to be switched.</summary>
sealed class ItemBody : SignedBody
{
    public required string Name { get; init; }

    public string? Id { get; init; }

    public bool Active { get; init; }
}

sealed class RegisterBody : SignedBody
{
    public required string Email { get; init; }

    public required string Password { get; init; }

    public string? Phone { get; init; }

    public string? Lang { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>A JSON text inside the JSON, as the official library sends it.</summary>
    public required string Items { get; init; }
}

sealed class RegisterItem
{
    public required string Name { get; init; }

    public int? ContactLimit { get; init; }
}

sealed class VendorBody : SignedBody
{
    public string? Name { get; init; }

    public string? Lang { get; init; }

    public string? Phone { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required IReadOnlyDictionary<string, string> Properties { get; init; }
}

sealed class V3KeyBody
{
    public required string Email { get; init; }

    public required string Password { get; init; }

    public required string KeyName { get; init; }

    public required string Expiry { get; init; }

    public required string Endpoint { get; init; }

    public string? WebhookUrl { get; init; }
}

sealed class V3RevokeBody
{
    public required string ApiKey { get; init; }
}

sealed class V3CatalogueBody
{
    public string? CatalogId { get; init; }

    public required string Name { get; init; }

    public required string Currency { get; init; }

    public required string Location { get; init; }

    public bool SetAsDefault { get; init; }
}

sealed class V3ProductsBody
{
    public required string CatalogId { get; init; }

    public required IReadOnlyList<V3Product> Products { get; init; }
}

sealed class V3Product
{
    public required string ProductId { get; init; }

    public required string Name { get; init; }

    public required string MainCategory { get; init; }

    public required IReadOnlyList<string> Categories { get; init; }

    public string? Description { get; init; }

    public string? ProductUrl { get; init; }

    public string? MainImageUrl { get; init; }

    public IReadOnlyList<string>? ImageUrls { get; init; }

    public bool Available { get; init; }

    public bool Active { get; init; }

    public decimal? Quantity { get; init; }

    public decimal? Price { get; init; }

    public decimal? DiscountPrice { get; init; }

    public V3SystemDetails? SystemDetails { get; init; }

    public IReadOnlyList<string>? SetAsNull { get; init; }
}

sealed class V3SystemDetails
{
    public string? Brand { get; init; }

    public string? Manufacturer { get; init; }
}
