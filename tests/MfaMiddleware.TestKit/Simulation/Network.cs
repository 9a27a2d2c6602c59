using System.Buffers.Binary;
using System.Net;

namespace MfaMiddleware.TestKit.Simulation;

internal enum NetworkKind { Home, Mobile, Business, Campus, Hosting, Vpn, Relay, Satellite }

/// <summary>A provider's addresses for one city: an IPv4 /16 of which some /24 are in use, and an IPv6 /32.</summary>
internal sealed record Network(int Index, NetworkKind Kind, City City, ushort Block, uint Prefix, int Pools, bool HasV6)
{
    /// <summary>A /24 of the network by its number, and a host in it.</summary>
    public IPAddress V4(int pool, int host)
    {
        Span<byte> bytes = [(byte)(Block >> 8), (byte)Block, (byte)pool, (byte)host];
        return new IPAddress(bytes);
    }

    /// <summary>A /48 of the network by its number, a /64 of that and the lower half.</summary>
    public IPAddress V6(int site, int subnet, ulong host)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Prefix);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)site);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)subnet);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], host);
        return new IPAddress(bytes);
    }

    public IPAddress AnyV4(Dice dice) => V4(dice.Below(Pools), dice.Between(2, 253));
}
