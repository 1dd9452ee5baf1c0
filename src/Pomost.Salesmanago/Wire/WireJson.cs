using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Pomost.Salesmanago.Wire;

/// <summary>JSON without reflection. Null members are not written: absent and null mean "keep", and absent is shorter.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    Converters = [typeof(LenientText), typeof(LenientFlag), typeof(LenientNumber), typeof(LenientTexts)])]
[JsonSerializable(typeof(SignedBody))]
[JsonSerializable(typeof(BatchUpsertBody))]
[JsonSerializable(typeof(UnionBody))]
[JsonSerializable(typeof(UpsertBody))]
[JsonSerializable(typeof(BatchEventsBody))]
[JsonSerializable(typeof(EventCallBody))]
[JsonSerializable(typeof(DeleteEventBody))]
[JsonSerializable(typeof(EmailBody))]
[JsonSerializable(typeof(EmailListBody))]
[JsonSerializable(typeof(EmailsBody))]
[JsonSerializable(typeof(ManageTagsBody))]
[JsonSerializable(typeof(TagListBody))]
[JsonSerializable(typeof(PeriodBody))]
[JsonSerializable(typeof(NewOwnerBody))]
[JsonSerializable(typeof(JobBody))]
[JsonSerializable(typeof(PasswordBody))]
[JsonSerializable(typeof(TokenBody))]
[JsonSerializable(typeof(ItemBody))]
[JsonSerializable(typeof(RegisterBody))]
[JsonSerializable(typeof(IReadOnlyList<RegisterItem>))]
[JsonSerializable(typeof(VendorBody))]
[JsonSerializable(typeof(V3KeyBody))]
[JsonSerializable(typeof(V3RevokeBody))]
[JsonSerializable(typeof(V3CatalogueBody))]
[JsonSerializable(typeof(V3ProductsBody))]
[JsonSerializable(typeof(Reply))]
[JsonSerializable(typeof(ContactIdsReply))]
[JsonSerializable(typeof(ContactIdReply))]
[JsonSerializable(typeof(BatchEventsReply))]
[JsonSerializable(typeof(RequestIdReply))]
[JsonSerializable(typeof(ContactsReply))]
[JsonSerializable(typeof(ChangedContactsReply))]
[JsonSerializable(typeof(TagsReply))]
[JsonSerializable(typeof(UsersReply))]
[JsonSerializable(typeof(LogInReply))]
[JsonSerializable(typeof(ItemsReply))]
[JsonSerializable(typeof(PushFormsReply))]
[JsonSerializable(typeof(V3Reply))]
[JsonSerializable(typeof(V3KeyReply))]
[JsonSerializable(typeof(V3CataloguesReply))]
[JsonSerializable(typeof(V3CatalogueReply))]
[JsonSerializable(typeof(V3ProductsReply))]
sealed partial class WireJson : JsonSerializerContext
{
    public static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)(Relaxed.Instance.GetTypeInfo(typeof(T))
        ?? throw new InvalidOperationException($"{typeof(T).Name} is not listed in {nameof(WireJson)}."));

    /// <summary>Writes letters with diacritics as they are: the body is UTF-8 and never part of a page.</summary>
    static class Relaxed
    {
        public static readonly WireJson Instance = new(new JsonSerializerOptions(Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
    }
}
