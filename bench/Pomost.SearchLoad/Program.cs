using System.CommandLine;
using Pomost.SearchLoad;
using Pomost.Storage;

var contacts = new Option<int>("--contacts") { Description = "People to fill in.", DefaultValueFactory = _ => 1_000_000 };
var rounds = new Option<int>("--rounds") { Description = "Times each search is made.", DefaultValueFactory = _ => 40 };
var program = new Option<string?>("--pomost") { Description = "The executable to measure (default: the Release build of this repository)." };
var database = new Option<string?>("--database") { Description = "Connection string of an empty PostgreSQL database (default: a SQLite file)." };
var data = new Option<string?>("--data") { Description = "Keep the data in this folder, and measure what it holds when it is there already (default: a temporary one)." };

var noPages = new Option<bool>("--no-pages") { Description = "Ask the storage alone: no program is started." };

var root = new RootCommand("Measures searches of contacts: fills a database, then asks it, and the pages of the panel on it.") { contacts, rounds, program, database, data, noPages };
root.SetAction(async (line, ct) =>
{
    var folder = line.GetValue(data) ?? Path.Combine(Path.GetTempPath(), $"pomost-search-{Guid.NewGuid():N}");
    try
    {
        var options = line.GetValue(database) is { } text ? DatabaseOptions.PostgreSql(text) : DatabaseOptions.Sqlite(Path.Combine(folder, "pomost.db"));
        var pomost = line.GetValue(noPages) ? null : new PomostPanel(line.GetValue(program) ?? PomostPanel.ReleaseBuild(), folder, line.GetValue(database));
        Console.Out.WriteLine(await SearchRun.MeasureAsync(options, pomost, line.GetValue(contacts), line.GetValue(rounds), ct));
        return 0;
    }
    finally
    {
        if (line.GetValue(data) is null && Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
});
return await root.Parse(args).InvokeAsync();
