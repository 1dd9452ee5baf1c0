namespace Pomost.Rules;

/// <summary>Why a record was sent, withheld or rejected. Names are stable: they stand in the database, in CSV files and in the API.</summary>
public enum ReasonCode
{
    /// <summary>Nothing stood against it.</summary>
    Allowed,

    /// <summary>The destination already has exactly this.</summary>
    Unchanged,

    /// <summary>The same person came twice in one read; the newer record was used.</summary>
    DuplicateInRead,

    /// <summary>Sharing mode B sends every account and subscriber.</summary>
    SharingEveryone,

    /// <summary>The person consented to sharing when ordering.</summary>
    SharingConsented,

    /// <summary>Sharing mode A, and the person never consented when ordering.</summary>
    SharingNotConsented,

    /// <summary>Sharing mode B, but the person neither has an account nor subscribed nor bought.</summary>
    NoRelation,

    /// <summary>A subscriber without account from before activation: sent by the explicit import alone.</summary>
    SubscriberBeforeActivation,

    /// <summary>The export was told to leave out this consent state.</summary>
    ConsentStateNotChosen,

    /// <summary>Queued by an export that was cancelled before it was sent.</summary>
    ExportCancelled,

    /// <summary>Outside the export's date range.</summary>
    OutsideDateRange,

    /// <summary>No address, so nobody to write to.</summary>
    EmailMissing,

    /// <summary>Not a usable address.</summary>
    EmailInvalid,

    /// <summary>Longer than SALESmanago takes.</summary>
    EmailTooLong,

    /// <summary>The shop's placeholder for a person it has forgotten.</summary>
    EmailAnonymised,

    /// <summary>Confirmed and paid by the platform's defaults.</summary>
    OrderConfirmedAndPaid,

    /// <summary>Its status is in the store's list of those that count.</summary>
    OrderStatusChosen,

    /// <summary>Its status is not in the store's list of those that count.</summary>
    OrderStatusNotChosen,

    /// <summary>Not yet confirmed and paid.</summary>
    OrderNotPaid,

    /// <summary>Cancelled or failed before it ever counted.</summary>
    OrderCancelled,

    /// <summary>Given back before it ever counted.</summary>
    OrderRefunded,

    /// <summary>Total below zero.</summary>
    OrderValueNegative,

    /// <summary>More digits than SALESmanago takes.</summary>
    OrderValueTooLarge,

    /// <summary>A date no shop could have.</summary>
    DateImplausible,

    /// <summary>Its buyer was not accepted, so the order has no card to stand on.</summary>
    BuyerNotSent,

    /// <summary>The destination refused it.</summary>
    RefusedByDestination,

    /// <summary>The shop's answer could not be read.</summary>
    Unreadable,

    /// <summary>The person asked to be erased; a tombstone stops re-import.</summary>
    Erased,
}
