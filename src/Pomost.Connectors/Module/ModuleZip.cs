using System.IO.Compression;
using System.Reflection;

namespace Pomost.Connectors.Module;

/// <summary>Packs a module from the files this program carries.</summary>
static class ModuleZip
{
    // The same files give the same archive.
    static readonly DateTimeOffset Stamp = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="module">Folder below <c>shop-modules</c>.</param>
    /// <param name="folder">Folder within the archive.</param>
    /// <param name="added">Files made for this shop.</param>
    public static byte[] Build(string module, string folder, IReadOnlyList<(string Name, byte[] Content)> added)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in FilesOf(module).Concat(added))
            {
                var entry = archive.CreateEntry($"{folder}/{name}", CompressionLevel.SmallestSize);
                entry.LastWriteTime = Stamp;
                using var written = entry.Open();
                written.Write(content);
            }
        }
        return bytes.ToArray();
    }

    /// <summary>The files of a module as they stand in the repository.</summary>
    public static IEnumerable<(string Name, byte[] Content)> FilesOf(string module)
    {
        var (assembly, prefix) = (Assembly.GetExecutingAssembly(), $"shop-modules/{module}/");
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var content = new MemoryStream();
            using var file = assembly.GetManifestResourceStream(name)!;
            file.CopyTo(content);
            yield return (name[prefix.Length..], content.ToArray());
        }
    }
}
