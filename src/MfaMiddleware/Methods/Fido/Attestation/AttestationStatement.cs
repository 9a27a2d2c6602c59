using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>A statement's members: those that the known formats have, and no other.</summary>
internal sealed class AttestationStatement : IDisposable
{
    private const int MostCertificates = 8;
    private const byte Asn1Sequence = 0x30;

    private readonly List<string> _names = [];

    public int Algorithm { get; private set; }

    public ReadOnlyMemory<byte> Signature { get; private set; }

    public string? TpmVersion { get; private set; }

    public ReadOnlyMemory<byte> CertInfo { get; private set; }

    public ReadOnlyMemory<byte> PubArea { get; private set; }

    public List<X509Certificate2> Certificates { get; } = [];

    public bool HasOnly(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!_names.Contains(name)) return false;
        }

        return _names.Count == names.Length;
    }

    /// <summary>Reads a statement whose shape was checked.</summary>
    /// <param name="bytes">A CBOR map.</param>
    /// <returns>Null if it has another member, or one of another type.</returns>
    public static AttestationStatement? TryRead(ReadOnlyMemory<byte> bytes)
    {
        var statement = new AttestationStatement();
        try
        {
            if (statement.Read(new CborReader(bytes, CborConformanceMode.Strict))) return statement;
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException or CryptographicException)
        {
            // Another type than the format says, or no certificate: refused below.
        }

        statement.Dispose();
        return null;
    }

    public void Dispose()
    {
        foreach (var certificate in Certificates) certificate.Dispose();
    }

    private bool Read(CborReader reader)
    {
        for (var left = reader.ReadStartMap(); left > 0; left--)
        {
            var name = reader.ReadTextString();
            _names.Add(name);
            if (!ReadMember(name, reader)) return false;
        }

        return true;
    }

    private bool ReadMember(string name, CborReader reader)
    {
        switch (name)
        {
            case "alg": Algorithm = reader.ReadInt32(); return true;
            case "sig": Signature = reader.ReadByteString(); return true;
            case "ver": TpmVersion = reader.ReadTextString(); return true;
            case "certInfo": CertInfo = reader.ReadByteString(); return true;
            case "pubArea": PubArea = reader.ReadByteString(); return true;
            case "x5c": return ReadCertificates(reader);
            default: return false;
        }
    }

    private bool ReadCertificates(CborReader reader)
    {
        if (reader.ReadStartArray() is not (> 0 and <= MostCertificates and var count)) return false;

        for (; count > 0; count--)
        {
            var bytes = reader.ReadByteString();
            // The loader would take PEM too.
            if (bytes.Length == 0 || bytes[0] != Asn1Sequence) return false;
            Certificates.Add(X509CertificateLoader.LoadCertificate(bytes));
        }

        reader.ReadEndArray();
        return true;
    }
}
