using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Pomost.Panel.Web;

/// <summary>A kind of thing a page can watch. Answers with a stamp that changes whenever the thing has moved.</summary>
/// <remarks>Stamps are read from the database, so a page sees what another node has done.</remarks>
public interface ILiveTopic
{
    /// <summary>What topics of this kind begin with, up to the colon: "run" in "run:17".</summary>
    string Kind { get; }

    /// <summary>The present stamp, or null when the topic does not exist or is not this person's.</summary>
    Task<string?> StampAsync(string key, HttpContext http, CancellationToken cancel);
}

/// <summary>Server-sent events: names of topics that have moved, each at most once a second. The page then asks for its parts.</summary>
static class LiveStream
{
    const int MostTopics = 20;
    const string Hello = "hello";
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(20);

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/stream", Stream);

    static ServerSentEventsResult<string> Stream(string? topics, HttpContext http, IEnumerable<ILiveTopic> kinds, TimeProvider clock)
    {
        var watched = (topics ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Distinct(StringComparer.Ordinal).Take(MostTopics)
            .Select(name => (Name: name, Kind: kinds.FirstOrDefault(kind => name.StartsWith(kind.Kind + ":", StringComparison.Ordinal) || name == kind.Kind)))
            .Where(topic => topic.Kind is not null)
            .Select(topic => new Watched(topic.Name, topic.Kind!))
            .ToArray();
        http.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(Changes(watched, http, clock, http.RequestAborted));
    }

    static async IAsyncEnumerable<string> Changes(Watched[] watched, HttpContext http, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var tick = new PeriodicTimer(Pause, clock);
        var quiet = TimeSpan.Zero;
        // Sends the headers at once; no part of a page listens to it.
        yield return Hello;
        do
        {
            // Proxies close a silent connection.
            quiet += Pause;
            if (quiet >= LongestSilence)
            {
                quiet = TimeSpan.Zero;
                yield return Hello;
            }

            foreach (var topic in watched)
            {
                var stamp = await topic.Kind.StampAsync(topic.Key, http, cancel);
                // The first stamp counts as a move, too: something may have happened between the page and its stream.
                if (stamp == topic.Stamp)
                    continue;
                topic.Stamp = stamp;
                quiet = TimeSpan.Zero;
                yield return topic.Name;
            }
        }
        while (await tick.WaitForNextTickAsync(cancel));
    }

    sealed class Watched(string name, ILiveTopic kind)
    {
        public string Name { get; } = name;

        public string Key { get; } = name.Length > kind.Kind.Length ? name[(kind.Kind.Length + 1)..] : "";

        public ILiveTopic Kind { get; } = kind;

        public string? Stamp { get; set; }
    }
}
