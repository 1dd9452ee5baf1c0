using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>One statement of a person, as it was recorded.</summary>
/// <param name="Number">Place in the document, from 1, oldest first.</param>
/// <param name="Store">Name of the store.</param>
/// <param name="Channel">E-mail or SMS.</param>
/// <param name="Previous">State before.</param>
/// <param name="State">State since.</param>
/// <param name="StatedAt">When the person said so, UTC; null = the shop did not keep it.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Wording">What the person agreed to, word for word; null = not known.</param>
/// <param name="RecordedAt">When Pomost recorded it, UTC.</param>
/// <param name="Hash">SHA-256 over the line before's hash and this line: a line changed, added or left out later no longer fits.</param>
public sealed record ConsentProofLine(
    int Number, string Store, ConsentChannel Channel, ConsentState Previous, ConsentState State, DateTimeOffset? StatedAt, ConsentSource Source, string? Wording,
    DateTimeOffset RecordedAt, string Hash)
{
    /// <summary>Who stated it for the person, why, and by what document; absent when the person did, or a system.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ConsentEvidence? Evidence { get; init; }
}

/// <summary>The whole history of a person's consents, to be shown to whoever asks for it.</summary>
/// <param name="Email">The person.</param>
/// <param name="MadeAt">When the document was made, UTC.</param>
/// <param name="Lines">Oldest first.</param>
public sealed record ConsentProof(string Email, DateTimeOffset MadeAt, IReadOnlyList<ConsentProofLine> Lines)
{
    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ConsentProofContext.Default.ConsentProof);
}

/// <summary>Makes the proof of consents from the append-only ledger.</summary>
public sealed class ConsentProofs(IViews views, IStores stores, TimeProvider clock)
{
    /// <summary>The proof; null when the ledger has no line of the person.</summary>
    public async Task<ConsentProof?> OfAsync(long accountId, EmailAddress person, CancellationToken ct)
    {
        var names = (await stores.ListAsync(accountId, ct)).ToDictionary(store => store.Key, store => store.Name);
        var entries = new List<(string Store, ConsentEntry Entry)>();
        foreach (var row in await views.FindByEmailAsync(accountId, person.Key, ct))
        {
            if (await views.ContactAsync(accountId, row.Id, ct) is { } card)
                entries.AddRange(card.Consents.Select(entry => (names.GetValueOrDefault(row.Store, ""), entry)));
        }

        if (entries.Count == 0)
            return null;
        var lines = new List<ConsentProofLine>();
        foreach (var (store, entry) in entries.DistinctBy(one => one.Entry.Id).OrderBy(one => one.Entry.Id))
        {
            var line = new ConsentProofLine(
                lines.Count + 1, store, entry.Channel, entry.Previous, entry.Consent.State, entry.Consent.At, entry.Consent.Source, entry.Consent.Wording,
                entry.RecordedAt, lines.LastOrDefault()?.Hash ?? "")
            { Evidence = entry.Evidence };
            lines.Add(line with { Hash = HashOf(line) });
        }

        return new ConsentProof(person.Value, clock.GetUtcNow(), lines);
    }

    /// <summary>The number of the first line that does not fit its hash; null = all fit. For whoever keeps a proof and wants to know.</summary>
    public static int? FirstChanged(ConsentProof proof)
    {
        var before = "";
        foreach (var (index, line) in proof.Lines.Index())
        {
            if (line.Number != index + 1 || HashOf(line with { Hash = before }) != line.Hash)
                return index + 1;
            before = line.Hash;
        }

        return null;
    }

    static string HashOf(ConsentProofLine line)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line, ConsentProofContext.Default.ConsentProofLine))));
}

[JsonSerializable(typeof(ConsentProof))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = false)]
sealed partial class ConsentProofContext : JsonSerializerContext;
