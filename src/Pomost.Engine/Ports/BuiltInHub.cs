namespace Pomost.Engine;

/// <summary>Credentials of an account in the built-in hub.</summary>
/// <param name="ClientId">Short id.</param>
/// <param name="ApiSecret">Secret.</param>
/// <param name="Owner">E-mail of the owner of contacts.</param>
public sealed record HubAccess(string ClientId, string ApiSecret, string Owner);

/// <summary>The hub of this installation, as far as connecting a store needs it.</summary>
public interface IBuiltInHub
{
    /// <summary>Where it listens now; it may move with every start.</summary>
    Uri Endpoint { get; }

    /// <summary>Makes an account. Null when the owner's address belongs to an account of the hub already.</summary>
    Task<HubAccess?> CreateAccountAsync(string name, string ownerEmail, CancellationToken ct);

    /// <summary>Makes a key of API v3 for an account. Null when the hub has no such account.</summary>
    Task<string?> CreateKeyAsync(string clientId, string name, CancellationToken ct);

    /// <summary>Has the hub tell opt-ins and opt-outs to these addresses. Those at <see cref="OwnHost"/> are this installation, wherever it listens.</summary>
    Task SetCallbacksAsync(string clientId, CallbackUrls urls, CancellationToken ct);

    /// <summary>Stands for this installation in addresses that are kept: its real one may change with every start. Never resolved (RFC 2606).</summary>
    static Uri OwnHost { get; } = new("http://pomost.invalid/");
}
