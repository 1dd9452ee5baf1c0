using System.Globalization;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.SearchLoad;

/// <summary>A search people make.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Make">One of its kind by chance: as the storage is asked, and as the panel's address says it.</param>
sealed record Search(string Name, Func<Random, (ContactQuery Query, string Address)> Make);

static class Searches
{
    public static IReadOnlyList<Search> All(IReadOnlyList<Store> stores, int people, DateTimeOffset now)
    {
        string Slug(long id) => stores.First(store => store.Id == id).Slug;
        Search Of(string name, Func<Random, ContactQuery> make) => new(name, chance =>
        {
            var query = make(chance);
            return (query with { Max = 50 }, AddressOf(query, Slug));
        });
        var small = stores[^1].Id;
        return
        [
            Of("newest", _ => new()),
            Of("far down the list", chance => new() { After = new(now.AddDays(-chance.Next(1, 720)).ToUnixTimeMilliseconds(), chance.Next(people)) }),
            Of("beginning of an address", chance => new() { Search = Beginning(Email(chance), 9) }),
            Of("last name", chance => new() { Search = Pick(chance, Crowd.LastNames) }),
            Of("beginning of a name", chance => new() { Search = Beginning(Pick(chance, Crowd.LastNames), 3) }),
            Of("first and last name", chance => new() { Search = $"{Pick(chance, Crowd.FirstNames)} {Pick(chance, Crowd.LastNames)}" }),
            Of("one letter", chance => new() { Search = ((char)('a' + chance.Next(26))).ToString() }),
            Of("beginning of a telephone", chance => new() { Search = string.Create(CultureInfo.InvariantCulture, $"{chance.Next(500, 900)} {chance.Next(100):00}") }),
            Of("nobody", chance => new() { Search = "qx" + Pick(chance, Crowd.FirstNames) }),
            Of("one store", chance => new() { Stores = [stores[chance.Next(stores.Count)].Id] }),
            Of("e-mail withdrawn", _ => new() { EmailConsent = ConsentState.Withdrawn }),
            Of("both consents", _ => new() { EmailConsent = ConsentState.Granted, SmsConsent = ConsentState.Granted }),
            Of("common tag", chance => new() { Tag = chance.Next(2) == 0 ? "rejestracja" : "newsletter" }),
            Of("middling tag", chance => new() { Tag = string.Create(CultureInfo.InvariantCulture, $"DZIAL_{chance.Next(300)}") }),
            Of("rare tag", chance => new() { Tag = chance.Next(2) == 0 ? "VIP" : Crowd.RareTag }),
            Of("with an error", _ => new() { Outcome = RecordOutcome.Rejected }),
            Of("held back", _ => new() { Outcome = RecordOutcome.Withheld }),
            Of("changed in one week", chance => Week(now.AddDays(-7 * chance.Next(1, 100)))),
            Of("store, consent and tag", chance => new() { Stores = [stores[chance.Next(stores.Count)].Id], EmailConsent = ConsentState.Granted, Tag = "newsletter" }),
            Of("name, consent and store", chance => new() { Search = Pick(chance, Crowd.LastNames), SmsConsent = ConsentState.Granted, Stores = [stores[0].Id] }),
            Of("rare combination", _ => new() { Stores = [small], EmailConsent = ConsentState.Withdrawn, SmsConsent = ConsentState.Withdrawn, Tag = "rejestracja" }),
            Of("rare combination with an error", _ => new() { Stores = [small], SmsConsent = ConsentState.Withdrawn, Outcome = RecordOutcome.Rejected, Tag = "newsletter" }),
        ];
    }

    static ContactQuery Week(DateTimeOffset until)
    {
        var day = new DateTimeOffset(until.Date, TimeSpan.Zero);
        return new ContactQuery { ChangedFrom = day.AddDays(-7), ChangedUntil = day };
    }

    static string Email(Random chance) => $"{Plain(Pick(chance, Crowd.FirstNames))}.{Plain(Pick(chance, Crowd.LastNames))}";

    static string Beginning(string text, int length) => text[..Math.Min(length, text.Length)];

    static string Pick(Random chance, string[] names) => names[chance.Next(names.Length)];

    static string Plain(string name) => string.Concat(name.ToLowerInvariant().Replace('ł', 'l').Normalize(System.Text.NormalizationForm.FormD).Where(char.IsAsciiLetter));

    static string AddressOf(ContactQuery query, Func<long, string> slug)
    {
        var parts = new List<string>();
        void Add(string name, string? value)
        {
            if (value is not null)
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }

        Add("q", query.Search);
        Add("store", query.Stores is [var id] ? slug(id) : null);
        Add("email", query.EmailConsent?.ToString());
        Add("sms", query.SmsConsent?.ToString());
        Add("tag", query.Tag);
        Add("outcome", query.Outcome?.ToString());
        Add("from", query.ChangedFrom?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Add("until", query.ChangedUntil?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Add("after", query.After is { } after ? string.Create(CultureInfo.InvariantCulture, $"{after.ChangedAt}-{after.Id}") : null);
        return "/contacts" + (parts.Count == 0 ? "" : "?" + string.Join('&', parts));
    }
}
