using MfaMiddleware.Methods.Fido.Credentials;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>A TPMS_ATTEST of the kind TPM2_Certify makes (TPM 2.0 part 2, 10.12.12).</summary>
/// <param name="ExtraData">The hash of what was attested.</param>
/// <param name="Name">The name of the certified key.</param>
internal sealed record TpmCertInfo(ReadOnlyMemory<byte> ExtraData, ReadOnlyMemory<byte> Name)
{
    private const uint GeneratedByTpm = 0xFF544347;
    private const ushort AttestCertify = 0x8017;
    private const int ClockAndFirmware = 17 + 8;

    public static TpmCertInfo? TryRead(ReadOnlyMemory<byte> bytes)
    {
        var reader = new CompactReader(bytes);
        if (reader.ReadUInt32() != GeneratedByTpm || reader.ReadUInt16() != AttestCertify) return null;

        reader.ReadBytes(); // qualifiedSigner
        var extraData = reader.ReadBytes();
        reader.Take(ClockAndFirmware);
        var name = reader.ReadBytes();
        reader.ReadBytes(); // qualifiedName
        return reader.IsComplete ? new TpmCertInfo(extraData, name) : null;
    }

    public bool Certifies(TpmPublicArea area) => area.Name() is { } name && Name.Span.SequenceEqual(name);
}
