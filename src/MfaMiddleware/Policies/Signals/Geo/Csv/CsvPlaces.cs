using System.Globalization;

namespace MfaMiddleware.Policies.Signals.Geo.Csv;

/// <summary>The places of a table, each kept once: millions of networks share some ten thousand of them.</summary>
internal sealed class CsvPlaces
{
    private readonly Dictionary<(double Latitude, double Longitude, string? Country, double? Radius), int> _indexes = [];
    private readonly List<GeoLocation> _places = [];

    public GeoLocation[] ToArray() => [.. _places];

    /// <summary>Reads the place of a row.</summary>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public string? TryRead(ReadOnlySpan<char> line, CsvRow row, CsvColumns columns, out int index)
    {
        index = -1;
        var latitude = line[row[columns.Latitude]].Trim();
        var longitude = line[row[columns.Longitude]].Trim();

        // A network whose place isn't known is left out, as if it weren't there.
        if (latitude.IsEmpty && longitude.IsEmpty) return null;
        if (!TryNumber(latitude, out var north) || !TryNumber(longitude, out var east) || !GeoLocation.IsPlace(north, east))
            return "latitude must be -90 to 90, longitude -180 to 180.";

        var code = Field(line, row, columns.Country);
        var country = code.Length == 2 ? CountryCodes.Of(code[0], code[1]) : null;
        if (country is null && !code.IsEmpty) return "the country must be two letters (ISO 3166-1).";

        var accuracy = Field(line, row, columns.AccuracyRadius);
        double? radius = TryNumber(accuracy, out var km) && km >= 0 ? km : null;
        if (radius is null && !accuracy.IsEmpty) return "accuracy_radius must be a number of kilometres.";

        index = IndexOf(north, east, country, radius);
        return null;
    }

    private int IndexOf(double latitude, double longitude, string? country, double? radius)
    {
        if (_indexes.TryGetValue((latitude, longitude, country, radius), out var index)) return index;
        _places.Add(new GeoLocation(latitude, longitude) { Country = country, AccuracyRadiusKm = radius });
        return _indexes[(latitude, longitude, country, radius)] = _places.Count - 1;
    }

    private static ReadOnlySpan<char> Field(ReadOnlySpan<char> line, CsvRow row, int column) => column < 0 ? [] : line[row[column]].Trim();

    private static bool TryNumber(ReadOnlySpan<char> text, out double number) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
}
