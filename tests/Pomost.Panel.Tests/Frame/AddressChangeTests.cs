using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Testing;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: an address changes by a link to the new mailbox alone, once, and nobody learns which addresses exist.</summary>
public sealed class AddressChangeTests
{
    const string Password = "zielony rower jedzie";
    const string Marta = "marta@sklep.example";
    const string New = "marta.nowa@sklep.example";

    static readonly PanelTexts T = new(Language.Pl);

    [Fact]
    public async Task An_address_changes_when_the_link_in_the_new_mailbox_is_opened_and_the_old_one_is_told_twice()
    {
        await using var host = await PanelHost.StartAsync();
        var marta = await StartAsync(host);

        var asked = await AskAsync(marta, New);
        var (told, letter) = (await host.NextLetterAsync(), await host.NextLetterAsync());
        var link = PeopleTests.LinkIn(letter.ToText());
        Assert.Equal("/profile?done=address_asked", asked.Headers.Location!.ToString());
        Assert.Equal((Marta, T.Letters.ChangeAskedTitle), (told.To, told.Subject));
        Assert.Equal((New, T.Letters.ChangeTitle), (letter.To, letter.Subject));
        Assert.DoesNotContain("marta", Uri.UnescapeDataString(link.PathAndQuery), StringComparison.OrdinalIgnoreCase);

        // Looking at it is not enough: mail programs do so by themselves.
        Assert.Equal(HttpStatusCode.OK, (await host.Browser().GetAsync(link)).StatusCode);
        Assert.Contains(Marta, await marta.GetStringAsync("/profile"), StringComparison.Ordinal);
        var changed = await OpenAsync(marta, link);

        Assert.Equal("/profile?done=address", changed.Headers.Location!.ToString());
        Assert.Contains(New, await marta.GetStringAsync("/profile"), StringComparison.Ordinal);
        var last = await host.NextLetterAsync();
        Assert.Equal((Marta, T.Letters.ChangedTitle), (last.To, last.Subject));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await LogInAsync(host, Marta)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await LogInAsync(host, New)).StatusCode);
        // Once and no more.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await OpenAsync(host.Browser(), link)).StatusCode);
        var written = await AuditAsync(host, New);
        Assert.Equal(["profile.address_changed", "profile.address_change_asked"], written.Select(entry => entry.Action));
        Assert.DoesNotContain(written, entry => (entry.Subject + string.Join(' ', entry.Changes)).Contains('@', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_taken_address_gets_the_same_answer_and_whoever_has_it_is_told()
    {
        await using var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true);
        var marta = await StartAsync(host);
        await PanelHost.RegisterAsync(host.Browser(), "obca@inny.example");
        await host.NextLetterAsync();

        var free = await AskAsync(marta, New);
        var toldOfFree = await host.NextLetterAsync();
        await host.NextLetterAsync();
        var taken = await AskAsync(marta, "obca@inny.example");
        var (toldOfTaken, stranger) = (await host.NextLetterAsync(), await host.NextLetterAsync());

        Assert.Equal((free.StatusCode, free.Headers.Location), (taken.StatusCode, taken.Headers.Location));
        Assert.Equal((toldOfFree.To, toldOfFree.Subject), (toldOfTaken.To, toldOfTaken.Subject));
        Assert.Equal(("obca@inny.example", T.Letters.TakenTitle), (stranger.To, stranger.Subject));
        Assert.DoesNotContain("/confirm/", stranger.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_taken_meanwhile_is_not_taken_again()
    {
        await using var host = await PanelHost.StartAsync(panel => panel.OpenRegistration = true);
        var marta = await StartAsync(host);
        await AskAsync(marta, New);
        await host.NextLetterAsync();
        var link = PeopleTests.LinkIn((await host.NextLetterAsync()).ToText());
        await PanelHost.RegisterAsync(host.Browser(), New);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await OpenAsync(marta, link)).StatusCode);
        Assert.Contains(Marta, await marta.GetStringAsync("/profile"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await LogInAsync(host, Marta)).StatusCode);
    }

    [Fact]
    public async Task Only_the_last_link_works_and_no_link_outlives_its_day()
    {
        var clock = new FakeClock(TimeProvider.System.GetUtcNow());
        await using var host = await PanelHost.StartAsync(clock: clock);
        var marta = await StartAsync(host);

        var first = await LinkAsync(host, marta, "pomylka@sklep.example");
        var second = await LinkAsync(host, marta, New);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await OpenAsync(marta, first)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Browser().GetAsync(second)).StatusCode);
        clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await host.Browser().GetAsync(second)).StatusCode);
    }

    [Fact]
    public async Task A_new_password_ends_a_link_that_is_under_way()
    {
        await using var host = await PanelHost.StartAsync();
        var marta = await StartAsync(host);
        var link = await LinkAsync(host, marta, New);
        Assert.Equal(HttpStatusCode.OK, (await host.Browser().GetAsync(link)).StatusCode);

        await PanelHost.SendAsync(marta, "/profile", "/profile/password", ("current", Password), ("new", "niebieski rower stoi"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await OpenAsync(marta, link)).StatusCode);
        Assert.Contains(Marta, await marta.GetStringAsync("/profile"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_to_a_new_password_dies_with_the_former_address()
    {
        await using var host = await PanelHost.StartAsync();
        var marta = await StartAsync(host);
        await AskAsync(marta, New);
        await host.NextLetterAsync();
        var change = PeopleTests.LinkIn((await host.NextLetterAsync()).ToText());
        await PanelHost.SendAsync(host.Browser(), "/password", "/password", ("email", Marta));
        var reset = PeopleTests.LinkIn((await host.NextLetterAsync()).ToText());
        Assert.Equal(HttpStatusCode.OK, (await host.Browser().GetAsync(reset)).StatusCode);

        await OpenAsync(marta, change);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await host.Browser().GetAsync(reset)).StatusCode);
    }

    [Theory]
    [InlineData("", Password, "new_email")]
    [InlineData("to nie adres", Password, "new_email")]
    [InlineData("MARTA@sklep.example", Password, "new_email")]
    [InlineData(New, "nie to hasło wcale", "email_password")]
    [InlineData(New, "", "email_password")]
    public async Task A_refused_request_says_so_beside_its_field_and_keeps_the_address(string email, string password, string field)
    {
        await using var host = await PanelHost.StartAsync();
        var marta = await StartAsync(host);

        var refused = await PanelHost.SendAsync(marta, "/profile", "/profile/email", ("new_email", email), ("email_password", password));
        var page = await refused.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains($"id=\"f-{field}-error\"", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"#f-{field}\"", page, StringComparison.Ordinal);
        if (email.Length > 0)
            Assert.Contains($"value=\"{email}\"", page, StringComparison.Ordinal);
        Assert.Empty(await AuditAsync(host, Marta));
    }

    static async Task<HttpClient> StartAsync(PanelHost host)
    {
        var marta = host.Browser();
        await PanelHost.RegisterAsync(marta, Marta);
        await host.NextLetterAsync();
        return marta;
    }

    static Task<HttpResponseMessage> AskAsync(HttpClient browser, string email)
        => PanelHost.SendAsync(browser, "/profile", "/profile/email", ("new_email", email), ("email_password", Password));

    /// <summary>Asks for a change and gives the link in the letter to the new address.</summary>
    static async Task<Uri> LinkAsync(PanelHost host, HttpClient browser, string email)
    {
        await AskAsync(browser, email);
        await host.NextLetterAsync();
        return PeopleTests.LinkIn((await host.NextLetterAsync()).ToText());
    }

    static async Task<HttpResponseMessage> OpenAsync(HttpClient browser, Uri link)
    {
        var fields = link.Query.TrimStart('?').Split('&').Select(pair => KeyValuePair.Create(pair.Split('=')[0], Uri.UnescapeDataString(pair.Split('=')[1])));
        // A dead link shows no form; the language menu of any page has one.
        var token = PanelHost.Token().Match(await (await browser.GetAsync(link)).Content.ReadAsStringAsync());
        return await browser.PostAsync("/confirm/address", new FormUrlEncodedContent(fields.Append(new("__RequestVerificationToken", token.Groups["token"].Value))));
    }

    static Task<HttpResponseMessage> LogInAsync(PanelHost host, string email, HttpClient? browser = null)
        => PanelHost.SendAsync(browser ?? host.Browser(), "/login", "/login", ("email", email), ("password", Password));

    static async Task<IReadOnlyList<AuditEntry>> AuditAsync(PanelHost host, string email)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var user = (await scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>().FindByEmailAsync(email))!;
        var account = Assert.Single(await host.Services.GetRequiredService<IAccounts>().MembershipsAsync(user.Id, default)).AccountId;
        return [.. (await host.Services.GetRequiredService<IAuditLog>().ListAsync(account, new AuditFilter("profile."), null, 10, default)).Select(kept => kept.Entry)];
    }
}
