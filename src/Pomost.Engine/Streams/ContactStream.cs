using System.Diagnostics;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>People with an account.</summary>
sealed class ContactStream(StoreRun run, ContactPages pages) : StreamReader<ShopContact>(run, ShopStream.Contacts)
{
    // The module's log tells what changed; what was written past the shop's own ways is looked for once a week.
    static readonly TimeSpan WithModule = TimeSpan.FromDays(7) - TimeSpan.FromHours(4);

    // Of the time between two polls. A slow shop is asked for its few pages and no more, a quick one is compared whole within a poll or two.
    const double CompareShare = 0.05;
    const string RoundPlace = "compare:Contacts";

    protected override TimeSpan LongestBetweenComparisons => Run.Pace.ModuleAnswers ? WithModule : Comparison.Nightly;

    public override async Task ReadAnnouncedAsync(IReadOnlyList<InboxEntry> entries)
    {
        if (Run.Connector is IReadsById byId && entries[0].Change is { Kind: ChangeKind.Changed, SourceId: not null })
        {
            string[] ids = [.. entries.Select(entry => entry.Change.SourceId!).Distinct(StringComparer.Ordinal)];
            await pages.CommitAsync(await byId.ReadContactsByIdAsync(Run.Shop, ids, Run.Cancel), PageSource.Of(entries));
            return;
        }

        if (entries.Any(entry => entry.Change.Kind == ChangeKind.Changed))
            Pace.NextPoll = DateTimeOffset.MinValue;
        await Run.DropAnnouncedAsync(entries);
    }

    /// <summary>Compares some pages at each poll, round and round: what a lost webhook did not tell does not wait for the night.</summary>
    public async Task CompareSomeAsync()
    {
        var (now, options) = (Run.Now, Run.Store.Options);
        var left = options.ComparePagesPerPoll;
        if (left <= 0 || now < Run.Pace.NextCompare || Run.Pace.ModuleAnswers || !IsComparedByItself)
            return;
        Run.Pace.NextCompare = now + TimeSpan.FromSeconds(options.PollSeconds);
        var (started, share) = (Run.Engine.Clock.GetTimestamp(), TimeSpan.FromSeconds(options.PollSeconds * CompareShare));
        var request = new ReadRequest { Purpose = ReadPurpose.Sweep, From = await Run.CursorAsync(RoundPlace) };
        await foreach (var page in Read(Run.Shop, request))
        {
            await ComparePageAsync(page, PageSource.At(RoundPlace, page.Next));
            if (page.NextAt is not null || !Run.HasTime || (--left <= 0 && Run.Engine.Clock.GetElapsedTime(started) >= share))
                return;
        }

        await Run.ForgetCursorAsync(RoundPlace);
    }

    protected override IAsyncEnumerable<Page<ShopContact>> Read(ShopConnection shop, ReadRequest request)
        => Run.Connector.ReadContactsAsync(shop, request, Run.Cancel);

    protected override Task CommitAsync(Page<ShopContact> page, PageSource source) => pages.CommitAsync(page, source);

    protected override Task ComparePageAsync(Page<ShopContact> page, PageSource source) => pages.CompareAsync(page, source);
}

/// <summary>Decides and commits pages of accounts, whoever read them.</summary>
sealed class ContactPages(StoreRun run, PageWork work)
{
    public async Task CommitAsync(Page<ShopContact> page, PageSource source)
    {
        var started = Stopwatch.GetTimestamp();
        var keys = ContactDecider.KeysOf(page.Items);
        var known = await work.ContactsAsync(keys);
        var (accounts, gone) = (await work.AccountsAsync(page.Items), await GoneAccountsAsync(page.Items, known));
        var draft = await work.DecideAsync(
            ShopStream.Contacts, page.Items, contact => contact.SourceId ?? contact.Email, () => work.DraftAsync(source, known, keys, accounts, ShopStream.Contacts),
            (made, contacts) => ContactDecider.Decide(made, contacts, gone));
        draft.RejectUnreadable(ShopStream.Contacts, page.Rejected);
        await work.CommitAsync(draft, source, started);
    }

    /// <summary>Commits of a page only who was sent before.</summary>
    public async Task CompareAsync(Page<ShopContact> page, PageSource source)
    {
        var known = await work.ContactsAsync(ContactDecider.KeysOf(page.Items));
        var accounts = await work.AccountsAsync(page.Items);
        await CommitAsync(page with { Items = [.. page.Items.Where(contact => Sent.Was(contact, known, accounts))], Rejected = [] }, source);
    }

    /// <summary>Accounts that bear the data of a card which other accounts of this page would take, and that the shop no longer has under that address.
    /// The shop is asked only when there are two accounts of one address.</summary>
    async Task<IReadOnlySet<string>?> GoneAccountsAsync(IReadOnlyList<ShopContact> contacts, IReadOnlyDictionary<string, ContactFacts> known)
    {
        if (run.Connector is not IReadsById byId)
            return null;
        var onPage = contacts.Select(contact => contact.SourceId).ToHashSet(StringComparer.Ordinal);
        var holders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var contact in contacts.Where(contact => contact is { HasAccount: true, SourceId: not null, Email: not null }))
        {
            var key = EmailAddress.KeyOf(contact.Email!);
            if (known.GetValueOrDefault(key) is { AccountRead: not null, SourceId: { } holder } && holder != contact.SourceId && !onPage.Contains(holder))
                holders[holder] = key;
        }

        var gone = holders.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var ids in holders.Keys.Chunk(byId.IdsPerCall))
        {
            foreach (var found in (await byId.ReadContactsByIdAsync(run.Shop, ids, run.Cancel)).Items)
            {
                if (found.SourceId is { } id && holders.GetValueOrDefault(id) == EmailAddress.KeyOf(found.Email ?? ""))
                    gone.Remove(id);
            }
        }

        return gone;
    }
}

/// <summary>Whether a person was sent before: a comparison finds changes of those only.</summary>
static class Sent
{
    public static readonly IReadOnlyDictionary<string, KnownAccount> NoAccounts = new Dictionary<string, KnownAccount>();

    public static bool Was(ShopContact contact, IReadOnlyDictionary<string, ContactFacts> known, IReadOnlyDictionary<string, KnownAccount> accounts)
        => EmailAddress.TryParse(contact.Email, out var address, out _)
            && (Was(known.GetValueOrDefault(address.Key)) || contact is { HasAccount: true, SourceId: { } id } && Was(accounts.GetValueOrDefault(id)?.Facts));

    static bool Was(ContactFacts? facts) => facts is { WantedHash: not null, Outcome: RecordOutcome.Queued or RecordOutcome.Sent };
}
