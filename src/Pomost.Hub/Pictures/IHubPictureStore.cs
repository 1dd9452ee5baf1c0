namespace Pomost.Hub;

/// <summary>A picture of an account.</summary>
/// <param name="Name">Part of its address; equal bytes of one account have one name.</param>
/// <param name="MediaType">What it is, by its own bytes.</param>
/// <param name="Content">The bytes.</param>
public sealed record HubPicture(string Name, string MediaType, byte[] Content);

/// <summary>Keeps the pictures that accounts uploaded.</summary>
public interface IHubPictureStore
{
    /// <summary>Keeps a picture, and of the account's no more than the newest <paramref name="most"/>.</summary>
    Task SaveAsync(long accountId, HubPicture picture, int most, DateTimeOffset now, CancellationToken ct);

    Task<HubPicture?> FindAsync(string name, CancellationToken ct);
}
