using FsCheck;
using FsCheck.Fluent;

namespace Pomost.Rules.Tests;

/// <summary>Texts a shop may really send: any 16-bit units, whole characters or halves, with those that matter to addresses and tags more often.</summary>
static class Texts
{
    static readonly Gen<char> Character = Gen.Frequency(
        (4, Gen.Elements("abżŁ@.,;_- \t\n\"'<>\u0307\u030c\u0331\u0345\ufffe\u00a0ſßİıǰ😀".ToCharArray())),
        (1, Gen.Choose(char.MinValue, char.MaxValue).Select(code => (char)code)));

    public static Arbitrary<string> Any { get; } = Character.ArrayOf().Select(characters => new string(characters)).ToArbitrary();

    public static Config Thorough => Config.QuickThrowOnFailure.WithMaxTest(2000);
}
