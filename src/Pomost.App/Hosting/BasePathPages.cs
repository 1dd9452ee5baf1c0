using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;

namespace Pomost.App.Hosting;

/// <summary>
/// Puts the path that Pomost lies below (<c>--public-address https://shop.example/pomost</c>) before the links of its pages, which know nothing of it: in addresses
/// to go to, and in the attributes of a page that hold an address. Texts in pages are escaped, so that no text looks like an attribute.
/// </summary>
sealed partial class BasePathPages(string basePath)
{
    static readonly string[] AddressHeaders = ["Location", "HX-Location", "HX-Redirect", "HX-Push-Url", "HX-Replace-Url"];

    public async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        http.Response.OnStarting(() =>
        {
            foreach (var header in AddressHeaders)
            {
                if (http.Response.Headers.TryGetValue(header, out var address) && Below(address.ToString()) is { } longer)
                    http.Response.Headers[header] = longer;
            }

            return Task.CompletedTask;
        });
        if (http.GetEndpoint()?.Metadata.GetMetadata<PeoplesPage>() is null)
        {
            await next(http);
            return;
        }

        var way = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var page = new PageStream(way.Stream, http.Response);
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(page, way));
        try
        {
            await next(http);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }
        finally
        {
            http.Features.Set(way);
        }

        if (page.Kept is { } html)
        {
            http.Response.ContentLength = null;
            await http.Response.WriteAsync(Links().Replace(html, $"${{name}}{basePath}/${{next}}"), http.RequestAborted);
        }
    }

    /// <summary>An address of ours with the path; null for what leads elsewhere or has it already.</summary>
    string? Below(string address)
        => address.StartsWith('/') && !address.StartsWith("//", StringComparison.Ordinal) && address != basePath
            && !address.StartsWith(basePath + "/", StringComparison.Ordinal) ? basePath + address : null;

    [GeneratedRegex("""(?<name>\s(href|action|formaction|src|poster|hx-[a-z-]+|data-options)=")/(?<next>[^/])""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Links();

    /// <summary>Keeps pages back; lets everything else, such as files and streams of events, through at once.</summary>
    sealed class PageStream(Stream inner, HttpResponse response) : Stream
    {
        MemoryStream? _kept;
        bool? _isPage;

        public string? Kept => _kept is null ? null : Encoding.UTF8.GetString(_kept.GetBuffer(), 0, (int)_kept.Length);

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        Stream Way
        {
            get
            {
                _isPage ??= response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
                return _isPage == true ? _kept ??= new MemoryStream() : inner;
            }
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => Way.WriteAsync(buffer, cancellationToken);
        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
        public override void Write(byte[] buffer, int offset, int count) => Way.Write(buffer, offset, count);
        // A stream of events is begun before it has anything to say.
        public override Task FlushAsync(CancellationToken cancellationToken)
            => response.ContentType is not null && Way == inner ? inner.FlushAsync(cancellationToken) : Task.CompletedTask;
        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _kept?.Dispose();
            base.Dispose(disposing);
        }
    }
}
