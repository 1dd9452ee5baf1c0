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
    "Every level of every menu path of bought goods becomes a tag, once each: Obuwie / Męskie / Sportowe and Wyprzedaże / Wiosna 2015 give five tags. " +
    "The place where a shop keeps goods without a section is none.",
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
