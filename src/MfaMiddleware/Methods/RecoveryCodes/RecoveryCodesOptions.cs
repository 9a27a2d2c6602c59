namespace MfaMiddleware.Methods.RecoveryCodes;

/// <summary>Recovery codes (<c>Mfa:Methods:RecoveryCodes</c>).</summary>
public sealed class RecoveryCodesOptions
{
    /// <summary>Whether codes are issued and accepted. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Codes in a set: 2 to 20. Default: 10.</summary>
    public int Count { get; set; } = 10;
}
