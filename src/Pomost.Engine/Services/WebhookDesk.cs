namespace Pomost.Engine;

/// <summary>Makes and changes subscriptions. A secret is given once, when it is made.</summary>
public sealed class WebhookDesk(IOutgoingWebhooks webhooks, Secrets secrets, OutgoingOptions outgoing, TimeProvider clock)
{
    const string SecretKey = "webhook_secret";

    /// <summary>How long messages are signed with the old secret as well.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    /// <summary>Most subscriptions of an account.</summary>
    public const int Most = 20;

    /// <summary>True when the address may be used: https, or http where this installation lets addresses lead into its own network.</summary>
    public bool MayBe(Uri address) => address is { IsAbsoluteUri: true, UserInfo: "" }
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && outgoing.AllowPrivateNetworks));

    public async Task<(WebhookSubscription Subscription, string Secret)> AddAsync(
        long accountId, Uri address, IReadOnlyList<WebhookEvent> events, bool tellsEmail, CancellationToken ct)
    {
        var secret = StandardWebhook.NewSecret();
        return (await webhooks.AddAsync(
            new WebhookSubscription
            {
                AccountId = accountId,
                Url = address,
                Events = events,
                TellsEmail = tellsEmail,
                ProtectedSecret = Protect(accountId, secret),
                CreatedAt = clock.GetUtcNow(),
            },
            ct), secret);
    }

    /// <summary>Gives a new secret. For a day messages carry both signatures, so that the receiver can change over.</summary>
    public async Task<string> RotateAsync(WebhookSubscription subscription, CancellationToken ct)
    {
        var secret = StandardWebhook.NewSecret();
        await webhooks.UpdateAsync(
            subscription with
            {
                ProtectedSecret = Protect(subscription.AccountId, secret),
                ProtectedOldSecret = subscription.ProtectedSecret,
                OldSecretUntil = clock.GetUtcNow() + Overlap,
            },
            ct);
        return secret;
    }

    /// <summary>What messages are signed with now, the newest first.</summary>
    public IReadOnlyList<string> SecretsOf(WebhookSubscription subscription)
    {
        var present = Open(subscription.AccountId, subscription.ProtectedSecret);
        return subscription is { ProtectedOldSecret: { } old, OldSecretUntil: { } until } && until > clock.GetUtcNow()
            ? [present, Open(subscription.AccountId, old)] : [present];
    }

    string Protect(long accountId, string secret) => secrets.Protect(accountId, new Dictionary<string, string>(StringComparer.Ordinal) { [SecretKey] = secret });

    string Open(long accountId, string kept) => secrets.Open(accountId, kept)[SecretKey];
}
