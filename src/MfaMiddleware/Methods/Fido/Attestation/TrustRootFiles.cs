using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>Loads makers' roots from files: PEM with any number of certificates, or DER with one.</summary>
internal static class TrustRootFiles
{
    private static ReadOnlySpan<byte> Pem => "-----BEGIN "u8;

    /// <summary>Loads roots.</summary>
    /// <param name="paths">The files.</param>
    /// <returns>The certificates; the caller keeps them as long as the policy.</returns>
    /// <exception cref="InvalidOperationException">A file isn't there, or holds no certificate: it names the file.</exception>
    public static IReadOnlyList<X509Certificate2> Load(IEnumerable<string> paths) => [.. paths.SelectMany(Load)];

    private static X509Certificate2Collection Load(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            var certificates = new X509Certificate2Collection();
            if (bytes.AsSpan().IndexOf(Pem) >= 0) certificates.ImportFromPem(System.Text.Encoding.UTF8.GetString(bytes));
            else certificates.Add(X509CertificateLoader.LoadCertificate(bytes));

            return certificates.Count > 0 ? certificates : throw new InvalidOperationException($"The trust root file '{path}' holds no certificate.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidOperationException($"The trust root file '{path}' can't be read as a certificate (PEM or DER).", e);
        }
    }
}
