namespace MfaMiddleware.Policies.Signals;

/// <summary>A place on earth.</summary>
/// <param name="Latitude">Degrees, -90 (south) to 90.</param>
/// <param name="Longitude">Degrees, -180 (west) to 180.</param>
public sealed record GeoLocation(double Latitude, double Longitude)
{
    // The mean radius (IUGG); the earth's flattening is worth 0.5 %.
    private const double EarthRadiusKm = 6371.0088;

    /// <summary>The country, ISO 3166-1 alpha-2 in capitals, for example <c>DE</c>.</summary>
    public string? Country { get; init; }

    /// <summary>How far from here the address may be.</summary>
    public double? AccuracyRadiusKm { get; init; }

    /// <summary>The distance over the earth's surface (haversine).</summary>
    /// <param name="other">The other place.</param>
    /// <returns>Kilometres.</returns>
    public double DistanceKmTo(GeoLocation other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var half = Square(Math.Sin(Radians(other.Latitude - Latitude) / 2))
            + (Math.Cos(Radians(Latitude)) * Math.Cos(Radians(other.Latitude)) * Square(Math.Sin(Radians(other.Longitude - Longitude) / 2)));

        // Rounding may take it a little beyond 1 for opposite places.
        return 2 * EarthRadiusKm * Math.Asin(Math.Sqrt(Math.Min(1, half)));
    }

    /// <summary>A place, if the numbers are one.</summary>
    internal static bool IsPlace(double latitude, double longitude) => Math.Abs(latitude) <= 90 && Math.Abs(longitude) <= 180;

    private static double Radians(double degrees) => degrees * Math.PI / 180;

    private static double Square(double value) => value * value;
}
