// Lays out the folders of a new platform, so that it compiles and its compliance suites say what is still to be written.
using System.Text;

if (args is not [var key, var title] || !IsKey(key) || Identifier(title) is not { Length: > 0 } name)
{
    Console.Error.WriteLine("Usage: dotnet run --project eng/NewPlatform -- <key> \"<Name>\"\nThe key is the name in lower-case letters and digits, for example: woocommerce \"WooCommerce\".");
    return 2;
}

var root = Directory.GetCurrentDirectory();
while (!File.Exists(Path.Combine(root, "Pomost.slnx")))
{
    if (Path.GetDirectoryName(root) is not { } above)
    {
        Console.Error.WriteLine("Run it inside the repository: Pomost.slnx was not found. Nothing was written.");
        return 2;
    }

    root = above;
}

var templates = Path.Combine(root, "eng", "NewPlatform", "Templates");
var files = Directory.GetFiles(templates, "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
    .Select(template => (Template: template, Target: Path.Combine(root, Filled(Path.GetRelativePath(templates, template))[..^".txt".Length]))).ToList();
if (files.Find(file => File.Exists(file.Target)) is { Target: { } there })
{
    Console.Error.WriteLine($"{Path.GetRelativePath(root, there)} exists already. Nothing was written.");
    return 2;
}

foreach (var (template, target) in files)
{
    Directory.CreateDirectory(Path.GetDirectoryName(target)!);
    File.WriteAllText(target, Filled(File.ReadAllText(template)), new UTF8Encoding(false));
    Console.WriteLine(Path.GetRelativePath(root, target));
}

AddLine("src/Pomost.Connectors/Catalogue.cs", $"using Pomost.Connectors.{name};\n", $"        new {name}Connector(),\n");
AddLine(
    "simulators/Catalogue.cs", $"using Pomost.Simulators.{name};\n",
    $"        new(\"{key}\", \"{title}\", OffersHttps: false, async (options, clock, ct) => await {name}Simulator.StartAsync(options.Port, clock, ct)),\n");
Console.WriteLine($"""

    Next: dotnet build tests/Pomost.Connectors.Tests, then run its tests of Pomost.Connectors.Tests.{name} and RepositoryTests.
    What fails is what is to be written; docs/add-a-platform.md says how. Renew the tables of README.md with POMOST_APPROVE=1.
    """);
return 0;

string Filled(string text) => text.Replace("NAME", name, StringComparison.Ordinal).Replace("KEY", key, StringComparison.Ordinal)
    .Replace("TITLE", title, StringComparison.Ordinal);

void AddLine(string path, string import, string line)
{
    var file = Path.Combine(root, path);
    var text = import + File.ReadAllText(file);
    var end = text.IndexOf("\n    ];", StringComparison.Ordinal) + 1;
    File.WriteAllText(file, text.Insert(end, line), new UTF8Encoding(false));
    Console.WriteLine($"{path} (two lines)");
}

static bool IsKey(string key) => key.Length > 0 && char.IsAsciiLetterLower(key[0]) && key.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter));

static string Identifier(string title)
{
    var letters = string.Concat(title.Where(char.IsAsciiLetterOrDigit));
    return letters.Length > 0 && char.IsAsciiLetterUpper(letters[0]) ? letters : "";
}
