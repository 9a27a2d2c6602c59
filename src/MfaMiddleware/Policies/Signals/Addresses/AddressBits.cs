using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MfaMiddleware.Policies.Signals.Addresses;

/// <summary>An address as a number. An IPv4-mapped IPv6 address is the IPv4 address that it stands for.</summary>
/// <param name="IsIPv6">Whether it has 128 bits; else 32.</param>
/// <param name="Value">The number.</param>
internal readonly record struct AddressBits(bool IsIPv6, UInt128 Value)
{
    private static readonly UInt128 Mapped = 0xFFFF_0000_0000;

    public int Length => IsIPv6 ? 128 : 32;

    public static AddressBits Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        return written == 4 ? new AddressBits(false, BinaryPrimitives.ReadUInt32BigEndian(bytes)) : Of(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>Reads an address as people write it. Stricter than the framework, to which 010.0.0.1 is 8.0.0.1 and 1.2 is 1.0.0.2.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out AddressBits address)
    {
        address = default;
        if (!text.Contains(':')) return TryParseIPv4(text, out address);
        if (text.ContainsAny('%', '[', '/') || !IPAddress.TryParse(text, out var parsed)) return false;
        address = Of(parsed);
        return parsed.AddressFamily == AddressFamily.InterNetworkV6;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return new IPAddress(IsIPv6 ? bytes : bytes[12..]).ToString();
    }

    private static AddressBits Of(UInt128 value) =>
        value >> 32 == Mapped >> 32 ? new AddressBits(false, (uint)value) : new AddressBits(true, value);

    private static bool TryParseIPv4(ReadOnlySpan<char> text, out AddressBits address)
    {
        address = default;
        uint value = 0;
        var parts = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            var isNumber = byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            if (!isNumber || part.Length > 3 || (part.Length > 1 && part[0] == '0') || ++parts > 4) return false;
            value = (value << 8) | number;
        }

        address = new AddressBits(false, value);
        return parts == 4;
    }
}
