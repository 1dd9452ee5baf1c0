using Pomost.Engine;
using Pomost.Panel.Components;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Features.Health;

/// <summary>Words and numbers of the lines. No default arms: a new topic must get its words.</summary>
static class HealthLooks
{
    public static (Tone Tone, string Icon, string Word) Of(HealthTexts t, HealthState state) => state switch
    {
        HealthState.Ok => (Tone.Ok, "check", t.Ok),
        HealthState.Notice => (Tone.Warn, "alert-triangle", t.Notice),
        HealthState.Bad => (Tone.Bad, "x", t.Bad),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "A state without words."),
    };

    public static string Name(HealthTexts t, HealthLine line) => line.Topic switch
    {
        HealthTopic.Lag => t.Lag,
        HealthTopic.Queue => line.Name is null ? t.QueueOfHub : t.Queue,
        HealthTopic.GivenUp => t.GivenUp,
        HealthTopic.Store or HealthTopic.ShopSilent or HealthTopic.StorePaused => t.Store,
        HealthTopic.ShopRate => t.ShopRate,
        HealthTopic.DestinationRate => line.Name is null ? t.HubRate : t.DestinationRate,
        HealthTopic.ShopWebhooks => t.ShopWebhooks,
        HealthTopic.Callbacks => t.Callbacks,
        HealthTopic.Webhooks => t.Webhooks,
        HealthTopic.ApiKeys => t.ApiKeys,
        HealthTopic.Certificate => t.Certificate,
        HealthTopic.EncryptionKey => t.EncryptionKey,
        HealthTopic.Disk => t.Disk,
        HealthTopic.Database => t.Database,
        HealthTopic.Mail => t.Mail,
        HealthTopic.PrivateNetworks => t.PrivateNetworks,
        HealthTopic.PrivateFiles => t.PrivateFiles,
        HealthTopic.Version => t.Version,
        HealthTopic.Node => t.Node,
        HealthTopic.Clock => t.Clock,
        _ => throw new ArgumentOutOfRangeException(nameof(line), line.Topic, "A topic without words."),
    };

    public static string Figure(PanelTexts texts, Formats f, HealthLine line)
    {
        var t = texts.Health;
        return line.Topic switch
        {
            HealthTopic.Lag => t.Minutes(f.Number(line.Figure!.Value)),
            HealthTopic.ShopRate or HealthTopic.DestinationRate => t.PerMinute(f.Number(line.Figure!.Value)),
            HealthTopic.ShopWebhooks => line.At is { } seen ? t.LostAndSeen(f.Number(line.Figure!.Value), f.Near(seen)) : t.Lost(f.Number(line.Figure!.Value)),
            HealthTopic.Callbacks => line.At is { } called ? t.RefusedAndCalled(f.Number(line.Figure!.Value), f.Near(called)) : t.NotCalled,
            HealthTopic.Webhooks => line.Limit == 0 ? t.None : t.OfAll(f.Number(line.Figure!.Value), f.Number(line.Limit!.Value)),
            HealthTopic.ApiKeys or HealthTopic.EncryptionKey => line.At is { } end ? f.Date(end) : t.None,
            HealthTopic.Certificate => line.At is { } until ? f.Date(until) : t.NoCertificate,
            HealthTopic.Disk => t.Free(Bytes(f, line.Figure!.Value)),
            HealthTopic.Database => Bytes(f, line.Figure!.Value),
            HealthTopic.Mail => line.State == HealthState.Ok ? t.MailSet : t.MailNotSet,
            HealthTopic.PrivateNetworks => line.Detail == "allowed" ? t.Allowed : t.RefusedNetworks,
            HealthTopic.PrivateFiles => f.Number(line.Figure!.Value),
            HealthTopic.Version => line.Detail ?? t.None,
            HealthTopic.Node => t.SeenAgo(f.Duration(TimeSpan.FromSeconds(line.Figure!.Value))),
            HealthTopic.Clock => t.Milliseconds(f.Number(line.Figure!.Value)),
            HealthTopic.Queue or HealthTopic.GivenUp => f.Number(line.Figure!.Value),
            HealthTopic.Store => t.StandsStill,
            HealthTopic.ShopSilent => t.SilentSince(f.Near(line.At!.Value)),
            HealthTopic.StorePaused => t.Paused,
            _ => throw new ArgumentOutOfRangeException(nameof(line), line.Topic, "A topic without a number."),
        };
    }

    public static string Limit(HealthTexts t, Formats f, HealthLine line) => line.Topic switch
    {
        HealthTopic.Lag => t.Minutes(f.Number(line.Limit!.Value)),
        HealthTopic.ShopRate or HealthTopic.DestinationRate => line.Limit is { } limit ? t.PerMinute(f.Number(limit)) : t.NoLimit,
        HealthTopic.Queue or HealthTopic.GivenUp or HealthTopic.ShopWebhooks or HealthTopic.Callbacks => f.Number(line.Limit!.Value),
        HealthTopic.ApiKeys or HealthTopic.Certificate => line.At is null ? "–" : t.DaysBefore,
        HealthTopic.Disk => t.AtLeast(Bytes(f, line.Limit!.Value)),
        HealthTopic.Node => f.Duration(TimeSpan.FromSeconds(line.Limit!.Value)),
        HealthTopic.Clock => t.Milliseconds(f.Number(line.Limit!.Value)),
        HealthTopic.Store or HealthTopic.ShopSilent or HealthTopic.StorePaused or HealthTopic.Webhooks or HealthTopic.EncryptionKey or HealthTopic.Database
            or HealthTopic.Mail or HealthTopic.PrivateNetworks or HealthTopic.Version or HealthTopic.PrivateFiles => "–",
        _ => throw new ArgumentOutOfRangeException(nameof(line), line.Topic, "A topic without a limit."),
    };

    /// <summary>What to do, or why there is nothing to do.</summary>
    public static string Do(PanelTexts texts, HealthLine line)
    {
        var t = texts.Health;
        return (line.Topic, line.State) switch
        {
            (HealthTopic.Certificate, HealthState.Ok) => line.Detail switch { "none" => t.DoProxy, "own" => t.DoOwnCertificate, _ => t.Nothing },
            (HealthTopic.EncryptionKey, _) => t.DoEncryptionKey,
            (HealthTopic.PrivateNetworks, _) => line.Detail == "allowed" ? t.DoForbidNetworks : t.DoAllowNetworks,
            (HealthTopic.ShopRate or HealthTopic.DestinationRate, _) => line.Figure * 10 >= line.Limit * 9 ? t.DoBusy : t.Nothing,
            (_, HealthState.Ok) => t.Nothing,
            (HealthTopic.Lag, _) => t.DoLag,
            (HealthTopic.Queue, _) => t.DoQueue,
            (HealthTopic.GivenUp, _) => t.DoGivenUp,
            (HealthTopic.Store, _) => line.Detail is { } problem ? texts.Problems.OfStored(problem) : t.DoStore,
            (HealthTopic.ShopSilent, _) => t.DoSilent,
            (HealthTopic.StorePaused, _) => t.DoPaused,
            (HealthTopic.ShopWebhooks, _) => line.Detail == "polled" ? t.DoPolled : t.DoLost,
            (HealthTopic.Callbacks, _) => t.DoCallbacks,
            (HealthTopic.Webhooks, _) => t.DoWebhooks,
            (HealthTopic.ApiKeys, _) => t.DoApiKeys,
            (HealthTopic.Certificate, _) => line.Detail == "own" ? t.DoRestart : t.DoCertificate,
            (HealthTopic.Disk, _) => t.DoDisk,
            (HealthTopic.Mail, _) => t.DoMail,
            (HealthTopic.PrivateFiles, _) => t.DoPrivateFiles,
            (HealthTopic.Version, _) => t.DoVersion,
            (HealthTopic.Node, _) => t.DoNode,
            (HealthTopic.Clock, _) => t.DoClock,
            _ => t.Nothing,
        };
    }

    static string Bytes(Formats f, long bytes) => bytes switch
    {
        >= 1L << 30 => f.Number((decimal)bytes / (1L << 30), 1) + " GB",
        _ => f.Number((decimal)bytes / (1L << 20), bytes < 100L << 20 ? 1 : 0) + " MB",
    };
}
