using System.Text.Json;
using System.Text.Json.Serialization;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What stands in an outbox row.</summary>
public static class DeliveryPayload
{
    public static string Of(OutgoingContact contact) => JsonSerializer.Serialize(contact, DeliveryContext.Default.OutgoingContact);

    public static string Of(OutgoingEvent happened) => JsonSerializer.Serialize(happened, DeliveryContext.Default.OutgoingEvent);

    public static OutgoingContact Contact(string payload) => JsonSerializer.Deserialize(payload, DeliveryContext.Default.OutgoingContact)!;

    public static OutgoingEvent Event(string payload) => JsonSerializer.Deserialize(payload, DeliveryContext.Default.OutgoingEvent)!;
}

[JsonSerializable(typeof(OutgoingContact))]
[JsonSerializable(typeof(OutgoingEvent))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
sealed partial class DeliveryContext : JsonSerializerContext;
