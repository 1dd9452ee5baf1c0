using Pomost.Engine;
using Pomost.Panel.Features.Login;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Mail;

/// <summary>A way to log in that was added, changed or taken away.</summary>
public enum AccessChange
{
    Password,

    /// <summary>By a mailed link.</summary>
    PasswordReset,

    /// <summary>On the server's command line.</summary>
    PasswordByOperator,
    Address,
    CodesOn,
    CodesOff,
    RecoveryCodes,
    PasskeyAdded,
    PasskeyRemoved,
}

/// <summary>The letters the panel writes, each in its reader's language.</summary>
public sealed class Letters(MailRoom room, PanelAddress address, TimeProvider clock)
{
    public Task ConfirmAsync(PomostUser user, string code, CancellationToken cancel) => PostAsync(MailKind.Confirmation, user.Email!, user.Language, (t, c) => new LetterPart(
        c, t.ConfirmTitle, [t.Hello(Name(user)), t.ConfirmBody], new LetterLink(t.ConfirmLink, LinkOf("/confirm", user, code)), t.ConfirmAfter(Number(ConfirmationLinks.Hours))), cancel);

    public Task ResetPasswordAsync(PomostUser user, string code, CancellationToken cancel) => PostAsync(MailKind.PasswordReset, user.Email!, user.Language, (t, c) => new LetterPart(
        c, t.ResetTitle, [t.Hello(Name(user)), t.ResetBody], new LetterLink(t.ResetLink, LinkOf("/password/new", user, code)), t.ResetAfter(Number(ResetLinks.Hours))), cancel);

    public Task AddressInUseAsync(PomostUser user, CancellationToken cancel) => PostAsync(MailKind.AddressInUse, user.Email!, user.Language, (t, c) => new LetterPart(
        c, t.InUseTitle, [t.Hello(Name(user)), t.InUseBody], new LetterLink(t.InUseLink, address.Of("/password")), t.InUseAfter), cancel);

    /// <summary>Asks the new address to confirm itself.</summary>
    public Task ChangeAddressAsync(PomostUser user, string email, string code, CancellationToken cancel) => PostAsync(MailKind.AddressChange, email, user.Language, (t, c) => new LetterPart(
        c, t.ChangeTitle, [t.Hello(Name(user)), t.ChangeBody], new LetterLink(t.ChangeLink, LinkOf("/confirm/address", user, code)), t.ChangeAfter(Number(AddressLinks.Hours))), cancel);

    /// <summary>Tells the present address that another was asked for.</summary>
    public Task AddressChangeAskedAsync(PomostUser user, string email, CancellationToken cancel) => PostAsync(MailKind.AddressChangeNotice, user.Email!, user.Language, (t, c) => new LetterPart(
        c, t.ChangeAskedTitle, [t.Hello(Name(user)), t.ChangeAskedBody(email)], new LetterLink(t.ChangeAskedLink, address.Of("/password")), t.ChangeAskedAfter), cancel);

    /// <summary>Tells the former address that it is one no more.</summary>
    public Task AddressChangedAsync(PomostUser user, string former, CancellationToken cancel) => PostAsync(MailKind.AddressChangeNotice, former, user.Language, (t, c) => new LetterPart(
        c, t.ChangedTitle, [t.Hello(Name(user)), t.ChangedBody(user.Email!)], null, t.ChangedAfter), cancel);

    /// <summary>Tells whoever has an address that somebody else wanted it.</summary>
    public Task AddressTakenAsync(PomostUser owner, CancellationToken cancel) => PostAsync(MailKind.AddressInUse, owner.Email!, owner.Language, (t, c) => new LetterPart(
        c, t.TakenTitle, [t.Hello(Name(owner)), t.TakenBody], new LetterLink(t.InUseLink, address.Of("/password")), t.InUseAfter), cancel);

    /// <summary>Tells a person that a way to log in as them was added, changed or taken away. Only when there is a mail server: kept here nobody would read it.</summary>
    public Task ChangedAsync(PomostUser user, AccessChange change, CancellationToken cancel) => !room.Sends ? Task.CompletedTask : PostAsync(
        MailKind.AccessNotice, user.Email!, user.Language, (t, c) => new LetterPart(
            c, TitleOf(t, change), [t.Hello(Name(user)), t.AccessBody(TimeIn(c))], address.Known is null ? null : new LetterLink(t.AccessLink, address.Of("/password")), t.AccessAfter), cancel);

    /// <summary>Tells an owner of a team that the password with which plugins log in was set on the server's command line. Only when there is a mail server.</summary>
    public Task PluginPasswordAsync(PomostUser owner, string team, CancellationToken cancel) => !room.Sends ? Task.CompletedTask : PostAsync(
        MailKind.AccessNotice, owner.Email!, owner.Language, (t, c) => new LetterPart(
            c, t.PluginPassword, [t.Hello(Name(owner)), t.PluginPasswordBody(TypedText.InMail(team), TimeIn(c))], null, t.ChangedAfter), cancel);

    static string TitleOf(LettersTexts t, AccessChange change) => change switch
    {
        AccessChange.Password => t.AccessPassword,
        AccessChange.PasswordReset => t.AccessPasswordReset,
        AccessChange.PasswordByOperator => t.AccessPasswordByOperator,
        AccessChange.Address => t.AccessAddress,
        AccessChange.CodesOn => t.AccessCodesOn,
        AccessChange.CodesOff => t.AccessCodesOff,
        AccessChange.RecoveryCodes => t.AccessRecovery,
        AccessChange.PasskeyAdded => t.AccessPasskeyAdded,
        AccessChange.PasskeyRemoved => t.AccessPasskeyRemoved,
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, "A change without words."),
    };

    string TimeIn(string language) => new Formats(Languages.FromCode(language) ?? Language.Pl, TimeZoneInfo.Utc, clock).DateTime(clock.GetUtcNow());

    // What people call themselves never becomes a link or a second line.
    static string Name(PomostUser user) => TypedText.InMail(user.FullName);

    public Task InviteAsync(Invitation invitation, string team, string by, string token, CancellationToken cancel) => PostAsync(
        MailKind.Invitation, invitation.Email, invitation.Language, (t, c) => new LetterPart(
            c, t.InviteTitle(TypedText.InMail(team)), [t.InviteBody(TypedText.InMail(by), TypedText.InMail(team))], new LetterLink(t.InviteLink, InvitationLink(token)), t.InviteAfter(Number((int)TeamDesk.InvitationLife.TotalHours))), cancel);

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
