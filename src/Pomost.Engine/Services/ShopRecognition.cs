using System.Security.Authentication;
using System.Text;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>What a shop's address told.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Sign">By what it was recognised.</param>
/// <param name="Address">Where the shop is, after the redirects of its first page.</param>
public sealed record RecognisedShop(PlatformInfo Platform, PlatformSign Sign, Uri Address);

/// <summary>Recognises a shop's platform from outside, by the signs that the connectors declare. Nothing but public pages is asked for.</summary>
public sealed class ShopRecognition(IPlatformCatalogue catalogue, OutgoingHttp http, TimeProvider clock)
{
    const int MostRedirects = 3;
    const int MostBytes = 512 * 1024;

    static readonly TimeSpan PerPage = TimeSpan.FromSeconds(10);

    /// <summary>Looks at a shop. Gives null when it answers and bears no sign that is known.</summary>
    /// <exception cref="NeedsOperatorException">It cannot be reached; names <c>url</c>.</exception>
    public async Task<RecognisedShop?> LookAsync(Uri address, CancellationToken ct)
    {
        using var client = http.Guarded("url");
        var (home, first) = await HomeAsync(client, address, ct);
        var pages = new Dictionary<string, string>(StringComparer.Ordinal) { [""] = first };
        foreach (var (platform, sign) in catalogue.All.SelectMany(connector => connector.Info.Signs.Select(sign => (connector.Info, sign))))
        {
            if (!pages.TryGetValue(sign.Path, out var page))
                pages[sign.Path] = page = await PageAsync(client, home, sign.Path, ct);
            if (page.Contains(sign.Contains, StringComparison.OrdinalIgnoreCase))
                return new RecognisedShop(platform, sign, home);
        }

        return null;
    }

    async Task<(Uri Home, string Page)> HomeAsync(HttpClient client, Uri address, CancellationToken ct)
    {
        try
        {
            for (var redirects = 0; ; redirects++)
            {
                var (page, next) = await AskAsync(client, address, ct);
                if (next is null)
                    return (address, page);
                if (redirects == MostRedirects)
                    throw new NeedsOperatorException(ConnectionProblem.RedirectLoop, "url", "Too many redirects.");
                address = next;
            }
        }
        catch (Exception failure) when (ProblemOf(failure, ct) is { } problem)
        {
            throw new NeedsOperatorException(problem, "url", $"The shop could not be reached ({problem}).", address.Host, failure);
        }
    }

    /// <summary>A further page; empty when the shop does not give it.</summary>
    async Task<string> PageAsync(HttpClient client, Uri home, string path, CancellationToken ct)
    {
        try
        {
            return (await AskAsync(client, new Uri(FolderOf(home), path), ct)).Page;
        }
        catch (Exception failure) when (failure is ConnectorException || ProblemOf(failure, ct) is not null)
        {
            return "";
        }
    }

    /// <summary>Heads and the beginning of the body, or where the shop sends on to.</summary>
    async Task<(string Page, Uri? Next)> AskAsync(HttpClient client, Uri address, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(PerPage, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        using var answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, either.Token);
        if ((int)answer.StatusCode is >= 300 and < 400 && answer.Headers.Location is { } to && new Uri(address, to) is { Scheme: "http" or "https" } next)
            return ("", next);
        var page = new StringBuilder();
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            page.Append(name).Append(": ").AppendJoin(", ", values).Append('\n');
        await using var body = await answer.Content.ReadAsStreamAsync(either.Token);
        var bytes = new byte[MostBytes];
        var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, either.Token);
        // JSON may write a slash in two ways.
        return (page.Append(Encoding.UTF8.GetString(bytes, 0, read).Replace("\\/", "/", StringComparison.Ordinal)).ToString(), null);
    }

    /// <summary>The folder a shop lives in: "/sklep" is one, "/index.php" is a file in one.</summary>
    static Uri FolderOf(Uri home)
        => home.AbsolutePath.EndsWith('/') || home.Segments[^1].Contains('.', StringComparison.Ordinal) ? home : new Uri(home.GetLeftPart(UriPartial.Path) + "/");

    static ConnectionProblem? ProblemOf(Exception failure, CancellationToken ct) => failure switch
    {
        OperationCanceledException when !ct.IsCancellationRequested => ConnectionProblem.TimedOut,
        RetryLaterException => ConnectionProblem.TimedOut,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => ConnectionProblem.UnknownHost,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } or HttpRequestException { InnerException: AuthenticationException } => ConnectionProblem.CertificateNotTrusted,
        HttpRequestException or IOException => ConnectionProblem.Unreachable,
        _ => null,
    };
}
