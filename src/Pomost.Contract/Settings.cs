namespace Pomost.Contract;

/// <summary>A text in the panel's two languages.</summary>
/// <param name="Polish">Polish wording.</param>
/// <param name="English">English wording.</param>
public sealed record Text(string Polish, string English)
{
    /// <summary>The wording for a two-letter language; Polish for anything but <c>en</c>.</summary>
    public string In(string language) => language == "en" ? English : Polish;
}

/// <summary>How a setting is asked for.</summary>
public enum SettingKind
{
    /// <summary>One line of text.</summary>
    Text,

    /// <summary>Address of the shop; checked, normalised, and guarded against private networks.</summary>
    Url,

    /// <summary>Stored encrypted, never shown again.</summary>
    Secret,

    /// <summary>Yes or no; values <c>true</c> and <c>false</c>.</summary>
    Toggle,

    /// <summary>Whole number.</summary>
    Number,

    /// <summary>One of <see cref="SettingField.Choices"/>, or of those a check discovered under the same key.</summary>
    Choice,

    /// <summary>Several of them, joined by commas.</summary>
    MultiChoice,
}

/// <summary>One option of a choice.</summary>
/// <param name="Value">What is stored.</param>
/// <param name="Label">What is shown.</param>
public sealed record SettingChoice(string Value, Text Label);

/// <summary>Another field's value that a field depends on.</summary>
/// <param name="Key">The other field.</param>
/// <param name="Value">The value it must have.</param>
public sealed record SettingCondition(string Key, string Value);

/// <summary>One field of a platform's form. The panel and the command line draw the form from these alone.</summary>
public sealed record SettingField
{
    /// <summary>Stable key, snake_case; also the command line's option name with hyphens.</summary>
    public required string Key { get; init; }

    /// <summary>How it is asked for.</summary>
    public required SettingKind Kind { get; init; }

    /// <summary>Label above the field.</summary>
    public required Text Label { get; init; }

    /// <summary>Help below the field.</summary>
    public Text? Help { get; init; }

    /// <summary>Example shown while the field is empty.</summary>
    public string? Placeholder { get; init; }

    /// <summary>True when the form cannot be sent without it.</summary>
    public bool Required { get; init; }

    /// <summary>Value of an untouched form.</summary>
    public string? Default { get; init; }

    /// <summary>Options known beforehand; a check may discover more (<see cref="ConnectionCheck.Choices"/>).</summary>
    public IReadOnlyList<SettingChoice> Choices { get; init; } = [];

    /// <summary>Regular expression the whole value must match; null = anything.</summary>
    public string? Pattern { get; init; }

    /// <summary>What to say when <see cref="Pattern"/> does not match.</summary>
    public Text? PatternHelp { get; init; }

    /// <summary>True for what most shops never touch; shown folded.</summary>
    public bool Advanced { get; init; }

    /// <summary>Asked only while another field has this value: alternative ways to log in are a choice and fields that depend on it.</summary>
    public SettingCondition? OnlyIf { get; init; }
}

/// <summary>Values of a platform's form, by <see cref="SettingField.Key"/>. Secrets are in the clear here and nowhere else.</summary>
public sealed class SettingValues(IReadOnlyDictionary<string, string> values)
{
    /// <summary>No values.</summary>
    public static SettingValues Empty { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>All values, for storing.</summary>
    public IReadOnlyDictionary<string, string> All => values;

    /// <summary>The value, or null when it is missing or blank.</summary>
    public string? this[string key] => values.TryGetValue(key, out var value) && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    /// <summary>The value of a required setting.</summary>
    /// <exception cref="NeedsOperatorException">It is missing; names the setting.</exception>
    public string Required(string key) => this[key]
        ?? throw new NeedsOperatorException(ConnectionProblem.InvalidSetting, key, $"The setting {key} is missing.");

    /// <summary>The same values with one changed; null removes it.</summary>
    public SettingValues With(string key, string? value)
    {
        var copy = new Dictionary<string, string>(values, StringComparer.Ordinal);
        if (value is null)
            copy.Remove(key);
        else
            copy[key] = value;
        return new SettingValues(copy);
    }

    /// <inheritdoc/>
    public override string ToString() => $"({values.Count} settings)";
}
