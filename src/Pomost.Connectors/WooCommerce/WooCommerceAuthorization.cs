using System.Text.Json;
using Pomost.Contract;

namespace Pomost.Connectors.WooCommerce;

/// <summary>
/// Keys without copying: the owner's browser goes to the shop, the owner approves, and the shop's server brings the keys.
/// The flow has no state parameter; its <c>user_id</c> comes back and is used as one.
/// </summary>
static class WooCommerceAuthorization
{
    const int LongestCallback = 4_096;

    public static RedirectStart Start(SettingValues settings, string state, Uri callback, Uri returnTo)
    {
        if (callback.Scheme != Uri.UriSchemeHttps)
        {
            throw new NeedsOperatorException(
                ConnectionProblem.NotEncrypted, WooCommerceSettings.UrlField,
                "The shop brings keys to an https address only, and Pomost has none: copy the keys by hand.", callback.Scheme);
        }
        var shop = WooCommerceSettings.ShopAddress(settings.Required(WooCommerceSettings.UrlField));
        var query = new WooQuery().With("app_name", "Pomost").With("scope", "read_write").With("user_id", state)
            .With("return_url", returnTo.AbsoluteUri).With("callback_url", callback.AbsoluteUri);
        var text = string.Join('&', query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
        return new RedirectStart(new UriBuilder(new Uri(shop, "wc-auth/v1/authorize")) { Query = text }.Uri, Pending: null);
    }

    public static string? StateOf(WebhookRequest callback)
        => callback.Query.TryGetValue("user_id", out var state) && state.Length > 0 ? state : Keys(callback)?.UserId;

    public static SettingValues Complete(SettingValues settings, WebhookRequest callback)
    {
        if (callback.Query.TryGetValue("success", out var success) && success == "0")
            throw new NeedsOperatorException(ConnectionProblem.PermissionMissing, WooCommerceSettings.KeyField, "The owner did not approve.");
        var keys = Keys(callback);
        var complete = settings.With(WooCommerceSettings.KeyField, keys?.ConsumerKey ?? "").With(WooCommerceSettings.SecretField, keys?.ConsumerSecret ?? "");
        _ = WooCommerceSettings.Of(complete);
        return complete;
    }

    static WooGrantedKeys? Keys(WebhookRequest callback)
    {
        if (callback.Method != "POST" || callback.Body.Length > LongestCallback)
            return null;
        try
        {
            return JsonSerializer.Deserialize(callback.Body.Span, WooCommerceJson.Default.WooGrantedKeys);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
