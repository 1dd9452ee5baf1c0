using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace Pomost.Engine.Tests.Fixture;

/// <summary>Lets the engine speak https to a simulated shop, whose certificate is its own.</summary>
static class TrustedShop
{
    /// <summary>To be called before the first request.</summary>
    public static void Trust(this OutgoingHttp http, X509Certificate2 certificate)
    {
        var trusted = certificate.RawData;
        Guarded(http).SslOptions.RemoteCertificateValidationCallback
            = (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(trusted);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_guarded")]
    static extern ref SocketsHttpHandler Guarded(OutgoingHttp http);
}
