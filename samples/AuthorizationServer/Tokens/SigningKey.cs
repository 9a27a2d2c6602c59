using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Tokens;

namespace AuthorizationServer.Tokens;

/// <summary>The key that signs the tokens: made at the first start, kept in a file that only this app can read.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly ECDsa _key;

    private SigningKey(ECDsa key)
    {
        _key = key;
        var security = new ECDsaSecurityKey(key);
        security.KeyId = Base64UrlEncoder.Encode(security.ComputeJwkThumbprint());
        Credentials = new SigningCredentials(security, SecurityAlgorithms.EcdsaSha256);
    }

    public SigningCredentials Credentials { get; }

    public static SigningKey LoadOrCreate(string path, IDataProtectionProvider dataProtection)
    {
        var protector = dataProtection.CreateProtector("AuthorizationServer.SigningKey");
        if (!File.Exists(path))
            Create(path, protector);

        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(protector.Unprotect(File.ReadAllBytes(path)), out _);
        return new SigningKey(key);
    }

    /// <summary>The public half, for <c>jwks.json</c>.</summary>
    public object ToJwk()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return new
        {
            kty = "EC", crv = "P-256", use = "sig", alg = Credentials.Algorithm, kid = Credentials.Key.KeyId,
            x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y),
        };
    }

    public void Dispose() => _key.Dispose();

    private static void Create(string path, IDataProtector protector)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var draft = $"{path}.{Environment.ProcessId}";
        File.WriteAllBytes(draft, protector.Protect(key.ExportPkcs8PrivateKey()));
        try
        {
            // Whole or not at all: another process that starts now reads no half of a key.
            File.Move(draft, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
