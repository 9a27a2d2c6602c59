using System.Net;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.Policies.Signals.Files;
using MfaMiddleware.Policies.Signals.Geo;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Signals.Geo;

public sealed class CsvFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Networks_AreReadByTheNamesOfTheColumns()
    {
        var file = Read(""""
            geoname_id,Network,city,longitude,latitude,country_iso_code,accuracy_radius
            1,192.0.2.0/25,"Berlin, ""Mitte""",13.405,52.52,de,20
            2,192.0.2.128/26,,11.582,48.1351,,
            3,198.51.100.0/24,nowhere,,,,

            4,2001:db8::/33,Sydney,151.2093,-33.8688,AU,1.5
            5,::ffff:203.0.113.0/120,London,-0.1278,51.5074,GB,5
            """");

        Assert.Equal(new GeoLocation(52.52, 13.405) { Country = "DE", AccuracyRadiusKm = 20 }, Find(file, "192.0.2.0"));
        Assert.Equal(52.52, Find(file, "::ffff:192.0.2.127")?.Latitude);
        Assert.Equal(new GeoLocation(48.1351, 11.582), Find(file, "192.0.2.128"));
        Assert.Null(Find(file, "192.0.2.192"));
        Assert.Null(Find(file, "198.51.100.1"));
        Assert.Equal(1.5, Find(file, "2001:db8:7fff:ffff::")?.AccuracyRadiusKm);
        Assert.Null(Find(file, "2001:db8:8000::"));
        Assert.Equal("GB", Find(file, "203.0.113.255")?.Country);
        Assert.Null(Find(file, "0.0.0.0"));
        Assert.Null(Find(file, "ffff::"));
    }

    [Fact]
    public void Ranges_AreReadInAnyOrder()
    {
        var file = Read("\uFEFFstart_ip,end_ip,latitude,longitude,country\r\n203.0.113.9,203.0.113.200,1,2,US\r\n192.0.2.3,192.0.2.3,3,4,CA\r\n0.0.0.0,0.0.0.255,5,6,FR\r\n2001:db8::5,2001:db8::a,7,8,IT\r\n255.255.255.0,255.255.255.255,9,10,ES\r\n");

        var countries = new[] { "203.0.113.8", "203.0.113.9", "203.0.113.200", "203.0.113.201", "192.0.2.2", "192.0.2.3", "0.0.0.0", "2001:db8::4", "2001:db8::7", "2001:db8::b", "255.255.255.255" }.Select(a => Find(file, a)?.Country ?? "");

        Assert.Equal(["", "US", "US", "", "", "CA", "FR", "", "IT", "", "ES"], countries);
    }

    [Theory]
    [InlineData("", 1, "it must begin with a line of column names, with commas between them.")]
    [InlineData("net,latitude,longitude\n", 1, "it must have the column network, or start_ip and end_ip.")]
    [InlineData("start_ip,latitude,longitude\n", 1, "it must have the column network, or start_ip and end_ip.")]
    [InlineData("network,latitude\n", 1, "it must have the columns latitude and longitude.")]
    [InlineData("network,latitude,longitude,Latitude\n", 1, "two columns have the same name.")]
    [InlineData("network,latitude,longitude\n192.0.2.0/24,1\n", 2, "it has 2 fields, the first line 3.")]
    [InlineData("network,latitude,longitude\n\"192.0.2.0/24,1,2\n", 2, "a quote isn't closed, or there are too many fields.")]
    [InlineData("network,latitude,longitude\n\"192.0.2.0\"/24,1,2\n", 2, "a quote isn't closed, or there are too many fields.")]
    [InlineData("network,latitude,longitude\n192.0.2.0/24,1,2\n192.0.3.1/24,1,2\n", 3, "network: the address has bits beyond the prefix; the network would be 192.0.3.0/24.")]
    [InlineData("network,latitude,longitude\n192.0.2.0/24,1,\n", 2, "latitude must be -90 to 90, longitude -180 to 180.")]
    [InlineData("network,latitude,longitude\n192.0.2.0/24,90.5,2\n", 2, "latitude must be -90 to 90, longitude -180 to 180.")]
    [InlineData("network,latitude,longitude\n192.0.2.0/24,1,NaN\n", 2, "latitude must be -90 to 90, longitude -180 to 180.")]
    [InlineData("network,latitude,longitude,country\n192.0.2.0/24,1,2,Germany\n", 2, "the country must be two letters (ISO 3166-1).")]
    [InlineData("network,latitude,longitude,accuracy_radius\n192.0.2.0/24,1,2,-1\n", 2, "accuracy_radius must be a number of kilometres.")]
    [InlineData("start_ip,end_ip,latitude,longitude\n192.0.2.9,192.0.2.8,1,2\n", 2, "start_ip must not be after end_ip, and both of one family.")]
    [InlineData("start_ip,end_ip,latitude,longitude\n192.0.2.9,2001:db8::,1,2\n", 2, "start_ip must not be after end_ip, and both of one family.")]
    [InlineData("start_ip,end_ip,latitude,longitude\n192.0.2.09,192.0.2.10,1,2\n", 2, "start_ip must be an address.")]
    [InlineData("network,latitude,longitude\n192.0.2.128/25,1,2\n10.0.0.0/8,1,2\n192.0.2.0/24,1,2\n", 4, "its addresses overlap those of line 2.")]
    [InlineData("network,latitude,longitude\n2001:db8::/32,1,2\n2001:db8::/32,1,2\n", 3, "its addresses overlap those of line 2.")]
    public void LineThatCantWork_IsNamed(string text, int line, string problem)
    {
        var e = Assert.Throws<FileFormatException>(() => Read(text));

        Assert.Equal($"{_folder.PathOf("places.csv")}, line {line}: {problem}", e.Message);
    }

    [Fact]
    public void TableWithoutPlaces_IsRefused()
    {
        var e = Assert.Throws<FileFormatException>(() => Read("network,latitude,longitude\n192.0.2.0/24,,\n"));

        Assert.Equal($"{_folder.PathOf("places.csv")}: it has no place at all.", e.Message);
    }

    [Fact]
    public void Lookup_AllocatesNothing()
    {
        var file = Read("network,latitude,longitude\n192.0.2.0/24,1,2\n2001:db8::/32,1,2\n");
        var (ipv4, ipv6) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1"));

        Assert.Equal(0, Allocations.LeastOf(() => _ = (file.Find(ipv4), file.Find(ipv6))));
    }

    private GeoData Read(string text)
    {
        using var stream = FileStamp.Open(_folder.Write("places.csv", text));
        return GeoFile.Read(stream);
    }

    private static GeoLocation? Find(GeoData file, string address) => file.Find(IPAddress.Parse(address));
}
