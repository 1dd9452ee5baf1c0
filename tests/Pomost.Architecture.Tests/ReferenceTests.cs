using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Pomost.Architecture.Tests;

public class ReferenceTests
{
    /// <summary>The executable bears the product's name; everything else is named like its project.</summary>
    const string AppAssembly = "pomost";

    public static TheoryData<string> Rows => [.. ReferenceRules.Allowed.Keys];

    public static TheoryData<string, string> Forbidden
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (project, allowed) in ReferenceRules.Allowed)
            {
                foreach (var other in ReferenceRules.Allowed.Keys.Append("Pomost.Testing"))
                {
                    if (other != project && !allowed.Contains(other, StringComparer.Ordinal))
                        data.Add(project, other);
                }
            }

            return data;
        }
    }

    [Fact]
    public void The_project_files_hold_the_table() => Assert.Empty(ReferenceRules.Violations(OfProjectFiles()));

    [Fact]
    public void The_compiled_assemblies_hold_the_table() => Assert.Empty(ReferenceRules.Violations(OfAssemblies()));

    [Fact]
    public void Both_ways_of_reading_see_references()
    {
        Assert.Contains("Pomost.Rules", OfProjectFiles()["Pomost.Contract"]);
        Assert.Contains("Pomost.Rules", OfAssemblies()["Pomost.Contract"]);
    }

    [Theory, MemberData(nameof(Forbidden))]
    public void A_forbidden_reference_is_named(string project, string reference)
    {
        var graph = AllAllowed();
        graph[project] = [.. graph[project], reference];
        Assert.Equal([$"{project} may not reference {reference}"], ReferenceRules.Violations(graph));
    }

    [Theory, MemberData(nameof(Rows))]
    public void A_project_that_is_not_there_is_named(string project)
    {
        var graph = AllAllowed();
        graph.Remove(project);
        Assert.Equal([$"{project} was not found"], ReferenceRules.Violations(graph));
    }

    [Fact]
    public void A_project_without_a_row_is_named()
    {
        var graph = AllAllowed();
        graph["Pomost.Extras"] = [];
        Assert.Equal(["Pomost.Extras has no row in the table of references"], ReferenceRules.Violations(graph));
    }

    [Fact]
    public void What_the_table_allows_is_no_violation() => Assert.Empty(ReferenceRules.Violations(AllAllowed()));

    static Dictionary<string, IReadOnlyCollection<string>> AllAllowed()
        => ReferenceRules.Allowed.ToDictionary(row => row.Key, row => (IReadOnlyCollection<string>)row.Value, StringComparer.Ordinal);

    static Dictionary<string, IReadOnlyCollection<string>> OfProjectFiles() => Repository.Files("src", "*.csproj")
        .Concat(Repository.Files("simulators", "*.csproj"))
        .ToDictionary(
            file => Path.GetFileNameWithoutExtension(file),
            file => (IReadOnlyCollection<string>)[.. XDocument.Parse(Repository.Text(file)).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))],
            StringComparer.Ordinal);

    static Dictionary<string, IReadOnlyCollection<string>> OfAssemblies()
    {
        var ours = ReferenceRules.Allowed.Keys.Select(project => (Project: project, File: FileOf(project))).Where(entry => File.Exists(entry.File));
        return ours.ToDictionary(entry => entry.Project, entry => ReferencesOf(entry.File), StringComparer.Ordinal);
    }

    static string FileOf(string project) => Path.Combine(AppContext.BaseDirectory, $"{(project == "Pomost.App" ? AppAssembly : project)}.dll");

    static IReadOnlyCollection<string> ReferencesOf(string file)
    {
        using var stream = File.OpenRead(file);
        using var image = new PEReader(stream);
        var metadata = image.GetMetadataReader();
        return
        [
            .. metadata.AssemblyReferences
                .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
                .Where(name => name.StartsWith("Pomost.", StringComparison.Ordinal) || name == AppAssembly)
                .Select(name => name == AppAssembly ? "Pomost.App" : name),
        ];
    }
}
