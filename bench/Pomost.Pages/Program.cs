using System.CommandLine;
using Pomost.Pages;

var executable = new Option<string>("--pomost") { Description = "The executable to measure.", Required = true };
var visits = new Option<int>("--visits") { Description = "First visits to each page.", DefaultValueFactory = _ => 5 };
var root = new RootCommand("Measures first visits to the panel's pages: bytes over the wire, and milliseconds until the page can be used.") { executable, visits };
root.SetAction(async (line, ct) =>
{
    var measured = await FirstVisits.MeasureAsync(line.GetValue(executable)!, line.GetValue(visits), ct);
    Console.Out.WriteLine("| page | kB over the wire | requests | usable after, ms (median) | longest |");
    Console.Out.WriteLine("|---|---:|---:|---:|---:|");
    foreach (var page in measured)
        Console.Out.WriteLine(FormattableString.Invariant($"| `{page.Address}` | {page.Bytes / 1000.0:0.0} | {page.Requests} | {page.Median:0} | {page.Longest:0} |"));
});
return await root.Parse(args).InvokeAsync();
