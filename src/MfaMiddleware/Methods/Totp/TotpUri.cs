namespace MfaMiddleware.Methods.Totp;

/// <summary>The <c>otpauth</c> URI that authenticator apps read from a QR code (Key URI format).</summary>
internal static class TotpUri
{
    /// <summary>Makes the URI.</summary>
    /// <param name="issuer">The app.</param>
    /// <param name="account">The user's account in it.</param>
    /// <param name="secret">The key, base32.</param>
    /// <param name="parameters">What the authenticator app must know.</param>
    /// <returns><c>otpauth://totp/Issuer:account?secret=…&amp;issuer=…&amp;algorithm=SHA1&amp;digits=6&amp;period=30</c>.</returns>
    public static string Create(string issuer, string account, string secret, TotpParameters parameters)
    {
        var escapedIssuer = Escape(issuer);
        return $"otpauth://totp/{escapedIssuer}:{Escape(account)}"
            + $"?secret={secret}&issuer={escapedIssuer}&algorithm={NameOf(parameters.Algorithm)}"
            + $"&digits={parameters.Digits}&period={parameters.PeriodSeconds}";
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
