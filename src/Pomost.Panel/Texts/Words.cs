using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Panel.Texts;

/// <summary>Words for the codes of the rules, the contract and the engine. No default arms: a new code must get its words.</summary>
public static class Words
{
    public static string Of(this ReasonsTexts t, ReasonCode code) => code switch
    {
        ReasonCode.Allowed => t.Allowed,
        ReasonCode.Unchanged => t.Unchanged,
        ReasonCode.DuplicateInRead => t.DuplicateInRead,
        ReasonCode.FurtherAccount => t.FurtherAccount,
        ReasonCode.AccountChosen => t.AccountChosen,
        ReasonCode.TagsUnreadable => t.TagsUnreadable,
        ReasonCode.SharingEveryone => t.SharingEveryone,
        ReasonCode.SharingConsented => t.SharingConsented,
        ReasonCode.SharingNotConsented => t.SharingNotConsented,
        ReasonCode.SharingRefused => t.SharingRefused,
        ReasonCode.SharingNotAsked => t.SharingNotAsked,
        ReasonCode.SharingWithdrawn => t.SharingWithdrawn,
        ReasonCode.NoRelation => t.NoRelation,
        ReasonCode.SubscriberBeforeActivation => t.SubscriberBeforeActivation,
        ReasonCode.ConsentStateNotChosen => t.ConsentStateNotChosen,
        ReasonCode.OutsideDateRange => t.OutsideDateRange,
        ReasonCode.ExportCancelled => t.ExportCancelled,
        ReasonCode.EmailMissing => t.EmailMissing,
        ReasonCode.EmailInvalid => t.EmailInvalid,
        ReasonCode.EmailTooLong => t.EmailTooLong,
        ReasonCode.EmailAnonymised => t.EmailAnonymised,
        ReasonCode.OrderConfirmedAndPaid => t.OrderConfirmedAndPaid,
        ReasonCode.OrderStatusChosen => t.OrderStatusChosen,
        ReasonCode.OrderStatusNotChosen => t.OrderStatusNotChosen,
        ReasonCode.OrderNotPaid => t.OrderNotPaid,
        ReasonCode.OrderCancelled => t.OrderCancelled,
        ReasonCode.OrderRefunded => t.OrderRefunded,
        ReasonCode.OrderValueNegative => t.OrderValueNegative,
        ReasonCode.OrderValueTooLarge => t.OrderValueTooLarge,
        ReasonCode.DateImplausible => t.DateImplausible,
        ReasonCode.BuyerNotSent => t.BuyerNotSent,
        ReasonCode.RefusedByDestination => t.RefusedByDestination,
        ReasonCode.Unreadable => t.Unreadable,
        ReasonCode.Erased => t.Erased,
        ReasonCode.VanishedOptOut => t.VanishedOptOut,
        ReasonCode.TagAutomatic => t.TagAutomatic,
        ReasonCode.TagOfMenu => t.TagOfMenu,
        ReasonCode.TagOfSource => t.TagOfSource,
        ReasonCode.TagOfSettings => t.TagOfSettings,
        ReasonCode.TagOfExport => t.TagOfExport,
        ReasonCode.TagOfShop => t.TagOfShop,
        ReasonCode.TagSentEarlier => t.TagSentEarlier,
        ReasonCode.TagGoneInShop => t.TagGoneInShop,
        ReasonCode.TagFromSalesmanago => t.TagFromSalesmanago,
        ReasonCode.TagFromShop => t.TagFromShop,
        ReasonCode.TagMirrored => t.TagMirrored,
        ReasonCode.TagGoneAtSalesmanago => t.TagGoneAtSalesmanago,
        ReasonCode.TagTooLong => t.TagTooLong,
        ReasonCode.TagUnusable => t.TagUnusable,
        ReasonCode.OptOutWithinGrace => t.OptOutWithinGrace,
        ReasonCode.UnsubscribedAtSalesmanago => t.UnsubscribedAtSalesmanago,
        ReasonCode.ConsentOvertaken => t.ConsentOvertaken,
        ReasonCode.ShopPutsBack => t.ShopPutsBack,
        ReasonCode.CallbackConfirmed => t.CallbackConfirmed,
        ReasonCode.CallbackNotConfirmed => t.CallbackNotConfirmed,
        ReasonCode.CardChanged => t.CardChanged,
        ReasonCode.ConsentDownloaded => t.ConsentDownloaded,
        ReasonCode.WrittenToShop => t.WrittenToShop,
        ReasonCode.ShopLacksPerson => t.ShopLacksPerson,
        ReasonCode.GoneInShop => t.GoneInShop,
        ReasonCode.ShopHasNoPlace => t.ShopHasNoPlace,
        ReasonCode.ShopRefused => t.ShopRefused,
        ReasonCode.AddressChanged => t.AddressChanged,
        ReasonCode.OrderReversed => t.OrderReversed,
        ReasonCode.OrderCameBack => t.OrderCameBack,
        ReasonCode.OrderEdited => t.OrderEdited,
        ReasonCode.CartAbandoned => t.CartAbandoned,
        ReasonCode.CartFresh => t.CartFresh,
        ReasonCode.CartAnonymous => t.CartAnonymous,
        ReasonCode.CartEmpty => t.CartEmpty,
        ReasonCode.CartBought => t.CartBought,
        ReasonCode.DestinationChanged => t.DestinationChanged,
        ReasonCode.OperatorStated => t.OperatorStated,
        ReasonCode.OperatorTagged => t.OperatorTagged,
        ReasonCode.OperatorResent => t.OperatorResent,
        ReasonCode.OperatorClosed => t.OperatorClosed,
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "A reason without words."),
    };

    /// <summary>What a rule answered. A bare permission says what was looked at.</summary>
    public static string Of(this ReasonsTexts t, RuleAnswer answer) => (answer.Code, answer.Rule) switch
    {
        (ReasonCode.Allowed, "reachable-address") => t.AddressReachable,
        (ReasonCode.Allowed, "plausible-order") => t.OrderPlausible,
        (ReasonCode.Allowed, "export-selection") => t.InSelection,
        _ => t.Of(answer.Code),
    };

    /// <param name="t">Texts.</param>
    /// <param name="problem">What is wrong.</param>
    /// <param name="detail">The fact that goes with it: a host, an address, the name of a permission.</param>
    public static string Of(this ProblemsTexts t, ConnectionProblem problem, string? detail) => problem switch
    {
        ConnectionProblem.Other => t.Other,
        ConnectionProblem.InvalidSetting => t.InvalidSetting,
        ConnectionProblem.UnknownHost => t.UnknownHost(detail ?? "?"),
        ConnectionProblem.Unreachable => t.Unreachable,
        ConnectionProblem.PrivateAddress => t.PrivateAddress,
        ConnectionProblem.NotEncrypted => t.NotEncrypted,
        ConnectionProblem.CertificateNotTrusted => t.CertificateNotTrusted,
        ConnectionProblem.Redirected => t.Redirected(detail ?? "?"),
        ConnectionProblem.RedirectLoop => t.RedirectLoop,
        ConnectionProblem.TimedOut => t.TimedOut,
        ConnectionProblem.NotAnApi => t.NotAnApi,
        ConnectionProblem.AnswerTooLarge => t.AnswerTooLarge,
        ConnectionProblem.CredentialsRefused => t.CredentialsRefused,
        ConnectionProblem.PermissionMissing => t.PermissionMissing(detail ?? "?"),
        ConnectionProblem.VersionTooOld => t.VersionTooOld(detail ?? "?"),
        ConnectionProblem.AccountInactive => t.AccountInactive,
        ConnectionProblem.NotConnected => t.NotConnected,
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, "A problem without words."),
    };

    /// <summary>Words for a problem of a destination; which field it names tells what was refused.</summary>
    public static string OfDestination(this ProblemsTexts t, ConnectionProblem problem, string settingKey, string? detail) => (problem, settingKey) switch
    {
        (ConnectionProblem.InvalidSetting, IProductDestination.KeySetting) => t.DestinationNoProductKey,
        (ConnectionProblem.CredentialsRefused, IProductDestination.KeySetting) => t.DestinationProductKey,
        (ConnectionProblem.PermissionMissing, IProductDestination.CatalogueSetting) => t.DestinationCatalogues,
        (ConnectionProblem.CredentialsRefused, "password" or "email") => t.DestinationCredentials,
        (ConnectionProblem.CredentialsRefused, "client_id") => t.DestinationClient,
        (ConnectionProblem.CredentialsRefused, _) => t.DestinationSecret,
        (ConnectionProblem.AccountInactive, "owner" or "email") => t.DestinationOwner,
        (ConnectionProblem.AccountInactive, _) => t.DestinationInactive,
        (ConnectionProblem.PermissionMissing, _) => t.DestinationPermission,
        (ConnectionProblem.Redirected, _) when detail is not null => t.DestinationRedirected(detail),
        (ConnectionProblem.TimedOut, _) => t.DestinationTimedOut,
        (ConnectionProblem.NotAnApi or ConnectionProblem.AnswerTooLarge or ConnectionProblem.Redirected or ConnectionProblem.RedirectLoop, _) => t.DestinationNotAnApi,
        (ConnectionProblem.CertificateNotTrusted, _) => t.DestinationCertificate,
        (ConnectionProblem.UnknownHost, _) => t.DestinationUnknownHost,
        (ConnectionProblem.Other, _) => t.DestinationOther,
        _ => t.Of(problem, detail),
    };

    /// <summary>Words for a problem as stored, "Problem:setting"; unknown names are shown as they are.</summary>
    public static string OfStored(this ProblemsTexts t, string stored)
    {
        var key = stored.Split(':')[^1];
        if (!Enum.TryParse<ConnectionProblem>(stored.Split(':')[0], out var problem))
            return stored;
        if (key == StoreZone.SettingKey)
            return t.TimeZoneUnknown;
        return DestinationSetup.IsAboutDestination(stored) || key is IProductDestination.KeySetting or IProductDestination.CatalogueSetting ? t.OfDestination(problem, key, null) : t.Of(problem, null);
    }

    /// <param name="t">Texts.</param>
    /// <param name="reason">What is waited for.</param>
    /// <param name="time">Until when, as the person reads it.</param>
    public static string Of(this WaitsTexts t, WaitReason reason, string time) => reason switch
    {
        WaitReason.ShopAsked => t.ShopAsked(time),
        WaitReason.ShopFails => t.ShopFails(time),
        WaitReason.PartFails => t.PartFails(time),
        WaitReason.ShopRestsBulk => t.ShopRestsBulk(time),
        WaitReason.ShopIsSlow => t.ShopIsSlow(time),
        WaitReason.ShopPrepares => t.ShopPrepares(time),
        WaitReason.DestinationAsked => t.DestinationAsked(time),
        WaitReason.DestinationFails => t.DestinationFails(time),
        WaitReason.BudgetUsed => t.BudgetUsed(time),
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A wait without words."),
    };

    public static string Of(this ContactsTexts t, ConsentChannel channel) => channel == ConsentChannel.Email ? t.Email : t.Sms;

    public static string Of(this ContactsTexts t, ConsentSource source) => source switch
    {
        ConsentSource.ShopRecord => t.SourceShopRecord,
        ConsentSource.RegistrationForm => t.SourceRegistrationForm,
        ConsentSource.Checkout => t.SourceCheckout,
        ConsentSource.NewsletterForm => t.SourceNewsletterForm,
        ConsentSource.AccountPage => t.SourceAccountPage,
        ConsentSource.Callback => t.SourceCallback,
        ConsentSource.SalesmanagoCard => t.SourceSalesmanagoCard,
        ConsentSource.Import => t.SourceImport,
        ConsentSource.Operator => t.SourceOperator,
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "A source without words."),
    };

    public static string Of(this CommonTexts t, AccountRole role) => role switch
    {
        AccountRole.Owner => t.RoleOwner,
        AccountRole.Administrator => t.RoleAdmin,
        AccountRole.Marketer => t.RoleMarketer,
        AccountRole.Agent => t.RoleAgent,
        AccountRole.Viewer => t.RoleReader,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "A role without words."),
    };
}
