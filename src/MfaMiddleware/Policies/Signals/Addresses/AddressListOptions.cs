namespace MfaMiddleware.Policies.Signals;

/// <summary>
/// Addresses that are denied, and addresses that are trusted (<c>Mfa:Addresses</c>): single ones or networks in CIDR notation, IPv4 or IPv6. An address on
/// both lists is denied. The files hold one entry a line, comments after <c>#</c> or <c>;</c>; relative paths start at the content root, and a file that is
/// replaced is in force within seconds.
/// </summary>
public sealed class AddressListOptions
{
    /// <summary>Addresses that are denied, for example <c>192.0.2.0/24</c>.</summary>
    public IList<string> Deny { get; } = [];

    /// <summary>Files with addresses that are denied.</summary>
    public IList<string> DenyFiles { get; } = [];

    /// <summary>Addresses that are trusted; all of IPv4 or of IPv6 can't be.</summary>
    public IList<string> Trusted { get; } = [];

    /// <summary>Files with addresses that are trusted.</summary>
    public IList<string> TrustedFiles { get; } = [];
}
