using System.Globalization;
using Pomost.Connectors.Shared;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.Module;

/// <summary>Writes through the module what the platform's own API has no place for.</summary>
static class ModuleWriting
{
    const string Subscribers = "subscribers";

    /// <summary>Writes a statement and says what the module has now: by its answer, or of an older module by its list.</summary>
    public static async Task<ConsentWriteResult> ConsentAsync(ModuleClient module, ConsentChange change, CancellationToken ct)
    {
        if (change.Consent.State == ConsentState.NoStatement)
            return new(WriteOutcome.NotOffered);
        var call = new ModuleConsentCall(
            change.Email, change.SourceId, ModuleMapping.NameOf(change.Channel), ModuleMapping.NameOf(change.Consent.State),
            change.Consent.At?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ModuleMapping.NameOf(change.Consent.Source));
        var (outcome, answer) = await module.SetConsentAsync(call, ct);
        if (outcome is not (WriteOutcome.Written or WriteOutcome.Unchanged))
            return new(outcome);
        return answer.Stored is { } stored
            ? Seen(outcome, change, ModuleMapping.ConsentOf(stored), answer.ModifiedAt) with { Before = BeforeOf(answer) }
            : await LookAsync(module, outcome, change, ct);
    }

    public static Task<WriteOutcome> TagsAsync(ModuleClient module, TagChange change, CancellationToken ct)
        => module.SetTagsAsync(new ModuleTagsCall(change.Email, change.SourceId, change.Set, change.Remove), ct);

    static Consent? BeforeOf(ModuleOutcome answer) => answer.Before is { } before ? ModuleMapping.ConsentOf(before) : null;

    static ConsentWriteResult Seen(WriteOutcome outcome, ConsentChange change, Consent kept, string? modifiedAt)
        => new(kept.State == change.Consent.State ? outcome : WriteOutcome.NotKept)
        {
            Kept = kept,
            RecordModifiedAt = LenientValue.UtcTime(modifiedAt),
        };

    // An older module compared before it said "unchanged"; after a write the row stands behind what has settled.
    static async Task<ConsentWriteResult> LookAsync(ModuleClient module, WriteOutcome outcome, ConsentChange change, CancellationToken ct)
    {
        if (outcome == WriteOutcome.Unchanged)
            return new(outcome) { Before = new Consent(change.Consent.State), Kept = new Consent(change.Consent.State) };
        var after = (await module.InfoAsync(ct)).Streams?.GetValueOrDefault(Subscribers)?.Settled;
        while (true)
        {
            var page = await module.ListAsync(Subscribers, after, ModuleJson.Default.ModuleContact, ct);
            if (page.Rows.LastOrDefault(row => IsOf(row, change.Email)) is { } row)
                return Seen(outcome, change, ModuleMapping.ConsentOf(OfChannel(row, change.Channel)), row.ModifiedAt);
            if (!page.End.More || page.End.Next == after)
                return new(WriteOutcome.NotSeenYet);
            after = page.End.Next;
        }
    }

    static ModuleConsent? OfChannel(ModuleContact row, ConsentChannel channel)
        => channel == ConsentChannel.Email ? row.EmailConsent : row.SmsConsent;

    static bool IsOf(ModuleContact row, string email) => string.Equals(row.Email?.Trim(), email.Trim(), StringComparison.OrdinalIgnoreCase);
}
