using System.Text.RegularExpressions;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: the box of consents on a card never contradicts the message beside it.</summary>
public sealed class ContactSideTests
{
    static readonly PanelTexts T = new(Language.Pl);

    [Theory]
    [InlineData(ConsentChannel.Email, ConsentState.Withdrawn)]
    [InlineData(ConsentChannel.Email, ConsentState.Granted)]
    [InlineData(ConsentChannel.Sms, ConsentState.Withdrawn)]
    [InlineData(ConsentChannel.Sms, ConsentState.Granted)]
    public async Task A_changed_consent_stands_in_the_box_at_once_and_is_marked_until_it_was_passed_on(ConsentChannel channel, ConsentState state)
    {
        await using var host = await SectionHost.StartAsync(atHub: true);
        var contact = await Given.ContactAsync(host.Panel, host.Store, "anna.maj@poczta.example");
        var other = channel == ConsentChannel.Email ? ConsentChannel.Sms : ConsentChannel.Email;
        var form = $"/contacts/{contact}/consent";
        Task<HttpResponseMessage> StateAsync(ConsentState stated) => PanelHost.SendAsync(
            host.Owner, form, form, ("channel", channel.ToString()), ("state", stated.ToString()), ("reason", "na piśmie"));

        var saved = (await StateAsync(state)).Headers.Location!.ToString();

        var page = await host.Owner.GetStringAsync(saved);
        Assert.Contains(Word(state), LineOf(page, channel), StringComparison.Ordinal);
        Assert.Contains("Marta Zielińska", LineOf(page, channel), StringComparison.Ordinal);
        Assert.Contains(Word(ConsentState.NoStatement), LineOf(page, other), StringComparison.Ordinal);
        // The box is a live part of its own.
        var part = new HttpRequestMessage(HttpMethod.Get, $"/contacts/{contact}?part=side");
        part.Headers.Add("HX-Request", "true");
        var box = await (await host.Owner.SendAsync(part)).Content.ReadAsStringAsync();
        Assert.DoesNotContain("<html", box, StringComparison.Ordinal);
        Assert.Contains(Word(state), LineOf(box, channel), StringComparison.Ordinal);
        Assert.Matches($"data-live=\"contact:{contact}\"[^>]*hx-get=\"/contacts/{contact}\\?part=side\"", page);

        // The newest of two counts.
        var opposite = state == ConsentState.Granted ? ConsentState.Withdrawn : ConsentState.Granted;
        await StateAsync(opposite);
        Assert.Contains(Word(opposite), LineOf(await host.Owner.GetStringAsync(saved), channel), StringComparison.Ordinal);
    }

    static string Word(ConsentState state) => Pomost.Panel.Features.Contacts.ContactLooks.Of(T.Contacts, state).Word;

    static string LineOf(string page, ConsentChannel channel)
    {
        page = System.Net.WebUtility.HtmlDecode(page);
        var box = page[page.IndexOf("id=\"consents\"", StringComparison.Ordinal)..];
        var lines = Regex.Matches(box, "<li>.*?</li>", RegexOptions.Singleline, TimeSpan.FromSeconds(1));
        return lines[channel == ConsentChannel.Email ? 0 : 1].Value;
    }
}
