using System.CommandLine;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Pomost.App.Output;
using Pomost.Engine;

namespace Pomost.App.Commands;

/// <summary><c>pomost account add|list</c>: for installations that are set up without a browser.</summary>
static class AccountCommands
{
    static readonly Option<string> Email = new("--email") { Description = "E-mail address of the owner.", Required = true };
    static readonly Option<string?> Name = new("--name") { Description = "Name of the account (default: the part of the address before the @)." };
    static readonly Option<bool> PasswordFromInput = new("--password-stdin") { Description = "Read the password from standard input; otherwise one is made and shown once." };

    public static Command Make(CommonOptions common)
    {
        var add = new Command("add", "Make an account with its owner, who can log in to the panel.") { Email, Name, PasswordFromInput };
        add.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var typed = line.GetValue(PasswordFromInput) ? (await Console.In.ReadToEndAsync(ct)).Trim() : null;
            var made = await AddAsync(session.Services, line.GetValue(Email)!, line.GetValue(Name), typed, ct);
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
        return new Command("account", "Make and list accounts.") { add, list };
    }

    /// <summary>Makes a person and an account that the person owns.</summary>
    /// <exception cref="UsageException">The address is taken or the password is too weak.</exception>
    public static async Task<(Account Account, PomostUser User, string Email, string? MadePassword)> AddAsync(
        IServiceProvider services, string email, string? name, string? password, CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>();
        var made = password is null ? RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 16) : null;
        var user = new PomostUser
        {
            UserName = email,
            Email = email,
            EmailConfirmed = true,
            FullName = name ?? email.Split('@')[0],
            CreatedAt = services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds(),
            ProcessingConsentWording = "Created on the command line by the operator.",
        };
        var result = await users.CreateAsync(user, password ?? made!);
        if (!result.Succeeded)
            throw new UsageException(string.Join(" ", result.Errors.Select(error => error.Description)));
        var account = await services.GetRequiredService<IAccounts>().CreateAsync(name ?? email.Split('@')[0], user.Id, ct);
        return (account, user, email, made);
    }
}
