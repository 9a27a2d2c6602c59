namespace MfaMiddleware.TestKit.Simulation;

/// <param name="Name">English.</param>
/// <param name="Country">ISO 3166.</param>
/// <param name="Latitude">Hundredths of a degree.</param>
/// <param name="Longitude">Hundredths of a degree.</param>
/// <param name="UtcMinutes">Without summer time.</param>
/// <param name="Users">How many users live there, in proportion.</param>
/// <param name="Bots">How many bots stand there, in proportion.</param>
internal sealed record City(string Name, string Country, int Latitude, int Longitude, int UtcMinutes, int Users, int Bots)
{
    /// <summary>Only the four basic operations and the square root, which IEEE 754 fixes to the last bit. Longer than the great circle, so speeds stay plausible.</summary>
    public int KilometresTo(City other)
    {
        double south = Latitude / 100.0, middle = (south + (other.Latitude / 100.0)) / 2;
        var east = Math.Abs(Longitude - other.Longitude) / 100.0;
        if (east > 180) east = 360 - east;
        // Bhaskara's cosine in degrees
        var narrowing = (32400 - (4 * middle * middle)) / (32400 + (middle * middle));
        double x = east * narrowing * 111.2, y = ((other.Latitude / 100.0) - south) * 111.2;
        return (int)Math.Sqrt((x * x) + (y * y));
    }

    public SimulatedPlace ToPlace() => new(Country, Name, Latitude / 100.0, Longitude / 100.0);
}

internal static class Cities
{
    public static readonly City[] All =
    [
        new("Berlin", "DE", 5252, 1340, 60, 60, 6), new("Hamburg", "DE", 5355, 1000, 60, 45, 4), new("Munich", "DE", 4814, 1158, 60, 50, 4),
        new("Cologne", "DE", 5094, 696, 60, 35, 4), new("Leipzig", "DE", 5134, 1237, 60, 15, 2),
        new("Vienna", "AT", 4821, 1637, 60, 30, 3), new("Graz", "AT", 4707, 1544, 60, 8, 1), new("Linz", "AT", 4831, 1429, 60, 6, 1),
        new("Zurich", "CH", 4737, 854, 60, 20, 1), new("Geneva", "CH", 4620, 614, 60, 10, 1), new("Bern", "CH", 4695, 745, 60, 6, 1),
        new("Paris", "FR", 4885, 235, 60, 50, 6), new("Lyon", "FR", 4576, 484, 60, 20, 3), new("Marseille", "FR", 4330, 537, 60, 15, 3),
        new("London", "GB", 5151, -13, 0, 60, 6), new("Manchester", "GB", 5348, -224, 0, 25, 3), new("Edinburgh", "GB", 5595, -319, 0, 12, 1),
        new("Amsterdam", "NL", 5237, 490, 60, 25, 4), new("Rotterdam", "NL", 5192, 448, 60, 12, 2), new("Eindhoven", "NL", 5144, 547, 60, 6, 1),
        new("Milan", "IT", 4546, 919, 60, 25, 5), new("Rome", "IT", 4190, 1250, 60, 20, 5), new("Naples", "IT", 4085, 1427, 60, 8, 4),
        new("Madrid", "ES", 4042, -370, 60, 25, 5), new("Barcelona", "ES", 4139, 217, 60, 20, 4), new("Malaga", "ES", 3672, -442, 60, 6, 2),
        new("Warsaw", "PL", 5223, 2101, 60, 25, 5), new("Krakow", "PL", 5006, 1994, 60, 12, 3), new("Gdansk", "PL", 5435, 1865, 60, 8, 2),
        new("New York", "US", 4071, -7401, -300, 55, 10), new("Chicago", "US", 4188, -8763, -360, 30, 8), new("Austin", "US", 3027, -9774, -360, 15, 5),
        new("San Francisco", "US", 3777, -12242, -480, 35, 6), new("Atlanta", "US", 3375, -8439, -300, 20, 8), new("Seattle", "US", 4761, -12233, -480, 15, 4),
        new("Bengaluru", "IN", 1297, 7759, 330, 35, 15), new("Mumbai", "IN", 1908, 7288, 330, 25, 20), new("Delhi", "IN", 2861, 7721, 330, 20, 22),
        new("Tokyo", "JP", 3568, 13969, 540, 25, 3), new("Osaka", "JP", 3469, 13550, 540, 12, 2), new("Fukuoka", "JP", 3359, 13040, 540, 5, 1),
        new("Sydney", "AU", -3387, 15121, 600, 20, 2), new("Melbourne", "AU", -3781, 14496, 600, 15, 2), new("Perth", "AU", -3195, 11586, 480, 5, 1),
        new("Sao Paulo", "BR", -2355, -4663, -180, 15, 30), new("Rio de Janeiro", "BR", -2291, -4317, -180, 8, 20), new("Recife", "BR", -805, -3490, -180, 4, 10),
        new("Moscow", "RU", 5576, 3762, 180, 0, 25), new("Novosibirsk", "RU", 5503, 8292, 420, 0, 10), new("Kazan", "RU", 5579, 4912, 180, 0, 8),
        new("Shanghai", "CN", 3123, 12147, 480, 0, 22), new("Shenzhen", "CN", 2254, 11406, 480, 0, 20), new("Hanoi", "VN", 2103, 10585, 420, 0, 25),
        new("Ho Chi Minh City", "VN", 1082, 10663, 420, 0, 22), new("Jakarta", "ID", -621, 10685, 420, 0, 28), new("Surabaya", "ID", -725, 11275, 420, 0, 12),
        new("Bangkok", "TH", 1376, 10050, 420, 0, 15), new("Phuket", "TH", 789, 9840, 420, 0, 3), new("Lagos", "NG", 652, 338, 60, 0, 18),
        new("Istanbul", "TR", 4101, 2898, 180, 0, 18), new("Antalya", "TR", 3690, 3070, 180, 0, 4), new("Kyiv", "UA", 5045, 3052, 120, 0, 10),
        new("Bucharest", "RO", 4443, 2610, 120, 0, 8), new("Athens", "GR", 3798, 2373, 120, 0, 4), new("Heraklion", "GR", 3534, 2514, 120, 0, 1),
        new("Lisbon", "PT", 3872, -914, 0, 0, 3), new("Faro", "PT", 3702, -793, 0, 0, 1), new("Cairo", "EG", 3004, 3124, 120, 0, 14),
        new("Dubai", "AE", 2520, 5527, 240, 0, 4), new("Singapore", "SG", 135, 10382, 480, 0, 4), new("Cape Town", "ZA", -3392, 1842, 120, 0, 6),
        new("Mexico City", "MX", 1943, -9913, -360, 0, 14), new("Cancun", "MX", 2116, -8685, -300, 0, 3), new("Toronto", "CA", 4365, -7938, -300, 0, 5),
    ];

    public static readonly string[] Countries = [.. All.Select(city => city.Country).Distinct()];

    public static readonly int[] UserWeights = [.. All.Select(city => city.Users)];

    public static readonly int[] BotWeights = [.. All.Select(city => city.Bots)];

    private static readonly Dictionary<string, City[]> ByCountry = All.GroupBy(city => city.Country).ToDictionary(group => group.Key, group => group.ToArray());

    public static City[] Of(string country) => ByCountry[country];
}
