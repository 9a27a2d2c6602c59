using System.Security.Cryptography;
using MfaMiddleware.Factors;

namespace MfaMiddleware.Methods;

/// <summary>What its owner may know of a key.</summary>
/// <param name="Transports">The ways to reach it that the browser named: <c>usb</c>, <c>nfc</c>, <c>ble</c>, <c>smart-card</c>, <c>hybrid</c>, <c>internal</c>.</param>
/// <param name="IsBackupEligible">Whether it may be copied to other devices (a passkey that is synchronised); false for one bound to its device.</param>
/// <param name="IsBackedUp">Whether it was, when it was used last.</param>
public sealed record MfaKeyDetails(IReadOnlyList<string> Transports, bool IsBackupEligible, bool IsBackedUp);

/// <summary>A method whose factors are keys.</summary>
internal interface IKeyMethod
{
    MfaKeyDetails DetailsOf(MfaFactor factor);
}

/// <summary>The details of a key, for a list.</summary>
internal static class KeyDetails
{
    public static MfaKeyDetails? Of(IMfaMethod? method, MfaFactor factor)
    {
        if (method is not IKeyMethod keys) return null;
        try
        {
            return keys.DetailsOf(factor);
        }
        catch (CryptographicException)
        {
            // A lost key ring: the list is shown without it, and the factor itself answers 503 when it is used.
            return null;
        }
    }
}
