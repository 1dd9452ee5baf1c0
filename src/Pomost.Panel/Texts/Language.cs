namespace Pomost.Panel.Texts;

/// <summary>The languages of the panel. Polish is the default.</summary>
public enum Language
{
    Pl,
    En,
}

public static class Languages
{
    public static string Code(this Language language) => language == Language.Pl ? "pl" : "en";

    public static Language? FromCode(string? code) => code switch
    {
        "pl" => Language.Pl,
        "en" => Language.En,
        _ => null,
    };

    /// <summary>The first language of an Accept-Language header that the panel speaks; Polish when it names neither.</summary>
    public static Language FromHeader(string? acceptLanguage)
    {
        var best = (Language: Language.Pl, Quality: 0m);
        foreach (var part in (acceptLanguage ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var pieces = part.Split(';', StringSplitOptions.TrimEntries);
            var quality = pieces.Length > 1 && pieces[1].StartsWith("q=", StringComparison.Ordinal)
                && decimal.TryParse(pieces[1].AsSpan(2), System.Globalization.NumberStyles.Number, System.Globalization.CultureInfo.InvariantCulture, out var q) ? q : 1m;
            if (FromCode(pieces[0].Split('-')[0].ToLowerInvariant()) is { } language && quality > best.Quality)
                best = (language, quality);
        }

        return best.Language;
    }
}
