using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Starts, pauses, resumes and cancels export runs. What they do is done by store runs.</summary>
public sealed class Exports(IExportRuns runs, IStoreWaker waker)
{
    /// <summary>Starts a run; when one of the same kind is unfinished, that one is given instead.</summary>
    public async Task<(ExportRun Run, bool Created)> StartAsync(
        StoreKey store, ExportKind kind, ExportOptions options, string? startedBy, CancellationToken ct)
    {
        var result = await runs.CreateAsync(store, kind, options, startedBy, ct);
        await waker.WakeAsync(store, ct);
        return result;
    }

    /// <summary>Consent states ticked before a person chooses: those who have decided.</summary>
    public static IReadOnlyCollection<ConsentState> PresetStates { get; } = [ConsentState.Granted, ConsentState.Withdrawn];

    /// <summary>States of the buyers that an export of orders may add: those of the last export of contacts, which is not overruled unasked.</summary>
    public async Task<IReadOnlyCollection<ConsentState>> BuyerStatesAsync(StoreKey store, CancellationToken ct)
        => (await runs.LastDoneAsync(store, ExportKind.Contacts, ct))?.Options.Choice.States ?? PresetStates;

    /// <summary>Reads the rejected rows of a run from the shop once more and sends those that were mended; when a run of the kind is unfinished, that one is given instead.</summary>
    public Task<(ExportRun Run, bool Created)> RetryAsync(ExportRun run, string? startedBy, CancellationToken ct)
        => StartAsync(run.Store, run.Kind, run.Options with { DryRun = false, PreviewNumber = null, RetryOf = run.Id }, startedBy, ct);

    /// <summary>Pauses after the package in hand. False when the run was not under way.</summary>
    public Task<bool> PauseAsync(ExportRun run, CancellationToken ct)
        => SetAsync(run, ExportState.Paused, [ExportState.Scheduled, ExportState.Running], ct);

    /// <summary>Goes on from the last committed page. False when the run was neither paused nor failed.</summary>
    public Task<bool> ResumeAsync(ExportRun run, CancellationToken ct)
        => SetAsync(run, ExportState.Running, [ExportState.Paused, ExportState.Failed], ct);

    /// <summary>Ends the run. What was sent stays, the rest is not sent. False when it had already ended.</summary>
    public Task<bool> CancelAsync(ExportRun run, CancellationToken ct)
        => SetAsync(run, ExportState.Cancelled, [ExportState.Scheduled, ExportState.Running, ExportState.Paused, ExportState.Failed], ct);

    async Task<bool> SetAsync(ExportRun run, ExportState state, IReadOnlyCollection<ExportState> from, CancellationToken ct)
    {
        var changed = await runs.SetStateAsync(run.Store.AccountId, run.Id, state, from, null, ct);
        await waker.WakeAsync(run.Store, ct);
        return changed;
    }
}
