using System.Runtime.CompilerServices;

namespace Pomost.Architecture.Tests;

/// <summary>The files of the repository, without what builds, package managers and runs leave in it.</summary>
static class Repository
{
    // In a second work tree .git is a file.
    static readonly string[] NotOurs = [".git", ".vs", ".idea", "artifacts", "node_modules", "bin", "obj", "TestResults"];

    public static string Root { get; } = RootFolder();

    /// <summary>Paths from the root on, with forward slashes.</summary>
    public static IEnumerable<string> Files(string folder = "", string pattern = "*")
    {
        var start = new DirectoryInfo(Path.Combine(Root, folder));
        return start.Exists ? Below(start, pattern).Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/')) : [];
    }

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    static IEnumerable<FileInfo> Below(DirectoryInfo folder, string pattern) => folder.EnumerateFiles(pattern).Where(file => !NotOurs.Contains(file.Name, StringComparer.Ordinal)).Concat(
        folder.EnumerateDirectories().Where(inner => !NotOurs.Contains(inner.Name, StringComparer.Ordinal)).SelectMany(inner => Below(inner, pattern)));

    static string RootFolder([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
