using System.Runtime.CompilerServices;
using MfaMiddleware.Methods.Fido.Attestation;

namespace MfaMiddleware.Methods.Fido;

/// <summary>The settings as the engine takes them, once for each snapshot: trust roots are files.</summary>
/// <param name="options">The present settings.</param>
/// <param name="applicationName">The host's application name: the relying party's name where the settings have no issuer.</param>
internal sealed class FidoPolicies(Func<MfaOptions> options, string applicationName)
{
    private readonly ConditionalWeakTable<MfaOptions, WebAuthnPolicy> _made = [];

    public WebAuthnPolicy Current => _made.GetValue(options(), snapshot => Make(snapshot.Methods.Fido, snapshot.Issuer ?? applicationName));

    /// <exception cref="InvalidOperationException">A file of the trust roots can't be read.</exception>
    public static WebAuthnPolicy Make(FidoOptions options, string name) => new()
    {
        RelyingPartyId = options.RelyingPartyId ?? throw new InvalidOperationException("Mfa:Methods:Fido:RelyingPartyId is missing."),
        RelyingPartyName = name,
        Origins = [.. options.Origins],
        AllowCrossOrigin = options.AllowCrossOrigin,
        TopOrigins = [.. options.TopOrigins],
        UserVerification = options.UserVerification,
        Attestation = options.Attestation,
        AppId = options.AppId,
        Timeout = options.Timeout,
        AttestationPolicy = new AttestationPolicy
        {
            AllowedAaguids = [.. options.AllowedAaguids.Select(Guid.Parse)],
            DeniedAaguids = [.. options.DeniedAaguids.Select(Guid.Parse)],
            Roots = TrustRootFiles.Load(options.TrustRoots),
            RefuseUntrusted = options.RefuseUntrusted,
        },
    };
}
