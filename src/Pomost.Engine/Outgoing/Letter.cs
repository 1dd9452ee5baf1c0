using System.Net;
using System.Text;

namespace Pomost.Engine;

/// <summary>A link in a letter.</summary>
/// <param name="Text">What the button says.</param>
/// <param name="Address">Where it leads; null = taken out, because it opened something.</param>
public sealed record LetterLink(string Text, Uri? Address);

/// <summary>What a letter says in one language.</summary>
/// <param name="Language">Two letters.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Paragraphs">What stands before the link.</param>
/// <param name="Link">The one thing to do; null = nothing.</param>
/// <param name="After">What stands after the link.</param>
public sealed record LetterPart(string Language, string Title, IReadOnlyList<string> Paragraphs, LetterLink? Link = null, string? After = null)
{
    internal string LinkTakenOut => Language == "pl" ? "[link usunięty po wysłaniu]" : "[link removed after sending]";
}

/// <summary>A mail to a person of this installation, written once and given as text and as HTML.</summary>
/// <param name="To">Address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Parts">One for each language it speaks.</param>
public sealed record Letter(string To, string Subject, IReadOnlyList<LetterPart> Parts)
{
    /// <summary>The same without its links: what is kept once it was sent.</summary>
    public Letter WithoutLinks() => this with { Parts = [.. Parts.Select(part => part with { Link = part.Link is null ? null : part.Link with { Address = null } })] };

    /// <summary>The same with each title and paragraph in one line: what people typed begins no line of its own.</summary>
    public Letter InOneLines() => this with
    {
        Subject = TypedText.OneLine(Subject),
        Parts = [.. Parts.Select(part => part with { Title = TypedText.OneLine(part.Title), Paragraphs = [.. part.Paragraphs.Select(TypedText.OneLine)] })],
    };

    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var part in Parts)
        {
            if (text.Length > 0)
                text.Append("---\n\n");
            text.Append(part.Title).Append("\n\n");
            foreach (var paragraph in part.Paragraphs)
                text.Append(paragraph).Append("\n\n");
            if (part.Link is { } link)
                text.Append(link.Text).Append(":\n").Append(link.Address?.ToString() ?? part.LinkTakenOut).Append("\n\n");
            if (part.After is not null)
                text.Append(part.After).Append("\n\n");
        }

        return text.Append("Pomost\n").ToString();
    }

    /// <summary>One column that every mail program can draw, coloured by attributes: it needs no style sheet, so the panel's security policy lets it be shown.</summary>
    public string ToHtml()
    {
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html><html lang=\"").Append(Encode(Parts[0].Language)).Append("\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>").Append(Encode(Subject))
            .Append("</title></head><body bgcolor=\"#f4f6f7\" link=\"#0b6670\" vlink=\"#0b6670\"><table role=\"presentation\" width=\"100%\" cellpadding=\"16\" cellspacing=\"0\" border=\"0\"><tr><td align=\"center\">")
            .Append("<table role=\"presentation\" cellpadding=\"28\" cellspacing=\"0\" border=\"0\" bgcolor=\"#ffffff\"><tr><td width=\"560\"><main><font face=\"Arial, sans-serif\" color=\"#14202a\">");
        for (var i = 0; i < Parts.Count; i++)
        {
            var part = Parts[i];
            html.Append(i > 0 ? "<hr>" : "").Append("<div lang=\"").Append(Encode(part.Language)).Append("\"><h1><font size=\"5\">").Append(Encode(part.Title)).Append("</font></h1>");
            foreach (var paragraph in part.Paragraphs)
                html.Append("<p>").Append(Encode(paragraph)).Append("</p>");
            if (part.Link is { Address: { } address } link)
            {
                html.Append("<table role=\"presentation\" cellpadding=\"12\" cellspacing=\"0\" border=\"0\"><tr><td bgcolor=\"#0b6670\"><a href=\"").Append(Encode(address.ToString()))
                    .Append("\"><font color=\"#ffffff\"><b>").Append(Encode(link.Text)).Append("</b></font></a></td></tr></table>");
            }
            else if (part.Link is not null)
            {
                html.Append("<p><i>").Append(Encode(part.LinkTakenOut)).Append("</i></p>");
            }

            if (part.After is not null)
                html.Append("<p><font color=\"#45545e\">").Append(Encode(part.After)).Append("</font></p>");
            html.Append("</div>");
        }

        return html.Append("<p><font color=\"#45545e\" size=\"2\">Pomost</font></p></font></main></td></tr></table></td></tr></table></body></html>").ToString();
    }

    static string Encode(string text) => WebUtility.HtmlEncode(text);
}
