using System.Globalization;

namespace Pomost.Engine.Tests.Model;

/// <summary>What a person does.</summary>
enum Act
{
    /// <summary>Says yes or no on the account page of a shop.</summary>
    AccountPage,

    /// <summary>Says yes or no at SALESmanago: on the card, or by a link in a mail.</summary>
    Card,

    /// <summary>Tells an operator, who enters it on the panel.</summary>
    Operator,

    /// <summary>Orders as a guest and ticks the newsletter.</summary>
    Checkout,

    /// <summary>Makes an account and ticks the newsletter.</summary>
    RegisterTicked,

    /// <summary>Makes an account and leaves the box alone: no choice.</summary>
    RegisterUnticked,

    /// <summary>Changes the name: no choice.</summary>
    Rename,

    /// <summary>Orders without a word about the newsletter: no choice.</summary>
    Order,
}

/// <summary>How SALESmanago calls back after a choice made there.</summary>
enum CallingBack
{
    AtOnce,
    Lost,
    Doubled,
    Late,
}

/// <summary>One step of a history as drawn. Whether it can be done, and whether it is a choice, shows when its time comes.</summary>
sealed record PlannedStep(TimeSpan At, Act Act, int Shop, bool Yes, CallingBack Calls, TimeSpan Late, bool StoresZero);

/// <summary>One person: where they are known at the start, and what they do, all from one seed.</summary>
sealed class PersonHistory
{
    readonly List<string> _told = [];

    public required string Seed { get; init; }

    public required string Email { get; init; }

    public required Start Begins { get; init; }

    public required IReadOnlyList<PlannedStep> Steps { get; init; }

    /// <summary>Accounts in the two shops; 0 = none.</summary>
    public int[] Accounts { get; } = new int[2];

    /// <summary>When the accounts were made, true time.</summary>
    public DateTimeOffset?[] RegisteredAt { get; } = new DateTimeOffset?[2];

    /// <summary>Choices in the order in which they were made, true time.</summary>
    public List<Choice> Choices { get; } = [];

    /// <summary>What the shops stored when last looked at, our own writings and the person's.</summary>
    public string?[] LastStored { get; } = new string?[2];

    /// <summary>Shops in which the person registered unticked while opted in beyond doubt.</summary>
    public HashSet<int> RegisteredWhileIn { get; } = [];

    public List<string> Faults { get; } = [];

    public Choice? Last => Choices.Count == 0 ? null : Choices[^1];

    /// <summary>What happened, in words.</summary>
    public IReadOnlyList<string> Told => _told;

    public void Tell(DateTimeOffset at, string what)
        => _told.Add(string.Create(CultureInfo.InvariantCulture, $"{at:MM-dd HH:mm:ss} {what}"));

    /// <param name="world">The world's seed.</param>
    /// <param name="number">The person's number in it.</param>
    /// <param name="far">Least time between two choices whose order is decidable.</param>
    public static PersonHistory Draw(int world, int number, TimeSpan far)
    {
        var chance = new Random(HashCode(world, number));
        var steps = new List<PlannedStep>();
        var at = TimeSpan.FromSeconds(60 + chance.Next(900));
        for (var count = chance.Next(1, 7); count > 0 && at < WorldPlan.Length; count--)
        {
            steps.Add(Drawn(chance, at));
            // Seconds apart: only safety is asked of it. Else far enough that everybody has learned the one before.
            at += chance.Next(4) == 0 ? TimeSpan.FromSeconds(chance.Next(1, 41)) : far + TimeSpan.FromSeconds(chance.Next(30, 600));
        }

        return new PersonHistory
        {
            Seed = string.Create(CultureInfo.InvariantCulture, $"{world}-{number}"),
            Email = string.Create(CultureInfo.InvariantCulture, $"osoba{number}@poczta.example"),
            Begins = (Start)chance.Next(Enum.GetValues<Start>().Length),
            Steps = steps,
        };
    }

    static PlannedStep Drawn(Random chance, TimeSpan at)
    {
        var act = chance.Next(20) switch
        {
            < 6 => Act.AccountPage,
            < 11 => Act.Card,
            < 12 => Act.Operator,
            < 14 => Act.Checkout,
            < 15 => Act.RegisterTicked,
            < 17 => Act.RegisterUnticked,
            < 19 => Act.Rename,
            _ => Act.Order,
        };
        var (shop, yes, calls) = (chance.Next(2), chance.Next(2) == 0, (CallingBack)chance.Next(4));
        return new PlannedStep(at, act, shop, yes, calls, TimeSpan.FromSeconds(chance.Next(20, 240)), chance.Next(2) == 0);
    }

    // Equal on every machine and in every run, unlike System.HashCode.
    static int HashCode(int world, int number) => unchecked((world * 1_000_003) ^ (number * 7_919) ^ 0x5bd1e995);
}

/// <summary>Where a person is known before the stores are connected.</summary>
enum Start
{
    Nowhere,
    TickedInFirstShop,
    UntickedInFirstShop,
    SilentInSecondShop,
    TickedInBothShops,

    /// <summary>Ticked long ago in the shop, unsubscribed at SALESmanago since.</summary>
    UnsubscribedAtSalesmanago,

    /// <summary>Opted in at SALESmanago, and no customer of the shops.</summary>
    OptedInAtSalesmanagoAlone,
}

/// <summary>An explicit choice.</summary>
sealed record Choice(DateTimeOffset At, bool Yes, string Where)
{
    /// <summary>True when every part had surely learned the one before; the first one always.</summary>
    public bool IsFar { get; init; } = true;

    /// <summary>When Pomost was first seen to know it, by its ledger; null = not seen.</summary>
    public DateTimeOffset? LearnedAt { get; set; }
}
