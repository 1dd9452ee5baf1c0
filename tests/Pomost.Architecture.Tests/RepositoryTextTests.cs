using System.Text;
using System.Text.RegularExpressions;

namespace Pomost.Architecture.Tests;

/// <summary>What may not stand in any text of the repository, and which texts it must have.</summary>
public partial class RepositoryTextTests
{
    /// <summary>This file has to spell what it forbids.</summary>
    const string ThisFile = "tests/Pomost.Architecture.Tests/RepositoryTextTests.cs";

    [Fact]
    public void No_text_names_a_machine_a_package_host_or_a_task_left_over()
        => Assert.Empty(Repository.Files().Where(file => file != ThisFile).SelectMany(file => Violations(file, Bytes(file))));

    [Theory]
    [InlineData("see /work/notes.md", "/work/")]
    [InlineData("path=\"/root/.cache\"", "/root/")]
    [InlineData("\"resolved\": \"https://registry.npmjs.org/x\"", "registry.npmjs")]
    [InlineData("<add value=\"https://api.nuget.org/v3/index.json\" />", "api.nuget")]
    [InlineData("// TODO: later", "TODO")]
    [InlineData("# FIXME", "FIXME")]
    public void A_forbidden_text_is_named_with_its_line(string line, string found)
        => Assert.Equal([$"docs/x.md:2 holds {found}"], Violations("docs/x.md", Encoding.UTF8.GetBytes($"first\n{line}\nlast")));

    [Theory]
    [InlineData("https://sklep.example/work/shoes")]
    [InlineData("src/root/file")]
    [InlineData("mastodon, método, Autodoc")]
    public void A_text_that_only_looks_alike_is_not(string line) => Assert.Empty(Violations("docs/x.md", Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void A_picture_is_not_read_as_text() => Assert.Empty(Violations("x.png", [0x89, 0x50, 0x00, .. "TODO"u8]));

    [Theory]
    [InlineData("LICENSE", "MIT License")]
    [InlineData("README.md", "# Pomost")]
    [InlineData("CHANGELOG.md", "# Changelog")]
    [InlineData("CONTRIBUTING.md", "# Contributing")]
    public void A_text_every_visitor_looks_for_is_there(string file, string beginning)
    {
        Assert.Contains(file, Repository.Files());
        Assert.StartsWith(beginning, Repository.Text(file), StringComparison.OrdinalIgnoreCase);
    }

    static IEnumerable<string> Violations(string file, byte[] content)
    {
        if (content.AsSpan(0, Math.Min(content.Length, 8000)).Contains((byte)0))
            yield break;
        var lines = Encoding.UTF8.GetString(content).Split('\n');
        for (var number = 1; number <= lines.Length; number++)
        {
            foreach (Match match in Forbidden().Matches(lines[number - 1]))
                yield return $"{file}:{number} holds {match.Value}";
        }
    }

    static byte[] Bytes(string file) => File.ReadAllBytes(Path.Combine(Repository.Root, file));

    [GeneratedRegex(@"(?<![\w.-])/(work|root)/|registry\.npmjs|api\.nuget|\bTODO\b|\bFIXME\b", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Forbidden();
}
