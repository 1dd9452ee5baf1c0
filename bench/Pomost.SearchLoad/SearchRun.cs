using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;
using Pomost.Storage;

namespace Pomost.SearchLoad;

/// <summary>One measurement: fill, ask the storage, ask the pages.</summary>
static class SearchRun
{
    public static async Task<string> MeasureAsync(DatabaseOptions options, PomostPanel? panel, int people, int rounds, CancellationToken ct)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        var clock = new SteppingClock();
        var queries = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        var pages = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        IReadOnlyList<Search> searches;
        await using (var database = await Database.OpenAsync(options, clock, ct))
        {
            var watch = Stopwatch.StartNew();
            var (account, stores) = await Crowd.FillAsync(database, clock, people, ct);
            clock.Set(null);
            Line($"{options.Dialect}, {people} contacts in {stores.Count} stores, filled in {watch.Elapsed.TotalSeconds:0} s; load average {LoadAverage():0.0} of {Environment.ProcessorCount} processors.");
            // Autovacuum does the same by itself within minutes.
            if (options.Dialect == Dialect.PostgreSql)
                await database.ReadAsync(async session => await session.Command("VACUUM (ANALYZE)").ExecuteAsync(), ct);
            searches = Searches.All(stores, people, clock.GetUtcNow());
            await using var services = Crowd.Services(database, clock);
            var views = services.GetRequiredService<IViews>();
            foreach (var search in searches)
                queries[search.Name] = await TimesAsync(search, rounds, async one => await views.ContactsAsync(account, one.Query, ct));
        }

        if (panel is not null)
        {
            await panel.VisitAsync(Crowd.Email, Crowd.Password, async browser =>
            {
                foreach (var search in searches)
                {
                    pages[search.Name] = await TimesAsync(search, rounds, async one =>
                    {
                        using var answer = await browser.GetAsync(one.Address, ct);
                        answer.EnsureSuccessStatusCode();
                        await answer.Content.ReadAsByteArrayAsync(ct);
                    });
                }
            }, ct);
        }

        Line($"{"milliseconds",-32} {"query p50",10} {"p95",7} {"max",7} {(panel is null ? "" : "  page p50     p95     max")}");
        foreach (var search in searches)
            Line($"{search.Name,-32} {Figures(queries[search.Name])} {(panel is null ? "" : Figures(pages[search.Name]))}");
        Line($"{"all",-32} {Figures([.. queries.Values.SelectMany(times => times)])} {(panel is null ? "" : Figures([.. pages.Values.SelectMany(times => times)]))}");
        return text.ToString();
    }

    static async Task<List<double>> TimesAsync(Search search, int rounds, Func<(ContactQuery Query, string Address), Task> ask)
    {
        var chance = new Random(7);
        var times = new List<double>(rounds);
        // The first two warm what a server has warm: prepared statements, compiled code.
        for (var round = -2; round < rounds; round++)
        {
            var one = search.Make(chance);
            var began = Stopwatch.GetTimestamp();
            await ask(one);
            if (round >= 0)
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return times;
    }

    static string Figures(List<double> times)
    {
        times.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{times[times.Count / 2],10:0.0} {times[(int)Math.Ceiling(times.Count * 0.95) - 1],7:0.0} {times[^1],7:0.0}");
    }

    static double? LoadAverage()
        => File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : null;
}
