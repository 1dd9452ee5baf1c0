using System.Net;
using System.Net.Sockets;
using System.Text;
using Pomost.Connectors.Shared;
using Pomost.Contract;
using Pomost.Testing;

namespace Pomost.Connectors.Tests.Shared;

public sealed class ShopHttpTests
{
    [Theory]
    [InlineData("120", 120)]
    [InlineData("Mon, 02 Mar 2026 10:01:30 GMT", 90)]
    [InlineData("Mon, 02 Mar 2026 09:00:00 GMT", 0)]
    [InlineData("soon", null)]
    public async Task The_wait_a_shop_asks_for_is_kept_in_seconds_or_as_a_date(string header, int? seconds)
    {
        var later = await Assert.ThrowsAsync<RetryLaterException>(() => AskAsync(Asking.Read, () =>
        {
            var answer = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            answer.Headers.TryAddWithoutValidation("Retry-After", header);
            return answer;
        }));

        Assert.Equal(seconds, later.After?.TotalSeconds);
    }

    public static TheoryData<Exception, ConnectionProblem> Failures { get; } = new()
    {
        { new HttpRequestException(HttpRequestError.NameResolutionError), ConnectionProblem.UnknownHost },
        { new HttpRequestException(HttpRequestError.SecureConnectionError), ConnectionProblem.CertificateNotTrusted },
        { new HttpRequestException(HttpRequestError.ConnectionError, "refused", new SocketException((int)SocketError.ConnectionRefused)), ConnectionProblem.Unreachable },
        { new TaskCanceledException("slow", new TimeoutException()), ConnectionProblem.TimedOut },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task An_unreachable_shop_is_the_operators_in_a_check_and_passing_in_a_read(Exception failure, ConnectionProblem problem)
    {
        var operators = await Assert.ThrowsAsync<NeedsOperatorException>(() => AskAsync(Asking.Check, () => throw failure));
        await Assert.ThrowsAsync<RetryLaterException>(() => AskAsync(Asking.Read, () => throw failure));

        Assert.Equal((problem, "url"), (operators.Problem, operators.SettingKey));
    }

    [Fact]
    public async Task What_the_guard_says_passes_unchanged_even_when_wrapped()
    {
        var guard = new NeedsOperatorException(ConnectionProblem.PrivateAddress, "url", "private");

        Assert.Same(guard, await Assert.ThrowsAsync<NeedsOperatorException>(() => AskAsync(Asking.Read, () => throw guard)));
        Assert.Same(guard, await Assert.ThrowsAsync<NeedsOperatorException>(
            () => AskAsync(Asking.Read, () => throw new HttpRequestException(HttpRequestError.ConnectionError, "x", guard))));
    }

    [Fact]
    public async Task A_redirect_shows_the_new_address_without_the_keys_in_its_query()
    {
        var redirected = await Assert.ThrowsAsync<NeedsOperatorException>(() => AskAsync(Asking.Read, () => Redirect("https://www.sklep.example/a?consumer_secret=cs_1")));
        var loop = await Assert.ThrowsAsync<NeedsOperatorException>(() => AskAsync(Asking.Read, () => Redirect("/api?again=1")));

        Assert.Equal((ConnectionProblem.Redirected, "https://www.sklep.example/a"), (redirected.Problem, redirected.Detail));
        Assert.Equal(ConnectionProblem.RedirectLoop, loop.Problem);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task A_page_is_the_operators_in_a_check_and_passing_in_a_read(HttpStatusCode status)
    {
        HttpResponseMessage Page() => new(status) { Content = new StringContent("<html><script>var a = {b: [1]};</script></html>", Encoding.UTF8, "text/html") };

        Assert.Equal(ConnectionProblem.NotAnApi, (await Assert.ThrowsAsync<NeedsOperatorException>(() => AskAsync(Asking.Check, Page))).Problem);
        await Assert.ThrowsAsync<RetryLaterException>(() => AskAsync(Asking.Read, Page));
    }

    [Fact]
    public async Task A_password_asked_for_by_a_server_before_the_shop_is_the_operators()
    {
        var refused = await Assert.ThrowsAsync<NeedsOperatorException>(() => AskAsync(Asking.Read, () => new HttpResponseMessage(HttpStatusCode.Unauthorized)));

        Assert.Equal((ConnectionProblem.CredentialsRefused, "key"), (refused.Problem, refused.SettingKey));
    }

    [Theory]
    [InlineData("[1,2]", "[1,2]")]
    [InlineData("\uFEFF  {\"a\":1}", "{\"a\":1}")]
    [InlineData("<br />Notice: Array [0] {x} in <b>a.php</b>\n{\"a\":\"ż\"}", "{\"a\":\"ż\"}")]
    public async Task The_data_are_found_behind_what_php_printed(string body, string json)
    {
        using var answer = await AskAsync(Asking.Read, () => new HttpResponseMessage { Content = new StringContent(body) });

        Assert.Equal(json, Encoding.UTF8.GetString(answer.Json.Span));
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8_become_the_replacement_character()
    {
        using var answer = await AskAsync(Asking.Read, () => new HttpResponseMessage { Content = new ByteArrayContent([.. "[\"B"u8, 0xB3, .. "\"]"u8]) });

        Assert.Equal("[\"B\uFFFD\"]", Encoding.UTF8.GetString(answer.Json.Span));
    }

    [Fact]
    public async Task An_answer_larger_than_any_honest_one_is_not_read_to_its_end()
    {
        var endless = new EndlessStream();

        var large = await Assert.ThrowsAsync<NeedsOperatorException>(() => AskAsync(Asking.Read, () => new HttpResponseMessage { Content = new StreamContent(endless) }));

        Assert.Equal(ConnectionProblem.AnswerTooLarge, large.Problem);
        Assert.InRange(endless.Given, ShopHttp.LargestBody, ShopHttp.LargestBody * 3L);
    }

    [Theory]
    [InlineData("<shop><name>Żółty &amp; Ska</name></shop>", "Żółty & Ska")]
    [InlineData("<br />\n<b>Notice</b>: x in <b>a.php</b>\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<shop><name><![CDATA[a<b]]></name></shop>", "a<b")]
    [InlineData("\uFEFF<?xml version=\"1.0\"?><shop><!-- x --><name>a&#x1F;b</name></shop>", "a\u001Fb")]
    public async Task An_answer_in_xml_is_read(string body, string name)
        => Assert.Equal(name, (await XmlAsync(Asking.Read, new StringContent(body))).Document.Root!.Element("name")!.Value);

    [Fact]
    public async Task An_answer_in_another_encoding_and_one_with_a_wrong_byte_are_read()
    {
        byte[] latin2 = [.. "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>B"u8, 0xE9, .. "</a>"u8];
        byte[] wrong = [.. "<a>B"u8, 0xB3, .. "</a>"u8];

        Assert.Equal("Bé", (await XmlAsync(Asking.Read, new ByteArrayContent(latin2))).Document.Root!.Value);
        Assert.Equal("B\uFFFD", (await XmlAsync(Asking.Read, new ByteArrayContent(wrong))).Document.Root!.Value);
    }

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>")]
    [InlineData("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x \"ha\"><!ENTITY y \"&x;&x;&x;\">]><a>&y;</a>")]
    [InlineData("<!DOCTYPE a SYSTEM \"https://somewhere-else.example/a.dtd\"><a/>")]
    [InlineData("<!doctype html><html><body>Przerwa</body></html>")]
    [InlineData("<html><body>Przerwa</body></html>")]
    [InlineData("Przerwa techniczna")]
    [InlineData("")]
    public async Task What_has_a_dtd_or_is_a_page_is_no_data(string body)
    {
        var page = await Assert.ThrowsAsync<NeedsOperatorException>(() => XmlAsync(Asking.Check, new StringContent(body)));

        Assert.Equal(ConnectionProblem.NotAnApi, page.Problem);
        await Assert.ThrowsAsync<RetryLaterException>(() => XmlAsync(Asking.Read, new StringContent(body)));
    }

    [Fact]
    public async Task An_xml_answer_cut_short_nested_without_end_or_too_large_is_not_taken()
    {
        var nested = string.Concat(Enumerable.Repeat("<a>", 100_000)) + string.Concat(Enumerable.Repeat("</a>", 100_000));
        var endless = new EndlessStream("<a>Miód</a>");

        await Assert.ThrowsAsync<RetryLaterException>(() => XmlAsync(Asking.Check, new StringContent("<shop><name>Żół")));
        await Assert.ThrowsAsync<RetryLaterException>(() => XmlAsync(Asking.Check, new StringContent("<shop>&nbsp;</shop>")));
        await Assert.ThrowsAsync<RetryLaterException>(() => XmlAsync(Asking.Read, new StringContent(nested)));
        var large = await Assert.ThrowsAsync<NeedsOperatorException>(() => XmlAsync(Asking.Read, new StreamContent(endless)));

        Assert.Equal(ConnectionProblem.AnswerTooLarge, large.Problem);
        Assert.InRange(endless.Given, ShopXml.LargestBody, ShopXml.LargestBody * 3L);
    }

    [Fact]
    public async Task Lines_come_as_they_stream_in_without_empty_ones_and_in_good_utf8()
    {
        byte[] body = [.. "\uFEFF{\"a\":1}\r\n\n  {\"b\":\"ż\"} \n{\"c\":\"B"u8, 0xB3, .. "\"}\n[2]"u8];

        Assert.Equal(["{\"a\":1}", "{\"b\":\"ż\"}", "{\"c\":\"B\uFFFD\"}", "[2]"], await LinesAsync(Asking.Read, new ByteArrayContent(body)));
        Assert.Equal(["{\"a\":1}", "{\"b\":\"ż\"}", "{\"c\":\"B\uFFFD\"}", "[2]"], await LinesAsync(Asking.Read, new StreamContent(new DrippingStream(body))));
        Assert.Empty(await LinesAsync(Asking.Read, new StringContent("\n\n")));
    }

    [Fact]
    public async Task Of_lines_without_end_only_those_asked_for_are_read()
    {
        var endless = new EndlessStream("{\"a\":\"0123456789\"}\n");

        var lines = await LinesAsync(Asking.Read, new StreamContent(endless), most: 50_000);

        Assert.All(lines, line => Assert.Equal("{\"a\":\"0123456789\"}", line));
        Assert.InRange(endless.Given, 50_000 * 19, (50_000 * 19) + (256 * 1024));
    }

    [Fact]
    public async Task A_line_longer_than_any_record_is_not_read_to_its_end()
    {
        var endless = new EndlessStream("{\"a\":1, ");

        var large = await Assert.ThrowsAsync<NeedsOperatorException>(() => LinesAsync(Asking.Read, new StreamContent(endless)));

        Assert.Equal(ConnectionProblem.AnswerTooLarge, large.Problem);
        Assert.InRange(endless.Given, ShopLines.LongestLine, ShopLines.LongestLine * 3L);
    }

    [Theory]
    [InlineData("<html>Przerwa</html>")]
    [InlineData("Przerwa\n{\"a\":1}")]
    public async Task Lines_that_are_a_page_are_no_data(string body)
    {
        Assert.Equal(ConnectionProblem.NotAnApi, (await Assert.ThrowsAsync<NeedsOperatorException>(() => LinesAsync(Asking.Check, new StringContent(body)))).Problem);
        await Assert.ThrowsAsync<RetryLaterException>(() => LinesAsync(Asking.Read, new StringContent(body)));
    }

    [Fact]
    public async Task Lines_of_a_shop_that_breaks_off_refuses_or_moved_are_sorted_as_other_answers()
    {
        await Assert.ThrowsAsync<RetryLaterException>(() => LinesAsync(Asking.Read, new StreamContent(new DrippingStream("{\"a\":1}\n{"u8.ToArray(), breaks: true))));
        await Assert.ThrowsAsync<RetryLaterException>(() => LinesAsync(Asking.Read, new StringContent("{}"), status: HttpStatusCode.ServiceUnavailable));
        await Assert.ThrowsAsync<RetryLaterException>(() => LinesAsync(Asking.Read, new StringContent("{}"), status: HttpStatusCode.Forbidden));
        var refused = await Assert.ThrowsAsync<NeedsOperatorException>(() => LinesAsync(Asking.Read, new StringContent("{}"), status: HttpStatusCode.Unauthorized));

        Assert.Equal((ConnectionProblem.CredentialsRefused, "key"), (refused.Problem, refused.SettingKey));
    }

    static async Task<ShopXml> XmlAsync(Asking asking, HttpContent body)
    {
        using var http = new HttpClient(new Answering(() => new HttpResponseMessage { Content = body }));
        var shop = new ShopConnection { Settings = SettingValues.Empty, Http = http, Clock = new FakeClock() };
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://sklep.example/api");
        return await ShopHttp.SendForXmlAsync(shop, request, asking, "key", default);
    }

    static async Task<List<string>> LinesAsync(Asking asking, HttpContent body, int most = int.MaxValue, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var http = new HttpClient(new Answering(() => new HttpResponseMessage(status) { Content = body }));
        var shop = new ShopConnection { Settings = SettingValues.Empty, Http = http, Clock = new FakeClock() };
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://sklep.example/api");
        var lines = new List<string>();
        await foreach (var line in ShopHttp.LinesAsync(shop, request, asking, "key", default))
        {
            lines.Add(Encoding.UTF8.GetString(line.Span));
            if (lines.Count == most)
                break;
        }

        return lines;
    }

    static async Task<ShopAnswer> AskAsync(Asking asking, Func<HttpResponseMessage> answer)
    {
        using var http = new HttpClient(new Answering(answer));
        var shop = new ShopConnection { Settings = SettingValues.Empty, Http = http, Clock = new FakeClock() };
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://sklep.example/api");
        return await ShopHttp.SendAsync(shop, request, asking, "key", default);
    }

    static HttpResponseMessage Redirect(string target)
    {
        var answer = new HttpResponseMessage(HttpStatusCode.MovedPermanently);
        answer.Headers.Location = new Uri(target, UriKind.RelativeOrAbsolute);
        return answer;
    }

    sealed class Answering(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer());
    }

    /// <summary>Gives a byte at a time, and at the end either ends or breaks.</summary>
    sealed class DrippingStream(byte[] body, bool breaks = false) : MemoryStream(body)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => breaks && Position == Length ? throw new IOException("The connection was reset.") : base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }

    sealed class EndlessStream(string pattern = "[") : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Given; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            for (var i = 0; i < count; i++)
                buffer[offset + i] = (byte)pattern[(int)((Given + i) % pattern.Length)];
            Given += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
