using Microsoft.AspNetCore.Identity;
using Pomost.Engine;
using Pomost.Hub;

namespace Pomost.App.Hosting;

/// <summary>
/// Accounts that a partner's plugin makes ("Stwórz"): the person can log in to the panel with the same e-mail address and password, and finds there an account
/// whose destination is the new one of the hub. The address is not confirmed: nobody wrote to it yet.
/// </summary>
static class PartnerAccounts
{
    public static async Task<HubCredentials?> MakeAsync(HttpContext http, NewHubPerson person, Func<Task<HubCredentials?>> make)
    {
        var services = http.RequestServices;
        var users = services.GetRequiredService<UserManager<PomostUser>>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var name = person.Name ?? person.Email.Split('@')[0];
        var user = new PomostUser
        {
            Id = Guid.CreateVersion7(now),
            UserName = person.Email,
            Email = person.Email,
            PhoneNumber = person.Phone,
            FullName = name,
            Language = string.Equals(person.Language, "PL", StringComparison.OrdinalIgnoreCase) ? "pl" : "en",
            CreatedAt = now.ToUnixTimeMilliseconds(),
            ProcessingConsentWording = "Created by a partner's plugin, which asked for the consents.",
        };
        if (await users.FindByEmailAsync(person.Email) is not null)
            return null;
        var result = await users.CreateAsync(user, person.Password);
        if (!result.Succeeded)
            throw new ArgumentException(string.Join(' ', result.Errors.Select(error => error.Description)), nameof(person));
        HubCredentials? made = null;
        try
        {
            made = await make();
            if (made is null)
                return null;
            var account = await services.GetRequiredService<IAccounts>().CreateAsync(name, user.Id, CancellationToken.None);
            await services.GetRequiredService<StoreSetup>().UseHubAccountAsync(
                account, new HubAccess(made.ClientId, made.ApiSecret, made.OwnerEmail), CancellationToken.None);
            await services.GetRequiredService<IAuditLog>().AddAsync(
                new AuditEntry { AccountId = account.Id, Actor = "hub", Action = "account.created", Subject = name, Changes = [], Origin = "account/registerAppstore" },
                CancellationToken.None);
            return made;
        }
        finally
        {
            // A person without an account could neither work nor register again.
            if (made is null)
                await users.DeleteAsync(user);
        }
    }
}
