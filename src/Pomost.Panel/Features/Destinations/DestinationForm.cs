using Microsoft.AspNetCore.Http;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Panel.Features.Destinations;

/// <summary>Where data are to go, as typed. Passwords and secrets are not part of it: they are never sent back to the browser.</summary>
public sealed record DestinationForm
{
    const int LongestValue = 500;
    public const string ByHub = "hub";
    public const string ByPassword = "password";
    public const string ByKey = "key";

    /// <summary>Server most accounts begin at.</summary>
    public const string UsualEndpoint = "app2.salesmanago.pl";

    /// <summary>One of the ways above, or the number of a known destination.</summary>
    public string Way { get; init; } = ByHub;

    public string Email { get; init; } = "";

    public string Endpoint { get; init; } = UsualEndpoint;

    public string ClientId { get; init; } = "";

    public string KeyEndpoint { get; init; } = UsualEndpoint;

    public string Owner { get; init; } = "";

    public static DestinationForm Read(IFormCollection form) => new()
    {
        Way = form["way"].ToString(),
        Email = form["email"].ToString().Trim(),
        Endpoint = form["endpoint"].ToString().Trim(),
        ClientId = form["client_id"].ToString().Trim(),
        KeyEndpoint = form["key_endpoint"].ToString().Trim(),
        Owner = form["owner"].ToString().Trim(),
    };

    /// <summary>The key of API v3 that was typed; null = none.</summary>
    public static string? ProductKeyOf(IFormCollection form) => form[IProductDestination.KeySetting].ToString().Trim() is { Length: > 0 } key ? key : null;

    /// <summary>Messages by field, before anybody is asked.</summary>
    public Dictionary<string, string> Check(IFormCollection form, Texts.PanelTexts t)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        switch (Way)
        {
            case ByPassword:
                Address("email", Email);
                Filled("password", form["password"].ToString());
                Filled("endpoint", Endpoint);
                break;
            case ByKey:
                Filled("client_id", ClientId);
                Filled("api_secret", form["api_secret"].ToString());
                Address("owner", Owner);
                if (EndpointOf(KeyEndpoint) is null)
                    errors["key_endpoint"] = KeyEndpoint.Length == 0 ? t.Common.Required : t.Common.Url;
                break;
        }

        return errors;

        void Filled(string field, string value)
        {
            if (string.IsNullOrWhiteSpace(value))
                errors[field] = t.Common.Required;
            else if (value.Length > LongestValue || !TypedText.IsOneLine(value))
                errors[field] = t.Common.TextBad(LongestValue.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        void Address(string field, string value)
        {
            if (value.Length == 0)
                errors[field] = t.Common.Required;
            else if (!EmailAddress.TryParse(value, out _, out _))
                errors[field] = t.Common.Email;
        }
    }

    /// <summary>An address as people type it; null when it is none. Without a scheme https is meant.</summary>
    public static Uri? EndpointOf(string typed)
        => Uri.TryCreate(typed.Contains("://", StringComparison.Ordinal) ? typed : $"https://{typed}", UriKind.Absolute, out var address)
            && address is { Scheme: "http" or "https", Host.Length: > 0, UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 } ? address : null;
}
