using System.CommandLine;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Pomost.App.Hosting;
using Pomost.App.Output;
using Pomost.Engine;
using Pomost.Panel.Features.Mail;
using Pomost.Panel.Features.Registration;

namespace Pomost.App.Commands;

/// <summary><c>pomost account add|list|password|operator|first-code</c>: for installations that are set up without a browser, and for whoever is locked out.</summary>
static class AccountCommands
{
    const int MadePasswordLength = 16;

    /// <summary>Said when no mail can tell the owner of a password that it was set.</summary>
    public const string NobodyTold = "No mail tells its owner: no mail server is set here (POMOST_SMTP_HOST). Tell them.";

    /// <summary>Zone of people who did not say theirs.</summary>
    public const string UsualZone = "Europe/Warsaw";

    static readonly Option<string> Email = new("--email") { Description = "E-mail address of the owner.", Required = true };
    static readonly Option<string> Person = new("--email") { Description = "E-mail address of the person.", Required = true };
    static readonly Option<string?> Name = new("--name") { Description = "Name of the account (default: the part of the address before the @)." };
    static readonly Option<string> Zone = new("--time-zone")
    {
        Description = "Time zone in which the panel shows times to the owner, for example Europe/London; changed later in the profile.",
        DefaultValueFactory = _ => UsualZone,
    };

    static readonly Option<bool> PasswordFromInput = new("--password-stdin") { Description = "Read the password from standard input; otherwise one is made and shown once." };

    public static Command Make(CommonOptions common)
    {
        var add = new Command("add", "Make an account with its owner, who can log in to the panel.") { Email, Name, Zone, PasswordFromInput };
        add.SetAction(async (line, ct) =>
        {
            var zone = line.GetValue(Zone)!;
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
                throw new UsageException($"--time-zone {zone}: there is no such zone. Write one such as Europe/Warsaw or UTC.");
            var email = TypedInput.Email(line.GetValue(Email)!, "--email");
            var name = TypedInput.Name(line.GetValue(Name) ?? email.Split('@')[0], "--name");
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var words = session.Services.GetRequiredService<PasswordWords>();
            var typed = line.GetValue(PasswordFromInput) ? await TypedInput.PasswordAsync(words.Of(email, name), ct) : null;
            var made = await AddAsync(session.Services, email, name, typed, zone, ct);
            await session.AuditAsync(made.Account.Id, "account.created", made.Account.Name);
            if (line.GetValue(common.Json))
                Printer.Json(new { account = made.Account.Id, name = made.Account.Name, email = made.Email, password = made.MadePassword });
            else
                Printer.Line($"Account {made.Account.Id} ({made.Account.Name}) is ready. {(made.MadePassword is { } password ? $"Password, shown only now: {password}" : "")}");
            return ExitCodes.Done;
        });
        var list = new Command("list", "List the accounts.");
        list.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var all = await session.Accounts.ListAsync(ct);
            if (line.GetValue(common.Json))
                Printer.Json(all.Select(account => new { account = account.Id, name = account.Name, createdAt = account.CreatedAt }));
            else
                foreach (var account in all)
                    Printer.Line($"{account.Id,4}  {account.Name}");
            return ExitCodes.Done;
        });
        return new Command("account", "Make and list accounts; let people in again.") { add, list, Password(common), Operator(common), First(common) };
    }

    static Command First(CommonOptions common)
    {
        var command = new Command("first-code", "Show the code that the first person to register in the panel is asked for.");
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var code = await session.Services.GetRequiredService<FirstCode>().FindAsync(ct)
                ?? throw new UsageException("Somebody has registered already; no code is asked for any more.");
            if (line.GetValue(common.Json))
                Printer.Json(new { firstCode = code });
            else
                Printer.Line(code);
            return ExitCodes.Done;
        });
        return command;
    }

    static Command Password(CommonOptions common)
    {
        var withoutSecondFactor = new Option<bool>("--without-second-factor") { Description = "Also switch off one-time codes." };
        var command = new Command("password", "Give a person a new password and end their log-ins.") { Person, PasswordFromInput, withoutSecondFactor };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var made = line.GetValue(PasswordFromInput) ? null : MakePassword();
            await WithPersonAsync(session, line.GetValue(Person)!, async (users, user) =>
            {
                var chosen = made ?? await TypedInput.PasswordAsync(await session.Services.GetRequiredService<PasswordWords>().OfAsync(user, ct), ct);
                Check(await users.ResetPasswordAsync(user, await users.GeneratePasswordResetTokenAsync(user), chosen));
                var endsCodes = line.GetValue(withoutSecondFactor) && user.TwoFactorEnabled;
                if (endsCodes)
                    Check(await users.SetTwoFactorEnabledAsync(user, false));
                await session.Services.GetRequiredService<ILoginSessions>().EndOthersAsync(user.Id, kept: null, CancellationToken.None);
                await TellAsync(session, user, endsCodes);
            });
            var told = session.Services.GetRequiredService<MailRoom>().Sends;
            if (line.GetValue(common.Json))
                Printer.Json(new { email = line.GetValue(Person), password = made, told });
            else
            {
                Printer.Line($"The password is changed. {(made is null ? "" : $"Shown only now: {made}")}");
                Printer.Line(told ? "A mail tells its owner." : NobodyTold);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    // Their owner learns of it, and so does whoever reads the log of a team.
    static async Task TellAsync(Session session, PomostUser user, bool endsCodes)
    {
        foreach (var place in await session.Accounts.MembershipsAsync(user.Id, CancellationToken.None))
        {
            await session.AuditAsync(place.AccountId, "profile.password_reset", user.FullName);
            if (endsCodes)
                await session.AuditAsync(place.AccountId, "profile.codes_off", user.FullName);
        }

        var letters = session.Services.GetRequiredService<Letters>();
        await letters.ChangedAsync(user, AccessChange.PasswordByOperator, CancellationToken.None);
        if (endsCodes)
            await letters.ChangedAsync(user, AccessChange.CodesOff, CancellationToken.None);
    }

    static Command Operator(CommonOptions common)
    {
        var off = new Option<bool>("--off") { Description = "No longer." };
        var command = new Command("operator", "Make a person the operator of the installation, who sees its mail and decides who may register.") { Person, off };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            await WithPersonAsync(session, line.GetValue(Person)!, async (users, user) =>
            {
                user.IsOperator = !line.GetValue(off);
                Check(await users.UpdateAsync(user));
            });
            if (line.GetValue(common.Json))
                Printer.Json(new { email = line.GetValue(Person), isOperator = !line.GetValue(off) });
            else
                Printer.Line(line.GetValue(off) ? "They run the installation no more." : "They run the installation.");
            return ExitCodes.Done;
        });
        return command;
    }

    static async Task WithPersonAsync(Session session, string email, Func<UserManager<PomostUser>, PomostUser, Task> work)
    {
        await using var scope = session.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>();
        await work(users, await users.FindByEmailAsync(email) ?? throw new UsageException("Nobody has this e-mail address."));
    }

    static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new UsageException(string.Join(" ", result.Errors.Select(error => error.Description)));
    }

    static string MakePassword() => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", MadePasswordLength);

    /// <summary>Makes a person and an account that the person owns.</summary>
    /// <exception cref="UsageException">The address is taken or the password is too weak.</exception>
    public static async Task<(Account Account, PomostUser User, string Email, string? MadePassword)> AddAsync(
        IServiceProvider services, string email, string name, string? password, string zone, CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>();
        var accounts = services.GetRequiredService<IAccounts>();
        var made = password is null ? MakePassword() : null;
        var user = new PomostUser
        {
            UserName = email,
            Email = email,
            EmailConfirmed = true,
            FullName = name,
            TimeZone = zone,
            CreatedAt = services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds(),
            ProcessingConsentWording = "Created on the command line by the operator.",
            IsOperator = (await accounts.ListAsync(ct)).Count == 0,
        };
        Check(await users.CreateAsync(user, password ?? made!));
        try
        {
            return (await accounts.CreateAsync(name, user.Id, ct), user, email, made);
        }
        catch
        {
            // A person without an account could neither work nor be added again.
            await users.DeleteAsync(user);
            throw;
        }
    }
}
