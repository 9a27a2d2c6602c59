using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.Factors;

namespace MfaMiddleware.Methods.Sms;

/// <summary>What an SMS factor's protected secret holds: a version (1 byte, 1), and the digits of the number.</summary>
internal static class SmsSecret
{
    private const byte Version = 1;

    public static string Protect(MfaSecretProtector protector, MfaSubject subject, string factorId, PhoneNumber number) =>
        protector.Protect(subject, factorId, [Version, .. Encoding.ASCII.GetBytes(number.Digits)]);

    /// <summary>Whether a node of another version wrote it: this one sends no code to it.</summary>
    /// <exception cref="CryptographicException">The key ring can't open it.</exception>
    public static bool IsOfAnotherVersion(MfaSecretProtector protector, MfaFactor factor) => protector.Unprotect(factor) is [not Version, ..];

    /// <exception cref="CryptographicException">The key ring can't open it, or another version wrote it: never a wrong code.</exception>
    public static PhoneNumber Read(MfaSecretProtector protector, MfaFactor factor)
    {
        var clear = protector.Unprotect(factor);
        return clear is [Version, .. var digits] && digits.All(d => char.IsAsciiDigit((char)d))
            ? PhoneNumber.FromDigits(Encoding.ASCII.GetString(digits))
            : throw new CryptographicException("The stored phone number is in a layout that this version doesn't know.");
    }
}
