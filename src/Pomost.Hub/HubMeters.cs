using System.Diagnostics.Metrics;

namespace Pomost.Hub;

/// <summary>What the hub counts and logs of callers it refused. Neither says whose address, name or key it was.</summary>
public static partial class HubMeters
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Pomost.Hub";

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>("pomost.hub.refusals", description: "Calls of the hub that were refused to their caller, by outcome");

    /// <summary>Notes a refusal that concerns who calls, not what is asked for.</summary>
    internal static void Note(ILogger log, string call, HubRefusal refusal)
    {
        var outcome = refusal.Status switch
        {
            StatusCodes.Status429TooManyRequests => "TooMany",
            StatusCodes.Status403Forbidden => "NotAllowed",
            _ when refusal.ReasonCode == HubRefusal.AuthenticationFailed => "NotAuthenticated",
            _ => null,
        };
        if (outcome is null) return;
        Refusals.Add(1, KeyValuePair.Create("outcome", (object?)outcome));
        Log.Refused(log, call, outcome);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Hub call {Call} was refused ({Outcome})")]
        public static partial void Refused(ILogger logger, string call, string outcome);
    }
}
