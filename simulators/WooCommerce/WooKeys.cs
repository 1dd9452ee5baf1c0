using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Pomost.Simulators.WooCommerce;

/// <summary>A pair of REST keys.</summary>
/// <param name="Permissions"><c>read</c>, <c>write</c> or <c>read_write</c>.</param>
/// <param name="OwnerManagesShop">False for a key of a user who may not see customers and orders.</param>
public sealed record WooKey(int Id, string ConsumerKey, string ConsumerSecret, string Permissions, bool OwnerManagesShop)
{
    internal bool Reads => Permissions is "read" or "read_write";

    internal bool Writes => Permissions is "write" or "read_write";
}

/// <summary>The shop's REST keys and the check of a request's credentials.</summary>
sealed class WooKeys(TimeProvider clock)
{
    static readonly string[] OAuthNames = ["oauth_consumer_key", "oauth_timestamp", "oauth_nonce", "oauth_signature", "oauth_signature_method"];
    static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    readonly Lock _lock = new();
    readonly Dictionary<string, WooKey> _keys = new(StringComparer.Ordinal);
    readonly Dictionary<(string Key, string Nonce), long> _nonces = [];
    int _lastId;
    long _nextSweep;

    public WooKey Add(string permissions, bool ownerManagesShop, string consumerKey, string consumerSecret)
    {
        lock (_lock)
        {
            var key = new WooKey(++_lastId, consumerKey, consumerSecret, permissions, ownerManagesShop);
            _keys.Add(consumerKey, key);
            return key;
        }
    }

    public WooKey AddRandom(string permissions) =>
        Add(permissions, ownerManagesShop: true, "ck_" + RandomNumberGenerator.GetHexString(40, lowercase: true), "cs_" + RandomNumberGenerator.GetHexString(40, lowercase: true));

    public bool Remove(string consumerKey)
    {
        lock (_lock)
            return _keys.Remove(consumerKey);
    }

    public IReadOnlyList<WooKey> All
    {
        get
        {
            lock (_lock)
                return [.. _keys.Values];
        }
    }

    /// <returns>The key, or null for a visitor.</returns>
    /// <exception cref="WooError">Credentials were given and are wrong.</exception>
    public WooKey? Authenticate(string httpMethod, string signedUrl, PhpQuery query, string? authorization, bool isSsl)
    {
        if (isSsl && Basic(query, authorization) is { } key)
            return key;
        return OAuth(httpMethod, signedUrl, query, authorization);
    }

    WooKey? Basic(PhpQuery query, string? authorization)
    {
        var consumerKey = query.Text("consumer_key");
        var secret = query.Text("consumer_secret");
        // Keys in the query win over the header.
        if (string.IsNullOrEmpty(consumerKey) || string.IsNullOrEmpty(secret))
        {
            if (!AuthenticationHeaderValue.TryParse(authorization, out var header) || header.Scheme != "Basic" || header.Parameter is null)
                return null;
            var buffer = new byte[header.Parameter.Length];
            if (!Convert.TryFromBase64String(header.Parameter, buffer, out var length))
                return null;
            var pair = Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2);
            if (pair.Length != 2)
                return null;
            (consumerKey, secret) = (pair[0], pair[1]);
        }
        if (Find(consumerKey) is not { } key)
            return null;
        return Same(key.ConsumerSecret, secret) ? key : throw Wrong("Consumer secret is invalid.");
    }

    WooKey? OAuth(string httpMethod, string signedUrl, PhpQuery query, string? authorization)
    {
        var parameters = query.Clone();
        if (authorization is not null && authorization.StartsWith("OAuth ", StringComparison.OrdinalIgnoreCase))
        {
            foreach (var part in authorization[6..].Split(','))
            {
                var pair = part.Trim().Split('=', 2);
                if (pair.Length == 2 && pair[0].StartsWith("oauth_", StringComparison.Ordinal))
                    parameters.SetText(pair[0], Uri.UnescapeDataString(pair[1].Trim('"')));
            }
        }
        var missing = OAuthNames.Where(name => string.IsNullOrEmpty(parameters.Text(name))).ToList();
        if (missing.Count == OAuthNames.Length)
            return null;
        if (missing.Count > 0)
        {
            throw new WooError(401, "woocommerce_rest_authentication_missing_parameter",
                (missing.Count == 1 ? "Missing OAuth parameter " : "Missing OAuth parameters ") + string.Join(", ", missing));
        }
        if (Find(parameters.Text("oauth_consumer_key")!) is not { } key)
            throw Wrong("Consumer key is invalid.");

        var given = Uri.UnescapeDataString(parameters.Text("oauth_signature")!.Replace(' ', '+'));
        parameters.Remove("oauth_signature");
        var expected = OAuth1Signature.Compute(httpMethod, signedUrl, parameters, key.ConsumerSecret, parameters.Text("oauth_signature_method")!)
            ?? throw Wrong("Invalid signature - signature method is invalid.");
        if (!Same(expected, given))
            throw Wrong("Invalid signature - provided signature does not match.");
        CheckFreshness(key, parameters.Text("oauth_timestamp")!, parameters.Text("oauth_nonce")!);
        return key;
    }

    void CheckFreshness(WooKey key, string timestamp, string nonce)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var window = (long)Window.TotalSeconds;
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || Math.Abs(now - at) > window)
            throw Wrong("Invalid timestamp.");
        lock (_lock)
        {
            if (now >= _nextSweep)
            {
                foreach (var old in _nonces.Where(each => each.Value < now - window).Select(each => each.Key).ToList())
                    _nonces.Remove(old);
                _nextSweep = now + 60;
            }
            if (_nonces.TryGetValue((key.ConsumerKey, nonce), out var used) && used >= now - window)
                throw Wrong("Invalid nonce - nonce has already been used.");
            _nonces[(key.ConsumerKey, nonce)] = at;
        }
    }

    WooKey? Find(string consumerKey)
    {
        lock (_lock)
            return _keys.GetValueOrDefault(consumerKey);
    }

    static bool Same(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    static WooError Wrong(string message) => new(401, "woocommerce_rest_authentication_error", message);
}
