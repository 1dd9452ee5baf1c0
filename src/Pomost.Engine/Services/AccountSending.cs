using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>
/// Sends the accounts a shop already has, once the merchant has said so (FAQ: on activation, slower by day). It is an export of contacts like any other:
/// the rules decide about each account, it can be paused and goes on after a restart. Orders of the past are no part of it.
/// </summary>
public sealed class AccountSending(IStores stores, IExportRuns runs, Exports exports)
{
    const int LookedAt = 50;

    /// <summary>Starts it; when an export of contacts is unfinished, that one is given instead.</summary>
    /// <param name="store">The store.</param>
    /// <param name="budget">What it may read by hour of the shop's day, for a store that has no budget yet; null = no limit.</param>
    /// <param name="startedBy">Name of who said so; null for the command line.</param>
    /// <param name="ct">Cancels before it was started.</param>
    /// <returns>The run, whether it was made now, and whether the store was given the budget.</returns>
    public async Task<(ExportRun Run, bool Created, bool Budgeted)> BeginAsync(
        StoreKey store, HourlyBudget? budget, string? startedBy, CancellationToken ct)
    {
        // Before the run, so that its first page keeps to it.
        var before = budget is null ? null
            : await stores.ChangeOptionsAsync(store, options => options with { ExportBudget = options.ExportBudget ?? budget }, ct);
        var (run, created) = await exports.StartAsync(store, ExportKind.Contacts, new ExportOptions(), startedBy, ct);
        return (run, created, before is { ExportBudget: null });
    }

    /// <summary>The newest export of contacts that is no dry run; null = the accounts were never sent.</summary>
    public async Task<ExportRun?> LastAsync(StoreKey store, CancellationToken ct)
        => (await runs.ListAsync(store, LookedAt, ct)).FirstOrDefault(run => run is { Kind: ExportKind.Contacts, Options: { DryRun: false, RetryOf: null } });
}
