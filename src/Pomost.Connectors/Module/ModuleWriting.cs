using System.Globalization;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.Module;

/// <summary>Writes through the module what the platform's own API has no place for.</summary>
static class ModuleWriting
{
    public static Task<WriteOutcome> ConsentAsync(ModuleClient module, ConsentChange change, CancellationToken ct)
        => change.Consent.State == ConsentState.NoStatement
            ? Task.FromResult(WriteOutcome.NotOffered)
            : module.SetConsentAsync(
                new ModuleConsentCall(
                    change.Email, change.SourceId, ModuleMapping.NameOf(change.Channel), ModuleMapping.NameOf(change.Consent.State),
                    change.Consent.At?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
                ct);

    public static Task<WriteOutcome> TagsAsync(ModuleClient module, TagChange change, CancellationToken ct)
        => module.SetTagsAsync(new ModuleTagsCall(change.Email, change.SourceId, change.Set, change.Remove), ct);
}
