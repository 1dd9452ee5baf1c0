using System.Globalization;
using System.Security.Cryptography;

namespace Pomost.Panel.Tests;

/// <summary>An authenticator app, written from RFC 4226 and RFC 6238 and from nothing of ours.</summary>
static class Authenticator
{
    public static string CodeAt(string key, DateTimeOffset time)
    {
        var bits = string.Concat(key.Where(letter => letter is not (' ' or '=')).Select(letter =>
            Convert.ToString(letter is >= 'A' and <= 'Z' ? letter - 'A' : letter - '2' + 26, 2).PadLeft(5, '0')));
        var secret = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)).ToArray();
        var counter = BitConverter.GetBytes(time.ToUnixTimeSeconds() / 30).Reverse().ToArray();
#pragma warning disable CA5350 // What authenticator apps use.
        var hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var offset = hash[19] % 16;
        var number = ((hash[offset] % 128) << 24) + (hash[offset + 1] << 16) + (hash[offset + 2] << 8) + hash[offset + 3];
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }
}
