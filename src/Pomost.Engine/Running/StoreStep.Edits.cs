using System.Diagnostics;
using Pomost.Contract;

namespace Pomost.Engine;

/// <content>What people of the panel changed.</content>
sealed partial class StoreStep
{
    const int EditsPerStep = 100;

    /// <summary>Carries out what people of the panel changed, before anything else: it asks neither the shop nor the destination.</summary>
    async Task CarryOutEditsAsync(IPlatformConnector connector)
    {
        while (await engine.Edits.NextAsync(lease.Store, EditsPerStep, ct) is { Count: > 0 } edits)
        {
            // One change of a person after the other: each is decided by what the one before left.
            var round = edits.DistinctBy(edit => edit.EmailKey).ToList();
            var known = await engine.Runs.ContactsAsync(lease.Store, [.. round.Select(edit => edit.EmailKey)], ct);
            var draft = await DraftAsync(connector, null, known, [.. round.Select(edit => edit.EmailKey)]);
            foreach (var edit in round)
            {
                EditDecider.Decide(
                    draft, edit, known.GetValueOrDefault(edit.EmailKey)?.WrittenTags ?? WrittenTags.None, connector is IWritesTags ? connector.Info.Tags : null);
            }

            await CommitAsync(draft, null, null, Stopwatch.GetTimestamp());
        }
    }
}
