using Microsoft.AspNetCore.Http;
using Pomost.Engine;
using Pomost.Panel.Features.StoreSettings;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Features.Stores;

/// <summary>Whether the accounts a shop has are sent once it is connected, to whom that applies, and how fast. No until it was answered.</summary>
public sealed record AccountsForm
{
    public const string Field = "accounts";
    public const string Yes = "yes";
    public const string Later = "later";

    static readonly string[] PaceFields = ["day", "night", "from", "until"];

    public bool Sends { get; init; }

    /// <summary>Null = what was typed is neither.</summary>
    public SharingMode? Sharing { get; init; } = SharingMode.Everyone;

    /// <summary>The pace card of the settings: the same numbers under the same names.</summary>
    public SettingsForm Pace { get; init; } = SettingsForm.Of(new StoreOptions { ExportBudget = HourlyBudget.Reference }, []);

    /// <param name="form">As sent; what it lacks is as preset.</param>
    public static AccountsForm Read(IFormCollection form)
    {
        var preset = new AccountsForm();
        var sharing = form["sharing"].ToString();
        return new AccountsForm
        {
            Sends = form[Field] == Yes,
            Sharing = sharing.Length == 0 ? preset.Sharing : Enum.TryParse<SharingMode>(sharing, out var known) && Enum.IsDefined(known) ? known : null,
            Pace = PaceFields.Any(form.ContainsKey) ? preset.Pace.Typed(SettingsCard.Pace, form) with { Pace = PaceWay.DayAndNight } : preset.Pace,
        };
    }

    /// <summary>Messages by field; none when nothing is to be sent.</summary>
    public Dictionary<string, string> Check(PanelTexts t)
    {
        if (!Sends)
            return new Dictionary<string, string>(StringComparer.Ordinal);
        var errors = Pace.Check(SettingsCard.Pace, [], t);
        if (Sharing is null)
            errors["sharing"] = t.Common.Choose;
        return errors;
    }

    /// <summary>The budget; only after <see cref="Check"/> found nothing.</summary>
    public HourlyBudget Budget => Pace.Apply(SettingsCard.Pace, new StoreOptions(), []).ExportBudget!;

    /// <summary>The choices of the new store; only after <see cref="Check"/> found nothing.</summary>
    public StoreOptions Apply(StoreOptions options) => Sends ? options with { Sharing = Sharing!.Value, ExportBudget = Budget } : options;
}
