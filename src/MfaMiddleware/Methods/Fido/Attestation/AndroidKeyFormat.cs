using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Keys;

namespace MfaMiddleware.Methods.Fido.Attestation;

/// <summary>8.4: Android's key store describes the key in its certificate.</summary>
internal sealed class AndroidKeyFormat : IAttestationFormat
{
    private const string KeyDescription = "1.3.6.1.4.1.11129.2.1.17";

    public string Name => "android-key";

    public AttestationVerdict Verify(AttestationInput input)
    {
        if (!input.Statement.HasOnly("alg", "sig", "x5c")) return AttestationVerdict.Wrong("android-key: members");
        if (CoseAlgorithm.Find(input.Statement.Algorithm) is not { } algorithm) return AttestationVerdict.Wrong("android-key: algorithm");

        var certificate = input.Statement.Certificates[0];
        using var key = SignatureKey.TryTake(certificate, algorithm);
        if (key is null || !key.Verify(input.Signed, input.Statement.Signature.Span)) return AttestationVerdict.Wrong("android-key: signature");
        if (!certificate.Certifies(input.Key)) return AttestationVerdict.Wrong("android-key: key");
        if (certificate.Extensions[KeyDescription] is not { } extension) return AttestationVerdict.Wrong("android-key: no description");

        return WhyNot(AndroidKeyDescription.Read(extension.RawData), input)
            ?? (AttestationVerdict)new AttestationVerdict.Valid(AttestationTrustPath.Untrusted) { Chain = input.Statement.Certificates };
    }

    private static AttestationVerdict.Invalid? WhyNot(AndroidKeyDescription description, AttestationInput input)
    {
        if (!description.Challenge.AsSpan().SequenceEqual(input.ClientDataHash.Span)) return AttestationVerdict.Wrong("android-key: challenge");
        if (description.IsForAllApplications) return AttestationVerdict.Wrong("android-key: all applications");
        if (description.IsForOtherUse) return AttestationVerdict.Wrong("android-key: origin or purpose");

        return input.Policy.StrictAndroidKey && !description.IsHardwareSigning ? new AttestationVerdict.Invalid(Refusal.AndroidKeyNotHardware, "android-key: not enforced by hardware") : null;
    }
}
