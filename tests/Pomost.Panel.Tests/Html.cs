using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Pomost.Panel.Tests;

/// <summary>A page as a browser reads it.</summary>
/// <remarks>Asked by selector, it keeps a test from failing over a new class or another order of attributes.</remarks>
/// <param name="page">The page or a part of one.</param>
sealed class Html(string page)
{
    readonly IDocument _page = new HtmlParser().ParseDocument(page);

    /// <summary>The one element that the selector names.</summary>
    public IElement One(string selector) => Assert.Single(All(selector));

    /// <summary>All elements that the selector names.</summary>
    public IReadOnlyList<IElement> All(string selector) => [.. _page.QuerySelectorAll(selector)];

    /// <summary>The words of each element that the selector names, each gap one space.</summary>
    public IReadOnlyList<string> Texts(string selector) => [.. All(selector).Select(Words)];

    /// <summary>What stands beside a term in a list of terms.</summary>
    public string Beside(string term) => Words(Assert.Single(All("dt"), one => Words(one) == term).NextElementSibling!);

    /// <summary>The attribute of the page's outermost element; null when it has none.</summary>
    public string? Root(string attribute) => _page.DocumentElement.GetAttribute(attribute);

    static string Words(IElement element)
        => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
