using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pomost.Simulators.WooCommerce;

/// <summary>A request to the REST interface after authentication.</summary>
/// <param name="Method">Already replaced by <c>X-HTTP-Method-Override</c>.</param>
/// <param name="Route">The path below the REST prefix, without slashes at the ends: <c>wc/v3/customers/12</c>.</param>
sealed record WooRequest(string Method, string Route, PhpQuery Query, JsonElement? Body, WooKey? Key, string FaultPath)
{
    public string[] Parts { get; } = Route.Split('/');

    public FieldFilter? Fields { get; } = FieldFilter.Parse(Query.List("_fields"));

    /// <summary>Asks for the right to do something, as the real permission callbacks word it.</summary>
    /// <param name="right"><c>view</c>, <c>create</c>, <c>edit</c>, <c>delete</c> or <c>batch</c>.</param>
    public void Demand(string right, bool list = false)
    {
        if (Key is { OwnerManagesShop: true })
            return;
        var message = right switch
        {
            "view" => list ? "Sorry, you cannot list resources." : "Sorry, you cannot view this resource.",
            "create" => "Sorry, you are not allowed to create resources.",
            "edit" => "Sorry, you are not allowed to edit this resource.",
            "delete" => "Sorry, you are not allowed to delete this resource.",
            _ => "Sorry, you are not allowed to manipulate this resource.",
        };
        throw new WooError(Key is null ? 401 : 403, "woocommerce_rest_cannot_" + right, message);
    }
}

/// <summary>What is sent back.</summary>
sealed record WooAnswer(int Status, ArrayBufferWriter<byte> Body)
{
    public int Rows { get; init; }
    public int? Total { get; init; }
    public int TotalPages { get; init; }
    public string? Links { get; init; }
}

/// <summary>Reads arguments of a query and gathers what is wrong with them, as WordPress does before anything else happens.</summary>
sealed partial class WooArguments(PhpQuery query, TimeZoneInfo zone)
{
    readonly List<(string Name, string Code, string Text)> _invalid = [];

    public int Page { get; private set; } = 1;
    public int PerPage { get; private set; } = 10;
    public int Offset { get; private set; }

    public WooArguments Paging()
    {
        Page = Int("page", 1, 1, int.MaxValue);
        PerPage = Int("per_page", 10, 1, 100);
        Offset = query.Has("offset") ? Int("offset", 0, 0, int.MaxValue) : (int)Math.Min(int.MaxValue, (Page - 1L) * PerPage);
        return this;
    }

    public int Int(string name, int otherwise, int least = int.MinValue, int most = int.MaxValue) => IntOrNull(name, least, most) ?? otherwise;

    public int? IntOrNull(string name, int least = int.MinValue, int most = int.MaxValue)
    {
        if (!query.Has(name))
            return null;
        if (!int.TryParse(query.Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            Wrong(name, "rest_invalid_type", $"{name} is not of type integer.");
            return null;
        }
        if (value < least || value > most)
        {
            Wrong(name, "rest_out_of_bounds", most == int.MaxValue
                ? $"{name} must be greater than or equal to {least.ToString(CultureInfo.InvariantCulture)}"
                : $"{name} must be between {least.ToString(CultureInfo.InvariantCulture)} (inclusive) and {most.ToString(CultureInfo.InvariantCulture)} (inclusive)");
        }
        return value;
    }

    public int[]? Ints(string name)
    {
        if (query.List(name) is not { } items)
            return null;
        var ids = new List<int>(items.Count);
        foreach (var item in items)
        {
            if (int.TryParse(item, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
                ids.Add(id);
            else
                Wrong(name, "rest_invalid_type", $"{name}[0] is not of type integer.");
        }
        return ids.Count == 0 ? null : [.. ids];
    }

    public string OneOf(string name, string otherwise, params IReadOnlyList<string> allowed)
    {
        if (query.Text(name) is not { } value)
            return otherwise;
        if (!allowed.Contains(value, StringComparer.Ordinal))
            Wrong(name, "rest_not_in_enum", $"{name} is not one of {string.Join(", ", allowed)}.");
        return value;
    }

    public string? Text(string name) => query.Text(name) is { Length: > 0 } text ? text : null;

    public IReadOnlyList<string>? Texts(string name) => query.List(name);

    public bool Flag(string name) => query.Text(name) is "true" or "1";

    /// <summary>
    /// A bound in Unix seconds: local time, or UTC with <c>dates_are_gmt</c>. As observed, a value with <c>Z</c> or an offset is
    /// first turned into local time, so with <c>dates_are_gmt</c> the bound is later by the shop's offset.
    /// </summary>
    public long? Date(string name)
    {
        if (Text(name) is not { } text)
            return null;
        var match = DateTimePattern().Match(text);
        if (!match.Success || !DateTime.TryParse(match.Groups["naive"].Value, CultureInfo.InvariantCulture, DateTimeStyles.None, out var naive))
        {
            Wrong(name, "rest_invalid_date", "Invalid date.");
            return null;
        }
        var offset = match.Groups["offset"].Value;
        if (offset.Length > 0)
        {
            var instant = DateTimeOffset.Parse(naive.ToString("s", CultureInfo.InvariantCulture) + (offset.Length == 3 ? offset + ":00" : offset), CultureInfo.InvariantCulture);
            naive = TimeZoneInfo.ConvertTime(instant, zone).DateTime;
        }
        // The hour the shop's clocks skip in spring is moved one later, even when the value is meant as UTC.
        if (zone.IsInvalidTime(naive))
            naive = naive.AddHours(1);
        // Of the hour repeated in autumn both PHP and .NET take the later one.
        var utc = Flag("dates_are_gmt") ? DateTime.SpecifyKind(naive, DateTimeKind.Utc) : TimeZoneInfo.ConvertTimeToUtc(naive, zone);
        return new DateTimeOffset(utc).ToUnixTimeSeconds();
    }

    public void Wrong(string name, string code, string text) => _invalid.Add((name, code, text));

    /// <exception cref="WooError">At least one argument was wrong.</exception>
    public void Check()
    {
        if (_invalid.Count > 0)
            throw WooError.InvalidParameters([.. _invalid.DistinctBy(each => each.Name)]);
    }

    [GeneratedRegex(@"^(?<naive>\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2})(\.\d+)?(?<offset>Z|z|[+-]\d{2}(:\d{2})?)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex DateTimePattern();
}
