using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What a person said of a file's columns.</summary>
public sealed record SubscriberChoice
{
    /// <summary>Columns by field (<see cref="SubscriberGuess.Fields"/>), numbered from 0.</summary>
    public required IReadOnlyDictionary<string, int> Fields { get; init; }

    /// <summary>Columns of which the person said that they are of no concern.</summary>
    public IReadOnlySet<int> Ignored { get; init; } = new HashSet<int>();

    /// <summary>What the lines say that no column speaks for; null = not said.</summary>
    public ConsentState? Everybody { get; init; }

    /// <summary>How dates are read; <see cref="DateOrder.Unknown"/> = not said.</summary>
    public DateOrder Dates { get; init; }
}

/// <summary>How a file is read, and what must be asked before it may be.</summary>
/// <remarks>The same for the panel and the command line. Nothing that may speak of consent is passed over in silence: it is used, or asked about.</remarks>
public sealed record SubscriberMapping
{
    /// <summary>What was found in the file.</summary>
    public required SubscriberLook Look { get; init; }

    /// <summary>How it is read; null when no column holds addresses. While something is to be asked, nobody is granted by it.</summary>
    public SubscriberColumns? Columns { get; private init; }

    /// <summary>No column speaks for some or all lines, and the person has not said what they say.</summary>
    public bool AsksForConsent { get; private init; }

    /// <summary>Columns that may speak of consent and are neither used nor declared to be of no concern.</summary>
    public IReadOnlyList<SubscriberColumn> Open { get; private init; } = [];

    /// <summary>Columns that are used although nobody named them: they tell who unsubscribed or cannot be reached.</summary>
    public IReadOnlyList<SubscriberColumn> Refusals { get; private init; } = [];

    /// <summary>A column whose dates can be read in two ways; null = none.</summary>
    public SubscriberColumn? TwoWays { get; private init; }

    /// <summary>Columns of which nothing is used.</summary>
    public IReadOnlyList<SubscriberColumn> Unused { get; private init; } = [];

    /// <summary>Whether the file may be imported.</summary>
    public bool IsReady => Columns is not null && !AsksForConsent && Open.Count == 0 && TwoWays is null;

    /// <summary>Puts together what the file shows and what a person said. Never throws.</summary>
    public static SubscriberMapping Of(SubscriberLook look, SubscriberChoice choice)
    {
        var fields = choice.Fields;
        var free = look.Columns.Where(column => !choice.Ignored.Contains(column.Index) && !fields.Values.Contains(column.Index)).ToList();
        var refusals = free.Where(column => column.Sense is ColumnSense.Unsubscribed or ColumnSense.Unreachable).ToList();
        var hasConsent = fields.ContainsKey("consent");
        var allRefused = look.AllRefused && !look.Columns.Any(column => IsRefusal(column) && !refusals.Contains(column));
        var open = allRefused || (!hasConsent && choice.Everybody == ConsentState.Withdrawn) ? [] : free.Except(refusals)
            .Concat(look.Columns.Where(column => !hasConsent && fields.TryGetValue("date", out var date) && date == column.Index
                && column.Sense == ColumnSense.SignedUpAtTimes))
            .Where(column => IsOpen(column, hasConsent)).OrderBy(column => column.Index).ToList();
        var asks = !hasConsent && choice.Everybody is null && !allRefused;
        var order = OrderOf(look, fields, refusals, choice.Dates, out var twoWays);
        return new SubscriberMapping
        {
            Look = look,
            Columns = SubscriberGuess.ToColumns(fields, asks || open.Count > 0 ? ConsentState.NoStatement : choice.Everybody ?? ConsentState.NoStatement) is { } columns
                ? columns with
                {
                    Refusals = [.. columns.Refusals, .. refusals.Select(RefusalOf)],
                    Dates = order,
                    NoIsSilence = fields.TryGetValue("consent", out var consent) && ColumnNames.AsksForConfirmation(look.Columns[consent].Name),
                } : null,
            AsksForConsent = asks,
            Open = open,
            Refusals = refusals,
            TwoWays = twoWays,
            Unused = [.. free.Except(refusals)],
        };
    }

    static bool IsRefusal(SubscriberColumn column) => column.Sense is ColumnSense.Unsubscribed or ColumnSense.Unreachable;

    static SubscriberRefusal RefusalOf(SubscriberColumn column) => new(
        column.Index, column.Sense == ColumnSense.Unsubscribed ? ConsentState.Withdrawn : ConsentState.NoStatement, ColumnNames.IsTime(column.Name));

    static bool IsOpen(SubscriberColumn column, bool hasConsent) => column.Sense switch
    {
        ColumnSense.Consent or ColumnSense.Doubtful => true,
        ColumnSense.SignedUpAtTimes => !hasConsent,
        ColumnSense.OtherChannel or ColumnSense.SignedUpAt => false,
        _ => column.Telling > 0 || (!hasConsent && column.IsYesOrNo),
    };

    static DateOrder OrderOf(
        SubscriberLook look, IReadOnlyDictionary<string, int> fields, List<SubscriberColumn> refusals, DateOrder said, out SubscriberColumn? twoWays)
    {
        twoWays = null;
        var dated = look.Columns.Where(column => refusals.Contains(column)
            || (fields.TryGetValue("date", out var date) && date == column.Index)
            || (fields.TryGetValue("unsubscribed", out var gone) && gone == column.Index)).ToList();
        if (said != DateOrder.Unknown)
            return said;
        var orders = dated.Select(column => column.Order).Where(order => order is not null).Distinct().ToList();
        if (orders.Where(order => order != DateOrder.Unknown).ToList() is [{ } known])
            return known;
        twoWays = dated.Find(column => column.Order is not null);
        return DateOrder.Unknown;
    }
}
