using System.CommandLine;
using Pomost.Load;

var customers = new Option<int>("--customers") { Description = "People with an account in the simulated shop.", DefaultValueFactory = _ => 2_000 };
var guests = new Option<int>("--guests") { Description = "People who order without one.", DefaultValueFactory = _ => 600 };
var orders = new Option<int>("--orders") { Description = "Orders.", DefaultValueFactory = _ => 6_000 };
var program = new Option<string?>("--pomost") { Description = "The executable to measure (default: the Release build of this repository)." };
var keep = new Option<string?>("--data") { Description = "Keep the database in this folder, which must not exist yet (default: a temporary one, deleted afterwards)." };
var json = new Option<bool>("--json") { Description = "Print one JSON document instead of the table." };

var root = new RootCommand("Measures the whole: a simulated shop in one process, exports to the built-in hub in another.")
{
    customers, guests, orders, program, keep, json,
};
root.SetAction(async (line, ct) =>
{
    var size = new ShopSize(line.GetValue(customers), line.GetValue(guests), line.GetValue(orders));
    var executable = line.GetValue(program) ?? PomostProgram.ReleaseBuild();
    var data = line.GetValue(keep) ?? Path.Combine(Path.GetTempPath(), $"pomost-load-{Guid.NewGuid():N}");
    if (Directory.Exists(data))
        throw new InvalidOperationException($"{data} exists already: a load run begins with an empty database.");
    try
    {
        var report = await LoadRun.MeasureAsync(new PomostProgram(executable, data), size, ct);
        Console.Out.WriteLine(line.GetValue(json) ? report.ToJson() : report.ToTable());
        return report.IsSound ? 0 : 1;
    }
    finally
    {
        if (line.GetValue(keep) is null && Directory.Exists(data))
            Directory.Delete(data, recursive: true);
    }
});
return await root.Parse(args).InvokeAsync();
