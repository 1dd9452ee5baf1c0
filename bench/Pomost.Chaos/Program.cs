using System.CommandLine;
using Pomost.Chaos;

var program = new Option<string>("--pomost") { Description = "The executable to try.", Required = true };
var root = new RootCommand("Tries the whole while both sides change and misbehave. Shop and destination are in this process, Pomost in its own.")
{
    Make("latency", "Webhook to card, one change after the other.", "--changes", 1_000, Runs.LatencyAsync),
    Make("lossy", "Webhooks dropped, doubled and out of order; afterwards both sides must be equal.", "--changes", 10_000, Runs.LossyAsync),
    Make("chaos", "Both sides slow, failing, cut and down, Pomost killed every minute; afterwards both sides must be equal.", "--minutes", 30, Runs.ChaosAsync),
};
return await root.Parse(args).InvokeAsync();

Command Make(string name, string description, string sizeName, int size, Func<Stage, int, CancellationToken, Task<bool>> run)
{
    var option = new Option<int>(sizeName) { DefaultValueFactory = _ => size };
    var command = new Command(name, description) { option, program };
    command.SetAction(async (line, ct) =>
    {
        await using var stage = await Stage.BuildAsync(line.GetValue(program)!);
        return await run(stage, line.GetValue(option), ct) ? 0 : 1;
    });
    return command;
}
