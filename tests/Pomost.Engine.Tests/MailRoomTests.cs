using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pomost.Contract;
using Pomost.Storage;
using Pomost.Testing;

namespace Pomost.Engine.Tests;

/// <summary>Letters to people: as text and HTML, by a mail server or into the panel.</summary>
public sealed class MailRoomTests : IAsyncLifetime
{
    static readonly Letter Reset = new("anna@example.com", "Nowe hasło: zażółć", [
        new LetterPart("pl", "Nowe hasło", ["Ktoś prosi o <nowe> hasło."], new LetterLink("Ustaw hasło", new Uri("https://pomost.example/password/new?user=1&code=tajny")), "Link działa 2 godziny."),
    ]);

    static readonly TimeSpan TestPatience = TimeSpan.FromSeconds(10);

    readonly FakeClock _clock = new();
    readonly EphemeralDataProtectionProvider _keys = new();
    TestDatabase _database = null!;
    IMails _mails = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(Dialect.Sqlite, _clock);
        _mails = new ServiceCollection().AddPomostStorage(_database.Database).BuildServiceProvider().GetRequiredService<IMails>();
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_letter_goes_out_as_text_and_html_and_its_link_is_not_kept()
    {
        await using var server = new MailServer();
        var room = Room(server);
        await room.PostAsync(MailKind.PasswordReset, Reset, default);
        await room.SendDueAsync(default);

        var mail = await server.NextAsync();
        Assert.Equal(("anna@example.com", Reset.Subject), (mail.To, mail.Subject));
        Assert.Contains("Content-Type: multipart/alternative", mail.Raw, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("https://pomost.example/password/new?user=1&code=tajny", mail.Part("text/plain"), StringComparison.Ordinal);
        Assert.Contains("href=\"https://pomost.example/password/new?user=1&amp;code=tajny\"", mail.Part("text/html"), StringComparison.Ordinal);
        Assert.Contains("&lt;nowe&gt;", mail.Part("text/html"), StringComparison.Ordinal);
        var kept = Assert.Single(await _mails.ListAsync(null, 10, default));
        Assert.Equal(MailState.Sent, kept.State);
        Assert.DoesNotContain("tajny", room.Open(kept).ToText() + room.Open(kept).ToHtml() + kept.ProtectedLetter, StringComparison.Ordinal);
        Assert.Contains("[link usunięty po wysłaniu]", room.Open(kept).ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_again_for_a_day()
    {
        await using var server = new MailServer { IsBusy = true };
        var room = Room(server);
        await room.PostAsync(MailKind.Invitation, Reset, default);
        await room.SendDueAsync(default);
        Assert.Equal((MailState.Waiting, 1), await StateAsync());
        await room.SendDueAsync(default);
        Assert.Equal((MailState.Waiting, 1), await StateAsync());
        _clock.Advance(TimeSpan.FromSeconds(30));
        server.IsBusy = false;
        await room.SendDueAsync(default);
        Assert.Equal((MailState.Sent, 2), await StateAsync());

        server.IsBusy = true;
        await room.PostAsync(MailKind.Invitation, Reset, default);
        _clock.Advance(TimeSpan.FromHours(25));
        await room.SendDueAsync(default);
        Assert.Equal((MailState.GivenUp, 1), await StateAsync());
    }

    [Fact]
    public async Task Without_a_server_letters_lie_in_the_panel_with_their_links_encrypted()
    {
        var room = Room(null);
        Assert.False(room.Sends);
        await room.PostAsync(MailKind.PasswordReset, Reset, default);
        await room.SendDueAsync(default);
        var kept = Assert.Single(await _mails.ListAsync(null, 10, default));
        Assert.Equal(MailState.Kept, kept.State);
        Assert.DoesNotContain("tajny", kept.ProtectedLetter, StringComparison.Ordinal);
        Assert.Contains("code=tajny", room.Open(kept).ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_letter_whose_keys_are_gone_holds_up_no_other()
    {
        await using var server = new MailServer();
        await Room(server, new EphemeralDataProtectionProvider()).PostAsync(MailKind.PasswordReset, Reset, default);
        var room = Room(server);
        await room.PostAsync(MailKind.Invitation, Reset, default);
        await room.SendDueAsync(default);
        Assert.Equal([MailState.Sent, MailState.GivenUp], (await _mails.ListAsync(null, 10, default)).Select(mail => mail.State));
    }

    [Fact]
    public async Task Who_posts_wakes_the_sender_and_others_find_it_at_their_next_look()
    {
        await using var server = new MailServer();
        var room = Room(server);
        using var sender = new MailSender(room, _clock, NullLogger<MailSender>.Instance);
        await sender.StartAsync(default);
        await _clock.WhenATimerIsSet;
        await room.PostAsync(MailKind.Invitation, Reset, default);
        await server.NextAsync();
        await Room(server).PostAsync(MailKind.Invitation, Reset with { To = "ewa@example.com" }, default);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("ewa@example.com", (await server.NextAsync()).To);
        await sender.StopAsync(default);
    }

    [Fact]
    public async Task A_missing_server_is_said()
    {
        Assert.False(Smtp(new MailOptions(null, 25, null, null, null, true)).IsSet);
        var nobody = Smtp(new MailOptions("127.0.0.1", 1, "pomost@example.com", null, null, Encrypts: false));
        await Assert.ThrowsAsync<RetryLaterException>(() => nobody.SendAsync("ktos@example.com", "Temat", "Treść", null, default));
    }

    [Theory]
    [InlineData("EHLO")]
    [InlineData("DATA")]
    [InlineData(".")]
    public async Task A_server_that_falls_silent_holds_up_no_other_letter(string at)
    {
        await using var server = new MailServer { HangsAt = at };
        var room = Room(server);
        await room.PostAsync(MailKind.Invitation, Reset, default);
        await room.PostAsync(MailKind.Invitation, Reset with { To = "ewa@example.com" }, default);
        var sending = room.SendDueAsync(default);
        await server.Hangs;
        server.HangsAt = null;
        _clock.Advance(SmtpServer.Patience);
        Assert.Equal("ewa@example.com", (await server.NextAsync().AsTask().WaitAsync(TestPatience)).To);
        await sending;
        Assert.Equal([MailState.Sent, MailState.Waiting], (await _mails.ListAsync(null, 10, default)).Select(mail => mail.State));
    }

    [Fact]
    public async Task A_letter_that_was_taken_is_sent_though_the_farewell_hangs()
    {
        await using var server = new MailServer { HangsAt = "QUIT" };
        var room = Room(server);
        await room.PostAsync(MailKind.Invitation, Reset, default);
        var sending = room.SendDueAsync(default);
        await server.Hangs;
        _clock.Advance(SmtpServer.Patience);
        await sending.WaitAsync(TestPatience);
        Assert.Equal((MailState.Sent, 1), await StateAsync());
    }

    [Theory]
    [InlineData("anna")]
    [InlineData("anna@")]
    [InlineData("anna@example.com, ewa@example.com")]
    [InlineData(MailServer.Unknown + "@example.com")]
    public async Task An_address_that_is_none_costs_its_own_letter_alone(string wrong)
    {
        await using var server = new MailServer();
        var room = Room(server);
        await room.PostAsync(MailKind.Invitation, Reset with { To = wrong }, default);
        for (var i = 0; i < 5; i++)
            await room.PostAsync(MailKind.Invitation, Reset, default);
        await room.SendDueAsync(default);
        var kept = await _mails.ListAsync(null, 10, default);
        Assert.Equal([.. Enumerable.Repeat(MailState.Sent, 5), MailState.GivenUp], kept.Select(mail => mail.State));
        Assert.DoesNotContain(wrong, kept[^1].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_goes_in_clear_to_a_server_that_cannot_encrypt()
    {
        await using var server = new MailServer();
        var encrypting = Smtp(new MailOptions("127.0.0.1", server.Port, "pomost@example.com", "pomost", "tajne", Encrypts: true));
        await Assert.ThrowsAsync<RetryLaterException>(() => encrypting.SendAsync("ktos@example.com", "Temat", "Treść", null, default));
        Assert.True(server.IsEmpty);
    }

    async Task<(MailState, int)> StateAsync()
    {
        var newest = (await _mails.ListAsync(null, 1, default))[0];
        return (newest.State, newest.Attempts);
    }

    SmtpServer Smtp(MailOptions options) => new(options, _clock);

    MailRoom Room(MailServer? server, IDataProtectionProvider? keys = null) => new(
        _mails, Smtp(new MailOptions(server is null ? null : "127.0.0.1", server?.Port ?? 25, "pomost@example.com", null, null, Encrypts: false)),
        keys ?? _keys, _clock, new Random(1), NullLogger<MailRoom>.Instance);
}
