using Pomost.Engine;
using Pomost.Panel.Features.Login;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Mail;

/// <summary>The letters the panel writes, each in its reader's language.</summary>
public sealed class Letters(MailRoom room, PanelAddress address)
{
    public Task ConfirmAsync(PomostUser user, string code, CancellationToken cancel) => PostAsync(MailKind.Confirmation, user.Email!, user.Language, (t, c) => new LetterPart(
        c, t.ConfirmTitle, [t.Hello(user.FullName), t.ConfirmBody], new LetterLink(t.ConfirmLink, LinkOf("/confirm", user, code)), t.ConfirmAfter(Number(ConfirmationLinks.Hours))), cancel);

    public Task ResetPasswordAsync(PomostUser user, string code, CancellationToken cancel) => PostAsync(MailKind.PasswordReset, user.Email!, user.Language, (t, c) => new LetterPart(
        c, t.ResetTitle, [t.Hello(user.FullName), t.ResetBody], new LetterLink(t.ResetLink, LinkOf("/password/new", user, code)), t.ResetAfter(Number(ResetLinks.Hours))), cancel);

    public Task AddressInUseAsync(PomostUser user, CancellationToken cancel) => PostAsync(MailKind.AddressInUse, user.Email!, user.Language, (t, c) => new LetterPart(
        c, t.InUseTitle, [t.Hello(user.FullName), t.InUseBody], new LetterLink(t.InUseLink, address.Of("/password")), t.InUseAfter), cancel);

    /// <summary>Asks the new address to confirm itself.</summary>
    public Task ChangeAddressAsync(PomostUser user, string email, string code, CancellationToken cancel) => PostAsync(MailKind.AddressChange, email, user.Language, (t, c) => new LetterPart(
        c, t.ChangeTitle, [t.Hello(user.FullName), t.ChangeBody], new LetterLink(t.ChangeLink, LinkOf("/confirm/address", user, code)), t.ChangeAfter(Number(AddressLinks.Hours))), cancel);

    /// <summary>Tells the present address that another was asked for.</summary>
    public Task AddressChangeAskedAsync(PomostUser user, string email, CancellationToken cancel) => PostAsync(MailKind.AddressChangeNotice, user.Email!, user.Language, (t, c) => new LetterPart(
        c, t.ChangeAskedTitle, [t.Hello(user.FullName), t.ChangeAskedBody(email)], new LetterLink(t.ChangeAskedLink, address.Of("/password")), t.ChangeAskedAfter), cancel);

    /// <summary>Tells the former address that it is one no more.</summary>
    public Task AddressChangedAsync(PomostUser user, string former, CancellationToken cancel) => PostAsync(MailKind.AddressChangeNotice, former, user.Language, (t, c) => new LetterPart(
        c, t.ChangedTitle, [t.Hello(user.FullName), t.ChangedBody(user.Email!)], null, t.ChangedAfter), cancel);

    /// <summary>Tells whoever has an address that somebody else wanted it.</summary>
    public Task AddressTakenAsync(PomostUser owner, CancellationToken cancel) => PostAsync(MailKind.AddressInUse, owner.Email!, owner.Language, (t, c) => new LetterPart(
        c, t.TakenTitle, [t.Hello(owner.FullName), t.TakenBody], new LetterLink(t.InUseLink, address.Of("/password")), t.InUseAfter), cancel);

    public Task InviteAsync(Invitation invitation, string team, string by, string token, CancellationToken cancel) => PostAsync(
        MailKind.Invitation, invitation.Email, invitation.Language, (t, c) => new LetterPart(
            c, t.InviteTitle(team), [t.InviteBody(by, team)], new LetterLink(t.InviteLink, InvitationLink(token)), t.InviteAfter(Number((int)TeamDesk.InvitationLife.TotalHours))), cancel);

    /// <summary>Where an invitation is accepted.</summary>
    public Uri InvitationLink(string token) => address.Of("/invite/" + token);

    Task PostAsync(MailKind kind, string to, string language, Func<LettersTexts, string, LetterPart> write, CancellationToken cancel)
    {
        var part = write(new PanelTexts(Languages.FromCode(language) ?? Language.Pl).Letters, language);
        return room.PostAsync(kind, new Letter(to, part.Title, [part]), cancel);
    }

    // People are named by number: an address in a link would end up in histories and logs.
    Uri LinkOf(string path, PomostUser user, string code) => address.Of($"{path}?user={user.Id}&code={Uri.EscapeDataString(code)}");

    static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
