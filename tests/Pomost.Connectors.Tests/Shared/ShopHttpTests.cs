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

    sealed class EndlessStream : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Given; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)'[');
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
