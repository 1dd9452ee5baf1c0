using System.Globalization;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What became of overruling a list.</summary>
/// <param name="People">How many people it concerns.</param>
/// <param name="Refusal">Why nothing was saved; null = it was.</param>
public sealed record OverruleResult(long People, EditRefusal? Refusal);

/// <summary>How the list is written as a file.</summary>
/// <param name="Separator">Comma, or semicolon where the comma is the decimal sign.</param>
/// <param name="Email">How an address may be shown to the one who asked.</param>
public sealed record HeldRowsFormat(char Separator, Func<string, string> Email);

/// <summary>People whose opt-out at SALESmanago held against the shop's consent: lists them, and lets an operator who has proof overrule the list.</summary>
public sealed class HeldPeople(IHeldConsents held, IStoreWaker waker)
{
    /// <summary>What the audit log calls the act.</summary>
    public const string Overruled = "held.overruled";

    const int RowsPerLook = 500;

    static readonly string[] Columns = ["contact", "email", "opted_out_at", "held_at", "channels"];

    /// <summary>States an opt-in for everybody on the list of a store: into the ledger, to SALESmanago, and into the shop. All of them or none.</summary>
    /// <param name="store">Whose list.</param>
    /// <param name="evidence">Who states it, why, and by what document; names nobody of the list.</param>
    /// <param name="expected">How many people the one who decides has seen; null = whoever is there.</param>
    /// <param name="audit">The audit log's entry without reason and number, which are added.</param>
    /// <param name="ct">Cancels before anything was saved.</param>
    public async Task<OverruleResult> OverruleAsync(StoreKey store, ConsentEvidence evidence, long? expected, AuditEntry audit, CancellationToken ct)
    {
        if (Trimmed(evidence.Reason) is not { } reason)
            return await RefusedAsync(store, EditProblem.ReasonMissing, ct);
        var document = Trimmed(evidence.Document);
        if (await NamesSomebodyAsync(store, $"{reason} {document}", ct))
            return await RefusedAsync(store, EditProblem.NamesThePerson, ct);
        var edit = new ContactEdit
        {
            Kind = ContactEditKind.Consent,
            Channel = ConsentChannel.Email,
            State = ConsentState.Granted,
            Reason = reason,
            Document = document,
            OverHold = true,
        };
        List<AuditChange> changes = [.. audit.Changes, new("reason", null, reason)];
        if (document is not null)
            changes.Add(new("document", null, document));
        var (people, done) = await held.OverruleAsync(store, edit, expected, audit with { Changes = changes }, evidence.Actor, ct);
        if (!done)
        {
            return new OverruleResult(people, people == 0
                ? new EditRefusal(EditProblem.NobodyHeld) : new EditRefusal(EditProblem.ListChanged, people.ToString(CultureInfo.InvariantCulture)));
        }

        await waker.NudgeAsync(store, CancellationToken.None);
        return new OverruleResult(people, null);
    }

    /// <summary>Writes the whole list as CSV in UTF-8 with its mark; times in UTC.</summary>
    public async Task WriteAsync(Stream output, StoreKey store, HeldRowsFormat format, CancellationToken ct)
    {
        await using var writer = CsvCells.WriterOf(output);
        await writer.WriteAsync(CsvCells.Line(format.Separator, Columns));
        await foreach (var person in AllAsync(store, ct))
        {
            await writer.WriteAsync(CsvCells.Line(
                format.Separator, person.ContactId.ToString(CultureInfo.InvariantCulture), format.Email(person.Email), Written(person.OptedOutAt), Written(person.HeldAt),
                string.Join(' ', person.Channels.Select(channel => channel.ToString().ToLowerInvariant()))));
        }
    }

    /// <summary>Everybody on the list, by the number of their contact.</summary>
    public async IAsyncEnumerable<HeldConsent> AllAsync(StoreKey store, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var after = 0L;
        while (await held.ListAsync(store, after, RowsPerLook, ct) is { Count: > 0 } page)
        {
            foreach (var person in page)
                yield return person;
            after = page[^1].ContactId;
        }
    }

    async Task<OverruleResult> RefusedAsync(StoreKey store, EditProblem problem, CancellationToken ct)
        => new((await held.CountAsync(store, ct)).OfEmail, new EditRefusal(problem));

    async Task<bool> NamesSomebodyAsync(StoreKey store, string text, CancellationToken ct)
    {
        if (text.Contains('@', StringComparison.Ordinal))
            return true;
        await foreach (var person in AllAsync(store, ct))
        {
            if (ContactEditing.NamesOneOf(person.Contact, text))
                return true;
        }

        return false;
    }

    static string Written(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
