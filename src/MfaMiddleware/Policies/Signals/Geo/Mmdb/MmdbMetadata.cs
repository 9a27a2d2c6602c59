namespace MfaMiddleware.Policies.Signals.Geo.Mmdb;

/// <summary>The metadata of a database.</summary>
/// <param name="NodeCount">Nodes of the search tree.</param>
/// <param name="RecordSize">Bits of one of a node's two records: 24, 28 or 32.</param>
/// <param name="IpVersion">4 or 6.</param>
/// <param name="Start">Where the metadata begin, their marker included: the data section ends there.</param>
internal readonly record struct MmdbMetadata(int NodeCount, int RecordSize, int IpVersion, int Start)
{
    private const int FarthestFromTheEnd = 128 * 1024;

    // 0xAB 0xCD 0xEF, then the name.
    private static ReadOnlySpan<byte> Marker => [0xAB, 0xCD, 0xEF, (byte)'M', (byte)'a', (byte)'x', (byte)'M', (byte)'i', (byte)'n', (byte)'d', (byte)'.', (byte)'c', (byte)'o', (byte)'m'];

    /// <summary>Reads them.</summary>
    /// <returns>What is wrong with the file; null if nothing is.</returns>
    public static string? TryRead(ReadOnlySpan<byte> file, out MmdbMetadata metadata)
    {
        metadata = default;
        var tail = Math.Max(0, file.Length - FarthestFromTheEnd);
        var start = file[tail..].LastIndexOf(Marker);
        if (start < 0) return "it isn't a MaxMind database, or its end is missing.";

        var reader = new MmdbReader(file[(tail + start + Marker.Length)..]);
        if (!reader.TryRead(0, out var map) || map.Type != MmdbType.Map) return "its metadata are damaged.";
        if (!reader.TryFindNumber(map, "binary_format_major_version"u8, out var version) || version != 2) return "it must be of version 2 of the MaxMind DB format.";
        if (!reader.TryFindNumber(map, "node_count"u8, out var nodes) || nodes is < 1 or > int.MaxValue) return "its metadata have no node_count.";
        if (!reader.TryFindNumber(map, "record_size"u8, out var size) || size is not (24 or 28 or 32)) return "its record_size must be 24, 28 or 32.";
        if (!reader.TryFindNumber(map, "ip_version"u8, out var ip) || ip is not (4 or 6)) return "its ip_version must be 4 or 6.";

        metadata = new MmdbMetadata((int)nodes, (int)size, (int)ip, tail + start);
        return null;
    }
}
