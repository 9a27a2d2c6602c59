using MfaMiddleware.Policies.Signals;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Signals.Geo;

public sealed class GeoLocationTests
{
    // Great-circle distances of the cities' centres; ours may differ by the earth's flattening.
    [Theory]
    [InlineData(52.5200, 13.4050, 48.1351, 11.5820, 504)]
    [InlineData(51.5074, -0.1278, 48.8566, 2.3522, 344)]
    [InlineData(51.5074, -0.1278, 40.7128, -74.0060, 5570)]
    [InlineData(35.6762, 139.6503, 37.7749, -122.4194, 8270)]
    [InlineData(-33.8688, 151.2093, -36.8509, 174.7645, 2156)]
    [InlineData(-34.6037, -58.3816, -33.4489, -70.6693, 1138)]
    public void Distance_IsThatOfTheCities(double latitude, double longitude, double otherLatitude, double otherLongitude, double km)
    {
        var (here, there) = (new GeoLocation(latitude, longitude), new GeoLocation(otherLatitude, otherLongitude));

        Assert.InRange(here.DistanceKmTo(there), km * 0.994, km * 1.006);
        Assert.Equal(here.DistanceKmTo(there), there.DistanceKmTo(here), 6);
    }

    [Fact]
    public void OppositePlaces_AreHalfTheEarthApart()
    {
        Assert.Equal(20_015, new GeoLocation(0, 0).DistanceKmTo(new GeoLocation(0, 180)), 0);
        Assert.Equal(20_015, new GeoLocation(48.2, 16.4).DistanceKmTo(new GeoLocation(-48.2, -163.6)), 0);
        Assert.Equal(20_015, new GeoLocation(90, 0).DistanceKmTo(new GeoLocation(-90, 77)), 0);
    }

    [Fact]
    public void DateLine_IsNoDistance()
    {
        Assert.Equal(0, new GeoLocation(10, 180).DistanceKmTo(new GeoLocation(10, -180)), 6);
        Assert.Equal(0, new GeoLocation(52.5, 13.4).DistanceKmTo(new GeoLocation(52.5, 13.4)), 6);
    }
}
