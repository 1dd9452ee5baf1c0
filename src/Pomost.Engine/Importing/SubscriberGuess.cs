using System.Globalization;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Guesses what the columns of a file mean, by their names in Polish and English. Pure.</summary>
public static class SubscriberGuess
{
    static readonly (string Field, string[] Names)[] Known =
    [
        ("email", ["EMAIL", "E-MAIL", "MAIL", "ADRES_EMAIL", "ADRES_E-MAIL", "EMAIL_ADDRESS", "E-MAIL_ADDRESS", "SUBSCRIBER_EMAIL", "CUSTOMER_EMAIL"]),
        ("first_name", ["FIRST_NAME", "FIRSTNAME", "IMIE", "GIVEN_NAME"]),
        ("last_name", ["LAST_NAME", "LASTNAME", "NAZWISKO", "SURNAME", "FAMILY_NAME"]),
        ("name", ["NAME", "FULL_NAME", "IMIE_I_NAZWISKO", "NAZWA", "KLIENT"]),
        ("phone", ["PHONE", "PHONE_NUMBER", "TELEFON", "TEL", "NUMER_TELEFONU", "KOMORKA", "MOBILE"]),
        ("company", ["COMPANY", "FIRMA", "NAZWA_FIRMY"]),
        ("consent", ["CONSENT", "STATUS", "STAN", "ZGODA", "ZGODA_NA_NEWSLETTER", "NEWSLETTER", "SUBSCRIBED", "OPT-IN", "OPTIN", "AKTYWNY", "ACTIVE"]),
        ("unsubscribed", []),
        ("date", ["DATE", "DATA", "DATA_ZAPISU", "DATA_ZAPISANIA", "DATA_DODANIA", "DATA_ZGODY", "SUBSCRIBED_AT", "CREATED_AT", "CREATED", "SIGNUP_DATE", "CONSENT_DATE"]),
    ];

    /// <summary>Fields a column can mean.</summary>
    public static IReadOnlyList<string> Fields { get; } = [.. Known.Select(entry => entry.Field)];

    /// <summary>Columns by field, numbered from 0.</summary>
    /// <param name="header">Names of the columns.</param>
    /// <param name="sample">The first line of data: shows the addresses when no name does.</param>
    public static Dictionary<string, int> Of(IReadOnlyList<string> header, IReadOnlyList<string> sample)
    {
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        var names = header.Select(SameTag.KeyOf).ToList();
        foreach (var (field, known) in Known)
        {
            var index = names.FindIndex(name => known.Contains(name, StringComparer.Ordinal));
            if (index >= 0)
                found[field] = index;
        }

        if (!found.ContainsKey("email") && AddressIn(sample) is { } column)
            found["email"] = column;
        return found;
    }

    /// <summary>The columns of a mapping; null when the address is missing.</summary>
    public static SubscriberColumns? ToColumns(IReadOnlyDictionary<string, int> fields, ConsentState everybodyIs) => fields.TryGetValue("email", out var email)
        ? new SubscriberColumns
        {
            Email = email,
            FirstName = ColumnOf(fields, "first_name"),
            LastName = ColumnOf(fields, "last_name"),
            Name = ColumnOf(fields, "name"),
            Phone = ColumnOf(fields, "phone"),
            Company = ColumnOf(fields, "company"),
            Consent = ColumnOf(fields, "consent"),
            Date = ColumnOf(fields, "date"),
            Refusals = fields.TryGetValue("unsubscribed", out var gone) ? [new SubscriberRefusal(gone, ConsentState.Withdrawn, false)] : [],
            EverybodyIs = everybodyIs,
        }
        : null;

    /// <summary>The names of a file without a header: numbers from 1.</summary>
    internal static IReadOnlyList<string> Numbers(int columns)
        => [.. Enumerable.Range(1, columns).Select(number => number.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The first column that holds an address, or null.</summary>
    internal static int? AddressIn(IReadOnlyList<string> cells)
        => cells.Index().Where(cell => EmailAddress.TryParse(cell.Item, out _, out _)).Select(cell => (int?)cell.Index).FirstOrDefault();

    static int? ColumnOf(IReadOnlyDictionary<string, int> fields, string field) => fields.TryGetValue(field, out var column) ? column : null;
}
