using MfaMiddleware.Methods.Totp;

namespace MfaMiddleware.Methods;

/// <summary>The <c>otpauth</c> URI that authenticator apps read from a QR code (Key URI format).</summary>
internal static class OtpAuthUri
{
    /// <summary>Makes the URI.</summary>
    /// <param name="issuer">The app.</param>
    /// <param name="account">The user's account in it.</param>
    /// <param name="secret">The key, base32.</param>
    /// <param name="parameters">What the authenticator app must know.</param>
    /// <returns><c>otpauth://totp/Issuer:account?secret=…&amp;issuer=…&amp;algorithm=SHA1&amp;digits=6&amp;period=30</c>.</returns>
    public static string Totp(string issuer, string account, string secret, TotpParameters parameters)
    {
        var escapedIssuer = Escape(issuer);
        return $"otpauth://totp/{escapedIssuer}:{Escape(account)}"
            + $"?secret={secret}&issuer={escapedIssuer}&algorithm={NameOf(parameters.Algorithm)}"
            + $"&digits={parameters.Digits}&period={parameters.PeriodSeconds}";
    }

    /// <summary>Makes the URI of a counter-based token.</summary>
    /// <param name="issuer">The app.</param>
    /// <param name="account">The user's account in it.</param>
    /// <param name="secret">The key, base32.</param>
    /// <param name="digits">6 to 8.</param>
    /// <param name="counter">The counter of the first code.</param>
    /// <returns><c>otpauth://hotp/Issuer:account?secret=…&amp;issuer=…&amp;algorithm=SHA1&amp;digits=6&amp;counter=0</c>.</returns>
    public static string Hotp(string issuer, string account, string secret, int digits, long counter)
    {
        var escapedIssuer = Escape(issuer);
        return FormattableString.Invariant($"otpauth://hotp/{escapedIssuer}:{Escape(account)}?secret={secret}&issuer={escapedIssuer}&algorithm=SHA1&digits={digits}&counter={counter}");
    }

    // The format allows no colon in either name, escaped or not: apps unescape the label first and split it at the first colon then.
    private static string Escape(string name) =>
        Uri.EscapeDataString(string.Join(' ', name.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries)));

    private static string NameOf(TotpAlgorithm algorithm) => algorithm switch
    {
        TotpAlgorithm.Sha256 => "SHA256",
        TotpAlgorithm.Sha512 => "SHA512",
        _ => "SHA1",
    };
}
