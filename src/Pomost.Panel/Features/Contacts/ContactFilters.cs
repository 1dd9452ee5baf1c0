using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Pomost.Engine;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.Contacts;

/// <summary>The filters of the contact list, as they stand in the address.</summary>
public sealed record ContactFilters
{
    public string? Search { get; init; }

    public StoreLink? Store { get; init; }

    public ConsentState? Email { get; init; }

    public ConsentState? Sms { get; init; }

    public string? Tag { get; init; }

    public RecordOutcome? Outcome { get; init; }

    /// <summary>As typed, so that nothing of it is lost when it cannot be read.</summary>
    public string? From { get; init; }

    /// <summary>As typed; the day counts.</summary>
    public string? Until { get; init; }

    public ContactPlace? After { get; init; }

    public bool IsFiltered => Search is not null || HasChoices;

    /// <summary>True when any filter besides the search is set: then the choices stand open.</summary>
    public bool HasChoices => Store is not null || Email is not null || Sms is not null || Tag is not null || Outcome is not null || From is not null || Until is not null;

    public static ContactFilters Read(IQueryCollection query, IReadOnlyList<StoreLink> stores) => new()
    {
        Search = Text(query["q"]),
        Store = stores.FirstOrDefault(link => link.Slug == query["store"]),
        Email = Name<ConsentState>(query["email"]),
        Sms = Name<ConsentState>(query["sms"]),
        Tag = Text(query["tag"]),
        Outcome = Name<RecordOutcome>(query["outcome"]),
        From = Text(query["from"]),
        Until = Text(query["until"]),
        After = PlaceOf(query["after"]),
    };

    /// <summary>Messages by field; empty when the list can be asked for.</summary>
    public IReadOnlyDictionary<string, string> Errors(PanelRequest r)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        if (From is not null && DayOf(From) is null)
            errors["from"] = r.T.Contacts.DateUnreadable;
        if (Until is not null && DayOf(Until) is null)
            errors["until"] = r.T.Contacts.DateUnreadable;
        if (DayOf(From) is { } from && DayOf(Until) is { } until && from > until)
            errors["from"] = r.T.Common.Range;
        return errors;
    }

    public ContactQuery ToQuery(PanelRequest r, int max) => new()
    {
        Search = Search,
        WholeAddress = !r.User.SeesAddresses(),
        Stores = r.User.StoresOf(Store),
        EmailConsent = Email,
        SmsConsent = Sms,
        Tag = Tag,
        Outcome = Outcome,
        ChangedFrom = DayOf(From) is { } from ? StartOf(from, r.Zone) : null,
        ChangedUntil = DayOf(Until) is { } until ? StartOf(until.AddDays(1), r.Zone) : null,
        After = After,
        Max = max,
    };

    /// <summary>The address of the list with these filters, at a place.</summary>
    public string Address(ContactPlace? after)
    {
        var query = new QueryBuilder();
        void Add(string name, string? value)
        {
            if (value is not null)
                query.Add(name, value);
        }

        Add("q", Search);
        Add("store", Store?.Slug);
        Add("email", Email?.ToString());
        Add("sms", Sms?.ToString());
        Add("tag", Tag);
        Add("outcome", Outcome?.ToString());
        Add("from", From);
        Add("until", Until);
        Add("after", after is null ? null : string.Create(CultureInfo.InvariantCulture, $"{after.ChangedAt}-{after.Id}"));
        return "/contacts" + query.ToQueryString();
    }

    static DateOnly? DayOf(string? text)
        => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>Midnight in the reader's zone; where the clocks are set forward at midnight, the first moment after it.</summary>
    static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(midnight))
            midnight = midnight.AddMinutes(30);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight));
    }

    static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    static T? Name<T>(string? value)
        where T : struct, Enum => Enum.TryParse<T>(value, out var parsed) && Enum.IsDefined(parsed) && parsed.ToString() == value ? parsed : null;

    static ContactPlace? PlaceOf(string? after)
        => after?.Split('-') is [var changed, var id]
            && long.TryParse(changed, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var row)
            ? new ContactPlace(at, row) : null;
}
