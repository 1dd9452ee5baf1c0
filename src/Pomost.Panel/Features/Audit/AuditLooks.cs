using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Features.Audit;

/// <summary>Words of the audit log. What has none yet is shown as it is kept.</summary>
static class AuditLooks
{
    const string CommandLine = "command line";
    const string ApiKey = "API key: ";

    /// <summary>Who did it, as people read it.</summary>
    public static string Who(this AuditTexts t, string actor) => actor == CommandLine ? t.CommandLine
        : actor.StartsWith(ApiKey, StringComparison.Ordinal) ? t.ApiKey(actor[ApiKey.Length..]) : actor;

    /// <summary>What was done, as a sentence.</summary>
    public static string What(this AuditTexts t, AuditEntry entry)
    {
        var (subject, number, count) = (entry.Subject, Value(entry, "run"), Value(entry, "records") + Value(entry, "people"));
        return entry.Action switch
        {
            "access.refused" => t.AccessRefused(subject),
            "account.created" => t.AccountCreated,
            "alerts.changed" => t.AlertsChanged,
            "api.called" => t.ApiCalled(subject),
            "audit.downloaded" => t.AuditDownloaded,
            "callback.rotated" => t.CallbackRotated,
            "callback.tried" => t.CallbackTried,
            "callbacks.shown" => t.CallbacksShown,
            "contact.consent_stated" => t.ContactConsentStated(subject),
            "contact.erased" => t.ContactErased(subject),
            "contact.held_saved" => t.ContactExported(subject),
            "contact.owner_changed" => t.ContactOwnerChanged(subject),
            "contact.proof_saved" => t.ContactProven(subject),
            "contact.read_again" => t.ContactReadAgain(subject),
            "contact.resent" => t.ContactResent(subject),
            "contact.tag_removed" => t.ContactTagRemoved(subject),
            "contact.tags_added" => t.ContactTagsAdded(subject),
            "contact.viewed" => t.ContactViewed(subject),
            "delivery.data_opened" => t.DeliveryOpened(subject),
            "delivery.listed" => t.DeliveryListed,
            "delivery.group_closed" => t.DeliveryGroupClosed,
            "delivery.group_replayed" => t.DeliveriesReplayed(count),
            "delivery.group_saved" => t.DeliveryGroupSaved,
            "delivery.replayed" => count.Length > 0 ? t.DeliveriesReplayed(count) : subject == "all" ? t.DeliveryAllReplayed : t.DeliveryReplayed(subject),
            "destination.chosen" => t.DestinationChosen(subject),
            "destination.connected" => t.DestinationConnected(subject),
            "destination.disconnected" => t.DestinationDisconnected(subject),
            "destination.moved" => t.DestinationMoved(subject),
            "destination.opened" => t.DestinationOpened(subject),
            "destination.owner-changed" => t.DestinationOwnerChanged(subject),
            "destination.product-key-changed" => t.DestinationProductKeyChanged(subject),
            "destination.added" => t.DestinationAdded(subject),
            "hub.access_shown" => t.HubAccessShown(subject),
            "hub.password_renewed" => t.HubPasswordRenewed(subject),
            "hub.secret_renewed" => t.HubSecretRenewed(subject),
            "export.cancelled" => t.ExportCancelled(number, subject),
            "export.examples_opened" => t.ExportExamplesOpened(number, subject),
            "export.paused" => t.ExportPaused(number, subject),
            "export.previewed" => t.ExportPreviewed(number, subject),
            "export.records_downloaded" => t.ExportRecordsDownloaded(number, subject),
            "export.rejected_downloaded" => t.ExportDownloaded(number, subject),
            "export.resumed" => t.ExportResumed(number, subject),
            "export.retried" => t.ExportRetried(number, subject),
            "export.started" => t.ExportStarted(number, subject),
            "held.listed" => t.HeldListed(subject),
            "held.downloaded" => t.HeldDownloaded(subject),
            HeldPeople.Overruled => t.HeldOverruled(count, subject),
            "import.forgotten" => t.ImportForgotten(subject),
            "import.started" => t.ImportStarted(number, subject),
            "import.uploaded" => t.ImportUploaded(subject),
            "installation.changed" => t.InstallationChanged,
            "mail.opened" => t.MailOpened(subject),
            "key.created" => t.KeyCreated(subject),
            "key.revoked" => t.KeyRevoked(subject),
            "key.rotated" => t.KeyRotated(subject),
            "person.erased" => t.PersonErased(subject),
            "person.found" => t.PersonFound,
            "person.exported" => t.PersonExported,
            "person.lifted" => t.PersonLifted,
            "person.proven" => t.PersonProven,
            "person.sharing_stopped" => t.PersonSharingStopped,
            "profile.address_change_asked" => t.ProfileAddressAsked,
            "profile.address_changed" => t.ProfileAddressChanged,
            "profile.address_confirmed" => t.ProfileConfirmed,
            "profile.changed" => t.ProfileChanged,
            "profile.codes_off" => t.ProfileCodesOff,
            "profile.codes_on" => t.ProfileCodesOn,
            "profile.news_granted" => t.ProfileNewsGranted,
            "profile.news_withdrawn" => t.ProfileNewsWithdrawn,
            "profile.passkey_added" => t.ProfilePasskeyAdded,
            "profile.passkey_deleted" => t.ProfilePasskeyDeleted,
            "profile.passkey_renamed" => t.ProfilePasskeyRenamed,
            "profile.password_changed" => t.ProfilePasswordChanged,
            "profile.password_reset" => t.ProfilePasswordReset,
            "profile.recovery_codes_renewed" => t.ProfileRecoveryRenewed,
            "profile.session_ended" => t.ProfileSessionEnded,
            "profile.sessions_ended" => t.ProfileSessionsEnded,
            "session.code_refused" => t.SessionCodeRefused,
            "session.confirmed" => t.SessionConfirmed,
            "session.locked" => t.SessionLocked,
            "session.refused" => t.SessionRefused,
            "session.closed" => t.SessionClosed,
            "session.opened" => t.SessionOpened,
            "store.added" => t.StoreAdded(subject),
            "store.changed" => t.StoreChanged(subject),
            "store.draft-removed" => t.StoreDraftRemoved(subject),
            "store.disconnected" => t.StoreDisconnected(subject),
            "store.erased" => t.StoreErased(subject),
            "store.limited" => t.StoreLimited(subject),
            "store.look-changed" => t.StoreLookChanged(subject),
            "store.look-told" => t.StoreLookTold(subject),
            "store.module-changed" => t.StoreModuleChanged(subject),
            "store.module-switched" => t.StoreModuleSwitched(subject),
            "store.module_downloaded" => t.StoreModuleDownloaded(subject),
            "store.paused" => t.StorePaused(subject),
            "store.products-asked" => t.StoreProductsAsked(subject),
            "store.secret_replaced" => t.StoreSecretReplaced(subject),
            "store.settings-changed" => t.StoreChanged(subject),
            "store.resumed" => t.StoreResumed(subject),
            "store.synced" => t.StoreSynced(subject),
            "team.changed" => t.TeamChanged(subject),
            "team.second_factor" => t.TeamDemand,
            "team.invitation_withdrawn" => t.TeamInvitationWithdrawn(subject),
            "team.invited" => t.TeamInvited(subject),
            "team.joined" => t.TeamJoined(subject),
            "team.removed" => t.TeamRemoved(subject),
            "vanished.kept" => t.VanishedKept(count, subject),
            "vanished.sent" => t.RemovalsSent(count, subject),
            "webhook.added" => t.WebhookAdded(subject),
            "webhook.changed" => t.WebhookChanged(subject),
            "webhook.paused" => t.WebhookPaused(subject),
            "webhook.removed" => t.WebhookRemoved(subject),
            "webhook.replayed" => t.WebhookReplayed(count, subject),
            "webhook.resumed" => t.WebhookResumed(subject),
            "webhook.rotated" => t.WebhookRotated(subject),
            "webhook.tested" => t.WebhookTested(subject),
            _ => subject.Length == 0 ? entry.Action : t.Other(entry.Action, subject),
        };
    }

    /// <summary>A value that the sentence names already.</summary>
    public static bool IsInSentence(string action, string field) => (action.Split('.')[0], field) switch
    {
        ("export" or "import", "run") => true,
        ("delivery" or "webhook", "records") => action != "delivery.group_closed",
        ("vanished" or "held", "people") => true,
        _ => false,
    };

    /// <summary>Before and after; a secret shows neither.</summary>
    public static string Of(this PanelTexts texts, AuditChange change)
    {
        var t = texts.Audit;
        return (change.Old, change.New) switch
        {
            (_, AuditChange.Hidden) => t.ChangedSecretly(t.Field(change.Field)),
            (null, null) => t.Field(change.Field),
            (null, { } value) => t.Set(t.Field(change.Field), Value(texts, value)),
            ({ } old, null) => t.Changed(t.Field(change.Field), Value(texts, old), t.Nothing),
            ({ } old, { } value) => t.Changed(t.Field(change.Field), Value(texts, old), Value(texts, value)),
        };
    }

    /// <summary>What can be filtered by, with the actions' first word.</summary>
    public static IEnumerable<(string Kind, string Name)> Kinds(this AuditTexts t) =>
    [
        ("store", t.KindStore), ("export", t.KindExport), ("import", t.KindImport), ("delivery", t.KindDeliveries), ("vanished", t.KindVanished), ("held", t.KindHeld), ("contact", t.KindContact), ("person", t.KindPerson),
        ("key", t.KindKey), ("webhook", t.KindWebhook), ("destination", t.KindDestination), ("alerts", t.KindAlerts), ("callback", t.KindCallback),
        ("team", t.KindTeam), ("access", t.KindAccess), ("profile", t.KindProfile), ("session", t.KindSession), ("account", t.KindAccount), ("installation", t.KindInstallation), ("mail", t.KindMail),
        ("api", t.KindApi), ("audit", t.Title),
    ];

    static string Field(this AuditTexts t, string field) => field switch
    {
        "address" => t.FieldAddress,
        "destination" => t.FieldDestination,
        "email" => t.FieldEmail,
        "endpoint" => t.FieldEndpoint,
        "events" => t.FieldEvents,
        "expires_at" => t.FieldExpires,
        "certificate" => t.FieldCertificate,
        "consent_minutes" => t.FieldConsentMinutes,
        "document" => t.FieldDocument,
        "downloads_consent" => t.FieldDownloadsConsent,
        "Email" => t.FieldConsentEmail,
        "keys" => t.FieldKeys,
        "kind" => t.Kind,
        "lines" => t.FieldLines,
        "list" => t.FieldList,
        "owner" => t.FieldOwner,
        "people" => t.FieldPeople,
        "products" => t.FieldProducts,
        Contract.IProductDestination.KeySetting => t.FieldProductKey,
        "platform" => t.FieldPlatform,
        "module_secret" => t.FieldModuleSecret,
        "role" => t.FieldRole,
        "reason" => t.FieldReason,
        "records" => t.FieldRecords,
        "scope" => t.FieldScope,
        "second_factor" => t.FieldSecondFactor,
        "Sms" => t.FieldConsentSms,
        "stores" => t.FieldStores,
        "tags" => t.FieldTags,
        "webhook_secret" => t.FieldWebhookSecret,
        _ => field,
    };

    static string Value(PanelTexts texts, string value)
    {
        var (t, words) = (texts.Audit, texts.Common);
        return value switch
        {
            nameof(AccountRole.Owner) => words.RoleOwner,
            nameof(AccountRole.Administrator) => words.RoleAdmin,
            nameof(AccountRole.Marketer) => words.RoleMarketer,
            nameof(AccountRole.Agent) => words.RoleAgent,
            nameof(AccountRole.Viewer) => words.RoleReader,
            nameof(SecondFactorDemand.Nobody) => t.ValueNobody,
            nameof(SecondFactorDemand.Administrators) => t.ValueAdministrators,
            nameof(SecondFactorDemand.Everybody) => t.ValueEverybody,
            "on" => t.ValueOn,
            "read" => t.ValueRead,
            "write" => t.ValueWrite,
            "yes" => t.ValueYes,
            "no" => t.ValueNo,
            "all" => t.ValueAll,
            "off" => t.ValueNo,
            nameof(ExportKind.Contacts) => t.ValueContacts,
            nameof(ExportKind.Transactions) => t.ValueTransactions,
            nameof(ExportKind.Subscribers) => t.ValueSubscribers,
            nameof(ConsentState.Granted) => t.ValueGranted,
            nameof(ConsentState.Withdrawn) => t.ValueWithdrawn,
            nameof(ConsentState.NoStatement) => t.ValueNoStatement,
            _ => value,
        };
    }

    static string Value(AuditEntry entry, string field) => entry.Changes.FirstOrDefault(change => change.Field == field)?.New ?? "";
}
