using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pomost.App.Hosting;

/// <summary>The certificate for https: a given one, or a self-made one that stays the same between starts.</summary>
static class ServerCertificate
{
    /// <summary>Reads the operator's certificate.</summary>
    /// <param name="path">A PKCS#12 file without password, or a PEM file holding certificate and key.</param>
    public static X509Certificate2 Given(string path) => Path.GetExtension(path).ToUpperInvariant() is ".PFX" or ".P12"
        ? X509CertificateLoader.LoadPkcs12FromFile(path, null)
        : X509Certificate2.CreateFromPemFile(path);

    /// <summary>The self-made certificate of a data folder, renewed a month before it ends. Its public part lies beside it as <c>certificate.pem</c>
    /// so that clients can be told to trust it.</summary>
    public static X509Certificate2 SelfMade(string dataFolder, TimeProvider clock)
    {
        var path = Path.Combine(dataFolder, "certificate.pfx");
        if (File.Exists(path))
        {
            var kept = X509CertificateLoader.LoadPkcs12FromFile(path, null);
            if (kept.NotAfter > clock.GetLocalNow().DateTime.AddDays(30))
                return kept;
            kept.Dispose();
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Pomost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(Dns.GetHostName());
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var made = request.CreateSelfSigned(clock.GetUtcNow().AddDays(-1), clock.GetUtcNow().AddYears(2));
        WritePrivate(path, made.Export(X509ContentType.Pkcs12));
        File.WriteAllText(Path.Combine(dataFolder, "certificate.pem"), made.ExportCertificatePem());
        return X509CertificateLoader.LoadPkcs12FromFile(path, null);
    }

    static void WritePrivate(string path, byte[] content)
    {
        using var file = PrivateFiles.Create(path);
        file.Write(content);
    }
}
