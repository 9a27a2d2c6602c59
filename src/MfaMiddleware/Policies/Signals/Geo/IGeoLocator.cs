using System.Net;

namespace MfaMiddleware.Policies.Signals;

/// <summary>
/// Tells where an address is. The shipped one reads the file of <c>Mfa:Geo:File</c> and never the network; another is added with
/// <c>AddMfa().AddGeoLocator&lt;T&gt;()</c>.
/// </summary>
public interface IGeoLocator
{
    /// <summary>Locates an address.</summary>
    /// <param name="address">An IPv4, IPv6 or IPv4-mapped address.</param>
    /// <param name="cancellationToken">Cancelled when the time is over.</param>
    /// <returns>Where it is; null where that isn't known.</returns>
    ValueTask<GeoLocation?> LocateAsync(IPAddress address, CancellationToken cancellationToken);
}
