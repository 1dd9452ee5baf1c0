namespace Pomost.Panel.Texts;

/// <summary>Chooses the plural form of a whole number by the rules of Unicode CLDR.</summary>
public static class Plural
{
    /// <summary>1 rekord; 2, 3, 4, 22 rekordy; 0, 5, 12 rekordów. "other" is for fractions, which counts never are.</summary>
    public static string Pl(long n, string one, string few, string many, string other)
    {
        if (n == 1)
            return one;
        if (n < 0)
            return other;
        return n % 10 is >= 2 and <= 4 && n % 100 is not (>= 12 and <= 14) ? few : many;
    }

    public static string En(long n, string one, string other) => n == 1 ? one : other;
}
