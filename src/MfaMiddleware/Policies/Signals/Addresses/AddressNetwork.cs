using System.Globalization;

namespace MfaMiddleware.Policies.Signals.Addresses;

/// <summary>A network in CIDR notation, or a single address.</summary>
/// <param name="First">Its first address.</param>
/// <param name="Prefix">How many leading bits its addresses share; of an IPv4 address at most 32.</param>
internal readonly record struct AddressNetwork(AddressBits First, int Prefix)
{
    /// <summary>Its last address.</summary>
    public AddressBits Last => First with { Value = First.Value | Rest(First, Prefix) };

    /// <summary>Reads one.</summary>
    /// <param name="text">Such as <c>192.0.2.0/24</c>, <c>2001:db8::/32</c>, <c>192.0.2.7</c>.</param>
    /// <param name="network">The network.</param>
    /// <returns>What is wrong with the text; null if nothing is.</returns>
    public static string? TryParse(ReadOnlySpan<char> text, out AddressNetwork network)
    {
        network = default;
        var slash = text.IndexOf('/');
        var first = slash < 0 ? text : text[..slash];
        if (!AddressBits.TryParse(first, out var address)) return "it must be an address or a network such as 192.0.2.0/24 or 2001:db8::/32.";
        if (slash < 0)
        {
            network = new AddressNetwork(address, address.Length);
            return null;
        }

        // Of an IPv4-mapped address the 96 bits before the IPv4 address count.
        var (before, most) = address.IsIPv6 || !first.Contains(':') ? (0, address.Length) : (96, 128);
        var isNumber = int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var prefix);
        if (!isNumber || prefix < before || prefix > most) return $"the prefix must be {before} to {most}.";

        network = new AddressNetwork(address, prefix - before);
        var cut = network with { First = address with { Value = address.Value & ~Rest(address, network.Prefix) } };
        return cut == network ? null : $"the address has bits beyond the prefix; the network would be {cut}.";
    }

    public override string ToString() =>
        Prefix == First.Length ? First.ToString() : string.Create(CultureInfo.InvariantCulture, $"{First}/{Prefix}");

    // A shift by 128 is one by 0.
    private static UInt128 Rest(AddressBits address, int prefix) => prefix == address.Length ? 0 : UInt128.MaxValue >> (128 - address.Length + prefix);
}
