using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Which columns of a file mean what; numbers begin with 0, null = the file has no such column.</summary>
public sealed record SubscriberColumns
{
    /// <summary>The address; the one column that must be there.</summary>
    public required int Email { get; init; }

    public int? FirstName { get; init; }

    public int? LastName { get; init; }

    /// <summary>First and last name in one.</summary>
    public int? Name { get; init; }

    public int? Phone { get; init; }

    public int? Company { get; init; }

    /// <summary>Whether the person agreed to the newsletter.</summary>
    public int? Consent { get; init; }

    /// <summary>When they said so, in the shop's time zone unless the cell names an offset.</summary>
    public int? Date { get; init; }

    /// <summary>Columns that tell who unsubscribed or cannot be reached.</summary>
    public IReadOnlyList<SubscriberRefusal> Refusals { get; init; } = [];

    /// <summary>A bare no in <see cref="Consent"/> is no unsubscription: the column asks whether the address was confirmed.</summary>
    public bool NoIsSilence { get; init; }

    /// <summary>How dates with a slash or a dash are read.</summary>
    public DateOrder Dates { get; init; }

    /// <summary>What every line says when the file has no column for it. Nothing, unless a person said otherwise.</summary>
    public ConsentState EverybodyIs { get; init; } = ConsentState.NoStatement;

    /// <summary>Short name of everything that decides what a line says of consent, to know later under which reading a line yielded.</summary>
    internal string Fingerprint()
    {
        var refusals = string.Join(',', Refusals.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Column}{one.Means}{one.IsTime}")));
        var text = string.Create(CultureInfo.InvariantCulture, $"{Email}|{Consent}|{Date}|{refusals}|{NoIsSilence}|{Dates}|{EverybodyIs}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}

/// <summary>A column that tells who unsubscribed, complained or cannot be reached.</summary>
/// <param name="Column">Its number from 0.</param>
/// <param name="Means">What a filled cell means: <see cref="ConsentState.Withdrawn"/>, or <see cref="ConsentState.NoStatement"/> for who cannot be reached.</param>
/// <param name="IsTime">It holds moments; what is none is wrong.</param>
public sealed record SubscriberRefusal(int Column, ConsentState Means, bool IsTime);

/// <summary>Where a run of <see cref="ExportKind.Subscribers"/> reads from.</summary>
/// <param name="FileId">The stored file.</param>
/// <param name="Columns">How it is read.</param>
public sealed record SubscriberSource(long FileId, SubscriberColumns Columns)
{
    /// <summary>People of whom one line says yes and another no.</summary>
    public long Contradicting { get; init; }

    /// <summary>Telephones that a spreadsheet broke, left out.</summary>
    public long PhonesLost { get; init; }
}

/// <summary>A file of subscribers, kept until its import is done.</summary>
/// <param name="Id">Within the account.</param>
/// <param name="Store">For which store.</param>
/// <param name="Name">Name of the file, as the person called it.</param>
/// <param name="Header">Names of the columns; their numbers from 1 when the file names none.</param>
/// <param name="Lines">Records of people.</param>
/// <param name="CreatedAt">When it came, UTC.</param>
public sealed record SubscriberFile(long Id, StoreKey Store, string Name, IReadOnlyList<string> Header, long Lines, DateTimeOffset CreatedAt);

/// <summary>One record of a file.</summary>
/// <param name="Line">The line it begins on, from 1.</param>
/// <param name="Cells">Its cells as text.</param>
public sealed record SubscriberLine(long Line, IReadOnlyList<string> Cells)
{
    /// <summary>Readings (<see cref="SubscriberColumns.Fingerprint"/>) under which the line's yes yields to another line's no, separated by spaces.</summary>
    public string Yields { get; init; } = "";

    internal bool YieldsUnder(string fingerprint) => Yields.Contains(fingerprint, StringComparison.Ordinal);
}

/// <summary>Files of subscribers. Personal data: deleted when their run has ended, or after a day.</summary>
public interface ISubscriberFiles
{
    Task<SubscriberFile> CreateAsync(StoreKey store, string name, IReadOnlyList<string> header, string? createdBy, CancellationToken ct);

    Task AddLinesAsync(SubscriberFile file, IReadOnlyList<SubscriberLine> lines, CancellationToken ct);

    /// <summary>The file of an account, or null when it is gone.</summary>
    Task<SubscriberFile?> FindAsync(long accountId, long fileId, CancellationToken ct);

    /// <summary>Records after a line, in order.</summary>
    Task<IReadOnlyList<SubscriberLine>> LinesAsync(long accountId, long fileId, long afterLine, int max, CancellationToken ct);

    /// <summary>Notes under which reading the yes of some lines yields to the no of others. Adds to what was noted before.</summary>
    Task YieldAsync(SubscriberFile file, IReadOnlyCollection<long> lines, string fingerprint, CancellationToken ct);

    Task DeleteAsync(long accountId, long fileId, CancellationToken ct);

    /// <summary>Deletes files of an account that came before this instant and whose run is not under way.</summary>
    Task DeleteBeforeAsync(long accountId, DateTimeOffset instant, CancellationToken ct);
}

/// <summary>Where a vanished subscriber stands.</summary>
public enum RemovalState
{
    /// <summary>Waits for a person to decide.</summary>
    Listed,

    /// <summary>A person decided that the opt-out is sent; on its way.</summary>
    Sending,

    /// <summary>The opt-out was queued for the destination.</summary>
    Sent,

    /// <summary>A person decided that nothing is sent.</summary>
    Kept,
}

/// <summary>A subscriber without account who vanished from the shop's list without confirming an unsubscription.</summary>
public sealed record ConsentRemoval(string EmailKey, DateTimeOffset FoundAt, RemovalState State, DateTimeOffset? DecidedAt);

/// <summary>The list of vanished subscribers.</summary>
public interface IConsentRemovals
{
    /// <summary>Lists who was not seen since a complete reading began, and strikes off who is there again. Gives how many are new.</summary>
    /// <exception cref="StaleLeaseException"/>
    Task<long> CompareAsync(StoreLease lease, DateTimeOffset readingBegan, CancellationToken ct);

    /// <summary>Entries of a state by address, after an address.</summary>
    Task<IReadOnlyList<ConsentRemoval>> ListAsync(StoreKey store, RemovalState state, string? after, int max, CancellationToken ct);

    Task<long> CountAsync(StoreKey store, RemovalState state, CancellationToken ct);

    /// <summary>Records a decision on listed entries; gives those that were still listed.</summary>
    Task<IReadOnlyList<string>> DecideAsync(StoreKey store, IReadOnlyList<string> emailKeys, RemovalState decision, CancellationToken ct);
}
