using Pomost.Hub;

namespace Pomost.Storage.Hub;

/// <summary>The hub's contacts, tags, events, consents and job files in the database.</summary>
internal sealed class HubContactStore(Database database) : IHubContactStore
{
    private static readonly TimeSpan JobLife = TimeSpan.FromHours(24);

    public Task<(T Result, long JobNumber)> ChangeAsync<T>(
        long accountId, HubKeys keys, DateTimeOffset now, Func<HubChange, T> decide, CancellationToken ct) => database.WriteAsync(
        async session =>
        {
            var jobs = await HubJobTable.LockAccountAsync(session, accountId);
            var change = await LoadAsync(session, accountId, keys, now);
            var result = decide(change);
            await SaveContactsAsync(session, accountId, change.TakeChangedContacts());
            await SaveEventsAsync(session, accountId, change);
            await SaveFormerEmailsAsync(session, accountId, change);
            await session.Bulk(HubContactTables.SaveItems, [.. change.SavedItems]).With("account", accountId).ExecuteAsync();
            await HubJobTable.EraseAsync(session, accountId, change.ErasedIds, change.ErasedEmailKeys);
            await session.Bulk(HubOutgoingStore.Supersede, [.. change.Outgoing]).With("account", accountId).ExecuteAsync();
            await session.Bulk(HubOutgoingStore.Insert, [.. change.Outgoing]).With("account", accountId).ExecuteAsync();
            if (change.Job is not null) await SaveJobAsync(session, accountId, change.Job, ++jobs, now);
            return (result, jobs);
        },
        ct);

    public Task<IReadOnlyList<ScoredContact>> FindAsync(long accountId, HubKeys keys, CancellationToken ct) =>
        database.ReadAsync<IReadOnlyList<ScoredContact>>(async session => await FindAsync(session, accountId, keys), ct);

    public Task<ILookup<Guid, ContactTag>> ReadTagsAsync(long accountId, IReadOnlyCollection<Guid> contactIds, CancellationToken ct) =>
        database.ReadAsync(session => ReadTagsAsync(session, accountId, contactIds), ct);

    public Task<ILookup<Guid, HubContactItem>> ReadItemsAsync(long accountId, IReadOnlyCollection<Guid> contactIds, CancellationToken ct) => database.ReadAsync(
        async session => (await session.Bulk(HubContactTables.ItemsOfContacts, [.. contactIds]).With("account", accountId).QueryAsync(HubContactTables.ToItem))
            .ToLookup(item => item.ContactId),
        ct);

    public Task<ILookup<Guid, HubEvent>> ReadEventsAsync(long accountId, IReadOnlyCollection<Guid> contactIds, CancellationToken ct) => database.ReadAsync(
        async session => (await session.Bulk(HubContactTables.EventsOfContacts, [.. contactIds]).With("account", accountId).QueryAsync(HubContactTables.ToEvent))
            .ToLookup(happened => happened.ContactId),
        ct);

    public Task<IReadOnlyList<ConsentStatement>> ReadStatementsAsync(long accountId, Guid contactId, CancellationToken ct) =>
        database.ReadAsync<IReadOnlyList<ConsentStatement>>(
            async session => await session.Command(
                """
                SELECT contact_id, consent_id, channel, consent, at, source, owner FROM hub_consent
                WHERE account_id = @account AND contact_id = @contact ORDER BY at DESC, consent_id DESC
                """)
                .With("account", accountId).With("contact", contactId.ToString()).QueryAsync(HubContactTables.ToConsent),
            ct);

    public Task<IReadOnlyList<ContactReference>> ListCreatedAsync(long accountId, TimeRange range, CancellationToken ct) => ListAsync(
        """
        SELECT contact_id, email FROM hub_contact
        WHERE account_id = @account AND created_at >= @from AND created_at <= @to AND NOT deleted ORDER BY created_at, contact_id
        """,
        accountId, range, ct);

    public Task<IReadOnlyList<ContactReference>> ListModifiedAsync(long accountId, TimeRange range, long skip, long take, CancellationToken ct) => ListAsync(
        """
        SELECT contact_id, email FROM hub_contact
        WHERE account_id = @account AND modified_at >= @from AND modified_at <= @to AND NOT deleted ORDER BY modified_at, contact_id
        LIMIT @take OFFSET @skip
        """,
        accountId, range, ct, statement => statement.With("take", take).With("skip", skip));

    public Task<IReadOnlyList<ScoredContact>> ListAsync(long accountId, long skip, long take, CancellationToken ct) =>
        database.ReadAsync<IReadOnlyList<ScoredContact>>(
            async session => await session.Command(
                $"""
                SELECT {HubContactTables.ContactColumns}, {HubContactTables.Points} FROM hub_contact AS c
                WHERE c.account_id = @account AND NOT c.deleted ORDER BY c.contact_id LIMIT @take OFFSET @skip
                """)
                .With("account", accountId).With("take", take).With("skip", skip).QueryAsync(HubContactTables.ToContact),
            ct);

    public Task<IReadOnlyList<ScoredContact>> SearchAsync(long accountId, string? emailPrefix, Guid? after, int take, CancellationToken ct) =>
        database.ReadAsync<IReadOnlyList<ScoredContact>>(
            async session =>
            {
                var narrowed = emailPrefix is null ? "" : "AND c.email_key >= @prefix AND c.email_key < @prefix_end";
                var statement = session.Command(
                    $"""
                    SELECT {HubContactTables.ContactColumns}, {HubContactTables.Points} FROM hub_contact AS c
                    WHERE c.account_id = @account AND NOT c.deleted AND c.contact_id > @after {narrowed} ORDER BY c.contact_id LIMIT @take
                    """)
                    .With("account", accountId).With("after", after?.ToString() ?? "").With("take", take);
                if (emailPrefix is not null) statement.With("prefix", emailPrefix).With("prefix_end", emailPrefix + "\U0010FFFF");
                return await statement.QueryAsync(HubContactTables.ToContact);
            },
            ct);

    public Task<IReadOnlyList<TagCount>> CountTagsAsync(long accountId, CancellationToken ct) => database.ReadAsync<IReadOnlyList<TagCount>>(
        async session => await session.Command(
            """
            SELECT t.tag, count(*) AS tagged FROM hub_contact_tag AS t
            JOIN hub_contact AS c ON c.account_id = t.account_id AND c.contact_id = t.contact_id AND NOT c.deleted
            WHERE t.account_id = @account GROUP BY t.tag ORDER BY t.tag
            """)
            .With("account", accountId).QueryAsync(row => new TagCount(row.Text("tag"), row.Number("tagged"))),
        ct);

    public Task<HubCounts> CountAsync(long accountId, CancellationToken ct) => database.ReadAsync(
        async session =>
        {
            var contacts = await session.Command(
                """
                SELECT count(*) AS whole, count(CASE WHEN email_consent = 1 THEN 1 END) AS by_email, count(CASE WHEN phone_consent = 1 THEN 1 END) AS by_phone
                FROM hub_contact WHERE account_id = @account AND NOT deleted
                """)
                .With("account", accountId)
                .FirstOrDefaultAsync(row => (Whole: row.Number("whole"), ByEmail: row.Number("by_email"), ByPhone: row.Number("by_phone")));
            var tags = await session.Command("SELECT count(DISTINCT tag) FROM hub_contact_tag WHERE account_id = @account").With("account", accountId).NumberAsync();
            var events = await session.Command("SELECT type, count(*) AS happened FROM hub_event WHERE account_id = @account GROUP BY type ORDER BY type")
                .With("account", accountId).QueryAsync(row => (Type: row.Text("type"), Count: row.Number("happened")));
            return new HubCounts(
                contacts.Whole, contacts.ByEmail, contacts.ByPhone, tags ?? 0, events.Sum(happened => happened.Count),
                events.ToDictionary(happened => happened.Type, happened => happened.Count, StringComparer.Ordinal));
        },
        ct);

    public Task<HubJob?> FindJobAsync(long accountId, long number, CancellationToken ct) => database.ReadAsync(
        session => session.Command("SELECT number, secret, file, created_at FROM hub_job WHERE account_id = @account AND number = @number")
            .With("account", accountId)
            .With("number", number)
            .FirstOrDefaultAsync(row => new HubJob(row.Number("number"), row.Text("secret"), row.Text("file"), row.Time("created_at"))),
        ct);

    private static async Task<HubChange> LoadAsync(DbSession session, long accountId, HubKeys keys, DateTimeOffset now)
    {
        var former = await session.Bulk(HubContactTables.FormerEmails, [.. keys.EmailKeys]).With("account", accountId).QueryAsync(HubContactTables.ToFormerEmail);
        var contacts = await FindAsync(session, accountId, keys, former.Select(one => one.ContactId));
        var items = await ReadItemsAsync(session, accountId, keys, contacts);
        var tags = await ReadTagsAsync(session, accountId, [.. contacts.Select(contact => contact.Card.Id)]);
        var byId = await session.Bulk(HubContactTables.EventsById, [.. keys.EventIds]).With("account", accountId).QueryAsync(HubContactTables.ToEvent);
        var byExternalId = await session.Bulk(HubContactTables.EventsByExternalId, [.. keys.EventExternalIds])
            .With("account", accountId).QueryAsync(HubContactTables.ToEvent);
        return new HubChange(
            now, contacts.Select(contact => new TrackedContact(contact.Card, contact.Card, tags[contact.Card.Id])), byId.Concat(byExternalId), former, items);
    }

    private static async Task<List<HubContactItem>> ReadItemsAsync(DbSession session, long accountId, HubKeys keys, List<ScoredContact> contacts)
    {
        if (keys.ItemKind is not { } kind) return [];
        var ofContacts = await session.Bulk(HubContactTables.ItemsOfContacts, [.. contacts.Select(contact => contact.Card.Id)])
            .With("account", accountId).QueryAsync(HubContactTables.ToItem);
        var byKey = await session.Bulk(HubContactTables.ItemsByKey, [.. keys.ItemKeys.Select(key => (kind, key))])
            .With("account", accountId).QueryAsync(HubContactTables.ToItem);
        return [.. ofContacts.Where(item => item.Kind == kind).Concat(byKey)];
    }

    private static async Task SaveFormerEmailsAsync(DbSession session, long accountId, HubChange change)
    {
        List<string> gone = [.. change.ChangedFormerEmails.Where(former => former.Value is null).Select(former => former.Key), .. change.ErasedEmailKeys];
        await session.Bulk(HubContactTables.RemoveFormerEmails, gone).With("account", accountId).ExecuteAsync();
        await session.Bulk(HubContactTables.SaveFormerEmails, [.. change.ChangedFormerEmails.Where(former => former.Value is not null)])
            .With("account", accountId).With("now", change.Now).ExecuteAsync();
    }

    private static async Task<List<ScoredContact>> FindAsync(DbSession session, long accountId, HubKeys keys, IEnumerable<Guid>? more = null)
    {
        var byEmail = await session.Bulk(HubContactTables.ContactsByEmail, [.. keys.EmailKeys]).With("account", accountId).QueryAsync(HubContactTables.ToContact);
        var byId = await session.Bulk(HubContactTables.ContactsById, [.. keys.ContactIds.Concat(more ?? []).Distinct()]).With("account", accountId).QueryAsync(HubContactTables.ToContact);
        return [.. byEmail.Concat(byId).DistinctBy(contact => contact.Card.Id)];
    }

    private static async Task<ILookup<Guid, ContactTag>> ReadTagsAsync(DbSession session, long accountId, IReadOnlyCollection<Guid> contactIds) =>
        (await session.Bulk(HubContactTables.TagsOfContacts, [.. contactIds]).With("account", accountId).QueryAsync(HubContactTables.ToTag))
            .ToLookup(row => row.ContactId, row => row.Tag);

    private static async Task SaveContactsAsync(DbSession session, long accountId, IReadOnlyList<TrackedContact> changed)
    {
        List<Guid> erased = [.. changed.Where(contact => contact.IsErased).Select(contact => contact.Card.Id)];
        foreach (var statement in HubContactTables.EraseContacts) await session.Bulk(statement, erased).With("account", accountId).ExecuteAsync();

        List<TrackedContact> kept = [.. changed.Where(contact => !contact.IsErased)];
        List<ContactCard> moved = [.. kept.Where(contact => contact.Stored is { } stored && stored.EmailKey != contact.Card.EmailKey).Select(contact => contact.Card)];
        await session.Bulk(HubContactTables.ReleaseEmails, moved).With("account", accountId).ExecuteAsync();
        await session.Bulk(HubContactTables.UpdateContacts, [.. kept.Where(contact => !contact.IsNew).Select(contact => contact.Card)])
            .With("account", accountId).ExecuteAsync();
        await session.Bulk(HubContactTables.InsertContacts, [.. kept.Where(contact => contact.IsNew).Select(contact => contact.Card)])
            .With("account", accountId).ExecuteAsync();

        List<TagRow> tags = [.. kept.SelectMany(contact => contact.ChangedTags.Select(tag => new TagRow(contact.Card.Id, tag.Key, tag.Value)))];
        await session.Bulk(HubContactTables.RemoveTags, tags.FindAll(row => row.Tag is null)).With("account", accountId).ExecuteAsync();
        await session.Bulk(HubContactTables.SaveTags, tags.FindAll(row => row.Tag is not null)).With("account", accountId).ExecuteAsync();
        await session.Bulk(HubContactTables.InsertConsents, [.. kept.SelectMany(contact => contact.Statements)]).With("account", accountId).ExecuteAsync();
    }

    private static async Task SaveEventsAsync(DbSession session, long accountId, HubChange change)
    {
        await session.Bulk(HubContactTables.RemoveEvents, [.. change.RemovedEvents]).With("account", accountId).ExecuteAsync();
        await session.Bulk(HubContactTables.UpdateEvents, [.. change.SavedEvents.Where(saved => !change.IsNewEvent(saved.Id))])
            .With("account", accountId).ExecuteAsync();
        await session.Bulk(HubContactTables.InsertEvents, [.. change.SavedEvents.Where(saved => change.IsNewEvent(saved.Id))])
            .With("account", accountId).ExecuteAsync();
    }

    private static async Task SaveJobAsync(DbSession session, long accountId, NewHubJob job, long number, DateTimeOffset now)
    {
        await session.Command("DELETE FROM hub_job WHERE account_id = @account AND created_at < @limit")
            .With("account", accountId).With("limit", now - JobLife).ExecuteAsync();
        await session.Command("UPDATE hub_account SET job_count = @number WHERE account_id = @account")
            .With("account", accountId).With("number", number).ExecuteAsync();
        await session.Command("INSERT INTO hub_job (account_id, number, secret, file, created_at) VALUES (@account, @number, @secret, @file, @now)")
            .With("account", accountId)
            .With("number", number)
            .With("secret", job.Secret)
            .With("file", job.File)
            .With("now", now)
            .ExecuteAsync();
    }

    private Task<IReadOnlyList<ContactReference>> ListAsync(
        string sql, long accountId, TimeRange range, CancellationToken ct, Func<Statement, Statement>? more = null) =>
        database.ReadAsync<IReadOnlyList<ContactReference>>(
            async session =>
            {
                var statement = session.Command(sql).With("account", accountId).With("from", range.From).With("to", range.To);
                return await (more?.Invoke(statement) ?? statement).QueryAsync(
                    row => new ContactReference(Guid.Parse(row.Text("contact_id")), row.Text("email")));
            },
            ct);
}
