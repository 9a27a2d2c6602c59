using System.Net;

namespace MfaMiddleware.TestKit.Geo;

/// <summary>Writes databases as the MaxMind DB format 2.0 describes them: search tree, zeros, data section, metadata.</summary>
/// <param name="recordSize">24, 28 or 32.</param>
/// <param name="ipVersion">4 or 6.</param>
public sealed class MmdbWriter(int recordSize, int ipVersion = 6)
{
    private const long Empty = -1;
    private readonly List<long[]> _nodes = [[Empty, Empty]];
    private readonly MmdbDataWriter _data = new();

    /// <summary>What the metadata say in the place of the truth.</summary>
    public Dictionary<string, object> Metadata { get; } = [];

    /// <summary>Bytes before the first record, so that pointers become longer.</summary>
    public MmdbWriter Pad(int bytes)
    {
        _data.Write(new byte[bytes]);
        return this;
    }

    /// <summary>Gives a network a record. Those that are added later must not be inside earlier ones.</summary>
    public MmdbWriter Add(string network, object record)
    {
        var parsed = IPNetwork.Parse(network);
        var bytes = parsed.BaseAddress.GetAddressBytes();
        var before = ipVersion == 6 && bytes.Length == 4 ? 96 : 0;
        Put([.. Enumerable.Repeat(0, before), .. bytes.SelectMany(Bits).Take(parsed.PrefixLength)], -2 - _data.Write(record));
        return this;
    }

    public byte[] ToBytes()
    {
        var file = new List<byte>();
        foreach (var node in _nodes) WriteNode(file, Record(node[0]), Record(node[1]));
        file.AddRange(new byte[16]);
        file.AddRange(_data.ToBytes());
        file.AddRange([0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8]);
        file.AddRange(MetadataBytes());
        return [.. file];
    }

    /// <summary>A record as in the maker's City databases.</summary>
    public static Dictionary<string, object> City(double latitude, double longitude, string country = "DE", object? radius = null) => new()
    {
        ["city"] = new Dictionary<string, object> { ["names"] = new Dictionary<string, object> { ["en"] = "Somewhere", ["de"] = "Irgendwo" } },
        ["country"] = new Dictionary<string, object> { ["geoname_id"] = 12u, ["iso_code"] = country },
        ["location"] = new Dictionary<string, object>
        {
            ["accuracy_radius"] = radius ?? (ushort)20, ["latitude"] = latitude, ["longitude"] = longitude, ["time_zone"] = "Europe/Berlin",
        },
    };

    private static IEnumerable<int> Bits(byte value) => Enumerable.Range(0, 8).Select(i => (value >> (7 - i)) & 1);

    private void Put(int[] bits, long leaf)
    {
        var node = 0L;
        foreach (var bit in bits[..^1])
        {
            if (_nodes[(int)node][bit] == Empty)
            {
                _nodes[(int)node][bit] = _nodes.Count;
                _nodes.Add([Empty, Empty]);
            }

            node = _nodes[(int)node][bit];
        }

        _nodes[(int)node][bits[^1]] = leaf;
    }

    private long Record(long child) => child == Empty ? _nodes.Count : child < Empty ? _nodes.Count + 16 + (-2 - child) : child;

    private void WriteNode(List<byte> file, long left, long right)
    {
        if (recordSize == 28)
        {
            file.AddRange(BigEndian(left, 3));
            file.Add((byte)(((left >> 24) << 4) | (right >> 24)));
            file.AddRange(BigEndian(right, 3));
            return;
        }

        file.AddRange(BigEndian(left, recordSize / 8));
        file.AddRange(BigEndian(right, recordSize / 8));
    }

    private byte[] MetadataBytes()
    {
        var metadata = new Dictionary<string, object>
        {
            ["binary_format_major_version"] = (ushort)2, ["binary_format_minor_version"] = (ushort)0, ["build_epoch"] = 1_893_456_000UL,
            ["database_type"] = "Test-City", ["description"] = new Dictionary<string, object> { ["en"] = "A test" }, ["ip_version"] = (ushort)ipVersion,
            ["languages"] = new object[] { "en", "de" }, ["node_count"] = (uint)_nodes.Count, ["record_size"] = (ushort)recordSize,
        };
        foreach (var (key, value) in Metadata) metadata[key] = value;

        // Pointers of the metadata would count from their own beginning: a writer of its own.
        var writer = new MmdbDataWriter();
        writer.Write(metadata);
        return writer.ToBytes();
    }

    private static IEnumerable<byte> BigEndian(long value, int bytes) => Enumerable.Range(0, bytes).Select(i => (byte)(value >> (8 * (bytes - 1 - i))));
}
