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

    /// <summary>Another account of the same address bears the card's data.</summary>
    FurtherAccount,

    /// <summary>The account takes the place of another one of the same address.</summary>
    AccountChosen,

    /// <summary>The shop's field of tags holds something else than a list of names.</summary>
    TagsUnreadable,

    /// <summary>Sharing mode B sends every account and subscriber.</summary>
    SharingEveryone,

    /// <summary>The person consented to sharing when ordering.</summary>
    SharingConsented,

    /// <summary>Sharing mode A, and the person never consented when ordering.</summary>
    SharingNotConsented,

    /// <summary>Sharing mode A, and the buyer refused to share this order.</summary>
    SharingRefused,

    /// <summary>Sharing mode A, and the buyer was not asked with this order.</summary>
    SharingNotAsked,

    /// <summary>Sharing mode A, and the person withdrew the consent to sharing.</summary>
    SharingWithdrawn,

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

    /// <summary>Its buyer is not sent, so there is no contact to attach the order to.</summary>
    BuyerNotSent,

    /// <summary>The destination refused it.</summary>
    RefusedByDestination,

    /// <summary>The shop's answer could not be read.</summary>
    Unreadable,

    /// <summary>The person asked to be erased; a tombstone stops re-import.</summary>
    Erased,

    /// <summary>Vanished from the shop's list of subscribers, and a person of the panel decided that this is an unsubscription.</summary>
    VanishedOptOut,

    /// <summary>Tag the person gets by what they are: registered, wholesale, subscriber.</summary>
    TagAutomatic,

    /// <summary>Tag of a menu section of bought goods.</summary>
    TagOfMenu,

    /// <summary>Tag that says where the person came from.</summary>
    TagOfSource,

    /// <summary>Tag typed in the store's settings.</summary>
    TagOfSettings,

    /// <summary>Tag typed for an export run.</summary>
    TagOfExport,

    /// <summary>The shop's own tag, with the platform's prefix.</summary>
    TagOfShop,

    /// <summary>Sent earlier, and no rule gives it anew: it stays.</summary>
    TagSentEarlier,

    /// <summary>The shop's own tag that the shop no longer has: taken away at SALESmanago.</summary>
    TagGoneInShop,

    /// <summary>Tag in the shop that came from SALESmanago: not sent back.</summary>
    TagFromSalesmanago,

    /// <summary>Tag at SALESmanago that came from a shop: written into no shop.</summary>
    TagFromShop,

    /// <summary>Tag of SALESmanago mirrored into the shop.</summary>
    TagMirrored,

    /// <summary>Tag that vanished at SALESmanago: taken away in the shop.</summary>
    TagGoneAtSalesmanago,

    /// <summary>Longer than the shop keeps, and cut it would be another tag.</summary>
    TagTooLong,

    /// <summary>The name holds no character that a tag may have.</summary>
    TagUnusable,

    /// <summary>An opt-out made less than 15 minutes after registration: the contact is sent without it.</summary>
    OptOutWithinGrace,

    /// <summary>A callback told a change, and the card at SALESmanago shows it.</summary>
    CallbackConfirmed,

    /// <summary>A callback told a change that the card at SALESmanago does not show; nothing was changed.</summary>
    CallbackNotConfirmed,

    /// <summary>The card at SALESmanago says otherwise than the shop, and is newer.</summary>
    CardChanged,

    /// <summary>The card at SALESmanago is opted out, and nothing shows that the shop's consent is newer: the contact is sent without it.</summary>
    UnsubscribedAtSalesmanago,

    /// <summary>The consent no longer holds when it is about to be sent: the contact is sent without it.</summary>
    ConsentOvertaken,

    /// <summary>The shop answers that it took a consent, and then shows another value.</summary>
    ShopPutsBack,

    /// <summary>Opted in at SALESmanago before registering in the shop.</summary>
    ConsentDownloaded,

    /// <summary>Written into the shop.</summary>
    WrittenToShop,

    /// <summary>The shop does not know the person any more.</summary>
    ShopLacksPerson,

    /// <summary>The shop does not have the record any more.</summary>
    GoneInShop,

    /// <summary>The platform has no place for it.</summary>
    ShopHasNoPlace,

    /// <summary>The shop refused it, or could not take it for 24 hours.</summary>
    ShopRefused,

    /// <summary>The account got another address, and its card moves along.</summary>
    AddressChanged,

    /// <summary>Cancelled or given back after it was sent: a reversing event follows.</summary>
    OrderReversed,

    /// <summary>A cancelled order counts again: its cancellation is taken back.</summary>
    OrderCameBack,

    /// <summary>Changed after it was sent: its event is updated.</summary>
    OrderEdited,

    /// <summary>A cart left alone for the store's threshold.</summary>
    CartAbandoned,

    /// <summary>A cart changed too lately to be called abandoned.</summary>
    CartFresh,

    /// <summary>A cart without a known person.</summary>
    CartAnonymous,

    /// <summary>A cart without goods.</summary>
    CartEmpty,

    /// <summary>A cart that became an order.</summary>
    CartBought,

    /// <summary>The store was moved to another destination, which does not have the record yet.</summary>
    DestinationChanged,

    /// <summary>Somebody entered it in the panel for the person, with a reason.</summary>
    OperatorStated,

    /// <summary>Somebody added or removed tags in the panel.</summary>
    OperatorTagged,

    /// <summary>Somebody had it sent again in the panel.</summary>
    OperatorResent,

    /// <summary>Somebody closed it in the panel, with a reason.</summary>
    OperatorClosed,
}
