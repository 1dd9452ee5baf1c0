namespace Pomost.Storage;

/// <summary>Where a person stands in the database: what an erasure removes is what an access export shows.</summary>
/// <remarks>A person is found by the equal key of the address, never by a part of it.
/// Rows without a key: <see cref="PersonTexts"/>.</remarks>
internal static class PersonTables
{
    // What is kept under the shop's ids alone is found by the rows that name the person.
    private const string Records = """
        (SELECT store_id, source_id, 'Contacts' AS stream FROM contact WHERE account_id = @account_id AND email_key = @email_key AND source_id IS NOT NULL
         UNION ALL SELECT store_id, source_id, 'Orders' FROM shop_order WHERE account_id = @account_id AND email_key = @email_key
         UNION ALL SELECT store_id, source_id, 'Carts' FROM cart WHERE account_id = @account_id AND email_key = @email_key)
        """;

    // Numbers of accounts, orders and subscribers are given apart: number 7 of one list is not number 7 of another.
    private const string StreamOfRun = "CASE e.kind WHEN 'Contacts' THEN 'Contacts' WHEN 'Transactions' THEN 'Orders' END";

    private const string ByAddress = "email_key = @email_key";

    /// <summary>Name in a certificate, table, and which of the account's rows; in the order in which they can be removed.</summary>
    public static IReadOnlyList<(string Name, string Table, string Where)> All { get; } =
    [
        ("traces", "trace", $"(store_id, source_id, stream) IN {Records}"),
        ("announcements", "inbox", $"(store_id, source_id, stream) IN {Records}"),
        ("announcements", "inbox", "source_id = @email_key"),
        ("rejectedRows", "export_reject", $"""
            (email_key = @email_key OR id IN (
              SELECT x.id FROM export_reject AS x JOIN export_run AS e ON e.account_id = x.account_id AND e.id = x.run_id
              WHERE x.account_id = @account_id AND (e.store_id, x.source_id, {StreamOfRun}) IN {Records}))
            """),
        ("previews", "export_preview_row", $"""
            (email_key = @email_key OR id IN (
              SELECT x.id FROM export_preview_row AS x JOIN export_run AS e ON e.account_id = x.account_id AND e.id = x.run_id
              WHERE x.account_id = @account_id AND (e.store_id, x.source_id, {StreamOfRun}) IN {Records}))
            """),
        ("contacts", "contact", ByAddress), ("orders", "shop_order", ByAddress), ("carts", "cart", ByAddress), ("deliveries", "delivery", ByAddress),
        ("writeBacks", "write_back", ByAddress), ("edits", "contact_edit", ByAddress), ("cardHints", "card_hint", ByAddress), ("traces", "trace", ByAddress),
        ("subscribers", "subscriber_seen", ByAddress), ("removals", "consent_removal", ByAddress),
        ("linesOfFiles", "subscriber_line", ByAddress),
        ("formerAddresses", "address_change", "(email_key = @email_key OR former_key = @email_key)"),
        ("ledgerNames", "person", ByAddress),
    ];

    /// <summary>The person's lines of the consent ledger, which an erasure leaves behind without the person.</summary>
    public const string OfLedger = "person_id IN (SELECT p.id FROM person AS p WHERE p.account_id = @account_id AND p.email_key = @email_key)";
}
