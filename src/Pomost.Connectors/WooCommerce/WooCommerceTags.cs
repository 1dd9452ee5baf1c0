using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.WooCommerce;

/// <summary>Tags of people, kept in the field of the account that the operator named: <c>vip, salesmanago_shop1_menu1:5</c>.</summary>
/// <remarks>WordPress has no tags of people. Points stand behind a colon at tags of SALESmanago alone: a shop's own tag may have a colon in its name.</remarks>
static partial class WooCommerceTags
{
    const string Customers = "wc/v3/customers";

    /// <summary>Names of the tags; null when the field holds something else than a list of names.</summary>
    public static IReadOnlyList<string>? Read(List<WooMeta> entries, WooCommerceSettings settings)
        => settings.TagsKey is null ? null : Entries(entries, settings)?.ConvertAll(entry => entry.Name);

    public static async Task<WriteOutcome> WriteAsync(WooCommerceApi api, WooCommerceSettings settings, TagChange change, CancellationToken ct)
    {
        if (settings.TagsKey is null)
            return WriteOutcome.NotOffered;
        if (await WooCommerceConsent.FindAsync(api, change.SourceId, change.Email, ct) is not { } customer)
            return WriteOutcome.NotFound;
        if (Entries(customer.MetaData, settings) is not { } present)
            return WriteOutcome.NotOffered;
        var wanted = Changed(present, change);
        if (wanted.SequenceEqual(present))
            return WriteOutcome.Unchanged;
        // An entry without an id replaces the one of that key.
        var body = new WooMetaChange([new(settings.TagsKey, string.Join(", ", wanted.Select(Written)))]);
        using var answer = await api.ChangeAsync(
            HttpMethod.Put, FormattableString.Invariant($"{Customers}/{customer.Id}"), new WooQuery().With("_fields", "id"),
            JsonSerializer.SerializeToUtf8Bytes(body, WooCommerceJson.Default.WooMetaChange), ct);
        return answer.Status == HttpStatusCode.NotFound ? WriteOutcome.NotFound : WriteOutcome.Written;
    }

    static List<Entry> Changed(List<Entry> present, TagChange change)
    {
        var removed = change.Remove.ToHashSet(TagComparer.Instance);
        var set = new Dictionary<string, int?>(TagComparer.Instance);
        foreach (var (tag, points) in change.Set)
            set[tag] = points;
        var wanted = present.Where(entry => !removed.Contains(entry.Name))
            .Select(entry => set.Remove(entry.Name, out var points) ? entry with { Points = points } : entry).ToList();
        wanted.AddRange(set.Select(pair => new Entry(pair.Key, pair.Value)));
        return wanted;
    }

    static List<Entry>? Entries(List<WooMeta> entries, WooCommerceSettings settings)
    {
        if (!entries.Exists(entry => entry.Key == settings.TagsKey))
            return [];
        if (WooCommerceMapping.Meta(entries, settings.TagsKey) is not { } text)
            return null;
        if (IsStructure(text))
            return null;
        var names = text.TrimStart().StartsWith('[') ? FromJson(text) : text.Split([',', ';', '\n', '\r'], StringSplitOptions.TrimEntries);
        return names?.Select(name => name.Trim()).Where(name => name.Length > 0).Select(Parsed).DistinctBy(entry => entry.Name, StringComparer.Ordinal).ToList();
    }

    /// <summary>True for a value that a plug-in serialised for itself, in PHP's way or as JSON other than a list: nothing in it is a name.</summary>
    static bool IsStructure(string text) => Serialised().IsMatch(text) || IsJsonOtherThanList(text);

    static bool IsJsonOtherThanList(string text)
    {
        var start = text.TrimStart();
        if (start.Length == 0 || start[0] is not ('{' or '"'))
            return false;
        try
        {
            using var json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            // A name may begin with a quotation mark; a brace is no beginning of one.
            return start[0] == '{';
        }
    }

    // a:2:{i:0;s:3:"vip";} s:5:"a:1:{" O:8:"stdClass":0:{} C:11:"ArrayObject":21:{…} i:5; b:1; d:0.5; N;
    [GeneratedRegex("""^\s*(?:a:\d+:\{|[OC]:[+]?\d+:"|[sSE]:\d+:"|[ibd]:[-+.0-9eE]+;\s*$|N;\s*$)""", RegexOptions.NonBacktracking)]
    private static partial Regex Serialised();

    static string[]? FromJson(string text)
    {
        try
        {
            // A structure is read as null: then this is no list of names.
            var names = JsonSerializer.Deserialize(Encoding.UTF8.GetBytes(text), WooCommerceJson.Default.StringArray);
            return names is null || Array.Exists(names, name => name is null) ? null : names;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static Entry Parsed(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && TagLoopGuard.CameFromSalesmanago(text)
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var points)
            ? new Entry(text[..colon], points) : new Entry(text, null);
    }

    // Signs that part tags would make two of one.
    static string Written(Entry entry)
    {
        var name = entry.Name.Replace(',', '_').Replace(';', '_');
        return entry.Points is { } points ? string.Create(CultureInfo.InvariantCulture, $"{name}:{points}") : name;
    }

    sealed record Entry(string Name, int? Points);
}
