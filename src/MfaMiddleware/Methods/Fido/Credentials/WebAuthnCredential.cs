using System.Security.Cryptography;

namespace MfaMiddleware.Methods.Fido.Credentials;

/// <summary>A registered key (the credential record of WebAuthn L3, chapter 4).</summary>
internal sealed record WebAuthnCredential
{
    private const byte Version = 1;

    public required ReadOnlyMemory<byte> Id { get; init; }

    /// <summary>The COSE key, byte for byte as the authenticator made it.</summary>
    public required ReadOnlyMemory<byte> PublicKey { get; init; }

    /// <summary>The COSE algorithm that the key signs with.</summary>
    public required int Algorithm { get; init; }

    public uint SignCount { get; init; }

    /// <summary>What the authenticator was told the user is called: random. Empty for a key that was registered by U2F.</summary>
    public ReadOnlyMemory<byte> UserHandle { get; init; }

    public Guid Aaguid { get; init; }

    public string AttestationFormat { get; init; } = "none";

    public AttestationTrustPath TrustPath { get; init; }

    public IReadOnlyList<string> Transports { get; init; } = [];

    public bool BackupEligible { get; init; }

    public bool BackupState { get; init; }

    /// <summary>Whether the user was verified when the key was registered. A later proof doesn't change it: that takes another factor's word.</summary>
    public bool UserVerificationInitialized { get; init; }

    /// <summary>A U2F key: it never verifies the user, and may have been registered under the AppID.</summary>
    public bool IsU2F { get; init; }

    public byte[] ToBytes()
    {
        using var writer = new CompactWriter();
        writer.WriteByte(Version);
        writer.WriteByte((byte)Bits);
        writer.WriteByte((byte)TrustPath);
        writer.WriteByte(Credentials.Transports.ToBits(Transports));
        writer.WriteInt32(Algorithm);
        writer.WriteInt32((int)SignCount);
        writer.WriteBytes(Aaguid.ToByteArray(bigEndian: true));
        writer.WriteBytes(Id.Span);
        writer.WriteBytes(PublicKey.Span);
        writer.WriteBytes(UserHandle.Span);
        writer.WriteText(AttestationFormat);
        return writer.Written.ToArray();
    }

    public static bool IsOfAnotherVersion(ReadOnlySpan<byte> bytes) => bytes is [not Version, ..];

    /// <summary>Reads a record.</summary>
    /// <param name="bytes">The bytes, in clear.</param>
    /// <returns>The record.</returns>
    /// <exception cref="CryptographicException">Another version wrote it, or it is damaged: like a key that is lost, never a wrong answer.</exception>
    public static WebAuthnCredential Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new CompactReader(bytes);
        if (reader.ReadByte() != Version) throw Unreadable();

        var credential = Read(ref reader);
        var isWhole = reader.IsComplete && credential is { Id.IsEmpty: false, PublicKey.IsEmpty: false, TrustPath: <= AttestationTrustPath.Trusted };
        return isWhole ? credential : throw Unreadable();
    }

    private Flags Bits =>
        (BackupEligible ? Flags.BackupEligible : 0)
        | (BackupState ? Flags.BackupState : 0)
        | (UserVerificationInitialized ? Flags.UserVerification : 0)
        | (IsU2F ? Flags.U2F : 0);

    private static WebAuthnCredential Read(ref CompactReader reader)
    {
        var bits = (Flags)reader.ReadByte();
        return new WebAuthnCredential
        {
            BackupEligible = bits.HasFlag(Flags.BackupEligible),
            BackupState = bits.HasFlag(Flags.BackupState),
            UserVerificationInitialized = bits.HasFlag(Flags.UserVerification),
            IsU2F = bits.HasFlag(Flags.U2F),
            TrustPath = (AttestationTrustPath)reader.ReadByte(),
            Transports = Credentials.Transports.FromBits(reader.ReadByte()),
            Algorithm = reader.ReadInt32(),
            SignCount = reader.ReadUInt32(),
            Aaguid = reader.ReadBytes() is { Length: 16 } aaguid ? new Guid(aaguid.Span, bigEndian: true) : throw Unreadable(),
            Id = reader.ReadBytes(),
            PublicKey = reader.ReadBytes(),
            UserHandle = reader.ReadBytes(),
            AttestationFormat = reader.ReadText(),
        };
    }

    private static CryptographicException Unreadable() => new("The stored WebAuthn credential is in a layout that this version doesn't know.");

    [Flags]
    private enum Flags : byte
    {
        BackupEligible = 1,
        BackupState = 2,
        UserVerification = 4,
        U2F = 8,
    }
}
