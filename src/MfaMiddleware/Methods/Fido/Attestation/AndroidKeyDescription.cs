using System.Formats.Asn1;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>The description of a key that Android puts into its certificate (source.android.com, "Key and ID attestation").</summary>
/// <param name="Challenge">What the key was made for.</param>
/// <param name="Software">What the operating system enforces.</param>
/// <param name="Hardware">What secure hardware enforces.</param>
internal sealed record AndroidKeyDescription(byte[] Challenge, AndroidAuthorizations Software, AndroidAuthorizations Hardware)
{
    public bool IsForAllApplications => Software.AllApplications || Hardware.AllApplications;

    /// <summary>Whether the key was imported, or does something other than sign.</summary>
    public bool IsForOtherUse => Software.IsOther || Hardware.IsOther;

    public bool IsHardwareSigning => Hardware is { IsGenerated: true, IsForSigning: true };

    /// <summary>Reads a description.</summary>
    /// <param name="der">The extension.</param>
    /// <returns>The description.</returns>
    /// <exception cref="AsnContentException">It is none.</exception>
    public static AndroidKeyDescription Read(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var sequence = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        sequence.ReadInteger(); // attestationVersion
        sequence.ReadEnumeratedBytes(); // attestationSecurityLevel
        sequence.ReadInteger(); // keyMintVersion
        sequence.ReadEnumeratedBytes(); // keyMintSecurityLevel
        var challenge = sequence.ReadOctetString();
        sequence.ReadOctetString(); // uniqueId
        return new AndroidKeyDescription(challenge, AndroidAuthorizations.Read(sequence.ReadSequence()), AndroidAuthorizations.Read(sequence.ReadSequence()));
    }
}
