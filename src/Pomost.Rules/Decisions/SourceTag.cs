namespace Pomost.Rules;

/// <summary>Tag that says how a person was won.</summary>
[Rule(
    "source-tag",
    "The source a person came from becomes one tag: platform, source and shop domain joined by underscores (idosell_allegro_sklep.example). " +
    "The host of a known service stands as its name (l.facebook.com is facebook, www.google.pl is google), any other host without www.",
    "FAQ, question on tags: information on the source of acquisition")]
public static class SourceTag
{
    /// <summary>The tag, as it is stored; null when the platform names no source.</summary>
    /// <param name="platformKey">Key of the platform, for example <c>idosell</c>.</param>
    /// <param name="source">Source as the platform names it.</param>
    /// <param name="shopDomain">Domain of the shop.</param>
    public static string? For(string platformKey, string? source, string shopDomain)
        => string.IsNullOrWhiteSpace(source) ? null : TagInput.Normalise($"{platformKey}_{ReferralHost.NameOf(source)}_{shopDomain}");
}

/// <summary>Names of the services behind hosts that send visitors to a shop.</summary>
static class ReferralHost
{
    // Services that have one address in each country, or several addresses under one domain.
    static readonly HashSet<string> Services = new(StringComparer.Ordinal)
    {
        "facebook", "messenger", "instagram", "threads", "whatsapp", "google", "youtube", "bing", "duckduckgo", "yahoo", "ecosia", "qwant", "startpage", "yandex", "seznam",
        "baidu", "twitter", "linkedin", "pinterest", "tiktok", "reddit", "snapchat", "telegram", "wykop", "allegro", "allegrolokalnie", "amazon", "ebay", "olx", "empik", "erli",
        "aliexpress", "etsy", "ceneo", "skapiec", "nokaut", "okazje", "idealo", "heureka", "awin", "tradedoubler", "webepartners", "younity", "chatgpt", "perplexity",
    };

    // Short and second addresses.
    static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        ["fb.com"] = "facebook",
        ["fb.me"] = "facebook",
        ["m.me"] = "messenger",
        ["instagr.am"] = "instagram",
        ["wa.me"] = "whatsapp",
        ["g.co"] = "google",
        ["goo.gl"] = "google",
        ["youtu.be"] = "youtube",
        ["t.co"] = "twitter",
        ["x.com"] = "twitter",
        ["lnkd.in"] = "linkedin",
        ["pin.it"] = "pinterest",
        ["redd.it"] = "reddit",
        ["t.me"] = "telegram",
    };

    // Mail is no search engine.
    static readonly string[] Mail = ["mail", "outlook", "poczta", "webmail"];

    static readonly string[] SecondLevels = ["co", "com", "net", "org"];

    /// <summary>Name of the service, the host without <c>www.</c>, or the source as it stands when it is no host. Never throws.</summary>
    public static string NameOf(string source)
    {
        var text = source.Trim();
        if (!text.Contains('.', StringComparison.Ordinal) || HostIn(text) is not { } host)
            return text;
        var labels = host.Split('.');
        if (labels.Length < 2 || labels.Any(label => label.Length == 0))
            return text;
        var place = labels.Length > 2 && labels[^1].Length == 2 && SecondLevels.Contains(labels[^2]) ? 3 : 2;
        if (Mail.Contains(labels[0]))
            return host;
        if (Others.GetValueOrDefault(string.Join('.', labels[^2..])) is { } name)
            return name;
        return Services.Contains(labels[^place]) ? labels[^place] : host;
    }

    /// <summary>The host of an address or of a bare host, in lower case, without port and <c>www.</c>; null when it is none.</summary>
    static string? HostIn(string text)
    {
        if (!Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var address)
            || address.HostNameType != UriHostNameType.Dns)
            return null;
        var host = address.IdnHost.ToLowerInvariant().TrimEnd('.');
        return host.StartsWith("www.", StringComparison.Ordinal) ? host[4..] : host;
    }
}
