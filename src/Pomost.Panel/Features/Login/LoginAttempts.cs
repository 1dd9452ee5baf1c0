using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Pomost.Panel.Features.Login;

/// <summary>Whose attempts are counted together: those on one person from one network, or from one of their devices.</summary>
/// <param name="Person">A hash: no address that was typed is kept.</param>
/// <param name="Place">The network, the device, or the step.</param>
/// <param name="IsOwn">A place that strangers cannot be in: it does not wait for what they did elsewhere.</param>
public readonly record struct AttemptKey(string Person, string Place, bool IsOwn);

/// <summary>What a refused attempt leads to.</summary>
/// <param name="Left">Attempts left before the next pause; 0 = it has begun.</param>
/// <param name="Pause">How long that pause will be, or is.</param>
/// <param name="Until">When the pause that has begun ends, UTC.</param>
public sealed record AttemptAnswer(int Left, TimeSpan Pause, DateTimeOffset? Until);

/// <summary>Counts refused log-ins, known addresses and unknown ones alike, so that no answer tells which addresses exist; and bounds the mail that
/// strangers can ask for.</summary>
/// <remarks>In the memory of this process alone: what is known of an address that nobody has must not outlast what is known of one that somebody has.
/// Identity's own count is not used.</remarks>
public sealed class LoginAttempts(TimeProvider clock, IOptions<PanelOptions> options) : IDisposable
{
    /// <summary>Wrong passwords from one network before a pause.</summary>
    public const int Most = 5;

    /// <summary>Wrong passwords from all networks together before all of them wait.</summary>
    public const int MostEverywhere = 50;

    /// <summary>The first pause; each further one is twice as long.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(15);

    /// <summary>No pause is longer.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(4);

    /// <summary>After so long without a refusal the next pause is the first one again.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromHours(24);

    const int RememberedPeople = 10_000;
    const int RememberedPlaces = 1_000;
    const int MostMailsPerMailbox = 3;
    const int MostMailsPerNetwork = 30;
    static readonly TimeSpan MailWindow = TimeSpan.FromHours(1);

    readonly ConcurrentDictionary<string, Person> people = new(StringComparer.Ordinal);
    readonly PartitionedRateLimiter<string> perPlace = LimiterOf(options.Value.LoginsPerMinute, TimeSpan.FromMinutes(1));
    readonly PartitionedRateLimiter<string> perMailbox = LimiterOf(MostMailsPerMailbox, MailWindow);
    readonly PartitionedRateLimiter<string> perNetwork = LimiterOf(MostMailsPerNetwork, MailWindow);

    /// <summary>False when somebody asks for one letter after another to the same address, or from the same network.</summary>
    /// <param name="email">To whom.</param>
    /// <param name="from">Who asks; null = a person we know.</param>
    public bool MayMail(string email, IPAddress? from = null)
    {
        using var ofNetwork = from is null ? null : perNetwork.AttemptAcquire(NetworkOf(from));
        if (ofNetwork is { IsAcquired: false })
            return false;
        using var ofMailbox = perMailbox.AttemptAcquire(HashOf(email));
        return ofMailbox.IsAcquired;
    }

    /// <summary>False when this network address has used up its attempts of the minute. Whoever has an IPv6 address has a whole network of them.</summary>
    public bool MayTry(IPAddress? from)
    {
        using var lease = perPlace.AttemptAcquire(from is { AddressFamily: AddressFamily.InterNetwork } ? from.ToString() : NetworkOf(from));
        return lease.IsAcquired;
    }

    /// <summary>Attempts with a password.</summary>
    /// <param name="email">Whose address was typed.</param>
    /// <param name="from">From where.</param>
    /// <param name="device">One of the person's own devices; null = a stranger's, for all we know.</param>
    public AttemptKey KeyOf(string email, IPAddress? from, string? device)
    {
        var person = HashOf(email);
        var own = new AttemptKey(person, "device:" + device, IsOwn: true);
        // A device that guesses, too, is a stranger's.
        return device is not null && LockedUntil(own) is null ? own : new AttemptKey(person, NetworkOf(from), IsOwn: false);
    }

    /// <summary>Attempts with a code: only who knows the password comes so far, and they share one count wherever they are.</summary>
    public static AttemptKey KeyOfCodes(string email, string? device) => new(HashOf(email), "code:" + device, IsOwn: true);

    /// <summary>Attempts of somebody who is logged in to prove again who they are.</summary>
    public static AttemptKey KeyOfSession(string email, string session) => new(HashOf(email), "session:" + session, IsOwn: true);

    /// <summary>Until when the next attempt waits; null = it may be made.</summary>
    public DateTimeOffset? LockedUntil(AttemptKey key)
        => people.TryGetValue(key.Person, out var person) && person.UntilOf(key) is { } until && until > clock.GetUtcNow() ? until : null;

    /// <summary>Notes a refusal.</summary>
    public AttemptAnswer Fail(AttemptKey key)
    {
        var now = clock.GetUtcNow();
        if (people.Count >= RememberedPeople)
            Tidy(now);
        return people.GetOrAdd(key.Person, _ => new Person()).Fail(key, now);
    }

    /// <summary>The right password was given.</summary>
    public void Forget(AttemptKey key)
    {
        if (people.TryGetValue(key.Person, out var person))
            person.Forget(key);
    }

    /// <summary>The person has shown that the mailbox is theirs: all pauses are over.</summary>
    public void ForgetPerson(string email) => people.TryRemove(HashOf(email), out _);

    public void Dispose()
    {
        perPlace.Dispose();
        perMailbox.Dispose();
        perNetwork.Dispose();
    }

    /// <summary>The network an address belongs to: as many as one customer of a provider has.</summary>
    public static string NetworkOf(IPAddress? address)
    {
        if (address is null)
            return "";
        var bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        return Convert.ToHexStringLower(bytes.AsSpan(0, bytes.Length == 4 ? 3 : 8));
    }

    // The forgotten go first, then those refused the longest ago.
    void Tidy(DateTimeOffset now)
    {
        foreach (var old in people.Where(entry => entry.Value.LastAt + Remembered <= now).ToList())
            people.TryRemove(old);
        foreach (var old in people.OrderBy(entry => entry.Value.LastAt).Take(people.Count - (RememberedPeople * 9 / 10)).ToList())
            people.TryRemove(old);
    }

    static PartitionedRateLimiter<string> LimiterOf(int most, TimeSpan window) => PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions { PermitLimit = most, Window = window, QueueLimit = 0 }));

    static string HashOf(string email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToUpperInvariant())));

    /// <summary>What was tried on one address.</summary>
    sealed class Person
    {
        readonly Lock gate = new();
        readonly Dictionary<string, Count> places = new(StringComparer.Ordinal);
        readonly Count everywhere = new(MostEverywhere);

        public DateTimeOffset LastAt { get; private set; }

        public DateTimeOffset? UntilOf(AttemptKey key)
        {
            lock (gate)
            {
                var here = places.GetValueOrDefault(key.Place)?.Until;
                return key.IsOwn || here > everywhere.Until ? here : everywhere.Until ?? here;
            }
        }

        public AttemptAnswer Fail(AttemptKey key, DateTimeOffset now)
        {
            lock (gate)
            {
                LastAt = now;
                if (!places.TryGetValue(key.Place, out var here))
                {
                    if (places.Count >= RememberedPlaces)
                        places.Remove(places.MinBy(place => place.Value.LastAt).Key);
                    places[key.Place] = here = new Count(Most);
                }

                var answer = here.Fail(now);
                if (key.IsOwn || everywhere.Fail(now).Until is not { } all)
                    return answer;
                return answer with { Left = 0, Until = answer.Until > all ? answer.Until : all };
            }
        }

        public void Forget(AttemptKey key)
        {
            lock (gate)
                places.Remove(key.Place);
        }
    }

    /// <summary>A count with pauses that grow.</summary>
    sealed class Count(int most)
    {
        int wrong;
        int pauses;

        public DateTimeOffset LastAt { get; private set; }

        public DateTimeOffset? Until { get; private set; }

        public AttemptAnswer Fail(DateTimeOffset now)
        {
            if (LastAt + Remembered <= now)
                (wrong, pauses) = (0, 0);
            else if (LastAt + Pause <= now)
                wrong = 0;
            LastAt = now;
            var pause = Pause * (1 << Math.Min(pauses, 10)) is var next && next < LongestPause ? next : LongestPause;
            if (++wrong < most)
                return new AttemptAnswer(most - wrong, pause, null);
            (wrong, pauses, Until) = (0, pauses + 1, now + pause);
            return new AttemptAnswer(0, pause, Until);
        }
    }
}
