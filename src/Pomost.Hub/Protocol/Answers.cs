using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomost.Hub;

/// <summary>What every v2 answer begins with.</summary>
internal record Answer
{
    [JsonPropertyOrder(-2)]
    public bool Success { get; init; } = true;

    [JsonPropertyOrder(-1)]
    public IReadOnlyList<string> Message { get; init; } = [];
}

internal sealed record TokenAnswer(string Token) : Answer;

internal sealed record LogInAnswer(string Token, string Endpoint, int Smapp) : Answer;

internal sealed record AuthoriseAnswer(string Token, string ClientId, long ValidTo) : Answer;

internal sealed record IntegrationAnswer(string ShortId, string Sha1) : Answer;

/// <summary>All that the libraries read of a new account; they sign their next call with the secret.</summary>
internal sealed record NewAccountAnswer(
    string Token, string ClientId, string ShortId, string ApiSecret, string Email, string Owner, string Endpoint, int Smapp) : Answer;

internal sealed record PropertiesAnswer(string Properties) : Answer;

internal sealed record ItemsAnswer(IReadOnlyList<AccountItem> Items) : Answer;

internal sealed record PictureAnswer(string Url) : Answer;

internal sealed record UsersAnswer(IReadOnlyList<string> Users) : Answer;

internal sealed record ContactIdAnswer(Guid ContactId) : Answer;

internal sealed record ContactWriteAnswer(Guid ContactId, string? ExternalId) : Answer;

internal sealed record ContactIdsAnswer(IReadOnlyDictionary<string, Guid> ContactIds) : Answer;

internal sealed record RequestIdAnswer(long RequestId) : Answer;

internal sealed record JobAnswer(long RequestId, string? FileUrl) : Answer;

internal sealed record HasContactAnswer(bool Result, Guid? ContactId) : Answer;

internal sealed record BasicContactsAnswer(IReadOnlyList<BasicContact> Contacts) : Answer;

internal sealed record FullContactsAnswer(IReadOnlyList<FullContact> Contacts) : Answer;

internal sealed record CreatedContactsAnswer(IReadOnlyList<ContactReference> CreatedContacts) : Answer;

internal sealed record ModifiedContactsAnswer(IReadOnlyList<ContactReference> ModifiedContacts) : Answer;

internal sealed record ModifiedPageAnswer(IReadOnlyList<ContactReference> ModifiedContacts, bool HasMore) : Answer;

internal sealed record ResultAnswer(string Result) : Answer;

internal sealed record TagsAnswer(IReadOnlyList<TagCount> Tags) : Answer;

internal sealed record EventIdAnswer(Guid EventId) : Answer;

internal sealed record EventBatchAnswer(int CreatedAmount, int FailedAmount, IReadOnlyList<string> FailedContacts) : Answer;

/// <summary>Answer of the union call; the event's id only when an event was sent.</summary>
internal sealed record UnionAnswer(Guid ContactId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? EventId) : Answer;

internal sealed record KeyAnswer(string ApiKey, string ApiKeyName);

internal sealed record RevokedKeyAnswer(string ApiKeyName);

/// <summary>The error of a v3 call.</summary>
internal sealed record ProblemAnswer(int ReasonCode, IReadOnlyList<string> Messages);

/// <summary>The faults of a v3 call, field by field.</summary>
internal sealed record ProblemsAnswer(IReadOnlyList<V3Problem> Problems);

internal sealed record CatalogueIdAnswer(Guid CatalogId);

internal sealed record CatalogueListAnswer(IReadOnlyList<CatalogueItem> Catalogs, CatalogueLimits Limits);

internal sealed record CatalogueItem(Guid CatalogId, string Name, string Currency, string Location, bool SetAsDefault);

internal sealed record CatalogueLimits(int Max);

/// <summary>Answer of the calls that write products; problems only where something was trimmed.</summary>
internal sealed record ProductsAnswer(
    string RequestId, IReadOnlyList<string> ProductIds, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<V3Problem>? Problems);

/// <summary>A module of an account as <c>account/items</c> lists it.</summary>
internal sealed record AccountItem(string Name, bool Active, long? ContactLimit);

internal sealed record ContactAddress(string? StreetAddress, string? ZipCode, string? City, string? Country);

/// <summary>What contact/basic answers. The official library reads every key without checking, so none may be left out.</summary>
internal sealed record BasicContact(
    string? Name, string Email, string? Phone, string? Fax, long Score, string State, bool OptedOut, bool OptedOutPhone, bool Deleted, bool Invalid,
    string? Company, string? ExternalId, ContactAddress? Address, Guid ContactId, string? BirthdayYear, string? BirthdayMonth, string? BirthdayDay,
    long ModifiedOn, long CreatedOn, long? LastVisit);

/// <summary>What contact/list and its siblings answer.</summary>
internal sealed record FullContact(
    string? Name, string Email, string? Phone, string? Fax, long Score, string State, bool OptedOut, bool OptedOutPhone, bool Deleted, bool Invalid,
    string? Company, string? ExternalId, ContactAddress? Address, Guid Id, string? BirthdayYear, string? BirthdayMonth, string? BirthdayDay,
    long ModifiedOn, long CreatedOn, long? LastVisit, string? MainContactOwner, IReadOnlyList<NameAndValue> Properties,
    IReadOnlyList<FullContactTag> ContactTags, IReadOnlyList<FullContactEvent> ContactExtEvents, IReadOnlyList<NameAndValue> ContactFunnels,
    IReadOnlyList<NameAndValue> ContactTasks);

internal sealed record NameAndValue(string Name, string Value);

internal sealed record FullContactTag(string Tag, string TagName, long Score, long CreatedOn, string TagWithScore);

internal sealed record FullContactEvent(
    Guid EventId, long Date, string ContactExtEventType, string? Products, decimal? Value, string? Location, string? Description, string? ExternalId,
    string? ShopDomain)
{
    /// <summary>detail1 to detail20 as far as they were sent.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Details { get; set; }
}

/// <summary>The file of a finished job: one row per contact.</summary>
internal sealed record JobFile(IReadOnlyList<JobFileContact> Contacts);

internal sealed record JobFileContact(bool Success, string? Email, bool Exists, Guid? Id, string? Name, string? Country, string? Phone);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(LogInAnswer))]
[JsonSerializable(typeof(AuthoriseAnswer))]
[JsonSerializable(typeof(IntegrationAnswer))]
[JsonSerializable(typeof(NewAccountAnswer))]
[JsonSerializable(typeof(PropertiesAnswer))]
[JsonSerializable(typeof(ItemsAnswer))]
[JsonSerializable(typeof(PictureAnswer))]
[JsonSerializable(typeof(UsersAnswer))]
[JsonSerializable(typeof(ContactIdAnswer))]
[JsonSerializable(typeof(ContactWriteAnswer))]
[JsonSerializable(typeof(ContactIdsAnswer))]
[JsonSerializable(typeof(RequestIdAnswer))]
[JsonSerializable(typeof(JobAnswer))]
[JsonSerializable(typeof(HasContactAnswer))]
[JsonSerializable(typeof(BasicContactsAnswer))]
[JsonSerializable(typeof(FullContactsAnswer))]
[JsonSerializable(typeof(CreatedContactsAnswer))]
[JsonSerializable(typeof(ModifiedContactsAnswer))]
[JsonSerializable(typeof(ModifiedPageAnswer))]
[JsonSerializable(typeof(ResultAnswer))]
[JsonSerializable(typeof(TagsAnswer))]
[JsonSerializable(typeof(EventIdAnswer))]
[JsonSerializable(typeof(EventBatchAnswer))]
[JsonSerializable(typeof(UnionAnswer))]
[JsonSerializable(typeof(KeyAnswer))]
[JsonSerializable(typeof(RevokedKeyAnswer))]
[JsonSerializable(typeof(ProblemAnswer))]
[JsonSerializable(typeof(ProblemsAnswer))]
[JsonSerializable(typeof(CatalogueIdAnswer))]
[JsonSerializable(typeof(CatalogueListAnswer))]
[JsonSerializable(typeof(ProductsAnswer))]
[JsonSerializable(typeof(JobFile))]
[JsonSerializable(typeof(List<AccountItem>))]
[JsonSerializable(typeof(string))]
internal sealed partial class HubJson : JsonSerializerContext;
