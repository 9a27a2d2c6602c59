using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace MfaMiddleware.TestKit.Fido;

/// <summary>
/// An answer before it is signed: a test changes one field, and the authenticator signs the change, so that only the check of that field can
/// refuse it. What is changed behind the signature has a hook of its own.
/// </summary>
public sealed class SoftDraft
{
    public const byte UserPresent = 0x01;
    public const byte UserVerified = 0x04;
    public const byte BackupEligible = 0x08;
    public const byte BackupState = 0x10;
    public const byte Attested = 0x40;
    public const byte Extended = 0x80;

    /// <summary>The members of the client data.</summary>
    public required JsonObject ClientData { get; init; }

    /// <summary>The client data byte for byte, instead of the members.</summary>
    public byte[]? RawClientData { get; set; }

    /// <summary>The name whose hash the authenticator writes: a relying party id or an AppID.</summary>
    public required string HashedName { get; set; }

    public byte Flags { get; set; }

    public uint SignCount { get; set; }

    /// <summary>A CBOR map, if any.</summary>
    public byte[]? Extensions { get; set; }

    public Guid Aaguid { get; set; }

    public required byte[] CredentialId { get; set; }

    /// <summary>The COSE key of a registration; null in an assertion.</summary>
    public byte[]? PublicKey { get; set; }

    /// <summary>The authenticator data byte for byte, instead of the fields.</summary>
    public Func<byte[], byte[]> ChangeData { get; set; } = data => data;

    /// <summary>The key that signs an assertion, or attests for itself.</summary>
    public required SoftKey Signer { get; set; }

    /// <summary>A change of the signature after it was made.</summary>
    public Func<byte[], byte[]> ChangeSignature { get; set; } = signature => signature;

    public byte[]? UserHandle { get; set; }

    /// <summary>The client's extension outputs.</summary>
    public JsonObject Outputs { get; } = [];

    /// <summary>The format of the attestation statement.</summary>
    public string Format { get; set; } = "none";

    /// <summary>The algorithm that the statement names; null for the key's.</summary>
    public int? StatementAlgorithm { get; set; }

    /// <summary>The members of the statement, changed after it was signed.</summary>
    public Action<SortedDictionary<string, object>> ChangeStatement { get; set; } = _ => { };

    /// <summary>The attestation object byte for byte.</summary>
    public Func<byte[], byte[]> ChangeObject { get; set; } = bytes => bytes;

    /// <summary>The answer's JSON at last.</summary>
    public Action<JsonObject> ChangeJson { get; set; } = _ => { };

    internal byte[] ClientDataBytes => RawClientData ?? Encoding.UTF8.GetBytes(ClientData.ToJsonString());

    internal byte[] Data()
    {
        using var data = new MemoryStream();
        data.Write(SHA256.HashData(Encoding.UTF8.GetBytes(HashedName)));
        data.WriteByte(Flags);
        var number = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, SignCount);
        data.Write(number);
        if (PublicKey is not null)
        {
            data.Write(Aaguid.ToByteArray(bigEndian: true));
            BinaryPrimitives.WriteUInt16BigEndian(number, (ushort)CredentialId.Length);
            data.Write(number.AsSpan(0, 2));
            data.Write(CredentialId);
            data.Write(PublicKey);
        }

        data.Write(Extensions ?? []);
        return ChangeData(data.ToArray());
    }
}
