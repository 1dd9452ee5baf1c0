using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace Pomost.Engine.Tests.Fixture;

/// <summary>Lets the engine speak https to a simulated shop, whose certificate is its own.</summary>
static class TrustedShop
{
    /// <summary>To be called before the first request.</summary>
    public static void Trust(this OutgoingHttp http, params X509Certificate2[] certificates)
    {
        var trusted = certificates.Select(certificate => certificate.RawData).ToArray();
        ((SocketsHttpHandler)Guarded(http)).SslOptions.RemoteCertificateValidationCallback
            = (_, shown, _, _) => shown is not null && Array.Exists(trusted, known => shown.GetRawCertData().AsSpan().SequenceEqual(known));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_guarded")]
    static extern ref HttpMessageHandler Guarded(OutgoingHttp http);
}
