using System.Globalization;
using System.Text;

namespace Pomost.Engine.Tests.Model;

/// <summary>
/// Goal: whatever goes wrong between two shops, Pomost and SALESmanago, a person's last choice is everywhere, and nobody who opted out is
/// opted in again. Method: the real engine, simulated shops and the hub live through drawn histories; <see cref="ModelRun"/> says what is
/// asserted.
/// <para><c>POMOST_MODEL_HISTORIES</c> sets how many (1,000; the nightly form takes 100,000), <c>POMOST_MODEL_SEED</c> replays one: the
/// seed printed with a failure, for example <c>3-120</c>, or <c>3</c> for a whole world.</para>
/// </summary>
public sealed class ConsentModelTests(ITestOutputHelper output)
{
    const int PeoplePerWorld = 250;
    const int MostShown = 5;

    static readonly string? Replayed = Environment.GetEnvironmentVariable("POMOST_MODEL_SEED");

    public static IEnumerable<TheoryDataRow<int>> Worlds
    {
        get
        {
            if (Replayed is { } seed)
                return [new TheoryDataRow<int>(Number(seed.Split('-')[0]))];
            var histories = Number(Environment.GetEnvironmentVariable("POMOST_MODEL_HISTORIES") ?? "1000");
            return Enumerable.Range(0, (histories + PeoplePerWorld - 1) / PeoplePerWorld).Select(world => new TheoryDataRow<int>(world));
        }
    }

    [Theory, MemberData(nameof(Worlds), DisableDiscoveryEnumeration = true)]
    public async Task The_last_choice_is_everywhere_and_nobody_is_opted_in_against_it(int worldSeed)
    {
        var plan = WorldPlan.Of(worldSeed);
        var people = People(worldSeed).Select(number => PersonHistory.Draw(worldSeed, number, plan.SurelyLearned)).ToList();
        await using var world = await World.StartAsync(plan);
        await new ModelRun(world, people).RunAsync();

        output.WriteLine($"{plan}; {people.Count} histories, {people.Sum(person => person.Choices.Count)} choices, {world.Kills} kills");
        if (Replayed is not null)
            output.WriteLine(Described(people));
        var wrong = people.Where(person => person.Faults.Count > 0).ToList();
        var told = $"{plan}\n{wrong.Count} of {people.Count} histories are wrong.\n{Summed(wrong)}\n{Described(wrong.Take(MostShown))}";
        Assert.True(wrong.Count == 0, told);
    }

    static IEnumerable<int> People(int world)
        => Replayed?.Split('-') is [_, var number] ? [Number(number)] : Enumerable.Range(0, PeoplePerWorld);

    static string Summed(List<PersonHistory> wrong) => string.Join('\n', wrong
        .SelectMany(person => person.Faults.Select(fault => (Kind: fault.Split(':')[0], person.Seed)).Distinct())
        .GroupBy(fault => fault.Kind, StringComparer.Ordinal).OrderByDescending(group => group.Count())
        .Select(group => $"  {group.Count()} × {group.Key}: {string.Join(' ', group.Take(8).Select(fault => fault.Seed))}"));

    static string Described(IEnumerable<PersonHistory> people)
    {
        var text = new StringBuilder();
        foreach (var person in people)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nPOMOST_MODEL_SEED={person.Seed}, began {person.Begins}\n");
            foreach (var line in person.Told)
                text.Append("    ").Append(line).Append('\n');
            foreach (var fault in person.Faults)
                text.Append("  ! ").Append(fault).Append('\n');
        }

        return text.ToString();
    }

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
