namespace MfaMiddleware.Methods.Hotp;

/// <summary>Codes of a token with a button (<c>Mfa:Methods:Hotp</c>, RFC 4226).</summary>
public sealed class HotpOptions
{
    /// <summary>Whether the method is offered. Default: false, since an authenticator app is better where there is one.</summary>
    public bool Enabled { get; set; }

    /// <summary>Digits of the codes of a new token: 6 to 8. Default: 6.</summary>
    public int Digits { get; set; } = 6;

    /// <summary>
    /// How many codes beyond the next one are accepted, for a button that was pressed in between (RFC 4226 section 7.4): 0 to 20. Default: 10.
    /// </summary>
    public int LookAhead { get; set; } = 10;

    /// <summary>How far ahead two codes in a row are looked for to bring a token back into step: 10 to 200. Default: 50.</summary>
    public int ResyncWindow { get; set; } = 50;
}
