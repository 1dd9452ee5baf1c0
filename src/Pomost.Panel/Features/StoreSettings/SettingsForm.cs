using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.StoreSettings;

/// <summary>The forms of the section; each is a card and is saved by itself.</summary>
public enum SettingsCard
{
    Tags,
    Sharing,
    Carts,
    Orders,
    Products,
    Pace,
}

/// <summary>How the pace of exports is said.</summary>
public enum PaceWay
{
    /// <summary>As fast as the limits allow.</summary>
    Off,

    /// <summary>One number by day, one by night.</summary>
    DayAndNight,

    /// <summary>24 numbers.</summary>
    Hours,
}

/// <summary>The section as it stands on the page: stored values, or those typed.</summary>
public sealed record SettingsForm
{
    public static readonly int ShortestCart = (int)AbandonedCart.Shortest.TotalMinutes;
    public static readonly int LongestCart = (int)AbandonedCart.Longest.TotalMinutes;
    public const int MostRecords = 100_000;

    public required IReadOnlyDictionary<TagEvent, string> Tags { get; init; }

    public required IReadOnlyCollection<TagEvent> TagsOn { get; init; }

    public bool Automatic { get; init; }

    public SharingMode? Sharing { get; init; }

    public bool SendsCarts { get; init; }

    public string CartMinutes { get; init; } = "";

    public bool SendsProducts { get; init; }

    /// <summary>Statuses that count, as the shop spells them.</summary>
    public required IReadOnlyCollection<string> Statuses { get; init; }

    public PaceWay? Pace { get; init; }

    public string Day { get; init; } = "200";

    public string Night { get; init; } = "1000";

    public string From { get; init; } = "6";

    public string Until { get; init; } = "22";

    public required IReadOnlyList<string> Hours { get; init; }

    /// <summary>Name of the field of an event's tags.</summary>
    public static string FieldOf(TagEvent happened) => happened switch
    {
        TagEvent.Registration => "tags_registration",
        TagEvent.Newsletter => "tags_newsletter",
        TagEvent.Purchase => "tags_purchase",
        TagEvent.GuestPurchase => "tags_guest_purchase",
        TagEvent.AbandonedCart => "tags_abandoned_cart",
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "An event without a field."),
    };

    public static string HourField(int hour) => string.Create(CultureInfo.InvariantCulture, $"h{hour}");

    /// <param name="options">Stored choices.</param>
    /// <param name="defaultStatuses">Statuses that count when nothing was chosen.</param>
    public static SettingsForm Of(StoreOptions options, IReadOnlyCollection<string> defaultStatuses)
    {
        var budget = options.ExportBudget ?? HourlyBudget.Reference;
        var form = new SettingsForm
        {
            Tags = Enum.GetValues<TagEvent>().ToDictionary(one => one, one => string.Join(", ", options.TypedTags(one))),
            TagsOn = [.. Enum.GetValues<TagEvent>().Except(options.TagsOff)],
            Automatic = options.AutomaticTags,
            Sharing = options.Sharing,
            SendsCarts = options.SendsCarts,
            CartMinutes = Text(options.AbandonedCartMinutes),
            SendsProducts = options.SendsProducts,
            Statuses = options.OrderStatuses?.ToList() ?? defaultStatuses,
            Pace = options.ExportBudget is null ? PaceWay.Off : PaceWay.Hours,
            Hours = [.. budget.PerTenMinutes.Select(Text)],
        };
        return DayAndNightOf(budget) is not var (day, night, from, until) ? form : form with
        {
            Pace = options.ExportBudget is null ? PaceWay.Off : PaceWay.DayAndNight,
            Day = Text(day),
            Night = Text(night),
            From = Text(from),
            Until = Text(until),
        };
    }

    /// <summary>The same with one card as it was typed.</summary>
    public SettingsForm Typed(SettingsCard card, IFormCollection form) => card switch
    {
        SettingsCard.Tags => this with
        {
            Tags = Enum.GetValues<TagEvent>().ToDictionary(one => one, one => form[FieldOf(one)].ToString()),
            TagsOn = [.. Enum.GetValues<TagEvent>().Where(one => form[FieldOf(one) + "_on"] == "1")],
            Automatic = form["automatic"] == "1",
        },
        SettingsCard.Sharing => this with { Sharing = Enum.TryParse<SharingMode>(form["sharing"], out var sharing) && Enum.IsDefined(sharing) ? sharing : null },
        SettingsCard.Carts => this with { SendsCarts = form["carts"] == "1", CartMinutes = form["cart_minutes"].ToString().Trim() },
        SettingsCard.Products => this with { SendsProducts = form["products"] == "1" },
        SettingsCard.Orders => this with { Statuses = [.. form["status"].OfType<string>()] },
        SettingsCard.Pace => this with
        {
            Pace = Enum.TryParse<PaceWay>(form["pace"], out var pace) && Enum.IsDefined(pace) ? pace : null,
            Day = form["day"].ToString().Trim(),
            Night = form["night"].ToString().Trim(),
            From = form["from"].ToString().Trim(),
            Until = form["until"].ToString().Trim(),
            Hours = [.. Enumerable.Range(0, HourlyBudget.Hours).Select(hour => form[HourField(hour)].ToString().Trim())],
        },
        _ => throw new ArgumentOutOfRangeException(nameof(card), card, "A card without fields."),
    };

    /// <summary>Messages by field of one card.</summary>
    /// <param name="card">Which.</param>
    /// <param name="statuses">The shop's statuses.</param>
    /// <param name="t">Texts.</param>
    public Dictionary<string, string> Check(SettingsCard card, IReadOnlyCollection<string> statuses, PanelTexts t)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        switch (card)
        {
            case SettingsCard.Tags:
                foreach (var (happened, typed) in Tags)
                {
                    if (TagInput.Parse(typed).Problem is { } problem)
                        errors[FieldOf(happened)] = t.Tags.Of(problem);
                }

                break;
            case SettingsCard.Sharing when Sharing is null:
                errors[$"sharing-{SharingMode.Everyone}"] = t.Common.Choose;
                break;
            case SettingsCard.Carts when Number(CartMinutes) is not { } minutes || minutes < ShortestCart || minutes > LongestCart:
                errors["cart_minutes"] = t.Settings.WholeNumber(Text(ShortestCart), Text(LongestCart));
                break;
            case SettingsCard.Orders when !Statuses.Any(statuses.Contains):
                errors["status"] = t.Export.StatusesRequired;
                break;
            case SettingsCard.Pace:
                CheckPace(errors, t);
                break;
        }

        return errors;
    }

    /// <summary>The choices with one card changed; only after <see cref="Check"/> found nothing.</summary>
    public StoreOptions Apply(SettingsCard card, StoreOptions options, IReadOnlyCollection<string> defaultStatuses) => card switch
    {
        SettingsCard.Tags => options with
        {
            RegistrationTags = Read(TagEvent.Registration),
            NewsletterTags = Read(TagEvent.Newsletter),
            PurchaseTags = Read(TagEvent.Purchase),
            GuestPurchaseTags = Read(TagEvent.GuestPurchase),
            AbandonedCartTags = Read(TagEvent.AbandonedCart),
            TagsOff = [.. Enum.GetValues<TagEvent>().Except(TagsOn)],
            AutomaticTags = Automatic,
        },
        SettingsCard.Sharing => options with { Sharing = Sharing!.Value },
        SettingsCard.Carts => options with { SendsCarts = SendsCarts, AbandonedCartMinutes = Number(CartMinutes)!.Value },
        SettingsCard.Products => options with { SendsProducts = SendsProducts },
        SettingsCard.Orders => options with { OrderStatuses = Statuses.ToHashSet(StringComparer.Ordinal).SetEquals(defaultStatuses) ? null : [.. Statuses] },
        SettingsCard.Pace => options with
        {
            ExportBudget = Pace switch
            {
                PaceWay.DayAndNight => HourlyBudget.DayAndNight(Number(Day)!.Value, Number(Night)!.Value, Number(From)!.Value, Number(Until)!.Value),
                PaceWay.Hours => new HourlyBudget([.. Hours.Select(hour => Number(hour)!.Value)]),
                _ => null,
            },
        },
        _ => throw new ArgumentOutOfRangeException(nameof(card), card, "A card without choices."),
    };

    void CheckPace(Dictionary<string, string> errors, PanelTexts t)
    {
        switch (Pace)
        {
            case null:
                errors[$"pace-{PaceWay.Off}"] = t.Common.Choose;
                break;
            case PaceWay.DayAndNight:
                Count("day", Day, MostRecords);
                Count("night", Night, MostRecords);
                Count("from", From, HourlyBudget.Hours - 1);
                Count("until", Until, HourlyBudget.Hours);
                if (errors.Count == 0 && Number(From) >= Number(Until))
                    errors["from"] = t.Settings.DayBeforeNight;
                else if (errors.Count == 0 && Number(Day) == 0 && Number(Night) == 0)
                    errors["day"] = t.Settings.NeverSends;
                break;
            case PaceWay.Hours:
                for (var hour = 0; hour < HourlyBudget.Hours; hour++)
                    Count(HourField(hour), Hours[hour], MostRecords);
                if (errors.Count == 0 && Hours.All(hour => Number(hour) == 0))
                    errors[HourField(0)] = t.Settings.NeverSends;
                break;
        }

        void Count(string field, string typed, int most)
        {
            if (!(Number(typed) <= most))
                errors[field] = t.Settings.WholeNumber("0", Text(most));
        }
    }

    IReadOnlyList<string> Read(TagEvent happened) => TagInput.Parse(Tags[happened]).Tags;

    static int? Number(string typed) => int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A budget of one number by day and one by night, when it is one.</summary>
    static (int Day, int Night, int From, int Until)? DayAndNightOf(HourlyBudget budget)
    {
        var hours = budget.PerTenMinutes;
        var from = Enumerable.Range(1, HourlyBudget.Hours - 1).FirstOrDefault(hour => hours[hour] != hours[hour - 1], -1);
        var until = from < 0 ? -1 : Enumerable.Range(from, HourlyBudget.Hours - from).FirstOrDefault(hour => hours[hour] != hours[from], HourlyBudget.Hours);
        if (from < 0)
            return (hours[0], hours[0], 6, 22);
        var (day, night) = (hours[from], hours[0]);
        return budget.PerTenMinutes.SequenceEqual(HourlyBudget.DayAndNight(day, night, from, until).PerTenMinutes) ? (day, night, from, until) : null;
    }
}
