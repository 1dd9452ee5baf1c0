namespace Pomost.Engine;

/// <summary>Credentials of an account in the built-in hub.</summary>
public sealed record HubAccess(string ClientId, string ApiSecret, string Owner);

/// <summary>The hub of this installation, as far as connecting a store needs it.</summary>
public interface IBuiltInHub
{
    /// <summary>Where it listens now; it may move with every start.</summary>
    Uri Endpoint { get; }

    /// <summary>Makes an account. Null when the owner's address belongs to an account of the hub already.</summary>
    Task<HubAccess?> CreateAccountAsync(string name, string ownerEmail, CancellationToken ct);
}
