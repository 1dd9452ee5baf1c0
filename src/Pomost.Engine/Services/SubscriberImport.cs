using System.Runtime.CompilerServices;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What an import would do.</summary>
/// <param name="Lines">Records in the file.</param>
/// <param name="Usable">People who would be read.</param>
/// <param name="Repeated">Of these, addresses that came before in the file.</param>
/// <param name="States">People by consent state.</param>
/// <param name="First">The first people as they would be stored.</param>
/// <param name="Problems">The first lines that are wrong.</param>
public sealed record SubscriberPreview(
    long Lines, long Usable, long Repeated, IReadOnlyDictionary<ConsentState, long> States,
    IReadOnlyList<ShopContact> First, IReadOnlyList<SubscriberProblem> Problems)
{
    /// <summary>People of whom one line says yes and another no. The no holds, unless both have dates and the yes is newer by more than a day.</summary>
    public long Contradicting { get; init; }

    /// <summary>Telephones left out because a spreadsheet turned them into a short number (4,86E+10). Their people are read.</summary>
    public long PhonesLost { get; init; }

    /// <summary>The first of these telephones.</summary>
    public IReadOnlyList<SubscriberProblem> LostPhones { get; init; } = [];

    /// <summary>Lines that are wrong, listed or not.</summary>
    public long Wrong => Lines - Usable;
}

/// <summary>The one-off import of subscribers without account from before activation, out of a CSV file.</summary>
/// <remarks>The file is stored line by line first, so that any node can read it and a crash loses nothing. Its people go through the same decisions as
/// everybody: their statements stand in the ledger with source Import and never override a choice made since.</remarks>
public sealed class SubscriberImport(ISubscriberFiles files, Exports exports, TimeProvider clock)
{
    /// <summary>Largest file, in bytes.</summary>
    public const long MaxBytes = 100L * 1024 * 1024;

    const int LinesPerWrite = 2_000;
    const int PeopleShown = 10;
    const int ProblemsShown = 100;

    /// <summary>Stores a file. The content must be seekable: it is looked at before it is read.</summary>
    /// <param name="store">For which store.</param>
    /// <param name="name">Name of the file; its folder is dropped.</param>
    /// <param name="content">The bytes; left open.</param>
    /// <param name="by">Name of who brings it; null for the command line.</param>
    /// <param name="ct">Cancels; nothing is kept.</param>
    /// <exception cref="SubscriberFileException">It cannot be read; nothing is kept.</exception>
    public async Task<SubscriberFile> StoreAsync(StoreKey store, string name, Stream content, string? by, CancellationToken ct)
    {
        if (content.Length > MaxBytes)
            throw new SubscriberFileException(SubscriberFileProblem.TooLarge);
        await files.DeleteBeforeAsync(store.AccountId, clock.GetUtcNow() - EngineOptions.KeepFiles, ct);
        var csv = await CsvFile.LookAsync(content, ct);
        SubscriberFile? file = null;
        try
        {
            var pack = new List<SubscriberLine>(LinesPerWrite);
            await foreach (var record in csv.ReadAsync(content, ct))
            {
                // Rows of nothing but separators are what a spreadsheet leaves of deleted ones.
                if (record.Cells.All(cell => cell.All(HiddenSigns.IsBlank)))
                    continue;
                CsvSwallowing.Refuse(record, csv.Separator, file?.Header.Count ?? record.Cells.Count);
                if (file is null)
                {
                    // A first record with an address in it is a person, not the names of the columns.
                    var isPerson = SubscriberGuess.AddressIn(record.Cells) is not null;
                    file = await files.CreateAsync(store, ShortName(name), isPerson ? SubscriberGuess.Numbers(record.Cells.Count) : NamesOf(record), by, ct);
                    if (!isPerson)
                        continue;
                }

                pack.Add(new SubscriberLine(record.Line, record.Cells));
                if (pack.Count == LinesPerWrite)
                {
                    await files.AddLinesAsync(file, pack, ct);
                    pack.Clear();
                }
            }

            if (file is null)
                throw new SubscriberFileException(SubscriberFileProblem.Empty);
            if (pack.Count > 0)
                await files.AddLinesAsync(file, pack, ct);
            var stored = (await files.FindAsync(store.AccountId, file.Id, ct))!;
            return stored.Lines > 0 ? stored : throw new SubscriberFileException(SubscriberFileProblem.Empty);
        }
        catch when (file is not null)
        {
            await files.DeleteAsync(store.AccountId, file.Id, CancellationToken.None);
            throw;
        }
    }

    /// <summary>What the columns of a stored file seem to mean (<see cref="SubscriberGuess"/>).</summary>
    public async Task<Dictionary<string, int>> GuessAsync(SubscriberFile file, CancellationToken ct)
    {
        var first = await files.LinesAsync(file.Store.AccountId, file.Id, 0, 1, ct);
        return SubscriberGuess.Of(file.Header, first.Count == 0 ? [] : first[0].Cells);
    }

    /// <summary>What the columns of a stored file hold; reads all of it.</summary>
    public async Task<SubscriberLook> LookAsync(SubscriberFile file, CancellationToken ct)
    {
        var reader = new SubscriberLook.Reader(file.Header);
        await foreach (var page in PagesAsync(file, ct))
        {
            foreach (var line in page)
                reader.Take(line);
        }

        return reader.End();
    }

    /// <summary>Reads the whole file by a mapping and counts, without changing anything.</summary>
    /// <param name="file">The stored file.</param>
    /// <param name="columns">How it is read.</param>
    /// <param name="zone">The shop's time zone, for dates without offset.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<SubscriberPreview> PreviewAsync(SubscriberFile file, SubscriberColumns columns, TimeZoneInfo zone, CancellationToken ct)
    {
        var found = await ContradictionsAsync(file, columns, ct);
        var fingerprint = columns.Fingerprint();
        var (lines, usable, repeated) = (0L, 0L, 0L);
        var states = Enum.GetValues<ConsentState>().ToDictionary(state => state, _ => 0L);
        var first = new List<ShopContact>(PeopleShown);
        var (problems, phones) = (new List<SubscriberProblem>(), new List<SubscriberProblem>());
        var seen = new HashSet<long>();
        await foreach (var page in PagesAsync(file, ct))
        {
            foreach (var line in page)
            {
                lines++;
                var read = SubscriberReading.Read(
                    line with { Yields = found.Yielding.Contains(line.Line) ? fingerprint : "" }, columns, zone, clock.GetUtcNow());
                if (read.Contact is not { } contact)
                {
                    if (problems.Count < ProblemsShown)
                        problems.Add(read.Problem!);
                    continue;
                }

                if (read.LostPhone is { } lost && phones.Count < ProblemsShown)
                    phones.Add(lost);

                usable++;
                states[contact.EmailConsent.State]++;
                repeated += seen.Add(SubscriberContradictions.HashOf(read.Key!)) ? 0 : 1;
                if (first.Count < PeopleShown)
                    first.Add(contact);
            }
        }

        return new SubscriberPreview(lines, usable, repeated, states, first, problems)
        {
            Contradicting = found.People,
            PhonesLost = found.PhonesLost,
            LostPhones = phones,
        };
    }

    /// <summary>Starts the import, or a dry run of it; when one is unfinished, that one is given instead.</summary>
    public async Task<(ExportRun Run, bool Created)> StartAsync(
        SubscriberFile file, SubscriberColumns columns, IReadOnlyList<string> tags, string? by, bool dryRun, CancellationToken ct)
    {
        // A run reads page by page and would believe a yes before it met the no below.
        var found = await ContradictionsAsync(file, columns, ct);
        await files.YieldAsync(file, found.Yielding, columns.Fingerprint(), ct);
        var source = new SubscriberSource(file.Id, columns) { Contradicting = found.People, PhonesLost = found.PhonesLost };
        return await exports.StartAsync(file.Store, ExportKind.Subscribers, OptionsOf(source, tags, dryRun), by, ct);
    }

    /// <summary>Starts the one-off import from the shop itself, where it lists subscribers, or a dry run of it.</summary>
    public Task<(ExportRun Run, bool Created)> StartFromShopAsync(
        StoreKey store, IReadOnlyList<string> tags, string? by, bool dryRun, CancellationToken ct)
        => exports.StartAsync(store, ExportKind.Subscribers, OptionsOf(null, tags, dryRun), by, ct);

    static ExportOptions OptionsOf(SubscriberSource? source, IReadOnlyList<string> tags, bool dryRun) => new()
    {
        DryRun = dryRun,
        Choice = new ExportChoice { IncludesEarlierSubscribers = true },
        Tags = tags,
        Subscribers = source,
    };

    Task<SubscriberContradictions> ContradictionsAsync(SubscriberFile file, SubscriberColumns columns, CancellationToken ct)
        => SubscriberContradictions.FindAsync(() => PagesAsync(file, ct), columns, clock.GetUtcNow());

    async IAsyncEnumerable<IReadOnlyList<SubscriberLine>> PagesAsync(SubscriberFile file, [EnumeratorCancellation] CancellationToken ct)
    {
        var after = 0L;
        while (await files.LinesAsync(file.Store.AccountId, file.Id, after, LinesPerWrite, ct) is { Count: > 0 } page)
        {
            after = page[^1].Line;
            yield return page;
        }
    }

    // Blanks around names are nobody's, nor are columns without name behind the last one.
    static List<string> NamesOf(CsvRecord record)
    {
        var names = record.Cells.Select(HiddenSigns.Trim).ToList();
        while (names[^1].Length == 0)
            names.RemoveAt(names.Count - 1);
        return names;
    }

    static string ShortName(string name)
    {
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        return last.Length is > 0 and <= 100 ? last : "subscribers.csv";
    }
}
