using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Pomost.Load;

/// <summary>One export command: what it did, what it cost, and the floor of its shop side.</summary>
sealed record ExportStep(string Turn, string Kind, CommandResult Command, RawResult Floor)
{
    public string State => Command.Output.GetProperty("state").GetString()!;

    public long Read => Number("read");

    public long Sent => Number("sent");

    public long Skipped => Number("skipped");

    public long Rejected => Number("rejected");

    public double ReadPerSecond => Read / Command.Seconds;

    public double SentPerSecond => Sent / Command.Seconds;

    /// <summary>How many times longer than reading the same pages raw.</summary>
    public double TimesFloor => Command.Seconds / Floor.Seconds;

    /// <summary>Milliseconds waited for the shop, waited for the destination, and spent in deciding. The three overlap: their sum may pass the wall clock.</summary>
    public (long Shop, long Destination, long Own) Milliseconds
    {
        get
        {
            var parts = Command.Output.GetProperty("milliseconds");
            return (parts.GetProperty("shop").GetInt64(), parts.GetProperty("destination").GetInt64(), parts.GetProperty("own").GetInt64());
        }
    }

    public double Share(long milliseconds) => milliseconds / 1000.0 / Command.Seconds;

    long Number(string name) => Command.Output.GetProperty(name).GetInt64();
}

/// <summary>Everything one measurement found.</summary>
/// <param name="Size">How large the shop was.</param>
/// <param name="Steps">First contacts and transactions, second contacts and transactions.</param>
/// <param name="LoadBefore">Load average of the machine at the start.</param>
/// <param name="LoadAfter">Load average of the machine at the end.</param>
sealed record LoadReport(ShopSize Size, IReadOnlyList<ExportStep> Steps, double? LoadBefore, double? LoadAfter)
{
    static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Every run was finished, every record counted once, and the second time nothing was sent.</summary>
    public bool IsSound => Steps.All(step => step.State is "done" or "doneWithRejects" && step.Read == step.Sent + step.Skipped + step.Rejected)
        && Steps.Where(step => step.Turn == "second").All(step => step.Sent == 0);

    /// <summary>How many times faster the second export of a kind was.</summary>
    public double SecondTurnRatio(string kind)
        => Steps.First(step => step.Turn == "first" && step.Kind == kind).Command.Seconds / Steps.First(step => step.Turn == "second" && step.Kind == kind).Command.Seconds;

    public string ToTable()
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        Line($"Shop: {Size.Customers} customers, {Size.Guests} guests, {Size.Orders} orders. Destination: the hub inside the exporting process.");
        Line($"Machine: {Environment.ProcessorCount} processors, load average {LoadBefore:0.0} before and {LoadAfter:0.0} after.");
        text.AppendLine();
        Line($"{"step",-20} {"read",8} {"sent",8} {"seconds",8} {"read/s",8} {"sent/s",8} {"cpu s",7} {"peak MB",8} {"x floor",8} {"shop",6} {"dest.",6} {"own",6}");
        foreach (var step in Steps)
        {
            var (shop, destination, own) = step.Milliseconds;
            var peak = step.Command.PeakBytes / (1024.0 * 1024);
            Line($"{step.Turn + " " + step.Kind,-20} {step.Read,8} {step.Sent,8} {step.Command.Seconds,8:0.0} {step.ReadPerSecond,8:0} {step.SentPerSecond,8:0} {step.Command.ProcessorSeconds,7:0.0} {peak,8:0} {step.TimesFloor,8:0.00} {step.Share(shop),6:P0} {step.Share(destination),6:P0} {step.Share(own),6:P0}");
        }

        foreach (var step in Steps.Where(step => step.Turn == "first"))
            Line($"{"floor " + step.Kind,-20} {step.Floor.Rows,8} {"",8} {step.Floor.Seconds,8:0.0} {step.Floor.Rows / step.Floor.Seconds,8:0} ({step.Floor.Bytes / 1e6:0.0} MB read raw, one page after the other)");
        Line($"Second export: contacts {SecondTurnRatio("contacts"):0.0} times faster, transactions {SecondTurnRatio("transactions"):0.0} times.");
        text.Append(IsSound ? "Sound: every record counted once, nothing sent twice." : "NOT SOUND: a run did not end, lost count, or sent something twice.");
        return text.ToString();
    }

    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            sound = IsSound,
            size = Size,
            destination = "hub inside the exporting process",
            processors = Environment.ProcessorCount,
            loadAverage = new { before = LoadBefore, after = LoadAfter },
            steps = Steps.Select(step => new
            {
                step.Turn,
                step.Kind,
                step.State,
                step.Read,
                step.Sent,
                step.Skipped,
                step.Rejected,
                seconds = Math.Round(step.Command.Seconds, 2),
                processorSeconds = Math.Round(step.Command.ProcessorSeconds, 2),
                readPerSecond = Math.Round(step.ReadPerSecond),
                sentPerSecond = Math.Round(step.SentPerSecond),
                peakBytes = step.Command.PeakBytes,
                timesFloor = Math.Round(step.TimesFloor, 2),
                milliseconds = new { step.Milliseconds.Shop, step.Milliseconds.Destination, step.Milliseconds.Own },
                floor = new { step.Floor.Rows, step.Floor.Bytes, seconds = Math.Round(step.Floor.Seconds, 2) },
            }),
            secondExportTimesFaster = new { contacts = Math.Round(SecondTurnRatio("contacts"), 2), transactions = Math.Round(SecondTurnRatio("transactions"), 2) },
        },
        Readable);
}
