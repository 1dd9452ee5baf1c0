using System.Security.Cryptography;
using System.Text;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Lines of one file that say different things of one person, wherever they stand in it.</summary>
/// <param name="People">How many people there are of whom one line says yes and another no.</param>
/// <param name="Yielding">Lines whose yes is not believed.</param>
/// <param name="PhonesLost">Telephones left out because a spreadsheet broke them.</param>
sealed record SubscriberContradictions(long People, IReadOnlySet<long> Yielding, long PhonesLost)
{
    /// <summary>Eight bytes of a hash, not the address: a million of them fit into little memory.</summary>
    public static long HashOf(string key) => BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(key)), 0);

    /// <summary>Reads a file twice: who says no, then who says yes nevertheless.</summary>
    /// <param name="pages">Gives the lines from the beginning.</param>
    /// <param name="columns">How they are read.</param>
    /// <param name="now">UTC.</param>
    public static async Task<SubscriberContradictions> FindAsync(
        Func<IAsyncEnumerable<IReadOnlyList<SubscriberLine>>> pages, SubscriberColumns columns, DateTimeOffset now)
    {
        // The newest no of each person; the end of time when it has no date, so that no yes is newer.
        var refusals = new Dictionary<long, DateTimeOffset>();
        await foreach (var page in pages())
        {
            foreach (var read in page.Select(line => SubscriberReading.Read(line, columns, TimeZoneInfo.Utc, now)).Where(read => read is { Refuses: true, Key: not null }))
            {
                var key = HashOf(read.Key!);
                var at = read.Contact?.EmailConsent.At ?? DateTimeOffset.MaxValue - TimeSpan.FromDays(2);
                refusals[key] = refusals.TryGetValue(key, out var other) && other > at ? other : at;
            }
        }

        var (people, yielding, phones) = (new HashSet<long>(), new HashSet<long>(), 0L);
        await foreach (var page in pages())
        {
            foreach (var line in page)
            {
                var read = SubscriberReading.Read(line with { Yields = "" }, columns, TimeZoneInfo.Utc, now);
                phones += read.LostPhone is null ? 0 : 1;
                if (read.Contact?.EmailConsent is not { State: ConsentState.Granted } consent || !refusals.TryGetValue(HashOf(read.Key!), out var no))
                    continue;
                people.Add(HashOf(read.Key!));
                if (!SubscriberReading.IsClearlyNewer(consent.At, no))
                    yielding.Add(line.Line);
            }
        }

        return new SubscriberContradictions(people.Count, yielding, phones);
    }
}
