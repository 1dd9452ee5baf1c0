namespace Pomost.Architecture.Tests;

/// <summary>Which project may reference which. What is not in the table may not exist, so a new project has to choose its place.</summary>
static class ReferenceRules
{
    public static readonly IReadOnlyDictionary<string, string[]> Allowed = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["Pomost.Rules"] = [],
        ["Pomost.Hub"] = [],
        ["Pomost.Simulators"] = [],
        ["Pomost.Contract"] = ["Pomost.Rules"],
        ["Pomost.Engine"] = ["Pomost.Contract", "Pomost.Rules"],
        ["Pomost.Connectors"] = ["Pomost.Contract", "Pomost.Rules"],
        ["Pomost.Salesmanago"] = ["Pomost.Contract", "Pomost.Rules"],
        ["Pomost.Storage"] = ["Pomost.Engine", "Pomost.Hub", "Pomost.Contract", "Pomost.Rules"],
        ["Pomost.Panel"] = ["Pomost.Engine", "Pomost.Contract", "Pomost.Rules", "Pomost.Hub"],
        ["Pomost.App"] =
        [
            "Pomost.Rules", "Pomost.Contract", "Pomost.Engine", "Pomost.Connectors", "Pomost.Salesmanago",
            "Pomost.Hub", "Pomost.Storage", "Pomost.Panel", "Pomost.Simulators",
        ],
    };

    /// <summary>What is wrong with a graph of references (project → the projects of ours it references); empty when nothing is.</summary>
    public static IReadOnlyList<string> Violations(IReadOnlyDictionary<string, IReadOnlyCollection<string>> graph)
    {
        var unknown = graph.Keys.Where(project => !Allowed.ContainsKey(project)).Select(project => $"{project} has no row in the table of references");
        var missing = Allowed.Keys.Where(project => !graph.ContainsKey(project)).Select(project => $"{project} was not found");
        var forbidden =
            from entry in graph
            where Allowed.ContainsKey(entry.Key)
            from reference in entry.Value
            where !Allowed[entry.Key].Contains(reference, StringComparer.Ordinal)
            select $"{entry.Key} may not reference {reference}";
        return [.. unknown, .. missing, .. forbidden];
    }
}
