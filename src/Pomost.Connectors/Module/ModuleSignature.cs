using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pomost.Connectors.Module;

/// <summary>Signatures of the module contract, §1: both ways alike.</summary>
static class ModuleSignature
{
    public const string MethodHeader = "X-Pomost-Method";
    public const string TimestampHeader = "X-Pomost-Timestamp";
    public const string NonceHeader = "X-Pomost-Nonce";
    public const string SignatureHeader = "X-Pomost-Signature";

    /// <summary>Largest body of a call, in bytes.</summary>
    public const int LargestCall = 256 * 1024;

    /// <summary>How far the two clocks may be apart.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(300);

    /// <summary>What a secret looks like.</summary>
    public const string SecretPattern = "[0-9a-f]{64}";

    const int ShortestNonce = 16;
    const int LongestNonce = 64;

    public static string NewNonce() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    public static string Sign(string secret, long timestamp, string nonce, string method, ReadOnlySpan<byte> body)
        => Convert.ToHexStringLower(Hash(secret, timestamp.ToString(CultureInfo.InvariantCulture), nonce, method, body));

    /// <summary>Compares in constant time.</summary>
    public static bool IsSigned(string secret, string timestamp, string nonce, string method, ReadOnlySpan<byte> body, string signature)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return signature.Length == 2 * HMACSHA256.HashSizeInBytes
            && Convert.FromHexString(signature, given, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(given, Hash(secret, timestamp, nonce, method, body));
    }

    public static bool IsNonce(string text)
        => text.Length is >= ShortestNonce and <= LongestNonce && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    static byte[] Hash(string secret, string timestamp, string nonce, string method, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.UTF8.GetBytes($"{timestamp}\n{nonce}\n{method}\n"));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
