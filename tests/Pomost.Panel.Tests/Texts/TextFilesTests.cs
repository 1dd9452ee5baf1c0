using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pomost.Panel.Tests.Texts;

public sealed partial class TextFilesTests
{
    public static TheoryData<string> Sets => new(Repository.PanelFiles("*.pl.json").Select(file => Path.GetRelativePath(Repository.Panel, file)));

    [Theory]
    [MemberData(nameof(Sets))]
    public void Both_languages_have_the_same_keys_and_placeholders(string polishFile)
    {
        var polish = Read(polishFile);
        var english = Read(polishFile.Replace(".pl.json", ".en.json", StringComparison.Ordinal));

        Assert.Equal(polish.Keys.Order(StringComparer.Ordinal), english.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, text) in polish)
        {
            Assert.Equal((key, Placeholders(text)), (key, Placeholders(english[key])));
            Assert.All(Forms(text).Concat(Forms(english[key])), form => Assert.False(string.IsNullOrWhiteSpace(form), key));
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Counts_have_every_plural_form_of_the_language(string polishFile)
    {
        foreach (var (key, text) in Read(polishFile).Where(entry => entry.Value.ValueKind == JsonValueKind.Object))
            Assert.Equal((key, "one,few,many,other"), (key, string.Join(',', text.EnumerateObject().Select(form => form.Name))));
        foreach (var (key, text) in Read(polishFile.Replace(".pl.json", ".en.json", StringComparison.Ordinal)).Where(entry => entry.Value.ValueKind == JsonValueKind.Object))
            Assert.Equal((key, "one,other"), (key, string.Join(',', text.EnumerateObject().Select(form => form.Name))));
    }

    [Fact]
    public void No_text_is_left_over()
    {
        var code = string.Concat(Repository.PanelFiles("*.razor").Concat(Repository.PanelFiles("*.cs")).Select(File.ReadAllText));
        var unused = Repository.PanelFiles("*.pl.json").SelectMany(file => Read(Path.GetRelativePath(Repository.Panel, file)).Keys.Select(key =>
            (Set: Path.GetFileName(file).Split('.')[0], Member: char.ToUpperInvariant(key[0]) + key[1..])))
            // Named through the whole set ("T.Export.Title"), or where one set is handed over ("t.Title").
            .Where(text => !Regex.IsMatch(code, $@"(\.{text.Set}|\bt)\.{text.Member}\b", RegexOptions.None, TimeSpan.FromSeconds(5)));

        Assert.Empty(unused);
    }

    // Names stay as they are in every language.
    static readonly string[] Names = ["Pomost", "SALESmanago", "PL", "EN", "CSV", "PURCHASE"];

    [Fact]
    public void Components_hold_no_text_of_their_own()
    {
        var found = Repository.PanelFiles("*.razor").SelectMany(file =>
        {
            var markup = WithoutExpressions(CodeBlock().Replace(Comment().Replace(File.ReadAllText(file), ""), ""));
            return Literal().Matches(markup).Concat(SpokenAttribute().Matches(markup))
                .Select(match => match.Groups["text"].Value.Trim())
                .Where(text => Words().IsMatch(text) && !Words().Matches(text).All(word => Names.Contains(word.Value, StringComparer.Ordinal)))
                .Select(text => $"{Path.GetFileName(file)}: {text}");
        });

        Assert.Empty(found);
    }

    /// <summary>Takes out "@name.of(…)", "@(…)", "@if (…)": everything from an @ to the end of its balanced brackets.</summary>
    static string WithoutExpressions(string markup)
    {
        var text = new System.Text.StringBuilder();
        for (var i = 0; i < markup.Length; i++)
        {
            if (markup[i] != '@')
            {
                text.Append(markup[i]);
                continue;
            }

            var depth = 0;
            for (i++; i < markup.Length; i++)
            {
                var c = markup[i];
                if (c is '(' or '[')
                    depth++;
                else if (depth > 0 && (c is ')' or ']'))
                    depth--;
                else if (depth == 0 && !(c == '?' && i + 1 < markup.Length && markup[i + 1] == '.') && !char.IsLetterOrDigit(c) && c is not ('.' or '_') && !(c == ' ' && Statement().IsMatch(markup[..i])))
                    break;
            }

            i--;
        }

        return text.ToString();
    }

    static Dictionary<string, JsonElement> Read(string file)
        => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllText(Path.Combine(Repository.Panel, file)))!;

    static string[] Forms(JsonElement text)
        => text.ValueKind == JsonValueKind.Object ? [.. text.EnumerateObject().Select(form => form.Value.GetString()!)] : [text.GetString()!];

    static string Placeholders(JsonElement text)
        => string.Join(',', Forms(text).SelectMany(form => Placeholder().Matches(form).Select(match => match.Value)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [GeneratedRegex(@"@(if|foreach|for|switch)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Statement();

    [GeneratedRegex(@"\{\w+\}", RegexOptions.None, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"@\*.*?\*@", RegexOptions.Singleline, 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\n@code \{.*", RegexOptions.Singleline, 1000)]
    private static partial Regex CodeBlock();

    // What stands between two tags on one line and is neither an expression nor control flow.
    [GeneratedRegex(@">(?<text>[^<>@{}\n]*\p{L}[^<>@{}\n]*)<", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Literal();

    [GeneratedRegex("(aria-label|placeholder|title|alt|Title|Label|Help|Placeholder)=\"(?<text>[^\"@]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SpokenAttribute();

    [GeneratedRegex(@"\p{L}{2,}", RegexOptions.None, 1000)]
    private static partial Regex Words();
}
