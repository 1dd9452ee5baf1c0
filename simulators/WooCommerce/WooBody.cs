using System.Globalization;
using System.Text.Json;

namespace Pomost.Simulators.WooCommerce;

/// <summary>Reads what a client wrote, as leniently as the shop does: numbers may be texts, unknown fields are left alone.</summary>
static class WooBody
{
    public static string? Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
                _ => null,
            }
            : null;

    public static int? Int(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) ? Int(value) : null;

    public static int? Int(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt32(out var number) => number,
        JsonValueKind.String when int.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    public static decimal? Decimal(JsonElement body, string name) =>
        decimal.TryParse(Text(body, name), NumberStyles.Number, CultureInfo.InvariantCulture, out var value) ? value : null;

    public static WooAddress Address(JsonElement body, string name, WooAddress old)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty(name, out var given) || given.ValueKind != JsonValueKind.Object)
            return old;
        return old with
        {
            FirstName = Text(given, "first_name") ?? old.FirstName,
            LastName = Text(given, "last_name") ?? old.LastName,
            Company = Text(given, "company") ?? old.Company,
            Address1 = Text(given, "address_1") ?? old.Address1,
            Address2 = Text(given, "address_2") ?? old.Address2,
            City = Text(given, "city") ?? old.City,
            Postcode = Text(given, "postcode") ?? old.Postcode,
            Country = Text(given, "country") ?? old.Country,
            State = Text(given, "state") ?? old.State,
            Email = Text(given, "email") ?? old.Email,
            Phone = Text(given, "phone") ?? old.Phone,
        };
    }

    /// <summary>Meta after a write: an entry without id changes the key of that name, <c>null</c> removes it, others stay.</summary>
    public static WooMeta[] Meta(JsonElement body, WooMeta[] old)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("meta_data", out var given) || given.ValueKind != JsonValueKind.Array)
            return old;
        var meta = old;
        foreach (var entry in given.EnumerateArray())
        {
            var key = Text(entry, "key");
            if (Int(entry, "id") is { } id && Array.FindIndex(meta, each => each.Id == id) is >= 0 and var at)
                key ??= meta[at].Key;
            if (string.IsNullOrEmpty(key))
                continue;
            var hasValue = entry.TryGetProperty("value", out var value);
            if (!hasValue || value.ValueKind == JsonValueKind.Null)
                meta = WooCommerceShop.With(meta, key, null);
            else if (value.ValueKind == JsonValueKind.String)
                meta = WooCommerceShop.With(meta, key, value.GetString());
            else
                meta = WooCommerceShop.With(meta, key, value.GetRawText(), isJson: true);
        }
        return meta;
    }

    public static bool LooksLikeEmail(string text) =>
        text.Length >= 6 && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && text.IndexOf('.', at) > at + 1 && !text.EndsWith('.') && text.All(letter => letter is > ' ' and <= '~');
}
