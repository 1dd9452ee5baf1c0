using System.Globalization;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Features.Import;

/// <summary>What a person says of the columns of a file.</summary>
public sealed record ImportForm
{
    /// <summary>Column by field, as chosen; a number from 0, empty = the file has none.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What all lines say of consent when no column does; empty = not said yet.</summary>
    public string Everybody { get; init; } = "";

    /// <summary>Columns, numbered from 0, of which the person said that they tell nothing of consent.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>How 3/4/2024 is meant; empty = not said.</summary>
    public string Dates { get; init; } = "";

    public string Tags { get; init; } = "";

    /// <summary>The form of a file just uploaded: its columns as guessed.</summary>
    public static ImportForm Guessed(IReadOnlyDictionary<string, int> guess) => new()
    {
        Columns = guess.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal),
    };

    /// <summary>The form as sent.</summary>
    /// <param name="value">The value of a field.</param>
    /// <param name="ignored">The values of the ticked boxes.</param>
    public static ImportForm Read(Func<string, string> value, IReadOnlyList<string> ignored) => new()
    {
        Ignored = ignored,
        Dates = value("dates"),
        Columns = SubscriberGuess.Fields.ToDictionary(field => field, value, StringComparer.Ordinal),
        Everybody = value("everybody"),
        Tags = value("tags"),
    };

    /// <summary>How the file is read, and messages by field. Without an answer for everybody the lines count as undecided, so that there is something to see.</summary>
    public (SubscriberMapping Mapping, Dictionary<string, string> Errors) Check(SubscriberLook look, ImportTexts t)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        var chosen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (field, typed) in Columns.Where(pair => pair.Value.Length > 0))
        {
            if (int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var column) && column < look.Columns.Count)
                chosen[field] = column;
            else
                errors[field] = t.NoSuchColumn;
        }

        if (!chosen.ContainsKey("email") && !errors.ContainsKey("email"))
            errors["email"] = t.EmailColumn;
        var said = Enum.TryParse<ConsentState>(Everybody, out var state) && Enum.IsDefined(state);
        var mapping = SubscriberMapping.Of(look, new SubscriberChoice
        {
            Fields = chosen,
            Ignored = look.Columns.Select(column => column.Index).Where(IsIgnored).ToHashSet(),
            Everybody = said ? state : null,
            Dates = Enum.TryParse<DateOrder>(Dates, out var order) && Enum.IsDefined(order) ? order : DateOrder.Unknown,
        });
        // A column that was chosen wrongly is told once.
        if (mapping.AsksForConsent && !errors.ContainsKey("consent"))
            errors["everybody"] = t.EverybodyRequired;
        if (mapping.Open.Count > 0)
            errors["ignored"] = t.OpenRequired(string.Join(", ", mapping.Open.Select(column => column.Name)));
        if (mapping.TwoWays is { } twoWays)
            errors["dates"] = t.DatesRequired(twoWays.Name);
        return (mapping, errors);
    }

    public bool IsIgnored(int column) => Ignored.Contains(column.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal);

    public static string Label(ImportTexts t, string field) => field switch
    {
        "email" => t.Email,
        "first_name" => t.FirstName,
        "last_name" => t.LastName,
        "name" => t.Name,
        "phone" => t.Phone,
        "company" => t.Company,
        "consent" => t.Consent,
        "date" => t.Date,
        "unsubscribed" => t.Unsubscribed,
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, "A field without words."),
    };

    /// <summary>Why a file cannot be imported, in words.</summary>
    public static string Of(ImportTexts t, SubscriberFileException problem)
    {
        var line = (problem.Line ?? 1).ToString(CultureInfo.InvariantCulture);
        return problem.Problem switch
        {
            SubscriberFileProblem.Empty => t.Empty,
            SubscriberFileProblem.NotText => t.NotText,
            SubscriberFileProblem.TooManyColumns => t.TooManyColumns(line),
            SubscriberFileProblem.RecordTooLong => t.RecordTooLong(line),
            SubscriberFileProblem.UnclosedQuote => t.UnclosedQuote(line),
            _ => t.Unreadable,
        };
    }
}
