using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;

namespace MfaMiddleware.Methods.Fido.Messages;

/// <summary>What the authenticator says and signs (WebAuthn L3, 6.1).</summary>
internal sealed record AuthenticatorData
{
    private const int HashLength = 32;
    private const int HeaderLength = HashLength + 1 + sizeof(uint);
    private const byte CborMap = 5;

    public required ReadOnlyMemory<byte> Bytes { get; init; }

    public AttestedCredential? Credential { get; private init; }

    public ReadOnlyMemory<byte> RpIdHash => Bytes[..HashLength];

    public AuthenticatorFlags Flags => (AuthenticatorFlags)Bytes.Span[HashLength];

    public uint SignCount => BinaryPrimitives.ReadUInt32BigEndian(Bytes.Span[(HashLength + 1)..]);

    public bool Has(AuthenticatorFlags flag) => (Flags & flag) != 0;

    /// <summary>Whether this was made for a relying party id, or for an AppID: the rule is the same.</summary>
    public bool IsFor(string name)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        var length = Encoding.UTF8.GetMaxByteCount(name.Length);
        Span<byte> bytes = length <= 1024 ? stackalloc byte[length] : new byte[length];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(name, bytes)], hash);
        return CryptographicOperations.FixedTimeEquals(hash, RpIdHash.Span);
    }

    public static AuthenticatorData? TryRead(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < HeaderLength) return null;

        var data = new AuthenticatorData { Bytes = bytes };
        var left = bytes[HeaderLength..];
        if (data.Has(AuthenticatorFlags.AttestedCredential))
        {
            if (AttestedCredential.TryTake(ref left) is not { } credential) return null;
            data = data with { Credential = credential };
        }

        var isWhole = data.Has(AuthenticatorFlags.Extensions) ? AreExtensions(left) : left.IsEmpty;
        return isWhole ? data : null;
    }

    // Their content isn't used: what was not asked for is tolerated (7.1 step 28), but it must be one map and the end of the data.
    private static bool AreExtensions(ReadOnlyMemory<byte> left)
    {
        if (left.IsEmpty || left.Span[0] >> 5 != CborMap || CborShape.Measure(left.Span) != left.Length) return false;

        try
        {
            new CborReader(left, CborConformanceMode.Strict).SkipValue();
            return true;
        }
        catch (CborContentException)
        {
            return false;
        }
    }
}
