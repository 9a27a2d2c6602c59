using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using MfaMiddleware.Methods.Totp;

namespace MfaMiddleware.Methods.Hotp;

/// <summary>The one-time password of RFC 4226 section 5.3, with the further HMACs that RFC 6238 section 1.2 allows.</summary>
internal static class HotpAlgorithm
{
    /// <summary>Computes one password. Allocates nothing.</summary>
    /// <param name="key">The shared secret.</param>
    /// <param name="counter">The moving factor: HOTP's counter, TOTP's time step.</param>
    /// <param name="digits">6 to 8.</param>
    /// <param name="algorithm">The HMAC.</param>
    /// <returns>The password as a number: leading zeros aren't seen in it.</returns>
    public static int Compute(ReadOnlySpan<byte> key, long counter, int digits, TotpAlgorithm algorithm)
    {
        // Section 5.2: C is an 8-byte value, high-order byte first.
        Span<byte> text = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(text, counter);

        // Step 1: generate an HMAC value: HS = HMAC(K, C).
        Span<byte> hs = stackalloc byte[HMACSHA512.HashSizeInBytes];
        hs = hs[..Hash(key, text, hs, algorithm)];

        // Step 2: generate a 4-byte string by dynamic truncation: the low 4 bits of the last byte are the offset, the top bit is masked.
        var offset = hs[^1] & 0xf;
        var truncated = BinaryPrimitives.ReadInt32BigEndian(hs[offset..]) & 0x7fff_ffff;

        // Step 3: the value modulo 10^digits.
        return truncated % Modulus(digits);
    }

    private static int Modulus(int digits) => digits switch
    {
        6 => 1_000_000,
        7 => 10_000_000,
        8 => 100_000_000,
        _ => throw new UnreachableException(),
    };

    private static int Hash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text, Span<byte> hs, TotpAlgorithm algorithm) => algorithm switch
    {
#pragma warning disable CA5350 // HMAC-SHA-1 is what RFC 4226 asks for; its strength doesn't rest on collision resistance
        TotpAlgorithm.Sha1 => HMACSHA1.HashData(key, text, hs),
#pragma warning restore CA5350
        TotpAlgorithm.Sha256 => HMACSHA256.HashData(key, text, hs),
        TotpAlgorithm.Sha512 => HMACSHA512.HashData(key, text, hs),
        _ => throw new UnreachableException(),
    };
}
