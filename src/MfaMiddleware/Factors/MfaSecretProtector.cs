using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace MfaMiddleware.Factors;

/// <summary>
/// Protects a factor's secret at rest with Data Protection under a purpose of realm, subject and factor id: a row copied to another user
/// or another factor doesn't open.
/// </summary>
public sealed class MfaSecretProtector(IDataProtectionProvider provider)
{
    /// <summary>Protects a secret.</summary>
    /// <param name="subject">The owner.</param>
    /// <param name="factorId">The factor's id.</param>
    /// <param name="secret">The secret, in clear.</param>
    /// <returns>The protected secret, base64url.</returns>
    public string Protect(MfaSubject subject, string factorId, byte[] secret) =>
        WebEncoders.Base64UrlEncode(ProtectorFor(subject, factorId).Protect(secret));

    /// <summary>Opens a secret that <see cref="Protect"/> made for the same subject and factor.</summary>
    /// <param name="factor">The factor.</param>
    /// <returns>The secret, in clear: the caller zeroes it after use.</returns>
    /// <exception cref="CryptographicException">The key ring can't open it. The sign-in gets a 503: a lost key never means "no factor".</exception>
    public byte[] Unprotect(MfaFactor factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        try
        {
            return ProtectorFor(factor.Subject, factor.Id).Unprotect(WebEncoders.Base64UrlDecode(factor.ProtectedSecret));
        }
        catch (FormatException e)
        {
            throw new CryptographicException("The stored secret is no protected secret.", e);
        }
    }

    private IDataProtector ProtectorFor(MfaSubject subject, string factorId) =>
        provider.CreateProtector("MfaMiddleware.Factor", SubjectPurpose.Of(subject), factorId);
}
