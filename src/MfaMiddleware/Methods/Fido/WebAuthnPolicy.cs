using MfaMiddleware.Methods.Fido.Attestation;
using MfaMiddleware.Methods.Fido.Keys;

namespace MfaMiddleware.Methods.Fido;

/// <summary>What this site asks of security keys. Nothing of it ever comes from a request.</summary>
internal sealed record WebAuthnPolicy
{
    /// <summary>The relying party id: a domain, for example <c>example.com</c>.</summary>
    public required string RelyingPartyId { get; init; }

    /// <summary>The name that the browser shows.</summary>
    public required string RelyingPartyName { get; init; }

    /// <summary>The origins that may run a ceremony, each compared byte for byte.</summary>
    public required IReadOnlyList<string> Origins { get; init; }

    /// <summary>Whether a frame of another site may run a ceremony.</summary>
    public bool AllowCrossOrigin { get; init; }

    /// <summary>The sites whose pages may hold that frame, where the browser names one.</summary>
    public IReadOnlyList<string> TopOrigins { get; init; } = [];

    /// <summary>User verification; a U2F key never has it.</summary>
    public UserVerification UserVerification { get; init; } = UserVerification.Preferred;

    /// <summary>Whether the maker's proof is asked for.</summary>
    public AttestationConveyance Attestation { get; init; }

    /// <summary>What is asked of the maker's proof.</summary>
    public AttestationPolicy AttestationPolicy { get; init; } = new();

    /// <summary>COSE algorithm ids, best first.</summary>
    public IReadOnlyList<int> Algorithms { get; init; } = 
        [CoseAlgorithm.Es256.Id, CoseAlgorithm.Es384.Id, CoseAlgorithm.Es512.Id, CoseAlgorithm.Ps256.Id, CoseAlgorithm.Rs256.Id];

    /// <summary>The AppID that U2F keys were registered under before WebAuthn; https.</summary>
    public string? AppId { get; init; }

    /// <summary>Hints for the browser's choice of words (WebAuthn L3, 5.8.7), for example <c>security-key</c>.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];

    /// <summary>How long a ceremony may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);
}
