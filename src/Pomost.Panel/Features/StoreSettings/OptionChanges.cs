using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Pomost.Engine;

namespace Pomost.Panel.Features.StoreSettings;

/// <summary>A store's choices for the audit log, and a stamp that tells whether somebody changed them meanwhile.</summary>
static class OptionChanges
{
    public static string StampOf(StoreOptions options) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(options)))[..16];

    public static IReadOnlyList<AuditChange> Between(StoreOptions before, StoreOptions after)
    {
        var (old, now) = (All(before), All(after));
        return [.. old.Keys.Where(key => old[key] != now[key]).Select(key => new AuditChange(key, old[key], now[key]))];
    }

    static Dictionary<string, string?> All(StoreOptions options)
    {
        var all = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["automatic"] = Word(options.AutomaticTags),
            ["sharing"] = options.Sharing.ToString(),
            ["carts"] = Word(options.SendsCarts),
            ["products"] = Word(options.SendsProducts),
            ["cart_minutes"] = options.AbandonedCartMinutes.ToString(CultureInfo.InvariantCulture),
            ["status"] = options.OrderStatuses is { } statuses ? string.Join(", ", statuses) : null,
            ["pace"] = options.ExportBudget is { } budget ? string.Join(' ', budget.PerTenMinutes) : null,
        };
        foreach (var happened in Enum.GetValues<TagEvent>())
        {
            all[SettingsForm.FieldOf(happened)] = string.Join(", ", options.TypedTags(happened));
            all[SettingsForm.FieldOf(happened) + "_on"] = Word(!options.TagsOff.Contains(happened));
        }

        return all;
    }

    static string Word(bool on) => on ? "on" : "off";
}
