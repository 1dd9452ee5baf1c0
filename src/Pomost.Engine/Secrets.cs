using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Encrypts what must not be read from the database file. Bound to the account: a row copied to another account does not open.</summary>
public sealed class Secrets(IDataProtectionProvider protection)
{
    public string Protect(long accountId, IReadOnlyDictionary<string, string> secrets)
        => For(accountId).Protect(JsonSerializer.Serialize(secrets));

    public IReadOnlyDictionary<string, string> Open(long accountId, string protectedSecrets)
        => JsonSerializer.Deserialize<Dictionary<string, string>>(For(accountId).Unprotect(protectedSecrets))!;

    IDataProtector For(long accountId) => protection.CreateProtector("Pomost.Secrets", $"account {accountId}");
}

/// <summary>Splits a platform's form into what is encrypted and what is not, and joins it again.</summary>
public static class SettingSecrets
{
    public static (IReadOnlyDictionary<string, string> Open, IReadOnlyDictionary<string, string> Secret) Split(PlatformInfo platform, SettingValues values)
    {
        var secretKeys = platform.Settings.Where(field => field.Kind == SettingKind.Secret).Select(field => field.Key).ToHashSet(StringComparer.Ordinal);
        return (
            values.All.Where(pair => !secretKeys.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal),
            values.All.Where(pair => secretKeys.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal));
    }

    public static SettingValues Join(IReadOnlyDictionary<string, string> open, IReadOnlyDictionary<string, string> secret)
        => new(open.Concat(secret.Where(pair => !open.ContainsKey(pair.Key))).ToDictionary(StringComparer.Ordinal));
}
