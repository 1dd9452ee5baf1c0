using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>The two addresses to be entered at SALESmanago, with its own placeholders: it puts the person's address and the key in their place.</summary>
/// <param name="OptIn">Opt-in callback URL.</param>
/// <param name="OptOut">Opt-out callback URL.</param>
public sealed record CallbackUrls(string OptIn, string OptOut);

/// <summary>Takes in opt-in and opt-out callbacks: key checked, committed, answered; the card is read later and decides.</summary>
public sealed partial class Callbacks(ICallbacks callbacks, Secrets secrets, IStoreWaker waker, TimeProvider clock, ILogger<Callbacks> log)
{
    /// <summary>How long a replaced address still works, so that nothing is lost until the new one is entered.</summary>
    public static readonly TimeSpan KnownAfterRotation = TimeSpan.FromHours(24);

    /// <summary>Longest constant SALESmanago's form takes.</summary>
    const int SecretLength = 16;
    const int TokenBytes = 24;
    const string SecretKey = "callback_secret";

    /// <summary>Path of the callbacks on this server.</summary>
    public const string Path = "/callback";

    /// <summary>The address of an account, which tells every store that knows the person, or of one store alone; made on first use.</summary>
    public Task<CallbackAddress> AddressOfAsync(long accountId, long? storeId, CancellationToken ct) => callbacks.EnsureAsync(Made(accountId, storeId), ct);

    /// <summary>Replaces the address of an account or a store. The old one works for <see cref="KnownAfterRotation"/> more.</summary>
    public async Task<CallbackAddress> RotateAsync(long accountId, long? storeId, CancellationToken ct)
    {
        var made = Made(accountId, storeId);
        await callbacks.RotateAsync(made, clock.GetUtcNow() + KnownAfterRotation, ct);
        return made;
    }

    /// <summary>The URLs to enter at SALESmanago.</summary>
    /// <param name="address">Whose.</param>
    /// <param name="server">Where this installation is reached from outside.</param>
    public CallbackUrls UrlsOf(CallbackAddress address, Uri server)
    {
        var root = server.Under($"{Path}/{address.Token}");
        var query = $"?email=$email$&key=sha1($email${SecretOf(address)})";
        return new CallbackUrls($"{root}/opt-in{query}", $"{root}/opt-out{query}");
    }

    /// <summary>The key that belongs to an address of a person, as SALESmanago computes it.</summary>
    public string KeyOf(CallbackAddress address, string email) => Sha1(email + SecretOf(address));

    /// <summary>True when an account has this URL.</summary>
    /// <param name="token">Unguessable part of the URL.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<bool> KnowsAsync(string token, CancellationToken ct) => await callbacks.FindAsync(token, ct) is not null;

    /// <summary>Takes in one callback. Returns after the commit.</summary>
    /// <param name="token">Unguessable part of the URL.</param>
    /// <param name="claimed">Opt-in or opt-out.</param>
    /// <param name="email">The person's address as received.</param>
    /// <param name="key">The key as received.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null when no account has this URL.</returns>
    public async Task<CallbackOutcome?> AcceptAsync(string token, ConsentState claimed, string? email, string? key, CancellationToken ct)
    {
        if (await callbacks.FindAsync(token, ct) is not { } address)
            return null;
        var outcome = await TakeAsync(address, claimed, email, key, ct);
        EngineMeters.Received.Add(1, new("kind", "callback"), new("outcome", outcome.ToString()));
        if (outcome is CallbackOutcome.WrongKey or CallbackOutcome.Malformed)
        {
            Log.Refused(log, address.AccountId, outcome);
            await callbacks.CountAsync(address, claimed, outcome, ct);
        }

        return outcome;
    }

    async Task<CallbackOutcome> TakeAsync(CallbackAddress address, ConsentState claimed, string? email, string? key, CancellationToken ct)
    {
        if (!EmailAddress.TryParse(email, out var person, out _))
            return CallbackOutcome.Malformed;
        // SALESmanago does not say whether it hashes the address as typed or in small letters.
        var fits = Fits(key, KeyOf(address, email!)) | Fits(key, KeyOf(address, email!.ToLowerInvariant()));
        if (!fits)
            return CallbackOutcome.WrongKey;
        var told = await callbacks.TakeAsync(address, person.Key, claimed, ct);
        foreach (var store in told)
            await waker.NudgeAsync(store, ct);
        return told.Count == 0 ? CallbackOutcome.UnknownAddress : CallbackOutcome.Taken;
    }

    CallbackAddress Made(long accountId, long? storeId)
    {
        var secret = RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", SecretLength);
        return new CallbackAddress(
            accountId, storeId, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes)),
            secrets.Protect(accountId, new Dictionary<string, string>(StringComparer.Ordinal) { [SecretKey] = secret }));
    }

    string SecretOf(CallbackAddress address) => secrets.Open(address.AccountId, address.ProtectedSecret)[SecretKey];

    static bool Fits(string? key, string expected)
        => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes((key ?? "").ToLowerInvariant()), Encoding.UTF8.GetBytes(expected));

#pragma warning disable CA5350 // The protocol is SALESmanago's: its callback page offers sha1 alone.
    static string Sha1(string text) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350

    static partial class Log
    {
        [LoggerMessage(21, LogLevel.Warning, "Account {AccountId}: callback refused, {Outcome}")]
        public static partial void Refused(ILogger log, long accountId, CallbackOutcome outcome);
    }
}
