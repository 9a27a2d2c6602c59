using System.Security.Cryptography;

namespace MfaMiddleware.Methods.Fido.Keys;

/// <summary>A signature algorithm of the IANA COSE registry that .NET can verify.</summary>
/// <param name="Id">The number in the registry.</param>
/// <param name="Name">The name in the registry.</param>
/// <param name="Hash">The hash.</param>
/// <param name="Curve">The COSE curve that WebAuthn (5.8.5) ties to the algorithm; null for RSA.</param>
/// <param name="Padding">The RSA padding; null for ECDSA.</param>
internal sealed record CoseAlgorithm(int Id, string Name, HashAlgorithmName Hash, CoseCurve? Curve, RSASignaturePadding? Padding)
{
    private const int EdDsaId = -8;
    private const int Ed25519Id = -19;
    private const int Ed448Id = -53;

    public static readonly CoseAlgorithm Es256 = new(-7, "ES256", HashAlgorithmName.SHA256, CoseCurve.P256, null);
    public static readonly CoseAlgorithm Es384 = new(-35, "ES384", HashAlgorithmName.SHA384, CoseCurve.P384, null);
    public static readonly CoseAlgorithm Es512 = new(-36, "ES512", HashAlgorithmName.SHA512, CoseCurve.P521, null);
    public static readonly CoseAlgorithm Ps256 = new(-37, "PS256", HashAlgorithmName.SHA256, null, RSASignaturePadding.Pss);
    public static readonly CoseAlgorithm Ps384 = new(-38, "PS384", HashAlgorithmName.SHA384, null, RSASignaturePadding.Pss);
    public static readonly CoseAlgorithm Ps512 = new(-39, "PS512", HashAlgorithmName.SHA512, null, RSASignaturePadding.Pss);
    public static readonly CoseAlgorithm Rs256 = new(-257, "RS256", HashAlgorithmName.SHA256, null, RSASignaturePadding.Pkcs1);
    public static readonly CoseAlgorithm Rs384 = new(-258, "RS384", HashAlgorithmName.SHA384, null, RSASignaturePadding.Pkcs1);
    public static readonly CoseAlgorithm Rs512 = new(-259, "RS512", HashAlgorithmName.SHA512, null, RSASignaturePadding.Pkcs1);

    /// <summary>What older TPMs sign their attestation with; never an algorithm of a credential.</summary>
    public static readonly CoseAlgorithm Rs1 = new(-65535, "RS1", HashAlgorithmName.SHA1, null, RSASignaturePadding.Pkcs1);

    public static IReadOnlyList<CoseAlgorithm> All { get; } = [Es256, Es384, Es512, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512];

    public static CoseAlgorithm? Find(int id)
    {
        foreach (var algorithm in All)
        {
            if (algorithm.Id == id) return algorithm;
        }

        return null;
    }

    /// <summary>Finds an algorithm by the name that stands in the settings.</summary>
    public static CoseAlgorithm? Find(string name) => All.FirstOrDefault(a => string.Equals(a.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Says why an algorithm can't be used.</summary>
    public static string WhyNot(int id) => id is EdDsaId or Ed25519Id or Ed448Id
        ? $"The algorithm {id} (EdDSA) can't be used: .NET 10 has no Ed25519 or Ed448. Every common authenticator offers ES256."
        : $"The algorithm {id} isn't known. Known are: {string.Join(", ", All.Select(a => $"{a.Name} ({a.Id})"))}.";
}
