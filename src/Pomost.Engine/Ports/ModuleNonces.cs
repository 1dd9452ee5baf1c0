namespace Pomost.Engine;

/// <summary>Nonces of pushes already taken: each is good once, whichever node is asked, also after a restart.</summary>
public interface IModuleNonces
{
    /// <summary>Takes a nonce, durably. False when it was taken before.</summary>
    /// <param name="store">Whose module signed with it.</param>
    /// <param name="nonce">The nonce of an authentic push.</param>
    /// <param name="until">From when on a repetition is refused for its time alone, UTC.</param>
    /// <param name="ct">Cancels.</param>
    Task<bool> TakeAsync(StoreKey store, string nonce, DateTimeOffset until, CancellationToken ct);
}
