using System.Security.Cryptography;
using System.Text.Json;

namespace Pomost.Rules;

/// <summary>An order changed after it was sent.</summary>
[Rule(
    "order-edit",
    "When goods, value or date of an order change after it was sent, its PURCHASE is updated in place; what was not sent changes nothing. " +
    "An order whose event is on another person's card stays there.",
    "derived: one order is one event for ever")]
public static class OrderEdit
{
    const int HashBytes = 16;

    /// <summary>A hash of everything the event says but whose card it is on.</summary>
    /// <returns>32 lower-case hexadecimal characters.</returns>
    public static string HashOf(OutgoingEvent purchase) => Convert.ToHexStringLower(
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(purchase with { Email = "" }, EventHashContext.Default.OutgoingEvent)).AsSpan(0, HashBytes));

    /// <summary>True when the event sent before says something else. Never throws.</summary>
    /// <param name="purchase">The event as it would be sent now.</param>
    /// <param name="sentHash">Hash of what was sent; null = not known, nothing is changed.</param>
    public static bool IsNeeded(OutgoingEvent purchase, string? sentHash) => sentHash is not null && sentHash != HashOf(purchase);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(OutgoingEvent))]
sealed partial class EventHashContext : System.Text.Json.Serialization.JsonSerializerContext;
