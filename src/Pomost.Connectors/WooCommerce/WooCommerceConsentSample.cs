using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.WooCommerce;

/// <summary>Looks at the newest accounts of a shop for the field that keeps consents.</summary>
/// <remarks>
/// A field looks like a consent when half of its values are a yes or a no. WordPress itself keeps switches of that kind in every
/// account (how the editor looks, for instance); they are left out by name.
/// </remarks>
static class WooCommerceConsentSample
{
    const int MostAccounts = 200;
    const int MostOthers = 5;

    static readonly HashSet<string> OfWordPress = new(StringComparer.Ordinal)
    {
        "rich_editing", "syntax_highlighting", "comment_shortcuts", "use_ssl", "show_admin_bar_front", "show_welcome_panel", "wp_user_level",
        "paying_customer", "is_vat_exempt", "dismissed_wp_pointers", "admin_color", "locale", "nickname",
    };

    static readonly string[] Words =
        ["newsletter", "consent", "subscri", "marketing", "opt_in", "optin", "opt-in", "zgod", "mailing", "mailchimp", "mailpoet", "gdpr", "rodo", "agree"];

    public static async Task<ConsentSample> ReadAsync(WooCommerceApi api, WooCommerceSettings settings, CancellationToken ct)
    {
        var seen = new List<List<WooMeta>>();
        for (var offset = 0; offset < MostAccounts; offset += WooCommerceApi.PageSize)
        {
            var list = await api.ListAsync(
                "wc/v3/customers",
                new WooQuery().With("role", "all").With("orderby", "id").With("order", "desc").With("per_page", WooCommerceApi.PageSize)
                    .With("offset", offset).With("_fields", "id,role,is_paying_customer,meta_data"),
                WooCommerceJson.Default.WooCustomer,
                ct);
            seen.AddRange(list.Rows.Where(row => WooCommerceMapping.IsCustomer(row.Value, settings)).Select(row => row.Value.MetaData));
            if (list.Rows.Count < WooCommerceApi.PageSize)
                break;
        }

        var field = settings.EmailConsentKey;
        return new ConsentSample(
            field,
            seen.Count,
            seen.Count(meta => field is not null && meta.Any(entry => entry.Key == field)),
            seen.Count(meta => WooCommerceMapping.StateOf(meta, field, settings) != ConsentState.NoStatement),
            OthersIn(seen, settings));
    }

    static ConsentField[] OthersIn(List<List<WooMeta>> accounts, WooCommerceSettings settings)
    {
        string?[] ours = [settings.EmailConsentKey, settings.SmsConsentKey, settings.SharingConsentKey, settings.TagsKey, settings.GenderKey, settings.BirthDateKey];
        return
        [
            .. accounts
                .SelectMany(meta => meta.Select(entry => entry.Key).OfType<string>().Distinct(StringComparer.Ordinal).Select(key => (Key: key, Meta: meta)))
                .GroupBy(entry => entry.Key, entry => entry.Meta, StringComparer.Ordinal)
                .Where(field => !ours.Contains(field.Key, StringComparer.Ordinal) && !OfWordPress.Contains(field.Key) && WooCommerceSettings.CanName(field.Key))
                .Select(field => (field.Key, All: field.Count(), Spoken: field.Count(meta => WooCommerceMapping.StateOf(meta, field.Key, settings) != ConsentState.NoStatement)))
                .Where(field => field.Spoken > 0 && field.Spoken * 2 >= field.All)
                .OrderByDescending(field => Words.Any(word => field.Key.Contains(word, StringComparison.OrdinalIgnoreCase)))
                .ThenByDescending(field => field.All).ThenBy(field => field.Key, StringComparer.Ordinal)
                .Take(MostOthers)
                .Select(field => new ConsentField(field.Key, field.All)),
        ];
    }

    /// <summary>What the sample says, as a line of a check. None while the shop has no accounts.</summary>
    public static CheckLine? LineOf(ConsentSample sample)
    {
        if (sample.Accounts == 0)
            return null;
        var line = new CheckLine("consents", new("Zgody klientów na e-mail", "Customers' consents to e-mail"), sample.IsSilent ? CheckState.Missing : CheckState.Ready)
        {
            Required = false,
            Detail = $"{sample.Field}: {sample.SaySomething} / {sample.Accounts}",
        };
        return sample.IsSilent ? line with { SettingKey = WooCommerceSettings.EmailConsentField, Fix = sample.ToText() } : line;
    }
}
