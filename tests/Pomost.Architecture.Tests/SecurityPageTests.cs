using System.Globalization;
using System.Text.RegularExpressions;

namespace Pomost.Architecture.Tests;

/// <summary>
/// Goal: the page on security cannot rot. Method: each test, file and page it names as a proof must be there, each requirement of level 1
/// and 2 has one of four verdicts, and what it says the program does not use is looked for in the sources.
/// </summary>
public partial class SecurityPageTests
{
    const string Page = "docs/security.md";
    const int LongestGist = 15;

    static readonly string[] Verdicts = ["yes", "partly", "no", "not applicable"];

    /// <summary>Requirements of level 1 and 2 in the chapters of ASVS 5.0.0.</summary>
    static readonly int[] Requirements = [27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7];

    [Fact]
    public void What_it_names_as_proof_is_there() => Assert.Empty(Missing(Repository.Text(Page)));

    [Fact]
    public void Every_requirement_has_a_verdict_and_what_it_rests_on() => Assert.Empty(Violations(Repository.Text(Page)));

    [Fact]
    public void No_requirement_is_left_out_and_none_stands_twice()
    {
        var numbers = Lines(Repository.Text(Page)).Select(line => line.Number).ToList();
        Assert.Equal(numbers.Distinct(StringComparer.Ordinal), numbers);
        var counts = Enumerable.Range(1, Requirements.Length).Select(chapter => numbers.Count(number => ChapterOf(number) == chapter));
        Assert.Equal(Requirements, counts);
    }

    [Fact]
    public void The_summary_counts_the_lines()
    {
        var text = Repository.Text(Page);
        var lines = Lines(text).ToList();
        var told = Summary().Matches(text).Select(row => string.Join(' ', row.Groups.Cast<Group>().Skip(1).Select(cell => cell.Value)));
        Assert.Equal(Enumerable.Range(1, Requirements.Length).Select(Counted), told);

        string Counted(int chapter) => string.Join(' ', Verdicts.Select(verdict => Count(verdict, chapter)).Prepend(chapter));
        int Count(string verdict, int chapter) => lines.Count(line => ChapterOf(line.Number) == chapter && line.Verdict == verdict);
    }

    [Theory]
    [InlineData("src", "*.cs", @"\bProcess\.Start\b|\bProcessStartInfo\b")]
    [InlineData("src", "*.cs", @"\b(XmlReader|XDocument|XmlDocument|XmlSerializer|XPathNavigator|XslCompiledTransform)\b", "ShopXml.cs")]
    [InlineData("src", "*.cs", @"\b(WebSocket|GraphQL|BinaryFormatter|TypeNameHandling|DirectoryEntry|LdapConnection)\w*")]
    [InlineData("src", "*.cs", @"\bunsafe\b|\b(AddCors|UseCors|UseDirectoryBrowser|UseStaticFiles|UseDeveloperExceptionPage)\b")]
    [InlineData("src", "*.cs", @"DangerousAcceptAnyServerCertificate|ServerCertificateCustomValidationCallback")]
    // There the installation's own certificate is compared, for requests to itself.
    [InlineData("src", "*.cs", "RemoteCertificateValidationCallback", "OutgoingHttp.cs")]
    [InlineData("src/Pomost.Panel/Assets", "*.js", @"\beval\(|\bnew Function\b|innerHTML|insertAdjacentHTML|document\.write|postMessage")]
    [InlineData("src/Pomost.Panel/Assets", "*.js", "localStorage|sessionStorage|indexedDB|__proto__")]
    [InlineData("shop-modules", "*.php", @"\b(unserialize|eval|shell_exec|passthru|md5)\s*\(")]
    public void What_it_says_is_not_used_is_not(string folder, string files, string forbidden, string? but = null)
    {
        var sources = Repository.Files(folder, files).ToList();
        Assert.NotEmpty(sources);
        var patience = TimeSpan.FromSeconds(5);
        var found = sources.Where(file => Regex.IsMatch(Repository.Text(file), forbidden, RegexOptions.ExplicitCapture, patience));
        Assert.Equal(but is null ? [] : [but], found.Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("`SecurityPageTests`", null)]
    [InlineData("`SecurityPageTests.The_summary_counts_the_lines`", null)]
    [InlineData("`Repository.cs` and `tests/Pomost.Architecture.Tests/Repository.cs`", null)]
    [InlineData("## What is taken, and why\n[the rules](rules.md#x), [above](#what-is-taken-and-why), [elsewhere](https://asvs.example/a.md)", null)]
    [InlineData("`/health/live.json`, `pomost.db`, `POMOST_DATA`", null)]
    [InlineData("`SecurityPagesTests`", "SecurityPagesTests")]
    [InlineData("`SecurityPageTests.The_summary`", "SecurityPageTests.The_summary")]
    [InlineData("`Depository.cs`", "Depository.cs")]
    [InlineData("`pository.cs`", "pository.cs")]
    [InlineData("[the rules](ruls.md)", "ruls.md")]
    [InlineData("## What is taken\n[above](#what-is-token)", "#what-is-token")]
    public void A_name_of_nothing_is_told(string text, string? expected) => Assert.Equal(expected is null ? [] : [expected], Missing(text));

    [Theory]
    [InlineData("| 1.2.3 | Output is encoded | yes | `Repository.cs` |", null)]
    [InlineData("| 1.2.3 | Output is encoded | not applicable | There is none. |", null)]
    [InlineData("| 1.2.3 | Output is encoded | maybe | `Repository.cs` |", "1.2.3: 'maybe' is no verdict")]
    [InlineData("| 1.2.3 | Output is encoded | yes | We are careful. |", "1.2.3: a yes rests on a test, a file or a page")]
    [InlineData("| 1.2.3 | Output is encoded | no | |", "1.2.3: no reason")]
    [InlineData("| 1.2.3 | a b c d e f g h i j k l m n o p | no | It is late. |", "1.2.3: the gist has 16 words")]
    [InlineData("| 1.2.3 | Output is encoded | yes |", "| 1.2.3 | Output is encoded | yes | has no four cells")]
    public void A_line_without_verdict_or_proof_is_told(string line, string? expected)
        => Assert.Equal(expected is null ? [] : [expected], Violations(line));

    static IEnumerable<string> Violations(string text)
    {
        foreach (Match line in Numbered().Matches(text))
        {
            if (Row().Match(line.Value) is not { Success: true } row)
            {
                yield return $"{line.Value} has no four cells";
                continue;
            }

            var (number, gist, verdict, proof) = Cells(row);
            if (!Verdicts.Contains(verdict, StringComparer.Ordinal))
                yield return $"{number}: '{verdict}' is no verdict";
            if (proof.Length == 0)
                yield return $"{number}: no reason";
            else if (verdict == "yes" && !Named(proof).Any() && !Link().IsMatch(proof) && !Inward().IsMatch(proof))
                yield return $"{number}: a yes rests on a test, a file or a page";
            if (gist.Split(' ').Length is > LongestGist and var words)
                yield return $"{number}: the gist has {words.ToString(CultureInfo.InvariantCulture)} words";
        }
    }

    /// <summary>What the text names and the repository does not have: test classes, their methods, files (by the end of their path), pages, own sections.</summary>
    static IEnumerable<string> Missing(string text)
    {
        var files = Repository.Files().ToList();
        var sections = Heading().Matches(text).Select(heading => AnchorOf(heading.Groups["words"].Value)).ToList();
        var tests = Repository.Files("tests", "*.cs").Select(Repository.Text).ToList();
        return
        [
            .. Named(text).Where(name => !(TestName().Match(name) is { Success: true } test
                ? tests.Exists(source => Holds(source, test.Groups["class"].Value, test.Groups["method"].Value))
                : files.Exists(file => file == name || file.EndsWith("/" + name, StringComparison.Ordinal)))),
            .. Link().Matches(text).Select(link => link.Groups["file"].Value)
                .Where(page => !files.Contains("docs/" + page, StringComparer.Ordinal)),
            .. Inward().Matches(text).Select(link => link.Groups["section"].Value).Where(section => !sections.Contains(section, StringComparer.Ordinal))
                .Select(section => "#" + section),
        ];
    }

    static string AnchorOf(string heading)
        => string.Concat(heading.ToLowerInvariant().Where(sign => char.IsLetterOrDigit(sign) || sign is ' ' or '-')).Replace(' ', '-');

    static bool Holds(string source, string type, string method)
        => Regex.IsMatch(source, $@"\bclass {type}\b", RegexOptions.None, TimeSpan.FromSeconds(5))
            && (method.Length == 0 || source.Contains($" {method}(", StringComparison.Ordinal));

    static IEnumerable<string> Named(string text) => Code().Matches(text).Select(code => code.Groups["name"].Value)
        .Where(name => TestName().IsMatch(name) || FileName().IsMatch(name));

    static IEnumerable<(string Number, string Gist, string Verdict, string Proof)> Lines(string text) => Row().Matches(text).Select(Cells);

    static (string Number, string Gist, string Verdict, string Proof) Cells(Match row)
        => (row.Groups["number"].Value, row.Groups["gist"].Value.Trim(), row.Groups["verdict"].Value.Trim(), row.Groups["proof"].Value.Trim());

    static int ChapterOf(string number) => int.Parse(number.Split('.')[0], CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| \d+\.\d+\.\d+ .*$", RegexOptions.Multiline, 5000)]
    private static partial Regex Numbered();

    [GeneratedRegex(
        @"^\| (?<number>\d+\.\d+\.\d+) \|(?<gist>[^|\n]*)\|(?<verdict>[^|\n]*)\|(?<proof>[^|\n]*)\|$", RegexOptions.Multiline, 5000)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| V(?<chapter>\d+) [^|\n]*\| (?<yes>\d+) \| (?<partly>\d+) \| (?<no>\d+) \| (?<none>\d+) \|$", RegexOptions.Multiline, 5000)]
    private static partial Regex Summary();

    [GeneratedRegex("`(?<name>[^`\n]+)`", RegexOptions.None, 5000)]
    private static partial Regex Code();

    [GeneratedRegex(@"^(?<class>[A-Z]\w*Tests)(\.(?<method>\w+))?$", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex TestName();

    [GeneratedRegex(@"^(?!/)[\w./-]+\.(cs|razor|js|php|sql|txt|md|json|props)$|^Containerfile$", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex FileName();

    [GeneratedRegex(@"\]\((?<file>[\w/-]+\.md)(#[\w-]+)?\)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Link();

    [GeneratedRegex(@"\]\(#(?<section>[\w-]+)\)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Inward();

    [GeneratedRegex("^##+ (?<words>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Heading();
}
