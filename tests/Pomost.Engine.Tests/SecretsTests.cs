using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Pomost.Engine.Tests;

/// <summary>Goal: secrets open only for the account they were stored for.</summary>
public sealed class SecretsTests
{
    static readonly Dictionary<string, string> Held = new() { ["api_secret"] = "zażółć" };

    readonly Secrets _secrets = new(new EphemeralDataProtectionProvider());

    [Fact]
    public void Secrets_open_for_their_account()
        => Assert.Equal("zażółć", _secrets.Open(7, _secrets.Protect(7, Held))["api_secret"]);

    [Fact]
    public void Secrets_copied_to_another_account_do_not_open()
        => Assert.ThrowsAny<CryptographicException>(() => _secrets.Open(8, _secrets.Protect(7, Held)));

    [Fact]
    public void Secrets_do_not_open_with_other_keys()
        => Assert.ThrowsAny<CryptographicException>(() => new Secrets(new EphemeralDataProtectionProvider()).Open(7, _secrets.Protect(7, Held)));
}
