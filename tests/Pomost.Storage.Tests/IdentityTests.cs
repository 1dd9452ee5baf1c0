using System.Security.Claims;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;

namespace Pomost.Storage.Tests;

public sealed class IdentityTestsOnSqlite(SqliteFixture storage) : IdentityTests(storage), IClassFixture<SqliteFixture>;

public sealed class IdentityTestsOnPostgreSql(PostgreSqlFixture storage) : IdentityTests(storage), IClassFixture<PostgreSqlFixture>;

/// <summary>ASP.NET Core Identity and Data Protection on our own tables.</summary>
public abstract class IdentityTests(StorageFixture storage)
{
    [Fact]
    public async Task A_person_registers_and_logs_in()
    {
        var user = new PomostUser
        {
            Id = Guid.NewGuid(),
            UserName = "Ewa@example.com",
            Email = "Ewa@example.com",
            FullName = "Ewa Żółć",
            Language = "en",
            CreatedAt = 1_772_000_000_000,
            ProcessingConsentWording = "Zgadzam się",
            ProcessingConsentAt = storage.Clock.GetUtcNow(),
            ProcessingConsentLanguage = "pl",
            NewsConsentWording = "Chcę wiedzieć",
            NewsConsentAt = storage.Clock.GetUtcNow(),
            NewsConsentLanguage = "pl",
            NewsConsentWithdrawnAt = storage.Clock.GetUtcNow(),
            IsOperator = true,
            Theme = "dark",
            TimeZone = "Europe/Warsaw",
            IsDense = true,
            HasShortcuts = false,
            LockoutEnd = new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero),
        };
        await WithUsersAsync(async users => Assert.True((await users.CreateAsync(user, "długie-Hasło-12")).Succeeded));
        await WithUsersAsync(async users =>
        {
            var found = await users.FindByEmailAsync("ewa@EXAMPLE.com");
            Assert.NotNull(found);
            Assert.Equivalent(user, found, strict: true);
            Assert.True(await users.CheckPasswordAsync(found, "długie-Hasło-12"));
            Assert.False(await users.CheckPasswordAsync(found, "inne-Hasło-123"));
        });
        await WithUsersAsync(async users =>
            Assert.False((await users.CreateAsync(new PomostUser { UserName = "ewa@example.com" }, "długie-Hasło-12")).Succeeded));
    }

    [Fact]
    public async Task Claims_logins_tokens_and_second_factors_are_kept()
    {
        var id = (await storage.AddUserAsync()).Id;
        await WithUsersAsync(async users =>
        {
            var user = (await users.FindByIdAsync(id.ToString()))!;
            await users.AddClaimAsync(user, new Claim("theme", "dark"));
            await users.AddLoginAsync(user, new UserLoginInfo("sso", "77", "Company"));
            await users.SetAuthenticationTokenAsync(user, "sso", "refresh", "secret");
            await users.ResetAuthenticatorKeyAsync(user);
            await users.SetTwoFactorEnabledAsync(user, true);
        });
        await WithUsersAsync(async users =>
        {
            var user = await users.FindByLoginAsync("sso", "77");
            Assert.Equal(id, user!.Id);
            Assert.True(user.TwoFactorEnabled);
            Assert.Equal("dark", Assert.Single(await users.GetClaimsAsync(user)).Value);
            Assert.Equal("secret", await users.GetAuthenticationTokenAsync(user, "sso", "refresh"));
            Assert.NotNull(await users.GetAuthenticatorKeyAsync(user));
        });
    }

    [Fact]
    public async Task The_database_shows_no_second_factor()
    {
        var id = (await storage.AddUserAsync()).Id;
        IReadOnlyList<string> secrets = [];
        await WithUsersAsync(async users =>
        {
            var user = (await users.FindByIdAsync(id.ToString()))!;
            await users.ResetAuthenticatorKeyAsync(user);
            secrets = [(await users.GetAuthenticatorKeyAsync(user))!, .. (await users.GenerateNewTwoFactorRecoveryCodesAsync(user, 10))!];
        });
        var kept = await storage.Database.ReadAsync(session => session.Command("SELECT value FROM app_user_token WHERE user_id = @id")
            .With("id", id.ToString()).QueryAsync(row => row.Text("value")));
        Assert.Equal(2, kept.Count);
        Assert.DoesNotContain(secrets, secret => kept.Any(value => value.Contains(secret, StringComparison.OrdinalIgnoreCase)));
        await WithUsersAsync(async users =>
        {
            var user = (await users.FindByIdAsync(id.ToString()))!;
            Assert.Equal(10, await users.CountRecoveryCodesAsync(user));
            Assert.True((await users.RedeemTwoFactorRecoveryCodeAsync(user, secrets[^1])).Succeeded);
            Assert.False((await users.RedeemTwoFactorRecoveryCodeAsync(user, secrets[^1])).Succeeded);
        });
    }

    [Fact]
    public async Task A_passkey_is_kept_found_and_removed()
    {
        var id = (await storage.AddUserAsync()).Id;
        var credential = Guid.NewGuid().ToByteArray();
        await WithUsersAsync(async users => Assert.True((await users.AddOrUpdatePasskeyAsync(
            (await users.FindByIdAsync(id.ToString()))!,
            new UserPasskeyInfo(credential, [1, 2], storage.Clock.GetUtcNow(), 3, ["usb", "internal"], true, true, false, [4], [5]) { Name = "Klucz" })).Succeeded));
        await WithUsersAsync(async users =>
        {
            var user = await users.FindByPasskeyIdAsync(credential);
            Assert.Equal(id, user!.Id);
            var passkey = Assert.Single(await users.GetPasskeysAsync(user));
            Assert.Equal(("Klucz", 3u, storage.Clock.GetUtcNow()), (passkey.Name, passkey.SignCount, passkey.CreatedAt));
            Assert.Equal(["usb", "internal"], passkey.Transports!);
            Assert.True((await users.RemovePasskeyAsync(user, credential)).Succeeded);
        });
        await WithUsersAsync(async users => Assert.Null(await users.FindByPasskeyIdAsync(credential)));
    }

    [Fact]
    public async Task A_person_is_removed_with_memberships_and_keys()
    {
        var user = await storage.AddUserAsync();
        await storage.Accounts.CreateAsync("Konto", user.Id, default);
        await WithUsersAsync(async users =>
        {
            var found = (await users.FindByIdAsync(user.Id.ToString()))!;
            await users.AddClaimAsync(found, new Claim("theme", "dark"));
            Assert.True((await users.DeleteAsync(found)).Succeeded);
        });
        Assert.Empty(await storage.Accounts.MembershipsAsync(user.Id, default));
    }

    [Fact]
    public void What_one_node_encrypts_another_can_read()
    {
        var sealedText = Protector().Protect("tajne");
        Assert.DoesNotContain("tajne", sealedText, StringComparison.Ordinal);
        Assert.Equal("tajne", Protector().Unprotect(sealedText));
    }

    private IDataProtector Protector()
    {
        var services = new ServiceCollection();
        services.AddSingleton(storage.Database);
        services.AddDataProtection().SetApplicationName("pomost").PersistKeysToPomost();
        return services.BuildServiceProvider().GetDataProtector("test");
    }

    private async Task WithUsersAsync(Func<UserManager<PomostUser>, Task> work)
    {
        await using var scope = storage.Services.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>());
    }
}
