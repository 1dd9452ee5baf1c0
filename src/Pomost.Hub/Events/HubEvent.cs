namespace Pomost.Hub;

/// <summary>An external event of a contact: a purchase, a cart, a visit.</summary>
public sealed record HubEvent
{
    public required Guid Id { get; init; }

    public required Guid ContactId { get; init; }

    /// <summary>One of <see cref="EventTypes"/>.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened, as the caller says.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Ids of products, joined by commas.</summary>
    public string? Products { get; init; }

    public decimal? Value { get; init; }

    public string? Location { get; init; }

    public string? Description { get; init; }

    public string? ExternalId { get; init; }

    public string? ShopDomain { get; init; }

    /// <summary>detail1 to detail20 by name.</summary>
    public IReadOnlyDictionary<string, string>? Details { get; init; }

    /// <summary>
    /// What may exist once: the same kind of thing with the same number at the same place. Without a place the contact takes its part,
    /// because two shops number their orders alike.
    /// </summary>
    public (string ExternalId, string Type, string Scope)? OnceKey => ExternalId is null ? null : (ExternalId, Type, Scope);

    /// <summary>The location, or the contact where there is none.</summary>
    public string Scope => Location ?? "@" + ContactId.ToString("D");
}

/// <summary>Kinds of events. The position of the first ones is part of the protocol: some clients send it instead of the name.</summary>
public static class EventTypes
{
    private static readonly string[] Names =
    [
        "PURCHASE", "CART", "VISIT", "PHONE_CALL", "OTHER", "RESERVATION", "CANCELLED", "ACTIVATION", "MEETING", "OFFER", "DOWNLOAD", "LOGIN",
        "TRANSACTION", "CANCELLATION", "RETURN", "SURVEY", "APP_STATUS", "APP_TYPE_WEB", "APP_TYPE_MANUAL", "APP_TYPE_RETENTION",
        "APP_TYPE_UPSALE", "LOAN_STATUS", "LOAN_ORDER", "FIRST_LOAN", "REPEATED_LOAN",
        "PACKED", "PRINTED_OUT", "PARTIALLY_REFUNDED", "PENDING", "READY_FOR_PICKUP", "FULLY_REFUNDED", "FULLY_PICKED", "PARTIALLY_PICKED",
        "SENT_COMPLETE", "UPDATE", "ENGAGEMENT",
    ];

    public static IReadOnlyList<string> All => Names;
}
