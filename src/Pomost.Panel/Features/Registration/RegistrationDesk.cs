using Microsoft.AspNetCore.Identity;
using Pomost.Engine;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Features.Registration;

/// <summary>Makes a person and the account they own.</summary>
public sealed class RegistrationDesk(UserManager<PomostUser> users, IAccounts accounts, TimeProvider clock)
{
    // Two people who register an empty installation in the same moment must not both find it empty.
    static readonly SemaphoreSlim OneAtATime = new(1, 1);

    /// <summary>True while the installation has no account: whoever registers now becomes its owner.</summary>
    public async Task<bool> IsFirstAsync(CancellationToken cancel) => (await accounts.ListAsync(cancel)).Count == 0;

    /// <summary>Registers a checked input.</summary>
    /// <returns>The new person; or that registration is closed; or neither, when the address is taken.</returns>
    public async Task<(PomostUser? User, bool Closed)> RegisterAsync(RegistrationInput input, bool open, CancellationToken cancel)
    {
        await OneAtATime.WaitAsync(cancel);
        try
        {
            if (!open && !await IsFirstAsync(cancel))
                return (null, Closed: true);
            var texts = new PanelTexts(Languages.FromCode(input.Language) ?? Language.Pl);
            var user = new PomostUser
            {
                Id = Guid.CreateVersion7(clock.GetUtcNow()),
                UserName = input.Email,
                Email = input.Email,
                PhoneNumber = input.Phone,
                FullName = input.Name,
                Language = input.Language,
                CreatedAt = clock.GetUtcNow().ToUnixTimeMilliseconds(),
                ProcessingConsentWording = texts.Registration.Agree,
                NewsConsentWording = input.News ? texts.Registration.News : null,
            };
            if (!(await users.CreateAsync(user, input.Password)).Succeeded)
                return (null, Closed: false);
            try
            {
                await accounts.CreateAsync(input.Name, user.Id, cancel);
            }
            catch
            {
                // A person without an account could neither work nor register again.
                await users.DeleteAsync(user);
                throw;
            }

            return (user, Closed: false);
        }
        finally
        {
            OneAtATime.Release();
        }
    }
}
