using System.Collections.Concurrent;
using System.Threading.RateLimiting;

namespace Pomost.Panel.Features.Login;

/// <summary>Counts refused log-ins per e-mail address, known or not, so that the answer never tells which addresses exist.</summary>
/// <remarks>The lasting lock of a real account is Identity's own, with the same figures; this one lives in memory.</remarks>
public sealed class LoginAttempts(TimeProvider clock, Microsoft.Extensions.Options.IOptions<PanelOptions> options) : IDisposable
{
    public const int Most = 5;
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(15);
    const int RememberedAddresses = 10_000;
    const int MostMails = 3;

    readonly ConcurrentDictionary<string, (int Count, DateTimeOffset Until)> failures = new(StringComparer.Ordinal);
    readonly PartitionedRateLimiter<string> perPlace = PartitionedRateLimiter.Create<string, string>(place =>
        RateLimitPartition.GetFixedWindowLimiter(place, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = options.Value.LoginsPerMinute,
            Window = TimeSpan.FromMinutes(1),
            QueueLimit = 0,
        }));

    readonly PartitionedRateLimiter<string> perMailbox = PartitionedRateLimiter.Create<string, string>(mailbox =>
        RateLimitPartition.GetFixedWindowLimiter(mailbox, _ => new FixedWindowRateLimiterOptions { PermitLimit = MostMails, Window = Pause, QueueLimit = 0 }));

    /// <summary>False when somebody asks for one letter after another to the same address.</summary>
    public bool MayMail(string email)
    {
        using var lease = perMailbox.AttemptAcquire(Key(email));
        return lease.IsAcquired;
    }

    /// <summary>False when this network address has used up its attempts of the minute.</summary>
    public bool MayTry(string place)
    {
        using var lease = perPlace.AttemptAcquire(place);
        return lease.IsAcquired;
    }

    /// <summary>Until when the address is locked, or null.</summary>
    public DateTimeOffset? LockedUntil(string email)
        => failures.TryGetValue(Key(email), out var entry) && entry.Count >= Most && entry.Until > clock.GetUtcNow() ? entry.Until : null;

    /// <summary>Notes a refusal; answers how many attempts are left.</summary>
    public int Fail(string email)
    {
        var now = clock.GetUtcNow();
        if (failures.Count >= RememberedAddresses)
        {
            foreach (var old in failures.Where(entry => entry.Value.Until <= now).ToList())
                failures.TryRemove(old);
        }

        var entry = failures.AddOrUpdate(Key(email), (1, now + Pause), (_, before) => before.Until <= now ? (1, now + Pause) : (before.Count + 1, now + Pause));
        return Math.Max(0, Most - entry.Count);
    }

    public void Forget(string email) => failures.TryRemove(Key(email), out _);

    public void Dispose()
    {
        perPlace.Dispose();
        perMailbox.Dispose();
    }

    static string Key(string email) => email.Trim().ToUpperInvariant();
}
