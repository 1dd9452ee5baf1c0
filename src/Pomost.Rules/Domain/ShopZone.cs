using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Pomost.Rules;

/// <summary>Time zones of shops by name: an IANA name (<c>Europe/Warsaw</c>), or a fixed offset written <c>UTC-05:00</c>, <c>UTC+05:30</c>.</summary>
/// <remarks>A shop that keeps an offset has no daylight saving time. The only way from a name to a zone, so that every part knows the same names.</remarks>
public static partial class ShopZone
{
    /// <summary>The zone of a shop that does not say where it is.</summary>
    public const string Default = "Europe/Warsaw";

    static readonly TimeSpan Widest = TimeSpan.FromHours(14);

    /// <summary>The zone of a name. Never throws.</summary>
    /// <param name="name">An IANA name, or an offset of at most 14 hours: <c>UTC+05:30</c>, also <c>UTC+5</c>, <c>+05:30</c> and <c>UTC+5.5</c>.</param>
    /// <param name="zone">The zone; null when there is none of that name.</param>
    /// <returns>True when the name is known.</returns>
    public static bool TryFind(string? name, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        zone = null;
        var text = name?.Trim();
        if (string.IsNullOrEmpty(text) || text.Length > 64)
            return false;
        if (OffsetIn(text) is not { } offset)
            return TimeZoneInfo.TryFindSystemTimeZoneById(text, out zone);
        var id = NameOf(offset);
        zone = TimeZoneInfo.CreateCustomTimeZone(id, offset, id, id);
        return true;
    }

    /// <summary>The zone of a name, or the one of <see cref="Default"/>, for what is only shown. Never throws.</summary>
    public static TimeZoneInfo OrDefault(string? name)
        => TryFind(name, out var zone) || TryFind(Default, out zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>The name under which a zone is stored: an IANA name as it is, an offset as <c>UTC+05:30</c>.</summary>
    /// <param name="zone">What the shop calls its zone; null or blank = it has only an offset.</param>
    /// <param name="offsetHours">Its distance to UTC in hours, parts of hours included; null = not said.</param>
    /// <returns>The name, also of a zone nobody knows; null when the shop says neither, or an offset that no place has. Never throws.</returns>
    public static string? NameOf(string? zone, double? offsetHours)
    {
        if (!string.IsNullOrWhiteSpace(zone))
            return OffsetIn(zone.Trim()) is { } written ? NameOf(written) : zone.Trim();
        return offsetHours is { } hours && Math.Abs(hours) <= Widest.TotalHours
            ? NameOf(TimeSpan.FromMinutes(Math.Round(hours * 60))) : null;
    }

    static string NameOf(TimeSpan offset)
        => string.Create(CultureInfo.InvariantCulture, $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}");

    static TimeSpan? OffsetIn(string text)
    {
        var match = Offset().Match(text);
        if (!match.Success)
            return null;
        var minutes = int.Parse(match.Groups["h"].ValueSpan, CultureInfo.InvariantCulture) * 60.0
            + (match.Groups["m"] is { Success: true } minute ? int.Parse(minute.ValueSpan, CultureInfo.InvariantCulture) : 0)
            + (match.Groups["part"] is { Success: true } part ? double.Parse("0" + part.Value, CultureInfo.InvariantCulture) * 60 : 0);
        var offset = TimeSpan.FromMinutes(Math.Round(match.Groups["sign"].ValueSpan is "+" ? minutes : -minutes));
        return offset.Duration() <= Widest ? offset : null;
    }

    [GeneratedRegex(
        @"^(?:UTC|GMT)?(?<sign>[+-])(?<h>\d{1,2})(?::?(?<m>[0-5]\d)|(?<part>\.\d{1,2}))?$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Offset();
}
