using Pomost.Rules;

namespace Pomost.Contract;

/// <summary>The time zone of a store as a setting that a person can mend.</summary>
public static class StoreZone
{
    /// <summary>How the setting is called where a problem of it is told.</summary>
    public const string SettingKey = "time_zone";

    /// <summary>The zone of a name.</summary>
    /// <exception cref="NeedsOperatorException">There is no such zone.</exception>
    public static TimeZoneInfo Of(string? name) => ShopZone.TryFind(name, out var zone) ? zone : throw new NeedsOperatorException(
        ConnectionProblem.InvalidSetting, SettingKey,
        $"There is no time zone \"{name}\". Give a name such as Europe/Warsaw, or an offset such as UTC+05:30.", name);
}
