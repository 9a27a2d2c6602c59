namespace MfaMiddleware.TrustedDevices;

/// <summary>Browsers that their user asked not to be challenged in (<c>Mfa:TrustedDevices</c>).</summary>
public sealed class TrustedDevicesOptions
{
    /// <summary>Whether users may ask for it. Where it spares the challenge, a rule says so: <c>AllowTrustedDevice</c>. Default: false.</summary>
    public bool Enabled { get; set; }

    /// <summary>For how long, counted from the proof and never prolonged without another: 1 hour to 30 days. Default: 14 days.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Trusted browsers of one user, the latest: 1 to 20. Default: 10.</summary>
    public int MaxPerUser { get; set; } = 10;
}
