using System.Text.Json.Serialization;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What a person of the panel does to a contact.</summary>
public enum ContactEditKind
{
    /// <summary>States the person's will on one channel.</summary>
    Consent,

    /// <summary>Adds and takes away tags.</summary>
    Tags,

    /// <summary>Has everything sent again.</summary>
    Resend,

    /// <summary>Withdraws the consent to sharing: nothing more of the person is sent where the store asks for one.</summary>
    StopSharing,
}

/// <summary>A change to be carried out by every store that knows the contact.</summary>
public sealed record ContactEdit
{
    public required ContactEditKind Kind { get; init; }

    /// <summary>The channel of a consent.</summary>
    public ConsentChannel Channel { get; init; }

    /// <summary>What the person wants; <see cref="ConsentState.NoStatement"/> where nothing is stated.</summary>
    public ConsentState State { get; init; }

    /// <summary>Why, in the words of whoever states it. Names nobody: it stays when the person is erased.</summary>
    public string? Reason { get; init; }

    /// <summary>What proves it: a letter's number, a message's date.</summary>
    public string? Document { get; init; }

    /// <summary>True for the opt-in of somebody whose opt-out at SALESmanago held: it is carried out only while that opt-out still holds.</summary>
    public bool OverHold { get; init; }

    /// <summary>Tags to add, as stored.</summary>
    public IReadOnlyList<string> AddTags { get; init; } = [];

    /// <summary>Tags to take away, as stored.</summary>
    public IReadOnlyList<string> RemoveTags { get; init; } = [];

    [JsonIgnore]
    public bool IsEmpty => Kind == ContactEditKind.Tags && AddTags.Count == 0 && RemoveTags.Count == 0;
}

/// <summary>A change that a store has not carried out yet.</summary>
/// <param name="Id">Row.</param>
/// <param name="Store">Which store.</param>
/// <param name="EmailKey">Whom it is about.</param>
/// <param name="Edit">What.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="MadeAt">When, UTC.</param>
/// <param name="Contact">The contact as the shop gave it last; null when the store no longer knows it.</param>
public sealed record PendingEdit(long Id, StoreKey Store, string EmailKey, ContactEdit Edit, string Actor, DateTimeOffset MadeAt, ShopContact? Contact);

/// <summary>What people of the panel changed on contacts, kept until the stores' runs have carried it out with <see cref="PageCommit.EditsDone"/>.</summary>
public interface IContactEdits
{
    /// <summary>In one transaction: the change for each connected store that knows the person (or for one alone), and its wake flag. Gives those stores.</summary>
    Task<IReadOnlyList<StoreKey>> AddAsync(long accountId, long? storeId, string emailKey, ContactEdit edit, string actor, CancellationToken ct);

    /// <summary>The oldest of a store.</summary>
    Task<IReadOnlyList<PendingEdit>> NextAsync(StoreKey store, int max, CancellationToken ct);

    /// <summary>Those of a person that any store has yet to carry out, oldest first.</summary>
    Task<IReadOnlyList<PendingEdit>> PendingAsync(long accountId, string emailKey, CancellationToken ct);
}
