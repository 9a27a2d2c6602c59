using System.Buffers.Binary;
using MfaMiddleware.Policies.Signals.Addresses;

namespace MfaMiddleware.Policies.Signals.Geo.Mmdb;

/// <summary>The binary search tree at the beginning of a database: a node has a record for the next bit 0 and one for 1.</summary>
internal sealed class MmdbTree
{
    /// <summary>Zeros between the tree and the data section.</summary>
    public const int Separator = 16;

    private const int BitsBeforeIPv4 = 96;

    private readonly byte[] _file;
    private readonly int _nodeCount;
    private readonly int _nodeSize;
    private readonly bool _isIPv6;
    private readonly uint _ipv4Start;

    public MmdbTree(byte[] file, MmdbMetadata metadata)
    {
        _file = file;
        _nodeCount = metadata.NodeCount;
        _nodeSize = metadata.RecordSize / 4;
        _isIPv6 = metadata.IpVersion == 6;
        _ipv4Start = _isIPv6 ? Walk(0, default, BitsBeforeIPv4) : 0;
    }

    /// <summary>How many bytes the tree of such metadata has.</summary>
    public static long SizeOf(MmdbMetadata metadata) => (long)metadata.NodeCount * (metadata.RecordSize / 4);

    /// <summary>Finds the offset of an address's record in the data section; it may lie outside in a damaged file.</summary>
    public bool TryFind(AddressBits address, out int offset)
    {
        offset = -1;
        if (address.IsIPv6 && !_isIPv6) return false;
        var value = address.IsIPv6 ? address.Value : address.Value << BitsBeforeIPv4;
        var record = Walk(address.IsIPv6 ? 0 : _ipv4Start, value, address.Length);
        return TryOffset(record, out offset);
    }

    /// <summary>Looks at each record.</summary>
    /// <param name="dataLength">Bytes of the data section.</param>
    /// <returns>Whether each leads to a node, to the data section, or nowhere.</returns>
    public bool IsSound(int dataLength)
    {
        var last = (long)_nodeCount + Separator + dataLength;
        for (var node = 0u; node < _nodeCount; node++)
        {
            if (!IsSound(Read(node, 0), last) || !IsSound(Read(node, 1), last)) return false;
        }

        return true;
    }

    /// <summary>The offsets of the first records that lead to data.</summary>
    public IEnumerable<int> FirstOffsets(int most)
    {
        for (var node = 0u; node < _nodeCount && most > 0; node++)
        {
            for (var bit = 0; bit < 2; bit++)
            {
                if (!TryOffset(Read(node, bit), out var offset)) continue;
                most--;
                yield return offset;
            }
        }
    }

    private bool IsSound(uint record, long last) => record <= _nodeCount || (record >= _nodeCount + Separator && record < last);

    private bool TryOffset(uint record, out int offset)
    {
        var from = (long)record - _nodeCount - Separator;
        offset = from is >= 0 and <= int.MaxValue ? (int)from : -1;
        return offset >= 0;
    }

    /// <summary>Goes down as many bits as are given at most, so a tree that leads back to itself ends too.</summary>
    private uint Walk(uint record, UInt128 bits, int count)
    {
        for (; count > 0 && record < _nodeCount; count--, bits <<= 1) record = Read(record, (int)(bits >> 127));
        return record;
    }

    private uint Read(uint node, int bit)
    {
        var bytes = _file.AsSpan((int)node * _nodeSize, _nodeSize);
        return _nodeSize switch
        {
            6 => Three(bytes[(3 * bit)..]),
            7 => bit == 0 ? Three(bytes) | ((uint)(bytes[3] >> 4) << 24) : Three(bytes[4..]) | ((uint)(bytes[3] & 0x0F) << 24),
            _ => BinaryPrimitives.ReadUInt32BigEndian(bytes[(4 * bit)..]),
        };
    }

    private static uint Three(ReadOnlySpan<byte> bytes) => ((uint)bytes[0] << 16) | ((uint)bytes[1] << 8) | bytes[2];
}
