using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Pomost.Storage;

/// <summary>One numbered step of the tables: <c>0001_name.sql</c>. Numbers below 100 belong to the product, from 100 on to the hub.</summary>
public sealed record Migration(int Number, string Name, string Sql)
{
    /// <summary>Tells an applied step from a changed one; line ends do not count.</summary>
    public string Sha256 =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.Replace("\r\n", "\n", StringComparison.Ordinal))));

    /// <summary>The steps this program carries for a dialect, in order.</summary>
    public static IReadOnlyList<Migration> Embedded(Dialect dialect)
    {
        var assembly = typeof(Migration).Assembly;
        var prefix = $"Migrations/{dialect}/";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => Load(assembly, name, name[prefix.Length..]))
            .OrderBy(migration => migration.Number)];
    }

    private static Migration Load(Assembly assembly, string resource, string file)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        var parts = Path.GetFileNameWithoutExtension(file).Split('_', 2);
        return new(int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], reader.ReadToEnd());
    }
}
