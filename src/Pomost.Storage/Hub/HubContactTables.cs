using System.Text.Json;
using Pomost.Hub;

namespace Pomost.Storage.Hub;

/// <summary>A tag of a contact, as a row; without a tag to store it is a row to remove.</summary>
internal sealed record TagRow(Guid ContactId, string Name, ContactTag? Tag);

/// <summary>The statements on the hub's contacts, tags, consents and events, and how rows become records.</summary>
internal static class HubContactTables
{
    public const string ContactColumns =
        """
        c.contact_id, c.email, c.owner, c.created_at, c.modified_at, c.name, c.phone, c.fax, c.company, c.external_id, c.state, c.street,
        c.zip_code, c.city, c.country, c.province, c.birthday, c.language, c.email_consent, c.phone_consent, c.deleted, c.extras
        """;

    public const string Points =
        """
        (SELECT CAST(COALESCE(SUM(t.points), 0) AS BIGINT) FROM hub_contact_tag AS t
         WHERE t.account_id = c.account_id AND t.contact_id = c.contact_id) AS total_points
        """;

    private const string EventColumns =
        "e.event_id, e.contact_id, e.type, e.at, e.products, e.value, e.location, e.description, e.external_id, e.shop_domain, e.details";

    // CROSS JOIN keeps SQLite from walking the large table first; to PostgreSQL it is an ordinary join.
    public static readonly BulkStatement<string> ContactsByEmail = new BulkStatement<string>(
        $"SELECT {ContactColumns}, {Points} FROM {{rows}} AS r CROSS JOIN hub_contact AS c WHERE c.account_id = r.account AND c.email_key = r.email_key")
        .Same("account")
        .Text("email_key", key => key);

    public static readonly BulkStatement<Guid> ContactsById = new BulkStatement<Guid>(
        $"SELECT {ContactColumns}, {Points} FROM {{rows}} AS r CROSS JOIN hub_contact AS c WHERE c.account_id = r.account AND c.contact_id = r.contact_id")
        .Same("account")
        .Text("contact_id", id => id.ToString());

    public static readonly BulkStatement<string> FormerEmails = new BulkStatement<string>(
        "SELECT f.email_key, f.contact_id FROM {rows} AS r CROSS JOIN hub_former_email AS f WHERE f.account_id = r.account AND f.email_key = r.email_key")
        .Same("account")
        .Text("email_key", key => key);

    public static readonly BulkStatement<KeyValuePair<string, Guid?>> SaveFormerEmails = new BulkStatement<KeyValuePair<string, Guid?>>(
        """
        INSERT INTO hub_former_email (account_id, email_key, contact_id, left_at)
        SELECT @account, r.email_key, r.contact_id, @now FROM {rows} AS r WHERE true
        ON CONFLICT (account_id, email_key) DO UPDATE SET contact_id = excluded.contact_id, left_at = excluded.left_at
        """)
        .Text("email_key", former => former.Key)
        .Text("contact_id", former => former.Value?.ToString());

    public static readonly BulkStatement<string> RemoveFormerEmails = new BulkStatement<string>(
        "DELETE FROM hub_former_email WHERE (account_id, email_key) IN (SELECT r.account, r.email_key FROM {rows} AS r)")
        .Same("account")
        .Text("email_key", key => key);

    public static readonly BulkStatement<Guid> ItemsOfContacts = new BulkStatement<Guid>(
        """
        SELECT i.kind, i.item_key, i.contact_id, i.content, i.created_at FROM {rows} AS r CROSS JOIN hub_contact_item AS i
        WHERE i.account_id = r.account AND i.contact_id = r.contact_id
        ORDER BY i.created_at, i.item_key
        """)
        .Same("account")
        .Text("contact_id", id => id.ToString());

    public static readonly BulkStatement<(HubItemKind Kind, string Key)> ItemsByKey = new BulkStatement<(HubItemKind Kind, string Key)>(
        """
        SELECT i.kind, i.item_key, i.contact_id, i.content, i.created_at FROM {rows} AS r CROSS JOIN hub_contact_item AS i
        WHERE i.account_id = r.account AND i.kind = r.kind AND i.item_key = r.item_key
        """)
        .Same("account")
        .Number("kind", item => (long)item.Kind)
        .Text("item_key", item => item.Key);

    public static readonly BulkStatement<HubContactItem> SaveItems = new BulkStatement<HubContactItem>(
        """
        INSERT INTO hub_contact_item (account_id, kind, item_key, contact_id, content, created_at)
        SELECT @account, r.kind, r.item_key, r.contact_id, r.content, r.created_at FROM {rows} AS r WHERE true
        ON CONFLICT (account_id, kind, item_key) DO UPDATE SET contact_id = excluded.contact_id, content = excluded.content
        """)
        .Number("kind", item => (long)item.Kind)
        .Text("item_key", item => item.Key)
        .Text("contact_id", item => item.ContactId.ToString())
        .Text("content", item => item.Content)
        .Time("created_at", item => item.CreatedAt);

    public static readonly BulkStatement<Guid> TagsOfContacts = new BulkStatement<Guid>(
        """
        SELECT t.contact_id, t.tag, t.points, t.created_at FROM {rows} AS r CROSS JOIN hub_contact_tag AS t
        WHERE t.account_id = r.account AND t.contact_id = r.contact_id ORDER BY t.tag
        """)
        .Same("account")
        .Text("contact_id", id => id.ToString());

    public static readonly BulkStatement<Guid> EventsOfContacts = new BulkStatement<Guid>(
        $$"""
        SELECT {{EventColumns}} FROM {rows} AS r CROSS JOIN hub_event AS e
        WHERE e.account_id = r.account AND e.contact_id = r.contact_id ORDER BY e.at DESC, e.event_id DESC
        """)
        .Same("account")
        .Text("contact_id", id => id.ToString());

    public static readonly BulkStatement<Guid> EventsById = new BulkStatement<Guid>(
        $"SELECT {EventColumns} FROM {{rows}} AS r CROSS JOIN hub_event AS e WHERE e.account_id = r.account AND e.event_id = r.event_id")
        .Same("account")
        .Text("event_id", id => id.ToString());

    public static readonly BulkStatement<string> EventsByExternalId = new BulkStatement<string>(
        $"SELECT {EventColumns} FROM {{rows}} AS r CROSS JOIN hub_event AS e WHERE e.account_id = r.account AND e.external_id = r.external_id")
        .Same("account")
        .Text("external_id", id => id);

    public static readonly BulkStatement<ContactCard> InsertContacts = WithContactColumns(new(
        """
        INSERT INTO hub_contact (account_id, contact_id, email_key, email, owner, created_at, modified_at, name, phone, fax, company, external_id,
          state, street, zip_code, city, country, province, birthday, language, email_consent, phone_consent, deleted, extras)
        SELECT @account, r.contact_id, r.email_key, r.email, r.owner, r.created_at, r.modified_at, r.name, r.phone, r.fax, r.company, r.external_id,
          r.state, r.street, r.zip_code, r.city, r.country, r.province, r.birthday, r.language, r.email_consent, r.phone_consent, r.deleted, r.extras
        FROM {rows} AS r
        """));

    public static readonly BulkStatement<ContactCard> UpdateContacts = WithContactColumns(new(
        """
        UPDATE hub_contact SET email_key = r.email_key, email = r.email, owner = r.owner, modified_at = r.modified_at, name = r.name, phone = r.phone,
          fax = r.fax, company = r.company, external_id = r.external_id, state = r.state, street = r.street, zip_code = r.zip_code, city = r.city,
          country = r.country, province = r.province, birthday = r.birthday, language = r.language, email_consent = r.email_consent,
          phone_consent = r.phone_consent, deleted = r.deleted, extras = r.extras
        FROM {rows} AS r WHERE hub_contact.account_id = r.account AND hub_contact.contact_id = r.contact_id
        """)).Same("account");

    // Frees addresses that contacts give up, so that others of the same change can take them whatever the order.
    public static readonly BulkStatement<ContactCard> ReleaseEmails = new BulkStatement<ContactCard>(
        "UPDATE hub_contact SET email_key = '~' || r.contact_id FROM {rows} AS r WHERE hub_contact.account_id = r.account AND hub_contact.contact_id = r.contact_id")
        .Same("account")
        .Text("contact_id", card => card.Id.ToString());

    public static readonly IReadOnlyList<BulkStatement<Guid>> EraseContacts =
    [
        .. new[]
        {
            "hub_contact", "hub_contact_tag", "hub_consent", "hub_event", "hub_outgoing", "hub_former_email", "hub_contact_item", "hub_collection_product",
        }.Select(table => new BulkStatement<Guid>(
            $"DELETE FROM {table} WHERE (account_id, contact_id) IN (SELECT r.account, r.contact_id FROM {{rows}} AS r)")
            .Same("account")
            .Text("contact_id", id => id.ToString())),
    ];

    public static readonly BulkStatement<TagRow> SaveTags = new BulkStatement<TagRow>(
        """
        INSERT INTO hub_contact_tag (account_id, tag, contact_id, points, created_at)
        SELECT @account, r.tag, r.contact_id, r.points, r.created_at FROM {rows} AS r WHERE true
        ON CONFLICT (account_id, contact_id, tag) DO UPDATE SET points = excluded.points
        """)
        .Text("tag", row => row.Name)
        .Text("contact_id", row => row.ContactId.ToString())
        .Number("points", row => row.Tag!.Points)
        .Time("created_at", row => row.Tag!.CreatedAt);

    public static readonly BulkStatement<TagRow> RemoveTags = new BulkStatement<TagRow>(
        """
        DELETE FROM hub_contact_tag WHERE (account_id, contact_id, tag) IN (SELECT r.account, r.contact_id, r.tag FROM {rows} AS r)
        """)
        .Same("account")
        .Text("tag", row => row.Name)
        .Text("contact_id", row => row.ContactId.ToString());

    public static readonly BulkStatement<ConsentStatement> InsertConsents = new BulkStatement<ConsentStatement>(
        """
        INSERT INTO hub_consent (account_id, contact_id, consent_id, channel, consent, at, source, owner)
        SELECT @account, r.contact_id, r.consent_id, r.channel, r.consent, r.at, r.source, r.owner FROM {rows} AS r
        """)
        .Text("contact_id", said => said.ContactId.ToString())
        .Text("consent_id", said => said.Id.ToString())
        .Number("channel", said => (long)said.Channel)
        .Number("consent", said => (long)said.Consent)
        .Time("at", said => said.At)
        .Text("source", said => said.Source)
        .Text("owner", said => said.Owner);

    public static readonly BulkStatement<HubEvent> InsertEvents = WithEventColumns(new(
        """
        INSERT INTO hub_event (account_id, event_id, contact_id, type, at, products, value, location, description, external_id, scope, shop_domain, details)
        SELECT @account, r.event_id, r.contact_id, r.type, r.at, r.products, r.value, r.location, r.description, r.external_id, r.scope, r.shop_domain, r.details
        FROM {rows} AS r
        """));

    public static readonly BulkStatement<HubEvent> UpdateEvents = WithEventColumns(new(
        """
        UPDATE hub_event SET contact_id = r.contact_id, type = r.type, at = r.at, products = r.products, value = r.value, location = r.location,
          description = r.description, external_id = r.external_id, scope = r.scope, shop_domain = r.shop_domain, details = r.details
        FROM {rows} AS r WHERE hub_event.account_id = r.account AND hub_event.event_id = r.event_id
        """)).Same("account");

    public static readonly BulkStatement<Guid> RemoveEvents = new BulkStatement<Guid>(
        "DELETE FROM hub_event WHERE (account_id, event_id) IN (SELECT r.account, r.event_id FROM {rows} AS r)")
        .Same("account")
        .Text("event_id", id => id.ToString());

    public static ScoredContact ToContact(Row row) => new(
        new ContactCard
        {
            Id = Guid.Parse(row.Text("contact_id")),
            Email = row.Text("email"),
            Owner = row.Text("owner"),
            CreatedAt = row.Time("created_at"),
            ModifiedAt = row.Time("modified_at"),
            Name = row.TextOrNull("name"),
            Phone = row.TextOrNull("phone"),
            Fax = row.TextOrNull("fax"),
            Company = row.TextOrNull("company"),
            ExternalId = row.TextOrNull("external_id"),
            State = row.Text("state"),
            Street = row.TextOrNull("street"),
            ZipCode = row.TextOrNull("zip_code"),
            City = row.TextOrNull("city"),
            Country = row.TextOrNull("country"),
            Province = row.TextOrNull("province"),
            Birthday = row.TextOrNull("birthday"),
            Language = row.TextOrNull("language"),
            EmailConsent = (HubConsent)row.Int("email_consent"),
            PhoneConsent = (HubConsent)row.Int("phone_consent"),
            Deleted = row.Flag("deleted"),
            Extras = row.TextOrNull("extras") is { } extras
                ? JsonSerializer.Deserialize(extras, HubStoredJson.Default.ContactExtras) ?? ContactExtras.None
                : ContactExtras.None,
        },
        row.Number("total_points"));

    public static (Guid ContactId, ContactTag Tag) ToTag(Row row) => (
        Guid.Parse(row.Text("contact_id")), new ContactTag(row.Text("tag"), row.Number("points"), row.Time("created_at")));

    public static FormerEmail ToFormerEmail(Row row) => new(row.Text("email_key"), Guid.Parse(row.Text("contact_id")));

    public static HubContactItem ToItem(Row row) => new(
        (HubItemKind)row.Int("kind"), row.Text("item_key"), Guid.Parse(row.Text("contact_id")), row.Text("content"), row.Time("created_at"));

    public static HubEvent ToEvent(Row row) => new()
    {
        Id = Guid.Parse(row.Text("event_id")),
        ContactId = Guid.Parse(row.Text("contact_id")),
        Type = row.Text("type"),
        At = row.Time("at"),
        Products = row.TextOrNull("products"),
        Value = row.AmountOrNull("value"),
        Location = row.TextOrNull("location"),
        Description = row.TextOrNull("description"),
        ExternalId = row.TextOrNull("external_id"),
        ShopDomain = row.TextOrNull("shop_domain"),
        Details = row.TextOrNull("details") is { } details ? JsonSerializer.Deserialize(details, HubStoredJson.Default.DictionaryStringString) : null,
    };

    public static ConsentStatement ToConsent(Row row) => new(
        Guid.Parse(row.Text("consent_id")), Guid.Parse(row.Text("contact_id")), (HubChannel)row.Int("channel"), (HubConsent)row.Int("consent"),
        row.Time("at"), row.Text("source"), row.TextOrNull("owner"));

    private static BulkStatement<ContactCard> WithContactColumns(BulkStatement<ContactCard> statement) => statement
        .Text("contact_id", card => card.Id.ToString())
        .Text("email_key", card => card.EmailKey)
        .Text("email", card => card.Email)
        .Text("owner", card => card.Owner)
        .Time("created_at", card => card.CreatedAt)
        .Time("modified_at", card => card.ModifiedAt)
        .Text("name", card => card.Name)
        .Text("phone", card => card.Phone)
        .Text("fax", card => card.Fax)
        .Text("company", card => card.Company)
        .Text("external_id", card => card.ExternalId)
        .Text("state", card => card.State)
        .Text("street", card => card.Street)
        .Text("zip_code", card => card.ZipCode)
        .Text("city", card => card.City)
        .Text("country", card => card.Country)
        .Text("province", card => card.Province)
        .Text("birthday", card => card.Birthday)
        .Text("language", card => card.Language)
        .Number("email_consent", card => (long)card.EmailConsent)
        .Number("phone_consent", card => (long)card.PhoneConsent)
        .Flag("deleted", card => card.Deleted)
        .Text("extras", card => card.Extras.IsEmpty ? null : JsonSerializer.Serialize(card.Extras, HubStoredJson.Default.ContactExtras));

    private static BulkStatement<HubEvent> WithEventColumns(BulkStatement<HubEvent> statement) => statement
        .Text("event_id", happened => happened.Id.ToString())
        .Text("contact_id", happened => happened.ContactId.ToString())
        .Text("type", happened => happened.Type)
        .Time("at", happened => happened.At)
        .Text("products", happened => happened.Products)
        .Amount("value", happened => happened.Value)
        .Text("location", happened => happened.Location)
        .Text("description", happened => happened.Description)
        .Text("external_id", happened => happened.ExternalId)
        .Text("scope", happened => happened.Scope)
        .Text("shop_domain", happened => happened.ShopDomain)
        .Text("details", happened => happened.Details is null
            ? null
            : JsonSerializer.Serialize(new Dictionary<string, string>(happened.Details, StringComparer.Ordinal), HubStoredJson.Default.DictionaryStringString));
}
