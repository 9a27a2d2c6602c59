using System.Security.Cryptography;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Keys;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>A TPMT_PUBLIC (TPM 2.0 part 2, 12.2.4): the key as the TPM sees it.</summary>
internal sealed record TpmPublicArea
{
    private const ushort Rsa = 0x0001;
    private const ushort Null = 0x0010;
    private const ushort Ecc = 0x0023;
    private const uint DefaultExponent = 65537;

    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The hash that makes the key's name.</summary>
    public ushort NameAlgorithm { get; private init; }

    private ushort Type { get; init; }

    private ushort Curve { get; init; }

    private uint Exponent { get; init; }

    private ReadOnlyMemory<byte> First { get; init; }

    private ReadOnlyMemory<byte> Second { get; init; }

    public static TpmPublicArea? TryRead(ReadOnlyMemory<byte> bytes)
    {
        var reader = new CompactReader(bytes);
        var area = Read(bytes, ref reader);
        return reader.IsComplete ? area : null;
    }

    /// <summary>Whether this is the credential's key.</summary>
    public bool Describes(CoseKey key) => key.Type switch
    {
        CoseKey.Rsa => Type == Rsa && IsNumber(First, key.Modulus) && Exponent == ToNumber(key.Exponent.Span),
        CoseKey.EllipticCurve => Type == Ecc && Curve == TpmIdOf(key.Curve) && IsNumber(First, key.X) && IsNumber(Second, key.Y),
        _ => false,
    };

    /// <summary>The key's name: the hash's number and the hash.</summary>
    public byte[]? Name()
    {
        HashAlgorithmName? hash = NameAlgorithm switch
        {
            0x0004 => HashAlgorithmName.SHA1,
            0x000B => HashAlgorithmName.SHA256,
            0x000C => HashAlgorithmName.SHA384,
            0x000D => HashAlgorithmName.SHA512,
            _ => null,
        };
        return hash is { } name ? [(byte)(NameAlgorithm >> 8), (byte)NameAlgorithm, .. CryptographicOperations.HashData(name, Bytes.Span)] : null;
    }

    private static TpmPublicArea Read(ReadOnlyMemory<byte> bytes, ref CompactReader reader)
    {
        var type = reader.ReadUInt16();
        var nameAlgorithm = reader.ReadUInt16();
        reader.ReadUInt32(); // objectAttributes
        reader.ReadBytes(); // authPolicy
        // A signing key has no symmetric algorithm, whose parameters would follow.
        if (reader.ReadUInt16() != Null) return new TpmPublicArea { Bytes = bytes };

        SkipScheme(ref reader);
        var curve = type == Ecc ? reader.ReadUInt16() : (ushort)0;
        if (type == Ecc) SkipScheme(ref reader); // kdf
        if (type == Rsa) reader.ReadUInt16(); // keyBits
        var exponent = type == Rsa ? reader.ReadUInt32() : 0;
        return new TpmPublicArea
        {
            Bytes = bytes,
            Type = type,
            NameAlgorithm = nameAlgorithm,
            Curve = curve,
            Exponent = exponent == 0 ? DefaultExponent : exponent,
            First = reader.ReadBytes(),
            Second = type == Ecc ? reader.ReadBytes() : default,
        };
    }

    private static void SkipScheme(ref CompactReader reader)
    {
        if (reader.ReadUInt16() != Null) reader.ReadUInt16(); // its hash
    }

    private static ushort? TpmIdOf(int curve) => new[] { CoseCurve.P256, CoseCurve.P384, CoseCurve.P521 }.FirstOrDefault(c => c.Id == curve)?.TpmId;

    // A TPM may leave out leading zeros.
    private static bool IsNumber(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right) => left.Span.TrimStart((byte)0).SequenceEqual(right.Span.TrimStart((byte)0));

    private static uint ToNumber(ReadOnlySpan<byte> bytes)
    {
        var number = 0u;
        if (bytes.Length > sizeof(uint)) return number;
        foreach (var part in bytes) number = (number << 8) | part;
        return number;
    }
}
