using System.Net;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.Policies.Signals.Geo.Mmdb;
using MfaMiddleware.TestKit.Geo;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Signals.Geo;

public sealed class MmdbFileTests
{
    [Theory]
    [InlineData(24, 6)]
    [InlineData(28, 6)]
    [InlineData(32, 6)]
    [InlineData(24, 4)]
    [InlineData(28, 4)]
    [InlineData(32, 4)]
    public void Addresses_AreFoundByTheirLongestPrefix(int recordSize, int ipVersion)
    {
        var writer = new MmdbWriter(recordSize, ipVersion)
            .Add("192.0.2.0/25", MmdbWriter.City(52.52, 13.405)).Add("192.0.2.128/26", MmdbWriter.City(48.1351, 11.582)).Add("203.0.113.7/32", MmdbWriter.City(-33.8688, 151.2093, "AU"));
        if (ipVersion == 6) writer.Add("2001:db8::/33", MmdbWriter.City(40.7128, -74.006, "US"));
        var file = Open(writer);

        Assert.Equal(new GeoLocation(52.52, 13.405) { Country = "DE", AccuracyRadiusKm = 20 }, Find(file, "192.0.2.127"));
        Assert.Equal(48.1351, Find(file, "192.0.2.128")?.Latitude);
        Assert.Equal(48.1351, Find(file, "::ffff:192.0.2.191")?.Latitude);
        Assert.Null(Find(file, "192.0.2.192"));
        Assert.Equal("AU", Find(file, "203.0.113.7")?.Country);
        Assert.Null(Find(file, "203.0.113.6"));
        Assert.Equal(ipVersion == 6 ? "US" : null, Find(file, "2001:db8:7fff::1")?.Country);
        Assert.Null(Find(file, "2001:db8:8000::"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1900)]
    [InlineData(100_000)]
    [InlineData(526_200)]
    [InlineData(600_000)]
    public void PointersOfEachLength_AreFollowed(int padding)
    {
        // The second record's texts are pointers to those of the first, which stand behind the padding.
        var file = Open(new MmdbWriter(28).Pad(padding).Add("192.0.2.0/25", MmdbWriter.City(1, 2)).Add("192.0.2.128/25", MmdbWriter.City(3, 4)));

        Assert.Equal(2, Find(file, "192.0.2.1")?.Longitude);
        Assert.Equal(new GeoLocation(3, 4) { Country = "DE", AccuracyRadiusKm = 20 }, Find(file, "192.0.2.200"));
    }

    [Fact]
    public void PointerOfFiveBytes_CountsFromTheBeginning()
    {
        // {"location": → {"latitude": 7.0, "longitude": 8.0}} with the pointer's longest form.
        var writer = new MmdbWriter(24);
        var place = new MmdbDataWriter();
        place.Write(new Dictionary<string, object> { ["latitude"] = 7.0, ["longitude"] = 8.0 });
        writer.Add("192.0.2.0/25", new MmdbRaw(place.ToBytes()));
        writer.Add("192.0.2.128/25", new Dictionary<string, object> { ["location"] = new MmdbRaw(0x38, 0, 0, 0, 0) });

        Assert.Equal(8, Find(Open(writer), "192.0.2.129")?.Longitude);
    }

    [Fact]
    public void ValuesOfEachType_ArePassedOver()
    {
        var record = new Dictionary<string, object>
        {
            ["text"] = new string('x', 28), ["longer"] = new string('y', 284), ["long"] = new string('z', 65_820), ["longest"] = new string('ö', 40_000),
            ["bytes"] = new byte[300], ["double"] = 1.5, ["float"] = 1.5f, ["u16"] = (ushort)0, ["u32"] = uint.MaxValue, ["i32"] = -5, ["u64"] = ulong.MaxValue,
            ["u128"] = UInt128.MaxValue, ["yes"] = true, ["no"] = false, ["empty"] = Array.Empty<object>(), ["nothing"] = new Dictionary<string, object>(),
            ["list"] = new object[] { 1u, "text", new object[] { true, new Dictionary<string, object> { ["a"] = 1.0 } } },
        };
        foreach (var (key, value) in MmdbWriter.City(11, 22)) record[key] = value;

        Assert.Equal(new GeoLocation(11, 22) { Country = "DE", AccuracyRadiusKm = 20 }, Find(Open(new MmdbWriter(32).Add("192.0.2.0/24", record)), "192.0.2.9"));
    }

    public static TheoryData<object, double?> Radii => new()
    {
        { (ushort)1000, 1000 }, { 70_000u, 70_000 }, { 5, 5 }, { -5, null }, { 6UL, 6 }, { (UInt128)7, 7 }, { 2.5f, 2.5 }, { 0.5, 0.5 }, { double.NaN, null }, { "20", null }, { true, null },
    };

    [Theory]
    [MemberData(nameof(Radii))]
    public void Radius_IsReadOfEachNumber(object radius, double? km)
    {
        var place = Find(Open(new MmdbWriter(24).Add("192.0.2.0/24", MmdbWriter.City(1, 2, radius: radius))), "192.0.2.1");

        Assert.Equal(new GeoLocation(1, 2) { Country = "DE", AccuracyRadiusKm = km }, place);
    }

    [Fact]
    public void RecordsThatSayNoPlace_AreNotKnown()
    {
        var file = Open(new MmdbWriter(24)
            .Add("192.0.2.0/32", MmdbWriter.City(1, 2, "deu"))
            .Add("192.0.2.1/32", MmdbWriter.City(90.1, 0))
            .Add("192.0.2.2/32", MmdbWriter.City(0, double.PositiveInfinity))
            .Add("192.0.2.3/32", new Dictionary<string, object> { ["location"] = "Berlin" })
            .Add("192.0.2.4/32", new Dictionary<string, object> { ["country"] = new Dictionary<string, object> { ["iso_code"] = "DE" } })
            .Add("192.0.2.5/32", "a text"));

        Assert.Equal(new GeoLocation(1, 2) { AccuracyRadiusKm = 20 }, Find(file, "192.0.2.0"));
        for (var i = 1; i <= 5; i++) Assert.Null(Find(file, $"192.0.2.{i}"));
    }

    [Fact]
    public void DatabaseWithoutPlaces_IsRefused()
    {
        var writer = new MmdbWriter(24).Add("192.0.2.0/24", new Dictionary<string, object> { ["country"] = new Dictionary<string, object> { ["iso_code"] = "DE" } });

        Assert.Equal("it has no coordinates: it must be a database of cities.", MmdbFile.TryRead(writer.ToBytes(), out _));
    }

    [Theory]
    [InlineData("binary_format_major_version", (ushort)3, "it must be of version 2 of the MaxMind DB format.")]
    [InlineData("record_size", (ushort)20, "its record_size must be 24, 28 or 32.")]
    [InlineData("ip_version", (ushort)5, "its ip_version must be 4 or 6.")]
    [InlineData("node_count", "many", "its metadata have no node_count.")]
    [InlineData("node_count", 0u, "its metadata have no node_count.")]
    [InlineData("node_count", 4_000_000_000u, "its metadata have no node_count.")]
    [InlineData("node_count", 2_000_000_000u, "its search tree is longer than the file.")]
    [InlineData("node_count", 2u, "its search tree doesn't end where it should.")]
    public void MetadataThatCantWork_AreNamed(string key, object value, string problem)
    {
        var writer = new MmdbWriter(28).Add("192.0.2.0/24", MmdbWriter.City(1, 2));
        writer.Metadata[key] = value;

        Assert.Equal(problem, MmdbFile.TryRead(writer.ToBytes(), out _));
    }

    [Fact]
    public void RecordBeyondTheData_IsRefusedAtOnce()
    {
        var bytes = new MmdbWriter(32).Add("192.0.2.0/24", MmdbWriter.City(1, 2)).ToBytes();
        bytes[4] = 0x7F;

        Assert.Equal("its search tree leads out of the file.", MmdbFile.TryRead(bytes, out _));
    }

    [Fact]
    public void TreeThatLeadsBackToItsRoot_EndsAllTheSame()
    {
        var bytes = new MmdbWriter(24).Add("192.0.2.0/24", MmdbWriter.City(1, 2)).ToBytes();

        // The right record of the first node, and the left of that before the IPv4 addresses begin.
        bytes.AsSpan(3, 3).Clear();
        var file = Open(bytes);

        Assert.Null(Find(file, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
        Assert.NotNull(Find(file, "192.0.2.1"));
    }

    [Theory]
    [InlineData(0x20, 0x00)]
    [InlineData(0xE2, 0x20, 0x00, 0x20, 0x00, 0x20, 0x00, 0x20, 0x00)]
    [InlineData(0xFF, 0xFF, 0xFF, 0xFF)]
    [InlineData(0x1F, 0x04, 0xFF, 0xFF, 0xFF, 0x1F, 0x04, 0xFF, 0xFF, 0xFF)]
    public void PointersInCirclesAndHugeSizes_AreNotKnown(params int[] bytes)
    {
        var raw = new MmdbRaw([.. bytes.Select(b => (byte)b)]);
        var file = Open(new MmdbWriter(24).Add("198.51.100.0/24", raw).Add("192.0.2.0/24", MmdbWriter.City(1, 2)));

        Assert.Null(Find(file, "198.51.100.1"));
        Assert.NotNull(Find(file, "192.0.2.1"));
    }

    [Fact]
    public void Lookup_AllocatesItsResultAlone()
    {
        var file = Open(new MmdbWriter(28).Add("192.0.2.0/24", MmdbWriter.City(1, 2)));
        var (known, unknown) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("198.51.100.1"));

        Assert.Equal(0, Allocations.LeastOf(() => _ = file.Find(unknown)));
        Assert.InRange(Allocations.LeastOf(() => _ = file.Find(known)), 1, 64);
    }

    private static MmdbFile Open(MmdbWriter writer) => Open(writer.ToBytes());

    private static MmdbFile Open(byte[] bytes)
    {
        Assert.Null(MmdbFile.TryRead(bytes, out var file));
        return file!;
    }

    private static GeoLocation? Find(MmdbFile file, string address) => file.Find(IPAddress.Parse(address));
}
