using System.Text.RegularExpressions;

namespace Pomost.Architecture.Tests;

/// <summary>Connectors share one project, so the compiler does not keep them apart; this does.</summary>
public class ConnectorBorderTests
{
    const string Folder = "src/Pomost.Connectors";

    [Fact]
    public void No_connector_uses_another() => Assert.Empty(Violations(Sources()));

    [Theory]
    [InlineData("using Pomost.Connectors.Shoper;")]
    [InlineData("using static Pomost.Connectors.Shoper.ShoperMapping;")]
    [InlineData("var api = new Pomost.Connectors.Shoper.ShoperApi();")]
    [InlineData("var contact = Shoper.ShoperMapping.ToContact(wire);")]
    [InlineData("var contact = ShoperMapping.ToContact(wire);")]
    public void Using_another_connector_is_named(string line)
    {
        var sources = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["WooCommerce/WooCommerceConnector.cs"] = "namespace Pomost.Connectors.WooCommerce;",
            ["WooCommerce/WooCommerceMapping.cs"] = line,
            ["Shoper/ShoperConnector.cs"] = "namespace Pomost.Connectors.Shoper;",
        };
        Assert.Equal(["WooCommerce/WooCommerceMapping.cs uses the connector Shoper"], Violations(sources));
    }

    [Theory]
    [InlineData("Shoper/ShoperMapping.cs", "using Pomost.Connectors.Shoper;")]
    [InlineData("WooCommerce/WooCommerceApi.cs", "// Shoper does the same. Shopers too.")]
    [InlineData("WooCommerce/WooCommerceApi.cs", "using Pomost.Connectors.Shared;")]
    [InlineData("Catalogue.cs", "using Pomost.Connectors.Shoper;")]
    public void Its_own_names_shared_code_and_mere_words_are_no_violation(string file, string line)
    {
        var sources = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["WooCommerce/WooCommerceConnector.cs"] = "",
            ["Shoper/ShoperConnector.cs"] = "",
            ["Shared/JsonText.cs"] = "",
            [file] = line,
        };
        Assert.Empty(Violations(sources));
    }

    /// <summary>Files (paths within the connectors' folder) that use a connector other than their folder's own.</summary>
    static IReadOnlyList<string> Violations(IReadOnlyDictionary<string, string> sources)
    {
        // A folder is a connector's when it holds <folder>Connector.cs; its types bear its name in front.
        var connectors = sources.Keys.Where(file => file.Split('/') is [var folder, var name] && name == $"{folder}Connector.cs")
            .Select(file => file.Split('/')[0]).ToList();
        return
        [
            .. from source in sources
               from other in connectors
               where connectors.Contains(source.Key.Split('/')[0], StringComparer.Ordinal) && source.Key.Split('/')[0] != other
               where Regex.IsMatch(source.Value, $@"\bPomost\.Connectors\.{other}\b|\b{other}(\.)?[A-Z]\w*[.(<]", RegexOptions.None, TimeSpan.FromSeconds(5))
               select $"{source.Key} uses the connector {other}",
        ];
    }

    static Dictionary<string, string> Sources() => Repository.Files(Folder, "*.cs")
        .ToDictionary(file => file[(Folder.Length + 1)..], Repository.Text, StringComparer.Ordinal);
}
