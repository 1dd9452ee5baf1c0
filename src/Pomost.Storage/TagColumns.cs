using Pomost.Engine;

namespace Pomost.Storage;

/// <summary>What a contact's row remembers of tags: those wanted at the destination, and those written into the shop.</summary>
internal static class TagColumns
{
    private static readonly BulkStatement<WantedTagsWrite> Want = new BulkStatement<WantedTagsWrite>("""
        UPDATE contact SET wanted_tags = r.wanted_tags FROM {rows} AS r
        WHERE contact.account_id = r.account_id AND contact.store_id = r.store_id AND contact.email_key = r.email_key
        """)
        .PerStore()
        .Text("email_key", row => row.EmailKey)
        .Text("wanted_tags", row => StorageJson.Of(row.Tags));

    private static readonly BulkStatement<WrittenTagsWrite> Remember = new BulkStatement<WrittenTagsWrite>("""
        UPDATE contact SET written_tags = r.written_tags FROM {rows} AS r
        WHERE contact.account_id = r.account_id AND contact.store_id = r.store_id AND contact.email_key = r.email_key
        """)
        .PerStore()
        .Text("email_key", row => row.EmailKey)
        .Text("written_tags", row => StorageJson.Of(row.Tags));

    private static readonly BulkStatement<string> Forget = new BulkStatement<string>("""
        UPDATE contact SET written_tags = NULL FROM {rows} AS r
        WHERE contact.account_id = r.account_id AND contact.store_id = r.store_id AND contact.email_key = r.email_key
        """)
        .PerStore()
        .Text("email_key", key => key);

    public static async Task WantAsync(DbSession session, StoreKey store, IReadOnlyList<WantedTagsWrite> rows)
    {
        if (rows.Count > 0) await session.Bulk(Want, rows).For(store).ExecuteAsync();
    }

    public static async Task RememberAsync(DbSession session, StoreKey store, IReadOnlyList<WrittenTagsWrite> rows)
    {
        if (rows.Count > 0) await session.Bulk(Remember, rows).For(store).ExecuteAsync();
    }

    /// <summary>The shop did not take them: the next reading of the card begins anew.</summary>
    public static async Task ForgetAsync(DbSession session, StoreKey store, IReadOnlyList<string> emailKeys)
    {
        if (emailKeys.Count > 0) await session.Bulk(Forget, emailKeys).For(store).ExecuteAsync();
    }
}
