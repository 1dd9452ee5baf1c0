using System.Globalization;

namespace Pomost.Engine.Tests.Model;

/// <summary>What is wrong with one world: fixed by its seed, and the same whoever lives in it.</summary>
sealed class WorldPlan
{
    /// <summary>When the last message of this world may be lost, and its last part killed, counted from the start.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(75);

    /// <summary>One step of the world's time.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(30);

    WorldPlan(int seed, Random chance)
    {
        Seed = seed;
        Chance = chance;
    }

    public int Seed { get; }

    /// <summary>Draws for the world's own troubles, one after the other; people have chances of their own.</summary>
    public Random Chance { get; }

    /// <summary>True: calls fail and are answered into the void, and the engine is killed now and then.</summary>
    public bool IsStormy { get; private init; }

    public TimeSpan EngineAhead { get; private init; }

    public TimeSpan HubAhead { get; private init; }

    /// <summary>Of the two shops.</summary>
    public IReadOnlyList<TimeSpan> ShopAhead { get; private init; } = [];

    /// <summary>To what, half-way, the clock of the first shop is set.</summary>
    public TimeSpan FirstShopAheadLater { get; private init; }

    /// <summary>How old the first shop's answers are.</summary>
    public TimeSpan ReplicaLag { get; private init; }

    /// <summary>How long the page cache before the second shop keeps answers.</summary>
    public TimeSpan CacheKeeps { get; private init; }

    /// <summary>Which shops store a date beside the consent.</summary>
    public IReadOnlyList<bool> Dated { get; private init; } = [];

    /// <summary>Share of webhooks that are lost.</summary>
    public double WebhooksLost { get; private init; }

    /// <summary>
    /// How long after a choice every part has surely learned it, as long as at most one thing fails at a time: a poll, a stale answer
    /// read at it, the wait before a card is looked at again, and, in a storm, the waits after failures.
    /// </summary>
    public TimeSpan SurelyLearned => TimeSpan.FromMinutes(IsStormy ? 9 : 5);

    public static WorldPlan Of(int seed)
    {
        var chance = new Random(seed);
        return new WorldPlan(seed, chance)
        {
            IsStormy = seed % 2 == 1,
            // The first world has right clocks and fresh answers: what fails there is neither.
            EngineAhead = seed == 0 ? default : Off(chance),
            HubAhead = seed == 0 ? default : Off(chance),
            ShopAhead = seed == 0 ? [default, default] : [Off(chance), Off(chance)],
            FirstShopAheadLater = seed == 0 ? default : Off(chance),
            ReplicaLag = seed == 0 ? default : Stale(chance),
            CacheKeeps = seed == 0 ? default : Stale(chance),
            Dated = [chance.Next(2) == 0, chance.Next(2) == 0],
            WebhooksLost = chance.Next(3) * 0.4,
        };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"world {Seed}: {(IsStormy ? "stormy" : "calm")}, clocks: engine {EngineAhead}, SALESmanago {HubAhead}, " +
        $"shop 1 {ShopAhead[0]} (later {FirstShopAheadLater}), shop 2 {ShopAhead[1]}, replica of shop 1 behind {ReplicaLag}, " +
        $"cache of shop 2 keeps {CacheKeeps}, dates stored: {Dated[0]} and {Dated[1]}, webhooks lost {WebhooksLost:P0}");

    // Every third at an end of what is allowed, where borders are.
    static TimeSpan Off(Random chance) => TimeSpan.FromSeconds(chance.Next(6) switch
    {
        0 => -600,
        1 => 600,
        _ => chance.Next(-600, 601),
    });

    static TimeSpan Stale(Random chance) => TimeSpan.FromSeconds(chance.Next(3) == 0 ? 60 : chance.Next(61));
}
