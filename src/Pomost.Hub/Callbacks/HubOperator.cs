namespace Pomost.Hub;

/// <summary>An account's callback addresses with their placeholders <c>$email$</c> and <c>sha1($email$SECRET)</c>; null = not called.</summary>
public sealed record HubCallbacks(string? OptIn, string? OptOut);

/// <summary>What an operator does on a contact card and in the hub's settings. No signature is asked for, so the caller answers for who asks.</summary>
public sealed class HubOperator
{
    private readonly HubServices services;
    private readonly IHubOutgoingStore outgoing;
    private readonly HubLinks links;

    internal HubOperator(HubServices services, IHubOutgoingStore outgoing, HubLinks links)
    {
        this.services = services;
        this.outgoing = outgoing;
        this.links = links;
    }

    public async Task<HubCallbacks> ReadCallbacksAsync(long accountId, CancellationToken ct = default)
    {
        var stored = await outgoing.ReadCallbacksAsync(accountId, ct);
        return new(Unprotect(stored.ProtectedOptIn), Unprotect(stored.ProtectedOptOut));
    }

    /// <summary>Sets the addresses called from now on when a person or an operator changes the e-mail consent.</summary>
    /// <exception cref="ArgumentException">Not an http address with <c>$email$</c> in it.</exception>
    public Task SetCallbacksAsync(long accountId, HubCallbacks callbacks, CancellationToken ct = default) =>
        outgoing.SaveCallbacksAsync(accountId, new(Protect(callbacks.OptIn), Protect(callbacks.OptOut)), ct);

    /// <summary>Changes a consent on the card. The receivers of callbacks hear of it, unlike of a change through the protocol.</summary>
    /// <param name="operatorName">Who does it; kept in the consent history.</param>
    /// <returns>False when there is no such contact.</returns>
    public async Task<bool> SetConsentAsync(
        long accountId, Guid contactId, HubChannel channel, bool granted, string operatorName, CancellationToken ct = default)
    {
        var keys = new HubKeys();
        keys.ContactIds.Add(contactId);
        var (done, _) = await services.Contacts.ChangeAsync(
            accountId,
            keys,
            services.Clock.GetUtcNow(),
            change =>
            {
                if (change.FindById(contactId) is not { Card.Deleted: false } contact) return false;
                ContactMerge.SetConsent(
                    change, contact, channel, new(In: granted, Out: !granted), toBeConfirmed: false, new("card", operatorName) { TellsReceivers = true });
                return true;
            },
            ct);
        return done;
    }

    /// <summary>Path of the link by which the person unsubscribes, for mails.</summary>
    public string UnsubscribePath(long accountId, Guid contactId) => links.UnsubscribePath(accountId, contactId);

    /// <summary>Path of the link by which the person confirms an opt-in that was asked for; good for 30 days.</summary>
    public string ConfirmPath(long accountId, Guid contactId) => links.ConfirmPath(accountId, contactId);

    /// <summary>What is still owed to the account's receivers, given-up calls included, oldest first.</summary>
    public Task<IReadOnlyList<HubOutgoing>> ListOwedAsync(long accountId, int count = 100, CancellationToken ct = default) =>
        outgoing.ListAsync(accountId, count, ct);

    /// <summary>Sends all given-up calls again.</summary>
    /// <returns>How many.</returns>
    public Task<int> ReviveAsync(long accountId, CancellationToken ct = default) => outgoing.ReviveAsync(accountId, services.Clock.GetUtcNow(), ct);

    private string? Unprotect(string? text) => text is null ? null : services.Secrets.Unprotect(text);

    private string? Protect(string? template)
    {
        if (string.IsNullOrWhiteSpace(template)) return null;
        var trimmed = template.Trim();
        return CallbackTemplate.IsValid(trimmed)
            ? services.Secrets.Protect(trimmed)
            : throw new ArgumentException("The callback address must be an http or https address with $email$ in it.", nameof(template));
    }
}
