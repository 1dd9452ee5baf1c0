using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: what strangers type is short, in one line and leads nowhere, before anything of it is kept, shown or mailed.</summary>
public sealed class TypedTextTests
{
    const string Owner = "marta@sklep.example";

    static readonly PanelTexts T = new(Language.Pl);

    public static TheoryData<string> BadNames => new(
        new string('x', 101), "Jan,\r\n\r\nYour account was charged", "Jan https://evil.example/cancel", "www.evil.example", "Jan evil.example/cancel", "Jan\u202Egnp.exe", "Jan\u2028Nowak");

    [Theory]
    [MemberData(nameof(BadNames))]
    public async Task A_name_that_is_long_has_lines_or_leads_somewhere_is_not_kept(string name)
    {
        await using var host = await PanelHost.StartAsync();
        var browser = host.Browser();
        var answer = await PanelHost.SendAsync(
            browser, "/register", "/register", ("name", name), ("email", Owner), ("password", "zielony rower jedzie"), ("language", "pl"), ("agree", "1"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(T.Common.NameBad("100"), WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.Empty(await host.Services.GetRequiredService<IAccounts>().ListAsync(default));
    }

    [Fact]
    public async Task Forms_of_the_panel_take_no_such_name_either()
    {
        await using var host = await SectionHost.StartAsync();
        const string Bad = "Sklep https://evil.example/";
        foreach (var (page, address, fields) in new (string, string, (string, string)[])[]
        {
            ("/profile", "/profile", [("name", Bad), ("language", "pl")]),
            ("/api-keys", "/api-keys", [("name", Bad)]),
            ("/stores/new/woocommerce", "/stores/new/woocommerce", [("store_name", Bad), ("url", "https://sklep.example"), ("consumer_key", "ck_1"), ("consumer_secret", "cs_1")]),
            (host.Address("integrations"), host.Address("integrations"), [("logo_text", Bad), ("main", "#112233"), ("additional", "#112233")]),
        })
        {
            var answer = await PanelHost.SendAsync(host.Owner, page, address, fields);
            Assert.Equal((address, HttpStatusCode.UnprocessableEntity), (address, answer.StatusCode));
        }

        Assert.Empty(await host.Get<IApiKeys>().ListAsync(host.Store.AccountId, default));
        Assert.Empty(await host.Get<IStoreDrafts>().ListAsync(host.Store.AccountId, default));
    }

    [Fact]
    public async Task An_answer_gives_back_no_more_than_a_field_holds()
    {
        await using var host = await PanelHost.StartAsync();
        var browser = host.Browser();
        var email = new string('y', 3_000) + "@sklep.example";
        foreach (var (page, address, fields) in new (string, string, (string, string)[])[]
        {
            ("/login", "/login", [("email", email), ("password", "nie to hasło wcale"), ("back", "/" + new string('z', 5_000))]),
            ("/password", "/password", [("email", email)]),
            ("/register", "/register", [("email", email), ("name", new string('y', 3_000)), ("phone", new string('y', 3_000))]),
        })
        {
            var text = await (await PanelHost.SendAsync(browser, page, address, fields)).Content.ReadAsStringAsync();
            Assert.DoesNotContain(new string('y', 255), text, StringComparison.Ordinal);
            Assert.DoesNotContain(new string('z', 2_001), text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_form_of_strangers_takes_a_few_kilobytes_and_says_so()
    {
        await using var host = await PanelHost.StartAsync();
        var forms = host.Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true && !endpoint.RoutePattern.RawText!.StartsWith("/connect", StringComparison.Ordinal)).ToList();
        Assert.True(forms.Count(IsOpen) > 8, $"{forms.Count(IsOpen)} forms of strangers");
        Assert.All(forms.Where(IsOpen), form => Assert.InRange(LimitOf(form), 1, 16 * 1024));
        Assert.All(forms, form => Assert.InRange(LimitOf(form), 1, 128 * 1024 * 1024));

        var answer = await PanelHost.SendAsync(host.Browser(), "/login", "/login", ("email", new string('x', 4_000_000)), ("password", "nie to hasło wcale"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);

        static bool IsOpen(RouteEndpoint form) => form.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        static long LimitOf(RouteEndpoint form) => form.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? long.MaxValue;
    }

    [Fact]
    public async Task A_letter_makes_no_link_and_no_line_of_a_name()
    {
        await using var host = await PanelHost.StartAsync();
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Owner);
        await host.NextLetterAsync();
        // As an earlier version let it be stored.
        const string Name = "Jan,\r\n\r\nCancel: http://evil.example/cancel";
        await host.Database.WriteAsync(session => session.Command("UPDATE app_user SET full_name = @name").With("name", Name).ExecuteAsync());
        await host.Database.WriteAsync(session => session.Command("UPDATE account SET name = @name").With("name", Name).ExecuteAsync());
        await PanelHost.SendAsync(browser, "/profile", "/password", ("email", Owner));
        var reset = await host.NextLetterAsync();
        await PanelHost.SendAsync(browser, "/team", "/team/invite", ("email", "anna@sklep.example"), ("role", "Viewer"), ("which", "all"));
        var invitation = await host.NextLetterAsync();

        foreach (var letter in new[] { reset, invitation })
        {
            Assert.DoesNotContain("evil.example", letter.Subject + letter.ToText() + letter.ToHtml(), StringComparison.Ordinal);
            Assert.DoesNotContain("http://evil", letter.Subject + letter.ToText() + letter.ToHtml(), StringComparison.Ordinal);
            Assert.True(TypedText.IsOneLine(letter.Subject));
            Assert.DoesNotContain("\nCancel", letter.ToText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Invitations_are_few_for_a_mailbox_and_for_an_account()
    {
        await using var host = await PanelHost.StartAsync();
        var browser = host.Browser();
        await PanelHost.RegisterAsync(browser, Owner);
        for (var times = 0; times < 3; times++)
            Assert.Equal(HttpStatusCode.OK, (await InviteAsync("anna@sklep.example")).StatusCode);
        Assert.Contains(T.Team.TooManyLetters, await (await InviteAsync("anna@sklep.example")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        for (var others = 0; others < 27; others++)
            Assert.Equal(HttpStatusCode.OK, (await InviteAsync($"osoba{others}@sklep.example")).StatusCode);
        var refused = await InviteAsync("jeszcze@sklep.example");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains(T.Team.TooManyInvitations("30"), await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Task<HttpResponseMessage> InviteAsync(string email) => PanelHost.SendAsync(browser, "/team", "/team/invite", ("email", email), ("role", "Viewer"), ("which", "all"));
    }

    [Theory]
    [InlineData("J.R.R. Tolkien")]
    [InlineData("Anna Maj-Żółć")]
    [InlineData("sklep.example")]
    [InlineData("Sklep 24/7, Łódź")]
    public void A_usual_name_is_taken(string name) => Assert.True(TypedText.IsName(name));
}
