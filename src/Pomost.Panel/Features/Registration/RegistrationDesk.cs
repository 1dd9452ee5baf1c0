using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Pomost.Engine;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Features.Registration;

/// <summary>Makes people: with an account of their own, or as members of one they were invited to.</summary>
public sealed class RegistrationDesk(UserManager<PomostUser> users, IAccounts accounts, IInstallation installation, TeamDesk team, IOptions<PanelOptions> options, TimeProvider clock)
{
    // Two people who register an empty installation in the same moment must not both find it empty.
    static readonly SemaphoreSlim OneAtATime = new(1, 1);

    /// <summary>True while the installation has no account: whoever registers now becomes its operator.</summary>
    public async Task<bool> IsFirstAsync(CancellationToken cancel) => (await accounts.ListAsync(cancel)).Count == 0;

    /// <summary>True when whoever registers first must show a code.</summary>
    public bool AsksCode => options.Value.FirstCode is not null;

    /// <summary>True when this is the code, spelled in any letters and with or without its dashes.</summary>
    public async Task<bool> IsCodeAsync(string typed, CancellationToken cancel)
    {
        var code = options.Value.FirstCode is { } find ? await find(cancel) : null;
        return code is not null && CryptographicOperations.FixedTimeEquals(Plain(code), Plain(typed));
    }

    /// <summary>True when anybody may register.</summary>
    public async Task<bool> IsOpenAsync(CancellationToken cancel) => (await installation.ReadAsync(cancel)).OpenRegistration ?? options.Value.OpenRegistration;

    /// <summary>Registers a checked input.</summary>
    /// <returns>The new person; or that registration is closed; or neither, when the address is taken.</returns>
    public async Task<(PomostUser? User, bool Closed)> RegisterAsync(RegistrationInput input, CancellationToken cancel)
    {
        await OneAtATime.WaitAsync(cancel);
        try
        {
            var first = await IsFirstAsync(cancel);
            if (!first && !await IsOpenAsync(cancel))
                return (null, Closed: true);
            var user = PersonOf(input);
            user.IsOperator = first;
            if (!(await users.CreateAsync(user, input.Password)).Succeeded)
                return (null, Closed: false);
            await OrUndoAsync(user, async () => await accounts.CreateAsync(input.Name, user.Id, cancel));
            return (user, Closed: false);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    /// <summary>Makes a person out of a checked input and an invitation; null when the address is taken or the invitation works no more.</summary>
    /// <param name="input">What they typed.</param>
    /// <param name="token">The invitation's.</param>
    /// <param name="isMailed">The link came by mail, so the address is theirs.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<PomostUser?> JoinAsync(RegistrationInput input, string token, bool isMailed, CancellationToken cancel)
    {
        var user = PersonOf(input);
        user.EmailConfirmed = isMailed;
        if (!(await users.CreateAsync(user, input.Password)).Succeeded)
            return null;
        Membership? place = null;
        await OrUndoAsync(user, async () => place = await team.AcceptAsync(token, user.Id, cancel));
        if (place is not null)
            return user;
        await users.DeleteAsync(user);
        return null;
    }

    static byte[] Plain(string code) => Encoding.UTF8.GetBytes(string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant());

    // A person without an account could neither work nor register again.
    async Task OrUndoAsync(PomostUser user, Func<Task> place)
    {
        try
        {
            await place();
        }
        catch
        {
            await users.DeleteAsync(user);
            throw;
        }
    }

    PomostUser PersonOf(RegistrationInput input)
    {
        var now = clock.GetUtcNow();
        var words = new PanelTexts(Languages.FromCode(input.WordsIn) ?? Language.Pl).Registration;
        return new PomostUser
        {
            Id = Guid.CreateVersion7(now),
            UserName = input.Email,
            Email = input.Email,
            PhoneNumber = input.Phone,
            FullName = input.Name,
            Language = input.Language,
            CreatedAt = now.ToUnixTimeMilliseconds(),
            ProcessingConsentWording = words.Agree,
            ProcessingConsentAt = now,
            ProcessingConsentLanguage = input.WordsIn,
            NewsConsentWording = input.News ? words.News : null,
            NewsConsentAt = input.News ? now : null,
            NewsConsentLanguage = input.News ? input.WordsIn : null,
        };
    }
}
