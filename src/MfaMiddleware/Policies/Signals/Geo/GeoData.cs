using System.Net;

namespace MfaMiddleware.Policies.Signals.Geo;

/// <summary>What a file says of places, in memory.</summary>
internal abstract class GeoData
{
    /// <summary>Where an address is; null where that isn't known. Throws nothing, whatever the file holds.</summary>
    public abstract GeoLocation? Find(IPAddress address);
}
