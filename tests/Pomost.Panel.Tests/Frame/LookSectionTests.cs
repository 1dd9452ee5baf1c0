using System.Net;
using System.Net.Http.Headers;
using Pomost.Engine;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: what a merchant chose stays readable, files are what they claim to be, and what the account took is said truthfully.</summary>
public sealed class LookSectionTests
{
    static readonly PanelTexts T = new(Language.Pl);
    static readonly (string Name, string Value)[] Colours = [("language", "pl"), ("main", "#0b6670"), ("additional", "#f2bd63"), ("main_font", ""), ("additional_font", ""), ("logo_text", "")];

    [Fact]
    public async Task A_look_is_saved_with_readable_texts_and_told_to_the_account_with_the_logo_once()
    {
        await using var host = await SectionHost.StartAsync();
        var logo = Pictures.Png(120, 40);

        var first = await SendAsync(host, [.. Colours, ("tell", "1")], logo);
        var second = await SendAsync(host, [.. Colours, ("tell", "1"), ("main", "#123456")]);

        Assert.Equal(host.Address("integrations?done=told"), first.Headers.Location!.ToString());
        Assert.Equal(host.Address("integrations?done=told"), second.Headers.Location!.ToString());
        var stored = await host.Get<StoreLooks>().OfAsync(host.Store, default);
        Assert.Equal(("pl", "#123456", "#ffffff", "#000000", host.Store.Name), (stored.Look.Language, stored.Look.Main, stored.Look.MainFont, stored.Look.AdditionalFont, stored.Look.LogoText));
        Assert.NotNull(stored.ToldAt);
        Assert.Equal(logo, Assert.Single(host.Account.Pictures).Content.ToArray());
        Assert.Equal(["#0b6670", "#123456"], host.Account.Looks.Select(look => look.Main));
        Assert.All(host.Account.Looks, look => Assert.Equal("https://pictures.salesmanago.example/1.png", look.Logo!.AbsoluteUri));
        Assert.Equal(new AuditChange("main", "#0b6670", "#123456"), Assert.Single((await host.LastAuditAsync()).Changes));
    }

    [Fact]
    public async Task A_text_colour_we_chose_is_chosen_anew_for_another_ground_and_one_of_the_merchants_is_kept()
    {
        await using var host = await SectionHost.StartAsync(atHub: true);

        await SendAsync(host, [.. Colours, ("main", "#ffdd55"), ("additional_font", "#14202a")]);

        var page = await host.Owner.GetStringAsync(host.Address("integrations"));
        Assert.Matches("id=\"f-main_font\"[^>]* value=\"\"", page);
        Assert.Matches("id=\"f-additional_font\"[^>]* value=\"#14202a\"", page);
    }

    [Fact]
    public async Task A_logo_is_served_as_a_picture_and_as_nothing_else()
    {
        await using var host = await SectionHost.StartAsync(atHub: true);
        await SendAsync(host, Colours, Pictures.Png(120, 40));

        var answer = await host.Owner.GetAsync(host.Address("integrations/logo"));
        Assert.Equal("image/png", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("default-src 'none'; sandbox; frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("inline; filename=\"logo.png\"", answer.Content.Headers.ContentDisposition!.ToString());
        Assert.Equal(Pictures.Png(120, 40), await answer.Content.ReadAsByteArrayAsync());
        await SendAsync(host, [.. Colours, ("remove_logo", "1")]);

        Assert.Equal(HttpStatusCode.NotFound, (await host.Owner.GetAsync(host.Address("integrations/logo"))).StatusCode);
    }

    [Theory]
    [InlineData("main", "#12345", "main")]
    [InlineData("main", "", "main")]
    [InlineData("additional", "niebieski", "additional")]
    [InlineData("main_font", "#xyzxyz", "main_font")]
    [InlineData("main_font", "#117788", "main_font")]
    [InlineData("additional_font", "#ffffff", "additional_font")]
    [InlineData("language", "de", "language")]
    public async Task Bad_input_is_refused_beside_its_field_and_nothing_is_saved(string field, string value, string about)
    {
        await using var host = await SectionHost.StartAsync();

        var answer = await SendAsync(host, [.. Colours.Where(one => one.Name != field), (field, value), ("tell", "1")], Pictures.Png(10, 10));

        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains($"href=\"#f-{about}\"", page, StringComparison.Ordinal);
        Assert.Contains($"id=\"f-{about}-error\"", page, StringComparison.Ordinal);
        Assert.Null((await host.Get<StoreLooks>().OfAsync(host.Store, default)).ChangedAt);
        Assert.Null(await host.Get<StoreLooks>().LogoAsync(host.Store, default));
        Assert.Empty(host.Account.Looks);
    }

    [Fact]
    public async Task A_text_that_cannot_be_read_is_answered_with_the_nearest_that_can()
    {
        await using var host = await SectionHost.StartAsync();

        var answer = await SendAsync(host, [.. Colours, ("main", "#ffffff"), ("main_font", "#f2bd63")]);

        var page = await answer.Content.ReadAsStringAsync();
        var nearest = Rules.ContrastGuard.Readable(Rules.Colour.Parse("#f2bd63")!.Value, Rules.Colour.White, Rules.ContrastGuard.Text).ToString();
        Assert.Contains(T.Looks.TooFaint("1,7", nearest), page, StringComparison.Ordinal);
        Assert.Contains($"data-value=\"{nearest}\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("svg")]
    [InlineData("html")]
    [InlineData("large")]
    public async Task A_file_that_is_no_picture_is_refused_whatever_it_is_called(string kind)
    {
        await using var host = await SectionHost.StartAsync();
        var (file, message) = kind switch
        {
            "svg" => ("<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>"u8.ToArray(), T.Looks.LogoSvg),
            "html" => ("<html>"u8.ToArray(), T.Looks.LogoNotAPicture),
            _ => ([.. Pictures.Png(10, 10), .. new byte[3 * 1024 * 1024]], T.Looks.LogoTooLarge("3,0")),
        };

        var answer = await SendAsync(host, Colours, file);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(message, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null((await host.Get<StoreLooks>().OfAsync(host.Store, default)).ChangedAt);
    }

    [Fact]
    public async Task An_account_that_does_not_take_the_look_is_said_to_and_told_again_on_request()
    {
        await using var host = await SectionHost.StartAsync();
        host.Account.IsDown = true;

        var refused = await SendAsync(host, [.. Colours, ("tell", "1")]);
        var page = await host.Owner.GetStringAsync(refused.Headers.Location!.ToString());
        host.Account.IsDown = false;
        var again = await host.SendAsync("integrations", "/tell");

        Assert.Equal(host.Address("integrations?done=refused"), refused.Headers.Location!.ToString());
        Assert.Contains(T.Looks.NotTold(T.Problems.DestinationTimedOut), page, StringComparison.Ordinal);
        Assert.Equal(host.Address("integrations?done=told"), again.Headers.Location!.ToString());
        Assert.DoesNotContain(T.Looks.NotTold(T.Problems.DestinationTimedOut), await host.Owner.GetStringAsync(host.Address("integrations")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_preview_says_what_was_changed_for_readability_and_draws_no_picture_from_elsewhere()
    {
        await using var host = await SectionHost.StartAsync();

        var answer = await PanelHost.SendAsync(host.Owner, host.Address("integrations"), "/look/preview",
            ("main", "#ffee88"), ("additional", "#0b6670"), ("logo_shown", "https://elsewhere.example/x.png"), ("shop_name", "<b>Sklep</b>"));

        var page = await answer.Content.ReadAsStringAsync();
        var links = Rules.ContrastGuard.Readable(Rules.Colour.Parse("#ffee88")!.Value, Rules.Colour.White, Rules.ContrastGuard.Text).ToString();
        Assert.Contains(T.Looks.LinksDarkened(links), page, StringComparison.Ordinal);
        Assert.Contains(T.Looks.EdgeAdded, page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;Sklep", page, StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere", page, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", page, StringComparison.Ordinal);
    }

    static async Task<HttpResponseMessage> SendAsync(SectionHost host, IReadOnlyList<(string Name, string Value)> fields, byte[]? logo = null)
    {
        var token = PanelHost.Token().Match(await host.Owner.GetStringAsync(host.Address("integrations"))).Groups["token"].Value;
        using var form = new MultipartFormDataContent { { new StringContent(token), "__RequestVerificationToken" } };
        // A field given twice holds what was given last.
        foreach (var (name, value) in fields.Reverse().DistinctBy(field => field.Name))
            form.Add(new StringContent(value), name);
        if (logo is not null)
        {
            var file = new ByteArrayContent(logo);
            file.Headers.ContentType = new MediaTypeHeaderValue("image/png");
            form.Add(file, "logo", "logo.png");
        }

        return await host.Owner.PostAsync(host.Address("integrations"), form);
    }
}
