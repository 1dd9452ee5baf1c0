using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.Export;

/// <summary>What a person chose on the export page.</summary>
public sealed record ExportForm
{
    /// <summary>The checkbox that opens the rest.</summary>
    public bool Chosen { get; init; } = true;

    /// <summary>Consent states: of the people to be sent, and of the buyers that orders may add.</summary>
    public bool Granted { get; init; } = Exports.PresetStates.Contains(ConsentState.Granted);

    public bool Withdrawn { get; init; } = Exports.PresetStates.Contains(ConsentState.Withdrawn);

    public bool NoStatement { get; init; } = Exports.PresetStates.Contains(ConsentState.NoStatement);

    public bool Earlier { get; init; }

    /// <summary>Day as typed, yyyy-MM-dd; empty = from the beginning.</summary>
    public string From { get; init; } = "";

    public string Until { get; init; } = "";

    public string Tags { get; init; } = "";

    /// <summary>Statuses ticked; null = the platform's own "confirmed and paid".</summary>
    public IReadOnlyList<string>? Statuses { get; init; }

    /// <summary>Cancelled and returned orders send their own events.</summary>
    public bool Reversals { get; init; } = true;

    public static ExportForm Read(IFormCollection form, ExportKind kind, IReadOnlyCollection<string> known, IReadOnlyCollection<string> defaultStatuses)
    {
        var statuses = form["status"].OfType<string>().Where(known.Contains).ToList();
        return new ExportForm
        {
            Chosen = form["export"] == "1",
            Granted = form["granted"] == "1",
            Withdrawn = form["withdrawn"] == "1",
            NoStatement = form["none"] == "1",
            Earlier = form["earlier"] == "1",
            From = form["from"].ToString().Trim(),
            Until = form["until"].ToString().Trim(),
            Tags = form["tags"].ToString(),
            // Where the shop's statuses are not known beforehand there is nothing to tick.
            Statuses = kind == ExportKind.Contacts || known.Count == 0 || statuses.ToHashSet(StringComparer.Ordinal).SetEquals(defaultStatuses) ? null : statuses,
            Reversals = form["reversals"] == "1",
        };
    }

    /// <summary>The form as it was filled in for a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="zone">Time zone of the shop.</param>
    public static ExportForm Of(ExportRun run, TimeZoneInfo zone)
    {
        var (choice, options) = (run.Options.Choice, run.Options);
        return new ExportForm
        {
            Granted = choice.States.Contains(ConsentState.Granted),
            Withdrawn = choice.States.Contains(ConsentState.Withdrawn),
            NoStatement = choice.States.Contains(ConsentState.NoStatement),
            Earlier = choice.IncludesEarlierSubscribers,
            From = choice.From is { } from ? Typed(from, zone) : "",
            // The end is stored as the first instant after the last day.
            Until = choice.Until is { } until ? Typed(until.AddSeconds(-1), zone) : "",
            Tags = string.Join(",", options.Tags),
            Statuses = options.OrderStatuses,
            Reversals = options.Reversals ?? true,
        };
    }

    /// <summary>The form with these consent states ticked.</summary>
    public ExportForm With(IReadOnlyCollection<ConsentState> states) => this with
    {
        Granted = states.Contains(ConsentState.Granted),
        Withdrawn = states.Contains(ConsentState.Withdrawn),
        NoStatement = states.Contains(ConsentState.NoStatement),
    };

    /// <summary>The options of the run, or messages by field.</summary>
    /// <param name="kind">Which step.</param>
    /// <param name="zone">Time zone of the shop: its days are meant.</param>
    /// <param name="t">Texts.</param>
    public (ExportOptions? Options, Dictionary<string, string> Errors) Check(ExportKind kind, TimeZoneInfo zone, PanelTexts t)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!Chosen)
            errors["export"] = t.Export.NothingChosen;
        var states = new List<ConsentState>();
        if (Granted)
            states.Add(ConsentState.Granted);
        if (Withdrawn)
            states.Add(ConsentState.Withdrawn);
        if (NoStatement)
            states.Add(ConsentState.NoStatement);
        if (states.Count == 0)
            errors["granted"] = t.Export.StatesRequired;
        if (Statuses is { Count: 0 })
            errors["status"] = t.Export.StatusesRequired;
        var (from, until) = (Day(From, "from"), Day(Until, "until"));
        if (from > until)
            errors["from"] = t.Common.Range;
        var tags = TagInput.Parse(Tags);
        if (tags.Problem is { } problem)
            errors["tags"] = t.Tags.Of(problem);
        if (errors.Count > 0)
            return (null, errors);
        var range = DayRange.ToInstants(from, until, zone);
        return (new ExportOptions
        {
            Choice = new ExportChoice { States = states, From = range.From, Until = range.Until, IncludesEarlierSubscribers = Earlier },
            Tags = tags.Tags,
            OrderStatuses = Statuses,
            Reversals = kind == ExportKind.Transactions ? Reversals : null,
        }, errors);

        DateOnly? Day(string text, string field)
        {
            if (text.Length == 0)
                return null;
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                return day;
            errors[field] = t.Export.BadDay;
            return null;
        }
    }

    /// <summary>The form with a preset of dates or statuses filled in.</summary>
    /// <param name="preset">Name of the button.</param>
    /// <param name="today">The shop's day.</param>
    public ExportForm With(string? preset, DateOnly today) => Presets.FirstOrDefault(known => known.Name == preset) is { Name: not null } range
        ? this with { From = range.Days is { } days ? Typed(today.AddDays(-days)) : "", Until = "" }
        : preset == "paid" ? this with { Statuses = null } : this;

    /// <summary>Names of the presets of dates, and how many days they go back; null = from the beginning.</summary>
    public static IReadOnlyList<(string Name, int? Days)> Presets { get; } = [("30", 30), ("365", 365), ("all", null)];

    /// <summary>A day as a date field has it.</summary>
    public static string Typed(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    static string Typed(DateTimeOffset at, TimeZoneInfo zone) => Typed(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime));
}
