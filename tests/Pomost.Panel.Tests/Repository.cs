using System.Runtime.CompilerServices;

namespace Pomost.Panel.Tests;

/// <summary>The source tree, for tests that read the panel's own files.</summary>
static class Repository
{
    public static string Panel { get; } = Path.GetFullPath(Path.Combine(Here(), "../../src/Pomost.Panel"));

    public static IEnumerable<string> PanelFiles(string pattern) => Directory
        .EnumerateFiles(Panel, pattern, SearchOption.AllDirectories)
        .Where(file => !file.Contains("node_modules", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
