using Microsoft.AspNetCore.Identity;
using Pomost.App.Commands;
using Pomost.Engine;
using Pomost.Hub;
using Pomost.Panel.Features.Login;
using Pomost.Panel.Features.Registration;

namespace Pomost.App.Hosting;

/// <summary>
/// Accounts that a partner's plugin makes ("Stwórz"): the person can log in to the panel with the same e-mail address and password, and finds there an account
/// whose destination is the new one of the hub. Name and password are held to what the panel's own registration asks. The address is not confirmed: the mail
/// that asks for it also tells its owner that there is an account. An account is made whole or not at all.
/// </summary>
static class PartnerAccounts
{
    /// <exception cref="ArgumentException">Address, name or password is none that the panel would take; nothing was made.</exception>
    public static async Task<HubCredentials?> MakeAsync(HttpContext http, NewHubPerson person, Func<Task<HubCredentials?>> make)
    {
        var services = http.RequestServices;
        var name = string.IsNullOrWhiteSpace(person.Name) ? person.Email.Split('@')[0] : person.Name;
        if (ProblemOf(person, name, services.GetRequiredService<PasswordWords>()) is { } problem)
            throw new ArgumentException(problem, nameof(person));
        var users = services.GetRequiredService<UserManager<PomostUser>>();
        if (await users.FindByEmailAsync(person.Email) is not null)
            return null;
        var user = UserOf(person, name.Trim(), services.GetRequiredService<TimeProvider>().GetUtcNow());
        var result = await users.CreateAsync(user, person.Password);
        if (!result.Succeeded)
            throw new ArgumentException(string.Join(' ', result.Errors.Select(error => error.Description)), nameof(person));
        HubCredentials? made = null;
        Account? account = null;
        try
        {
            made = await make();
            if (made is not null)
            {
                account = await services.GetRequiredService<IAccounts>().CreateAsync(user.FullName, user.Id, CancellationToken.None);
                await FurnishAsync(services, account, made);
            }
        }
        catch
        {
            await TakeBackAsync(services, user, account, made);
            throw;
        }

        if (made is null)
            await TakeBackAsync(services, user, account: null, made: null);
        else if (services.GetRequiredService<MailRoom>().Sends)
            services.GetRequiredService<AskedMails>().Ask(MailKind.Confirmation, person.Email, http.Connection.RemoteIpAddress);
        return made;
    }

    static string? ProblemOf(NewHubPerson person, string name, PasswordWords words)
        => !RegistrationInput.IsAddress(person.Email) ? "that is no e-mail address"
            : RegistrationInput.NameProblem(name, TypedInput.Words) ?? WeakPasswords.Problem(person.Password, words.Of(person.Email, name), TypedInput.Words);

    static PomostUser UserOf(NewHubPerson person, string name, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        UserName = person.Email,
        Email = person.Email,
        PhoneNumber = person.Phone is { Length: > 0 } phone && RegistrationInput.IsPhone(phone) ? phone : null,
        FullName = name,
        Language = string.Equals(person.Language, "PL", StringComparison.OrdinalIgnoreCase) ? "pl" : "en",
        CreatedAt = now.ToUnixTimeMilliseconds(),
        ProcessingConsentWording = "Created by a partner's plugin, which asked for the consents.",
    };

    // The audit entry comes last: it can only be added to.
    static async Task FurnishAsync(IServiceProvider services, Account account, HubCredentials made)
    {
        await services.GetRequiredService<StoreSetup>().UseHubAccountAsync(
            account, new HubAccess(made.ClientId, made.ApiSecret, made.OwnerEmail), CancellationToken.None);
        await services.GetRequiredService<IAuditLog>().AddAsync(
            new AuditEntry { AccountId = account.Id, Actor = "hub", Action = "account.created", Subject = account.Name, Changes = [], Origin = "account/registerAppstore" },
            CancellationToken.None);
    }

    // A person without an account could neither work nor register again.
    static async Task TakeBackAsync(IServiceProvider services, PomostUser user, Account? account, HubCredentials? made)
    {
        if (account is not null)
            await services.GetRequiredService<IAccounts>().TakeBackAsync(account.Id, CancellationToken.None);
        if (made is not null)
            await services.GetRequiredService<HubAccounts>().TakeBackAsync(made.AccountId);
        await services.GetRequiredService<UserManager<PomostUser>>().DeleteAsync(user);
    }
}
