using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.Export;

/// <summary>One step of the start page.</summary>
public sealed record StepView
{
    public required StoreLink Link { get; init; }

    public required ExportKind Kind { get; init; }

    public ExportForm Form { get; init; } = new();

    /// <summary>Message by field of a refused form.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The last run that went to its end; null = none yet.</summary>
    public ExportRun? Last { get; init; }

    /// <summary>The unfinished run of this kind; null = none.</summary>
    public RunNumbers? Open { get; init; }

    /// <summary>The newest dry run that may still be acted upon; null = none.</summary>
    public ExportRun? Preview { get; init; }

    /// <summary>The shop's order statuses.</summary>
    public IReadOnlyList<OrderStatus> Statuses { get; init; } = [];

    /// <summary>The shop's day.</summary>
    public DateOnly Today { get; init; }

    public bool IsContacts => Kind == ExportKind.Contacts;

    /// <summary>Part of the step's addresses.</summary>
    public string Address => IsContacts ? "contacts" : "transactions";
}

/// <summary>What the page of a run shows besides its numbers.</summary>
public sealed record RunView
{
    public required StoreLink Link { get; init; }

    public required RunNumbers Numbers { get; init; }

    /// <summary>What the store waits for; null = nothing.</summary>
    public Waiting? Wait { get; init; }

    /// <summary>The first rejected rows.</summary>
    public IReadOnlyList<RejectedRow> Rejected { get; init; } = [];

    /// <summary>Rejected rows by reason.</summary>
    public IReadOnlyDictionary<ReasonCode, long> RejectCounts { get; init; } = new Dictionary<ReasonCode, long>();

    /// <summary>The dry run that this run was started from; null = none.</summary>
    public ExportRun? Preview { get; init; }

    /// <summary>The run whose rejected rows this run reads again; null = none.</summary>
    public ExportRun? Retried { get; init; }

    /// <summary>The last run of the kind that went to its end before this one; null = none.</summary>
    public ExportRun? Last { get; init; }

    public ExportEstimate? Estimate { get; init; }

    /// <summary>What the shop's accounts say of consents, looked at when a dry run found none; null = not looked at.</summary>
    public ConsentSample? Consents { get; init; }

    /// <summary>The shop can be asked for single records.</summary>
    public bool CanRetry { get; init; }

    /// <summary>Who could be told of the end by e-mail; null = nobody can.</summary>
    public string? NoticeEmail { get; init; }

    /// <summary>Name of the destination.</summary>
    public required string Destination { get; init; }

    /// <summary>Requests a second that the shop may be asked; null = no limit of ours.</summary>
    public double? RequestsPerSecond { get; init; }

    /// <summary>It was started a moment ago: the focus goes to it.</summary>
    public bool JustStarted { get; init; }

    public string Address => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/stores/{Link.Slug}/export/runs/{Numbers.Run.Number}");
}
