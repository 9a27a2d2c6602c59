using System.Net;
using System.Net.Sockets;

namespace MfaMiddleware.Interposition;

/// <summary>The network of an address: IPv4 /24, IPv6 /48.</summary>
internal static class Network
{
    public static string Of(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? $"{bytes[0]}.{bytes[1]}.{bytes[2]}"
            : Convert.ToHexStringLower(bytes.AsSpan(0, 6));
    }
}
