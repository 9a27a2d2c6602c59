using System.Security.Cryptography;

namespace MfaMiddleware.Methods.Hotp;

/// <summary>What a HOTP factor's protected secret holds: a version (1 byte, 1), the digits (1 byte), and the key.</summary>
internal readonly ref struct HotpSecret
{
    /// <summary>Bytes of a new key (RFC 4226 section 4 R6: 160 bits recommended).</summary>
    public const int KeyLength = 20;

    private const byte Version = 1;
    private const int HeaderLength = 2;

    private HotpSecret(int digits, ReadOnlySpan<byte> key)
    {
        Digits = digits;
        Key = key;
    }

    /// <summary>6 to 8.</summary>
    public int Digits { get; }

    /// <summary>The shared key.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>Makes the bytes to protect: the caller zeroes them after use.</summary>
    public static byte[] Write(int digits, ReadOnlySpan<byte> key) => [Version, (byte)digits, .. key];

    /// <summary>Whether a node of another version wrote it: this one takes no code for it.</summary>
    public static bool IsOfAnotherVersion(ReadOnlySpan<byte> bytes) => bytes is [not Version, ..];

    /// <summary>Reads a secret; the key stays where it is, so that it is zeroed with the bytes.</summary>
    /// <exception cref="CryptographicException">Another version wrote it, or it is damaged: like a key that is lost, never a wrong code.</exception>
    public static HotpSecret Read(ReadOnlySpan<byte> bytes) =>
        bytes.Length > HeaderLength && bytes[0] == Version && bytes[1] is >= 6 and <= 8
            ? new HotpSecret(bytes[1], bytes[HeaderLength..])
            : throw new CryptographicException("The stored HOTP secret is in a layout that this version doesn't know.");
}
