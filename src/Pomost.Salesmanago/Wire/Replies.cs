using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomost.Salesmanago.Wire;

/// <summary>What every answer of API v2 carries.</summary>
class Reply
{
    /// <summary>Null when the member is missing: then the answer is not SALESmanago's.</summary>
    public bool? Success { get; set; }

    public IReadOnlyList<string> Message { get; set; } = [];
}

sealed class ContactIdsReply : Reply
{
    public IReadOnlyDictionary<string, string?>? ContactIds { get; init; }
}

sealed class ContactIdReply : Reply
{
    public string? ContactId { get; init; }

    public string? EventId { get; init; }

    public bool Result { get; init; }
}

sealed class BatchEventsReply : Reply
{
    public long CreatedAmount { get; init; }

    public long FailedAmount { get; init; }

    public IReadOnlyList<string> FailedContacts { get; init; } = [];
}

sealed class RequestIdReply : Reply
{
    public long? RequestId { get; init; }

    public string? FileUrl { get; init; }
}

sealed class ContactsReply : Reply
{
    public IReadOnlyList<ContactCard>? Contacts { get; init; }
}

sealed class ContactCard
{
    public string? Id { get; init; }

    public string? ContactId { get; init; }

    public string? Email { get; init; }

    public bool OptedOut { get; init; }

    public bool OptedOutPhone { get; init; }

    public long CreatedOn { get; init; }

    public IReadOnlyList<CardTag>? ContactTags { get; init; }

    public IReadOnlyList<CardEvent>? ContactExtEvents { get; init; }
}

sealed class CardTag
{
    public string? Tag { get; init; }

    public string? TagName { get; init; }

    public long Score { get; init; }
}

sealed class CardEvent
{
    public string? ContactExtEventType { get; init; }

    public string? ExternalId { get; init; }

    public string? Location { get; init; }
}

sealed class ChangedContactsReply : Reply
{
    public IReadOnlyList<ChangedContact>? CreatedContacts { get; init; }

    public IReadOnlyList<ChangedContact>? ModifiedContacts { get; init; }

    public bool HasMore { get; init; }
}

sealed class ChangedContact
{
    public string? Id { get; init; }

    public string? Email { get; init; }
}

sealed class TagsReply : Reply
{
    public IReadOnlyList<TagCount>? Tags { get; init; }
}

sealed class TagCount
{
    public string? Tag { get; init; }

    public long NumberOfTagged { get; init; }
}

sealed class UsersReply : Reply
{
    public IReadOnlyList<string> Users { get; init; } = [];
}

/// <summary>Answers of the log-in family: whichever of the members the call gives.</summary>
sealed class LogInReply : Reply
{
    public string? Token { get; init; }

    public string? Endpoint { get; init; }

    public long? Smapp { get; init; }

    public string? ShortId { get; init; }

    public string? ClientId { get; init; }

    public string? Sha1 { get; init; }

    public string? Properties { get; init; }
}

sealed class ItemsReply : Reply
{
    /// <summary>The schema of the modules is not public, so they are handed on as they came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Rest { get; init; } = [];
}

class V3Reply
{
    public long? ReasonCode { get; init; }

    public IReadOnlyList<string> Messages { get; init; } = [];

    public IReadOnlyList<string> Message { get; init; } = [];

    public IReadOnlyList<V3Problem>? Problems { get; init; }
}

sealed class V3Problem
{
    public long ReasonCode { get; init; }

    public string? Message { get; init; }
}

sealed class V3KeyReply : V3Reply
{
    public string? ApiKey { get; init; }

    public string? ApiKeyName { get; init; }
}

sealed class V3CataloguesReply : V3Reply
{
    public IReadOnlyList<V3Catalogue>? Catalogs { get; init; }

    public V3Limits? Limits { get; init; }
}

sealed class V3Limits
{
    public long Max { get; init; }
}

sealed class V3Catalogue
{
    public string? CatalogId { get; init; }

    public string? Name { get; init; }

    public string? Currency { get; init; }

    public string? Location { get; init; }

    public bool SetAsDefault { get; init; }
}

sealed class V3CatalogueReply : V3Reply
{
    public string? CatalogId { get; init; }
}

sealed class V3ProductsReply : V3Reply
{
    public string? RequestId { get; init; }
}
