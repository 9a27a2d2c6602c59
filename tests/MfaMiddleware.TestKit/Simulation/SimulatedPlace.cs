namespace MfaMiddleware.TestKit.Simulation;

/// <summary>A place as a geo database gives it: a country, a city and a point somewhere in it.</summary>
/// <param name="Country">Two letters, ISO 3166.</param>
/// <param name="City">The city's English name.</param>
/// <param name="Latitude">Degrees, north positive, two decimals.</param>
/// <param name="Longitude">Degrees, east positive, two decimals.</param>
public sealed record SimulatedPlace(string Country, string City, double Latitude, double Longitude);
