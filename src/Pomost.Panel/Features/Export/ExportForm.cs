using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Features.Export;

/// <summary>What a person chose on the export page.</summary>
public sealed record ExportForm
{
    public bool Granted { get; init; } = true;

    public bool Withdrawn { get; init; } = true;

    public bool NoStatement { get; init; }

    public bool Earlier { get; init; }

    /// <summary>Day as typed, yyyy-MM-dd; empty = from the beginning.</summary>
    public string From { get; init; } = "";

    public string Until { get; init; } = "";

    public string Tags { get; init; } = "";

    /// <summary>Statuses ticked; null = the platform's own "confirmed and paid".</summary>
    public IReadOnlyList<string>? Statuses { get; init; }

    public static ExportForm Read(IFormCollection form, ExportKind kind, IReadOnlyCollection<string> defaultStatuses)
    {
        var statuses = form["status"].OfType<string>().ToList();
        return new ExportForm
        {
            Granted = form["granted"] == "1",
            Withdrawn = form["withdrawn"] == "1",
            NoStatement = form["none"] == "1",
            Earlier = form["earlier"] == "1",
            From = form["from"].ToString(),
            Until = form["until"].ToString(),
            Tags = form["tags"].ToString(),
            Statuses = kind == ExportKind.Contacts || statuses.ToHashSet(StringComparer.Ordinal).SetEquals(defaultStatuses) ? null : statuses,
        };
    }

    /// <summary>The options of the run, or messages by field.</summary>
    /// <param name="kind">Which step.</param>
    /// <param name="zone">Time zone of the shop: its days are meant.</param>
    /// <param name="t">Texts.</param>
    public (ExportOptions? Options, Dictionary<string, string> Errors) Check(ExportKind kind, TimeZoneInfo zone, PanelTexts t)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        var states = new List<ConsentState>();
        if (kind == ExportKind.Transactions || Granted)
            states.Add(ConsentState.Granted);
        if (kind == ExportKind.Transactions || Withdrawn)
            states.Add(ConsentState.Withdrawn);
        if (kind == ExportKind.Transactions || NoStatement)
            states.Add(ConsentState.NoStatement);
        if (states.Count == 0)
            errors["granted"] = t.Export.StatesRequired;
        if (Statuses is { Count: 0 })
            errors["status"] = t.Export.StatusesRequired;
        var (from, until) = (Day(From), Day(Until));
        if (from is not null && until is not null && from > until)
            errors["from"] = t.Common.Range;
        var tags = TagInput.Parse(Tags);
        if (tags.Problem is { } problem)
            errors["tags"] = t.Export.Of(problem);

        return errors.Count > 0 ? (null, errors) : (new ExportOptions
        {
            Choice = new ExportChoice
            {
                States = states,
                From = from is { } first ? StartOf(first, zone) : null,
                Until = until is { } last ? StartOf(last.AddDays(1), zone) : null,
                IncludesEarlierSubscribers = Earlier,
            },
            Tags = tags.Tags,
            OrderStatuses = Statuses,
        }, errors);
    }

    static DateOnly? Day(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        // Where the clock is put forward at midnight, the day begins an hour later.
        if (zone.IsInvalidTime(midnight))
            midnight = midnight.AddHours(1);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }
}
