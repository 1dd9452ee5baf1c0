namespace Pomost.Rules;

/// <summary>Tags every contact gets without anybody typing them.</summary>
[Rule(
    "automatic-tags",
    "A person with an account gets the tag rejestracja, a wholesale customer wholesaler as well; a newsletter subscriber without an account gets newsletter.",
    "FAQ, question on tags: which tags are made automatically")]
public static class AutomaticTags
{
    /// <summary>Tag of a person with an account.</summary>
    public const string Registration = "rejestracja";

    /// <summary>Further tag of a wholesale customer with an account.</summary>
    public const string Wholesaler = "wholesaler";

    /// <summary>Tag of a subscriber without an account.</summary>
    public const string Newsletter = "newsletter";

    /// <summary>The tags of a person, as they are stored.</summary>
    public static IEnumerable<string> For(ShopContact contact)
    {
        if (contact.HasAccount)
        {
            yield return TagInput.Normalise(Registration);
            if (contact.IsWholesaler)
                yield return TagInput.Normalise(Wholesaler);
        }
        else if (contact.IsSubscriber)
        {
            yield return TagInput.Normalise(Newsletter);
        }
    }
}

/// <summary>Tags from the shop's menu.</summary>
[Rule(
    "menu-path-tags",
    "Every level of every menu path of bought goods becomes a tag, once each: Obuwie / Męskie / Sportowe and Wyprzedaże / Wiosna 2015 give five tags.",
    "FAQ, question on tags: names of menu sections of bought goods")]
public static class MenuPathTags
{
    /// <summary>The tags of an order's lines, as they are stored, in order of appearance.</summary>
    public static IEnumerable<string> For(IEnumerable<OrderLine> lines) => lines
        .SelectMany(line => line.MenuPaths)
        .SelectMany(path => path.Levels)
        .Select(TagInput.Normalise)
        .Where(tag => tag.Length > 0)
        .Distinct(StringComparer.Ordinal);
}

/// <summary>Tag that says how a person was won.</summary>
[Rule(
    "source-tag",
    "The source a person came from becomes one tag: platform, source and shop domain joined by underscores (idosell_allegro_sklep.example).",
    "FAQ, question on tags: information on the source of acquisition")]
public static class SourceTag
{
    /// <summary>The tag, as it is stored; null when the platform names no source.</summary>
    /// <param name="platformKey">Key of the platform, for example <c>idosell</c>.</param>
    /// <param name="source">Source as the platform names it.</param>
    /// <param name="shopDomain">Domain of the shop.</param>
    public static string? For(string platformKey, string? source, string shopDomain)
        => string.IsNullOrWhiteSpace(source) ? null : TagInput.Normalise($"{platformKey}_{source}_{shopDomain}");
}
