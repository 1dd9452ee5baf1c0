using System.Globalization;
using System.Text;

namespace Pomost.Testing;

/// <summary>
/// Inputs that nobody would send: samples of the right form, changed by chance. The same seed gives the same inputs.
/// <para><c>POMOST_FUZZ</c> multiplies how many each test draws (1; by night 60), <c>POMOST_FUZZ_SEED</c> sets the seed.</para>
/// </summary>
public sealed class Fuzz
{
    private static readonly string[] Words =
    [
        "null", "true", "-1", "0", "1e400", "99999999999999999999", "0.1", "\"\"", "[]", "{}", "[[[[[[[[", "{\"a\":", "\\u0000", "\\ud800", "\u0000", "\uFEFF", "\u202E",
        "＝1+1", "=1+1", "\"", "'", "\\", "%", "%00", "%ff", "_", "../", "<script>", "\r\n", "\n", "\t", ";", ",", "|", "@", "a@b.example", "ala@poczta.example",
        "0001-01-01", "9999-12-31T23:59:59Z", "2026-02-30", "Ł", "İ", "ß", "🧺", "٣",
    ];

    private readonly IReadOnlyList<byte[]> samples;
    private readonly Random chance;

    /// <param name="samples">Of the right form; at least one.</param>
    /// <param name="count">How many inputs are drawn in the usual run.</param>
    public Fuzz(IEnumerable<byte[]> samples, int count)
    {
        this.samples = [.. samples];
        Count = count * Setting("POMOST_FUZZ", 1);
        Seed = Setting("POMOST_FUZZ_SEED", 20_261_130);
        chance = new Random(Seed);
    }

    public int Seed { get; }

    public int Count { get; }

    /// <summary>A number from 0 up to the bound.</summary>
    public int Next(int bound) => chance.Next(bound);

    /// <summary>One of these.</summary>
    public T Of<T>(IReadOnlyList<T> choices) => choices[chance.Next(choices.Count)];

    /// <summary>A word that has broken something somewhere, or a long one.</summary>
    public string Word() => chance.Next(12) switch
    {
        0 => new string('a', chance.Next(1, 5_000)),
        1 => string.Concat(Enumerable.Range(0, chance.Next(1, 6)).Select(_ => Of(Words))),
        2 => ((char)chance.Next(0xD800, 0xE000)).ToString(),
        _ => Of(Words),
    };

    /// <summary>The next input.</summary>
    public byte[] NextInput() => Changed(Of(samples));

    /// <summary>These bytes, changed.</summary>
    public byte[] Changed(byte[] sample)
    {
        var bytes = new List<byte>(sample);
        for (var changes = chance.Next(1, 5); changes > 0; changes--)
            Change(bytes);
        return [.. bytes];
    }

    /// <summary>What to say of an input that did harm.</summary>
    public string Told(string where, ReadOnlySpan<byte> input, string harm) => string.Create(
        CultureInfo.InvariantCulture, $"{where}: {harm} (POMOST_FUZZ_SEED={Seed}) {Convert.ToBase64String(input.Length > 400 ? input[..400] : input)}");

    private void Change(List<byte> bytes)
    {
        var at = chance.Next(bytes.Count + 1);
        var length = Math.Min(chance.Next(1, 40), bytes.Count - at);
        switch (chance.Next(8))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << chance.Next(8));
                break;
            case 1:
                bytes.RemoveRange(at, length);
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3:
                bytes.InsertRange(chance.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 4:
                var other = Of(samples);
                var from = chance.Next(other.Length + 1);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(chance.Next(200), other.Length - from)).ToArray());
                break;
            default:
                if (chance.Next(2) == 0)
                    bytes.RemoveRange(at, Math.Min(length, 8));
                bytes.InsertRange(Math.Min(at, bytes.Count), Encoding.UTF8.GetBytes(Word()));
                break;
        }
    }

    private static int Setting(string name, int otherwise)
        => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : otherwise;
}
