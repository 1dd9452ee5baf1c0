using System.Globalization;

namespace Pomost.Contract;

/// <summary>Where one line of a check stands.</summary>
public enum CheckState
{
    /// <summary>Works.</summary>
    Ready,

    /// <summary>Does not work; the fix says what to do.</summary>
    Missing,

    /// <summary>Not asked, because something before it failed.</summary>
    Skipped,

    /// <summary>The platform has no such thing.</summary>
    NotOffered,

    /// <summary>Cannot be seen without changing something in the shop, so it was not tried.</summary>
    Unknown,
}

/// <summary>One thing a check looked at: an address, a key, one permission.</summary>
/// <param name="Key">Stable key: <c>address</c>, <c>credentials</c>, <c>read-orders</c> …</param>
/// <param name="Title">What it is for.</param>
/// <param name="State">Where it stands.</param>
public sealed record CheckLine(string Key, Text Title, CheckState State)
{
    /// <summary>What is wrong, when something is.</summary>
    public ConnectionProblem? Problem { get; init; }

    /// <summary>The fact to show: the literal name of the permission, the version, the other address.</summary>
    public string? Detail { get; init; }

    /// <summary>What to do, naming the menu of the platform.</summary>
    public Text? Fix { get; init; }

    /// <summary>The form field to mend, when it is one.</summary>
    public string? SettingKey { get; init; }

    /// <summary>False when the store can work without it; <see cref="Fix"/> then says what will not work.</summary>
    public bool Required { get; init; } = true;
}

/// <summary>What a shop said about itself.</summary>
/// <param name="Name">Name of the shop, if it tells.</param>
/// <param name="Version">Version of the platform.</param>
/// <param name="Currency">ISO 4217 code of its main currency.</param>
/// <param name="TimeZone">Its time zone as <see cref="Rules.ShopZone"/> names it: an IANA name or a fixed offset; null = it does not say.</param>
public sealed record ShopFacts(string? Name = null, string? Version = null, string? Currency = null, string? TimeZone = null);

/// <summary>Result of a credential check.</summary>
/// <param name="Lines">Every line, in the order checked.</param>
public sealed record ConnectionCheck(IReadOnlyList<CheckLine> Lines)
{
    /// <summary>True when nothing required is missing.</summary>
    public bool IsReady => Lines.All(line => line.State is CheckState.Ready or CheckState.NotOffered or CheckState.Unknown || !line.Required);

    /// <summary>What the shop said about itself.</summary>
    public ShopFacts Facts { get; init; } = new();

    /// <summary>Choices discovered for fields of kind choice (shops of a multishop, statuses), by setting key.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<SettingChoice>> Choices { get; init; }
        = new Dictionary<string, IReadOnlyList<SettingChoice>>(StringComparer.Ordinal);

    /// <summary>The shop's own order statuses, when it lists them.</summary>
    public IReadOnlyList<OrderStatus> OrderStatuses { get; init; } = [];

    /// <summary>What this very shop can do (version, module, granted rights); null = what the platform can do.</summary>
    public IReadOnlyList<StreamInfo>? Streams { get; init; }

    /// <summary>How much there is, when the check could tell.</summary>
    public ShopCounts? Counts { get; init; }

    /// <summary>What some of the shop's accounts say of consents; null = the platform keeps consents in no field to be chosen, or could not be asked.</summary>
    public ConsentSample? Consents { get; init; }
}

/// <summary>A field of the shop's accounts that looks as if it kept consents.</summary>
/// <param name="Field">Its name in the shop.</param>
/// <param name="Accounts">How many of the accounts looked at have it; more than 0.</param>
public sealed record ConsentField(string Field, int Accounts);

/// <summary>What the newest accounts of a shop say of consents to e-mail.</summary>
/// <param name="Field">The field chosen in the settings; null = none.</param>
/// <param name="Accounts">How many accounts were looked at.</param>
/// <param name="HaveField">How many of them have the chosen field.</param>
/// <param name="SaySomething">How many of them say yes or no in it: a value that the settings do not know says nothing.</param>
/// <param name="Others">Other fields that look like it, the likeliest first; few.</param>
public sealed record ConsentSample(string? Field, int Accounts, int HaveField, int SaySomething, IReadOnlyList<ConsentField> Others)
{
    /// <summary>True when accounts were looked at and none of them says anything: nobody can be sent with a consent.</summary>
    public bool IsSilent => Accounts > 0 && SaySomething == 0;

    /// <summary>What a silent sample says: how many lack the field, and which fields there are instead.</summary>
    public Text ToText()
    {
        var others = string.Join(", ", Others.Select(other => string.Create(CultureInfo.InvariantCulture, $"{other.Field} ({other.Accounts})")));
        var (missingPolish, missingEnglish) = Accounts == 1 && HaveField == 0
            ? ($"Jedyny sprawdzony klient nie ma pola {Field}.", $"The one customer looked at does not have the field {Field}.")
            : HaveField == 0
            ? ($"Żaden z {Accounts} sprawdzonych klientów nie ma pola {Field}.", $"None of the {Accounts} customers looked at has the field {Field}.")
            : ($"Pole {Field} ma {HaveField} z {Accounts} sprawdzonych klientów, ale żadna wartość nie oznacza zgody ani odmowy: popraw „Wartości oznaczające zgodę”.",
                $"{HaveField} of the {Accounts} customers looked at have the field {Field}, but no value means yes or no: mend \"Values that mean consent\".");
        return others.Length > 0
            ? new($"{missingPolish} Pola, które znaleźliśmy: {others}.", $"{missingEnglish} Fields that were found: {others}.")
            : new(
                $"{missingPolish} Innego pola, które wygląda na zgodę, nie znaleźliśmy.", $"{missingEnglish} No other field that looks like a consent was found.");
    }
}
