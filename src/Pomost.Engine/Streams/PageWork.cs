using System.Diagnostics;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>From a page of records to a committed decision: what is common to all streams.</summary>
sealed class PageWork(StoreRun run, PreviewCards previewed, LostWebhooks lost)
{
    public static readonly IReadOnlyDictionary<string, ShopContact> NothingRead = new Dictionary<string, ShopContact>();

    public StoreRun StoreRun => run;

    /// <summary>What is known beforehand of these people.</summary>
    public Task<IReadOnlyDictionary<string, ContactFacts>> ContactsAsync(IReadOnlyCollection<string> emailKeys)
        => run.Engine.Runs.ContactsAsync(run.Key, emailKeys, run.Cancel);

    public Task<IReadOnlyDictionary<string, KnownAccount>> AccountsAsync(IEnumerable<ShopContact> contacts) => run.Engine.Runs.AccountsAsync(
        run.Lease, [.. contacts.Where(contact => contact.HasAccount).Select(contact => contact.SourceId).OfType<string>()], run.Cancel);

    public async Task<PageDraft> DraftAsync(
        PageSource source, IReadOnlyDictionary<string, ContactFacts> known, IReadOnlyCollection<string> emailKeys,
        IReadOnlyDictionary<string, KnownAccount>? accounts = null, ShopStream? stream = null, IReadOnlyDictionary<string, ShopContact>? readNow = null) => new(
        new DecisionContext(run.Store, run.Connector.Info.Key, run.Now, source.Run)
        {
            MayBeStale = source.MayBeStale,
            NewSince = source.Run is null && stream is { } read && await SeenUntilAsync(read) is { } since ? since - ShopRecordChange.Settling : null,
        },
        known,
        await run.Engine.Tombstones.AmongAsync(run.Key.AccountId, emailKeys, run.Cancel), accounts, source.Room)
        {
            ReadAccounts = readNow ?? NothingRead,
        };

    /// <summary>Decides a page. A record for which that fails, for a reason nobody foresaw, is left out and told as rejected; all others go on.</summary>
    /// <param name="stream">Of what.</param>
    /// <param name="records">The page.</param>
    /// <param name="idOf">The shop's id of a record.</param>
    /// <param name="draft">Makes an empty draft.</param>
    /// <param name="decide">Decides some of the records. No I/O.</param>
    public async Task<PageDraft> DecideAsync<T>(
        ShopStream stream, IReadOnlyList<T> records, Func<T, string?> idOf, Func<Task<PageDraft>> draft, Action<PageDraft, IReadOnlyList<T>> decide)
        where T : class
    {
        try
        {
            return await DecidedAsync(records);
        }
        catch (Exception e) when (records.Count > 1 && Poison.Is(e))
        {
            var found = await Poison.SearchAsync(records, e, async some =>
            {
                await DecidedAsync(some);
                return true;
            });
            if (!found.OthersPassed)
                throw;
            StoreRunLog.RecordsFailed(run.Log, run.Key.StoreId, found.Suspects.Count, stream, Poison.TraceOf(e));
            var failed = found.Suspects.Select(suspect => suspect.Record).ToHashSet(ReferenceEqualityComparer.Instance);
            var decided = await DecidedAsync([.. records.Where(record => !failed.Contains(record))]);
            decided.RejectUnreadable(
                stream, [.. found.Suspects.Select(suspect => new RejectedRecord(idOf(suspect.Record) ?? "", "record", Poison.ReasonOf(suspect.Error)))]);
            return decided;
        }

        async Task<PageDraft> DecidedAsync(IReadOnlyList<T> some)
        {
            var made = await draft();
            decide(made, some);
            return made;
        }
    }

    public async Task CommitAsync(PageDraft draft, PageSource source, long started)
    {
        if (source.Run is { Options.DryRun: true })
            await previewed.CountAsync(draft);
        await LookAtWaitingCartsAsync(draft);
        var gain = source.Gain is { } read ? read with { OwnMilliseconds = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds } : null;
        var commit = draft.Finish(gain, source.Cursor, [.. source.Announced.Select(entry => entry.Id)]) with { NoticedAt = source.NoticedAt };
        await run.Engine.Runs.CommitAsync(run.Lease, commit, run.Cancel);
        lost.NoteFound(source.Cursor, commit);
        run.NoteQueued();
    }

    /// <summary>An order or a cart bears the address of its time; the person may have another one now.</summary>
    public async Task<IReadOnlyList<T>> WithNewerAddressesAsync<T>(
        IReadOnlyList<T> records, IReadOnlyCollection<string> emailKeys, Func<T, string?> emailOf, Func<T, string, T> with)
    {
        var newer = await run.Engine.Runs.NewerAddressesAsync(run.Key, emailKeys, run.Cancel);
        return newer.Count == 0 ? records
            : [.. records.Select(record => emailOf(record) is { } email && newer.TryGetValue(EmailAddress.KeyOf(email), out var address) ? with(record, address) : record)];
    }

    /// <summary>Until when everything of a stream was seen; null = unknown.</summary>
    async Task<DateTimeOffset?> SeenUntilAsync(ShopStream stream)
    {
        var pace = run.Pace;
        if (!pace.SeenWritten.ContainsKey(stream))
        {
            pace.SeenWritten[stream] = await run.MomentAsync($"seen:{stream}");
            if (pace.SeenWritten[stream] is { } known)
                pace.SeenUntil.TryAdd(stream, known);
        }

        return pace.SeenUntil.TryGetValue(stream, out var until) ? until : null;
    }

    /// <summary>Carts of people who became known only now were kept back for that alone.</summary>
    async Task LookAtWaitingCartsAsync(PageDraft draft)
    {
        if (run.Store.Options.SendsCarts && draft.Context.Run?.Options.DryRun != true && draft.NewPeople is { Count: > 0 } people)
            CartDecider.DecideWaiting(draft, await run.Engine.Carts.LivingAsync(run.Key, people, run.Cancel));
    }
}
