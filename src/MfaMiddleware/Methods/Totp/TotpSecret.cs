using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MfaMiddleware.Methods.Totp;

/// <summary>
/// What a TOTP factor's protected secret holds: a version (1 byte, 1), the algorithm (1 byte), the digits (1 byte), the period in seconds
/// (2 bytes, high-order first), and the key.
/// </summary>
internal readonly ref struct TotpSecret
{
    private const byte Version = 1;
    private const int HeaderLength = 5;

    private TotpSecret(TotpParameters parameters, ReadOnlySpan<byte> key)
    {
        Parameters = parameters;
        Key = key;
    }

    /// <summary>What the authenticator app was told.</summary>
    public TotpParameters Parameters { get; }

    /// <summary>The shared key.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>Makes a secret with a new random key.</summary>
    /// <param name="parameters">What the authenticator app will be told.</param>
    /// <returns>The bytes to protect: the caller zeroes them after use.</returns>
    public static byte[] Generate(TotpParameters parameters)
    {
        var bytes = new byte[HeaderLength + parameters.KeyLength];
        bytes[0] = Version;
        bytes[1] = (byte)parameters.Algorithm;
        bytes[2] = (byte)parameters.Digits;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(3), checked((ushort)parameters.PeriodSeconds));
        RandomNumberGenerator.Fill(bytes.AsSpan(HeaderLength));
        return bytes;
    }

    /// <summary>Whether a node of another version wrote it: this one can't tell a right code from a wrong one, and takes none; its other factors stay good.</summary>
    public static bool IsOfAnotherVersion(ReadOnlySpan<byte> bytes) => bytes is [not Version, ..];

    /// <summary>Reads a secret; the key stays where it is, so that it is zeroed with the bytes.</summary>
    /// <param name="bytes">The bytes, in clear.</param>
    /// <returns>The secret.</returns>
    /// <exception cref="CryptographicException">It is damaged, or of another version: like a key that is lost, never a wrong code.</exception>
    public static TotpSecret Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= HeaderLength || bytes[0] != Version) throw Unreadable();

        var parameters = new TotpParameters((TotpAlgorithm)bytes[1], bytes[2], BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]));
        var isKnown = parameters is { Algorithm: <= TotpAlgorithm.Sha512, Digits: >= 6 and <= 8, PeriodSeconds: > 0 };
        return isKnown ? new TotpSecret(parameters, bytes[HeaderLength..]) : throw Unreadable();
    }

    private static CryptographicException Unreadable() => new("The stored TOTP secret is in a layout that this version doesn't know.");
}
