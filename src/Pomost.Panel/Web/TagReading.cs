using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Panel.Components;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Web;

/// <summary>Tells, while tags are being typed, how they will be stored. Stores nothing.</summary>
static class TagReading
{
    const int Longest = 10_000;

    public static void Map(IEndpointRouteBuilder panel) => panel.MapPost("/tags/read", async Task<IResult> (PanelRequest r) =>
    {
        var typed = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["tags"].ToString();
        return Page.Of<TagChips>(new { Typed = typed.Length <= Longest ? typed : typed[..Longest] });
    });

    /// <summary>Words for what cannot be a tag.</summary>
    public static string Of(this TagsTexts t, TagProblem problem) => problem.Kind switch
    {
        TagProblemKind.Character => t.BadSign(tag: Formats.Cut(problem.Tag, 40), sign: problem.Character.ToString()!),
        TagProblemKind.TooLong => t.TooLong(Formats.Cut(problem.Tag, 40)),
        _ => t.TooMany(problem.Count),
    };

    /// <summary>What was mended, in words; empty when nothing was.</summary>
    public static string Mended(this TagsTexts t, TagList tags)
    {
        string[] done = [tags.MendedSpaces > 0 ? t.Spaces(tags.MendedSpaces) : "", tags.DroppedRepeats > 0 ? t.Repeats(tags.DroppedRepeats) : ""];
        var words = string.Join(", ", done.Where(part => part.Length > 0));
        return words.Length == 0 ? "" : t.Mended(words);
    }
}
