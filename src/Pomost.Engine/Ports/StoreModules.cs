using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>A module of a store whose destination is a SALESmanago account.</summary>
/// <param name="Module">Which.</param>
/// <param name="IsOn">As a person switched it here.</param>
/// <param name="ChangedAt">When, UTC.</param>
/// <param name="There">As the account said last; null = it never answered.</param>
/// <param name="ThereAt">When it said so, UTC.</param>
/// <param name="Problem">Why the last call failed, as a <c>ConnectionProblem</c> name with its setting; null when it did not.</param>
public sealed record SwitchedModule(StoreModule Module, bool IsOn, DateTimeOffset ChangedAt, ModuleState? There, DateTimeOffset? ThereAt, string? Problem);

/// <summary>What people switched, and what accounts say of it.</summary>
public interface IStoreModules
{
    /// <summary>Modules ever switched here; the others are missing.</summary>
    Task<IReadOnlyList<SwitchedModule>> ListAsync(StoreKey store, CancellationToken ct);

    /// <summary>Notes what a person wants. What the account said before is unknown from then on.</summary>
    Task SwitchAsync(StoreKey store, StoreModule module, bool on, CancellationToken ct);

    /// <summary>Notes what the account says, of modules that were switched here.</summary>
    /// <param name="store">The store.</param>
    /// <param name="module">Which.</param>
    /// <param name="there">What it says; null = it did not answer, what was known stays.</param>
    /// <param name="problem">Why it did not.</param>
    /// <param name="ct">Cancels.</param>
    Task NoteAsync(StoreKey store, StoreModule module, ModuleState? there, string? problem, CancellationToken ct);
}
