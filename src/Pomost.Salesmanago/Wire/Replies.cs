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
    public IReadOnlyDictionary<string, string?>? ContactIds { get; set; }
}

sealed class ContactIdReply : Reply
{
    public string? ContactId { get; set; }

    public string? EventId { get; set; }

    public bool Result { get; set; }
}

sealed class BatchEventsReply : Reply
{
    public long CreatedAmount { get; set; }

    public long FailedAmount { get; set; }

    public IReadOnlyList<string> FailedContacts { get; set; } = [];
}

sealed class RequestIdReply : Reply
{
    public long? RequestId { get; set; }

    public string? FileUrl { get; set; }
}

sealed class ContactsReply : Reply
{
    public IReadOnlyList<ContactCard>? Contacts { get; set; }
}

sealed class ContactCard
{
    public string? Id { get; set; }

    public string? ContactId { get; set; }

    public string? Email { get; set; }

    public bool OptedOut { get; set; }

    public bool OptedOutPhone { get; set; }

    public long CreatedOn { get; set; }

    public long ModifiedOn { get; set; }

    public string? MainContactOwner { get; set; }

    public IReadOnlyList<CardTag>? ContactTags { get; set; }

    public IReadOnlyList<CardEvent>? ContactExtEvents { get; set; }
}

sealed class CardTag
{
    public string? Tag { get; set; }

    public string? TagName { get; set; }

    public long Score { get; set; }
}

sealed class CardEvent
{
    public string? EventId { get; set; }

    public string? Id { get; set; }

    public string? ContactExtEventType { get; set; }

    public string? ExternalId { get; set; }

    public string? Location { get; set; }
}

sealed class ChangedContactsReply : Reply
{
    public IReadOnlyList<ChangedContact>? CreatedContacts { get; set; }

    public IReadOnlyList<ChangedContact>? ModifiedContacts { get; set; }

    public bool HasMore { get; set; }
}

sealed class ChangedContact
{
    public string? Id { get; set; }

    public string? Email { get; set; }
}

sealed class TagsReply : Reply
{
    public IReadOnlyList<TagCount>? Tags { get; set; }
}

sealed class TagCount
{
    public string? Tag { get; set; }

    public long NumberOfTagged { get; set; }
}

sealed class UsersReply : Reply
{
    public IReadOnlyList<string> Users { get; set; } = [];
}

/// <summary>Answers of the log-in family: whichever of the members the call gives.</summary>
sealed class LogInReply : Reply
{
    public string? Token { get; set; }

    public string? Endpoint { get; set; }

    public long? Smapp { get; set; }

    public string? ShortId { get; set; }

    public string? ClientId { get; set; }

    public string? Sha1 { get; set; }

    public string? Properties { get; set; }
}

sealed class ItemsReply : Reply
{
    /// <summary>The schema of the modules is not public, so they are handed on as they came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Rest { get; set; } = [];
}

sealed class PushFormsReply : Reply
{
    public IReadOnlyList<PushFormEntry>? ConsentFormList { get; set; }
}

sealed class PushFormEntry
{
    public string? IntId { get; set; }

    public string? Name { get; set; }
}

class V3Reply
{
    public long? ReasonCode { get; set; }

    public IReadOnlyList<string> Messages { get; set; } = [];

    public IReadOnlyList<string> Message { get; set; } = [];

    public IReadOnlyList<V3Problem>? Problems { get; set; }
}

sealed class V3Problem
{
    public long ReasonCode { get; set; }

    public string? Message { get; set; }
}

sealed class V3KeyReply : V3Reply
{
    public string? ApiKey { get; set; }

    public string? ApiKeyName { get; set; }
}

sealed class V3CataloguesReply : V3Reply
{
    public IReadOnlyList<V3Catalogue>? Catalogs { get; set; }

    public V3Limits? Limits { get; set; }
}

sealed class V3Limits
{
    public long Max { get; set; }
}

sealed class V3Catalogue
{
    public string? CatalogId { get; set; }

    public string? Name { get; set; }

    public string? Currency { get; set; }

    public string? Location { get; set; }

    public bool SetAsDefault { get; set; }
}

sealed class V3CatalogueReply : V3Reply
{
    public string? CatalogId { get; set; }
}

sealed class V3ProductsReply : V3Reply
{
    public string? RequestId { get; set; }
}
