namespace MfaMiddleware.Policies.Signals;

/// <summary>Where addresses are (<c>Mfa:Geo</c>).</summary>
public sealed class GeoOptions
{
    /// <summary>
    /// The file with the places of networks: a MaxMind database with coordinates (<c>.mmdb</c>), or a table (<c>.csv</c>). A relative path starts at the
    /// content root; a file that is replaced is in force within seconds. Default: none, places aren't known.
    /// </summary>
    public string? File { get; set; }
}
