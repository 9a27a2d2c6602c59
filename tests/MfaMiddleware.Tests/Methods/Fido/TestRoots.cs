using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MfaMiddleware.Tests.Methods.Fido;

internal static class TestRoots
{
    public static X509Certificate2 Make(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(Vector.Now.AddYears(-1), Vector.Now.AddYears(1));
    }
}
