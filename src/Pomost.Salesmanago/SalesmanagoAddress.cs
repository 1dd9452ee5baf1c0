using Pomost.Contract;

namespace Pomost.Salesmanago;

/// <summary>Addresses of SALESmanago's servers. Pure.</summary>
public static class SalesmanagoAddress
{
    static readonly Uri VendorV3 = new("https://api.salesmanago.com");
    static readonly Uri NewVendorV3 = new("https://api.manago.ai");

    /// <summary>Reads an address as a person types it: <c>app2.salesmanago.pl</c> or a URL.</summary>
    /// <remarks>Without a scheme https is meant, except on this machine; a typed http is kept.</remarks>
    /// <exception cref="NeedsOperatorException">The text is no address; names <c>endpoint</c>.</exception>
    public static Uri Parse(string typed)
    {
        var text = typed.Trim();
        var hasScheme = text.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(hasScheme ? text : $"https://{text}", UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
            || address.Host.Length == 0
            || address.UserInfo.Length > 0
            || address.Query.Length + address.Fragment.Length > 0)
        {
            throw new NeedsOperatorException(
                ConnectionProblem.InvalidSetting, SalesmanagoSettings.Endpoint, "The address of SALESmanago is not a host or an http(s) URL.");
        }

        return !hasScheme && address.IsLoopback ? WithScheme(address, Uri.UriSchemeHttp) : address;
    }

    /// <summary>Where the account lives, given what was typed and what the log-in answered.</summary>
    /// <param name="typed">Address the log-in was sent to.</param>
    /// <param name="answered">Address in the answer, with or without scheme; null or empty = it lives where it was asked.</param>
    /// <returns>https, except on this machine and on the very server for which the person typed http.</returns>
    /// <exception cref="RetryLaterException">The answer's address is none.</exception>
    public static Uri Moved(Uri typed, string? answered)
    {
        if (string.IsNullOrWhiteSpace(answered))
            return typed;
        var text = answered.Trim();
        var bare = text.Contains("://", StringComparison.Ordinal) ? text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..] : text;
        if (!Uri.TryCreate($"https://{bare}", UriKind.Absolute, out var moved) || moved.Host.Length == 0 || moved.UserInfo.Length > 0)
            throw new RetryLaterException("SALESmanago answered the log-in with an address that is none.");
        if (!Uri.TryCreate($"http://{bare}", UriKind.Absolute, out var plain))
            return moved;
        var typedHttp = typed.Scheme == Uri.UriSchemeHttp;
        var sameServer = plain.Authority.Equals(typed.Authority, StringComparison.OrdinalIgnoreCase);
        var saidHttp = text.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
        return (typedHttp && sameServer) || (saidHttp && plain.IsLoopback) ? plain : moved;
    }

    /// <summary>Where API v3 of an account is served: the vendor's own host for the vendor's accounts, else the account's server.</summary>
    public static Uri V3Of(Uri endpoint)
    {
        if (IsWithin(endpoint.Host, "manago.ai"))
            return NewVendorV3;
        return IsWithin(endpoint.Host, "salesmanago.com") || IsWithin(endpoint.Host, "salesmanago.pl") || IsWithin(endpoint.Host, "salesmanago.es")
            ? VendorV3
            : endpoint;
    }

    static bool IsWithin(string host, string domain)
        => host.Equals(domain, StringComparison.OrdinalIgnoreCase) || host.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase);

    static Uri WithScheme(Uri address, string scheme)
        => new UriBuilder(address) { Scheme = scheme, Port = address.IsDefaultPort ? -1 : address.Port }.Uri;
}
