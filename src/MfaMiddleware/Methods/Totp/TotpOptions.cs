namespace MfaMiddleware.Methods.Totp;

/// <summary>Codes of an authenticator app (<c>Mfa:Methods:Totp</c>, RFC 6238).</summary>
public sealed class TotpOptions
{
    /// <summary>Whether the method is offered. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Digits of a code: 6 to 8. Default: 6.</summary>
    public int Digits { get; set; } = 6;

    /// <summary>The time step: 15 seconds to 2 minutes, whole seconds. Default: 30 seconds.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The HMAC. Default: SHA-1, the only one that every authenticator app knows.</summary>
    public TotpAlgorithm Algorithm { get; set; } = TotpAlgorithm.Sha1;

    /// <summary>Which time steps are accepted. Default: the present one and one before (RFC 6238 section 5.2).</summary>
    public TotpWindowOptions Window { get; set; } = new();
}

/// <summary>Which time steps are accepted, counted from the present one.</summary>
public sealed class TotpWindowOptions
{
    /// <summary>Steps before the present one: 0 to 2. Default: 1.</summary>
    public int Past { get; set; } = 1;

    /// <summary>Steps after the present one: 0 to 1. Default: 0.</summary>
    public int Future { get; set; }
}

/// <summary>The HMAC of a time-based code.</summary>
public enum TotpAlgorithm
{
    /// <summary>HMAC-SHA-1.</summary>
    Sha1,

    /// <summary>HMAC-SHA-256.</summary>
    Sha256,

    /// <summary>HMAC-SHA-512.</summary>
    Sha512,
}
